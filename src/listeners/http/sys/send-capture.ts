import { now } from '../../../clock.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Captures } from '../../../lifecycle/captures.ts'
import { maskedParameters } from '../masked-parameters.ts'
import type { Params } from '../params.ts'
import type { ScriptCall } from '../script.ts'

/** The part of the captures that a listener needs. */
export type RequestCaptures = Pick<Captures, 'watches' | 'request'>

/** Answers a request of an account that is being traced, and keeps it as it came: with its number, or why it was refused. */
export async function capturingRequest(
  captures: RequestCaptures,
  { account, params, path }: ScriptCall,
  answer: (noted: (ref: number | string) => void) => Promise<string>,
): Promise<string> {
  let ref = ''
  let outcome = 'answered'
  const atMs = now()
  try {
    return await answer((given) => {
      ref = String(given)
    })
  } catch (error) {
    outcome = error instanceof Refusal ? `refused: ${error.code}` : 'failed'
    throw error
  } finally {
    captures.request(account.id, ref, atMs, wordsOf(path, params, outcome, true), wordsOf(path, params, outcome, false))
  }
}

/** A line for the script and what became of it, and one for each parameter. Passwords and keys are never in it. */
const wordsOf = (path: string, params: Params, outcome: string, withTexts: boolean): string =>
  [`${path}, ${outcome}`, ...maskedParameters(params, withTexts)].join('\n')
