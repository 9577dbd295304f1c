import { randomInt } from 'node:crypto'
import type { SendRequest } from '../../../lifecycle/request.ts'

/** Programs read all six digits, or the last four: it may be spoken, or be the end of the number that calls. */
const CODE_DIGITS = 6
const ASKED = 'code'

/**
 * A call whose text is `code` confirms a phone: the centre makes up a code, which is the call's text then, and the answer tells it too
 * (SMSC API, code by call). Undefined: this is no such call.
 */
export function makeCode({ channel, lines }: SendRequest): string | undefined {
  if (channel !== 'call' || lines.some(({ text }) => text.trim().toLowerCase() !== ASKED)) return undefined
  return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')
}

/** The request with the code in the place of its texts. */
export const withCode = (request: SendRequest, code: string): SendRequest => ({
  ...request,
  lines: request.lines.map((line) => ({ ...line, text: code })),
})
