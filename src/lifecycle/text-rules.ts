import { setImmediate as turn } from 'node:timers/promises'
import type { Account } from '../domain/account.ts'
import type { Channel } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import type { TextRules } from '../domain/text-rules.ts'
import { composeSender } from './compose-sender.ts'
import type { Accept, EstimateRequest, Line, SendRequest } from './request.ts'

/** What an account has said of its texts; undefined: nothing. */
export type RulesOf = (account: Account) => TextRules | undefined | Promise<TextRules>

/** A request as it is after that: signed and judged, to be priced or stored by other ways. */
export type Rule = (request: SendRequest) => Promise<SendRequest>

/** What goes to a telephone as a message: templates are agreed with the operators. */
const JUDGED: ReadonlySet<Channel> = new Set(['sms', 'flash', 'bin', 'push', 'mms'])
/** No text of theirs is read by people. */
const UNSIGNED: ReadonlySet<Channel> = new Set(['bin', 'push', 'hlr', 'ping'])

/** So many comparisons of a text with a template are made in one go. */
const TURN = 200

/**
 * Puts the auto-signature under texts and compares them with the operators' templates, before a request is taken or priced.
 * Asked of every request: an account without either costs one look into its settings.
 */
export function withTextRules(
  path: { readonly accept: Accept; readonly estimate: EstimateRequest },
  rulesOf: RulesOf = () => undefined,
): { accept: Accept; estimate: EstimateRequest; rule: Rule } {
  const before =
    <Result>(take: (request: SendRequest) => Promise<Result>) =>
    (request: SendRequest): Promise<Result> => {
      const rules = request.ofCentre ? undefined : rulesOf(request.account)
      return rules ? ruled(request, rules).then(take) : take(request)
    }

  return { accept: before(path.accept), estimate: before(path.estimate), rule: before(async (request) => request) }
}

async function ruled(request: SendRequest, reading: TextRules | Promise<TextRules>): Promise<SendRequest> {
  const rules = await Promise.resolve(reading).catch(() => {
    throw new Refusal('unavailable')
  })
  const lines: Line[] = []
  let compared = 0
  for (const line of request.lines) {
    lines.push(ruledLine(line, request, rules))
    compared += rules.templates + 1
    if (compared < TURN) continue
    compared = 0
    await turn()
  }
  return { ...request, lines }
}

/** As the customer wrote it or as it is signed, a text may be of a template. A part of a text is no text. */
function ruledLine(line: Line, request: SendRequest, rules: TextRules): Line {
  const { channel } = request
  const isPart = request.udh !== undefined || request.part !== undefined
  const isText = request.octets === undefined && !isPart
  const { sender } = composeSender(line, request, undefined)
  const text = isText && !UNSIGNED.has(channel) ? rules.sign(line.text, channel, sender) : line.text
  if (!JUDGED.has(channel)) return { ...line, text }
  const written = rules.judge(isText ? line.text : undefined, sender)
  const template = written === 'none' && text !== line.text ? rules.judge(text, sender) : written
  return template === undefined ? { ...line, text } : { ...line, text, template }
}
