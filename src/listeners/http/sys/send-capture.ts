import { now } from '../../../clock.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Captures } from '../../../lifecycle/captures.ts'
import type { Params } from '../params.ts'
import type { ScriptCall } from '../script.ts'

/** The part of the captures that a listener needs. */
export type RequestCaptures = Pick<Captures, 'watches' | 'request'>

const SECRET = /psw|passw|pwd|key|secret|token|sign/i
/** People's texts, and what holds them. */
const TEXT = new Set(['mes', 'list', 'subj', 'param', 'fileurl'])
const VALUE_CHARACTERS_MAX = 1_500

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
export function wordsOf(path: string, params: Params, outcome: string, withTexts: boolean): string {
  const lines = [...params.names()].map((name) => {
    const value = params.text(name) ?? ''
    if (SECRET.test(name)) return `${name}=***`
    if (TEXT.has(name) && !withTexts) return `${name}=*** (${value.length} characters)`
    const line = value.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    return `${name}=${line.length > VALUE_CHARACTERS_MAX ? `${line.slice(0, VALUE_CHARACTERS_MAX)}…` : line}`
  })
  return [`${path}, ${outcome}`, ...lines].join('\n')
}
