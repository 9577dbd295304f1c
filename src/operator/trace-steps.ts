import type { Attempt } from '../domain/attempts.ts'
import { timeOfId } from '../domain/message-id.ts'
import { isFinal } from '../domain/status.ts'
import type { TraceRow } from '../store/trace.ts'

/** A step of a message's life, and how long after the one before it. */
export interface Step {
  readonly step: 'accepted' | 'handed' | 'answered' | 'final'
  readonly atMs: number
  readonly tookMs: number
  readonly says: string
}

/** Accepted → handed to a carrier → answered → final, as far as the message has come and the moments were noted. */
export function stepsOf(row: TraceRow, attempts: readonly Attempt[]): Step[] {
  const acceptedAtMs = timeOfId(row.id)
  const steps: Step[] = []
  const add = (step: Step['step'], atMs: number, says: string) => {
    steps.push({ step, atMs, tookMs: Math.max(0, atMs - (steps.at(-1)?.atMs ?? atMs)), says })
  }
  add('accepted', acceptedAtMs, '')
  const onWire = attempts.filter(({ outcome, sequence, flightMs }) => outcome !== 'busy' && (sequence > 0 || flightMs > 0))
  const first = onWire[0]
  if (first) add('handed', acceptedAtMs + first.afterMs - first.flightMs, whyWaited(row, acceptedAtMs, attempts))
  const answers = attempts.filter(({ outcome }) => outcome === 'taken' || outcome === 'rejected')
  const last = answers.at(-1)
  if (last) add('answered', acceptedAtMs + last.afterMs, answers.length > 1 ? `the last of ${answers.length} answers` : '')
  if (isFinal(row.state) && row.stateAtMs > 0) add('final', row.stateAtMs, last && row.receipt ? 'the receipt came' : '')
  return steps
}

function whyWaited(row: TraceRow, acceptedAtMs: number, attempts: readonly Attempt[]): string {
  const busy = attempts.reduce((sum, { outcome, times }) => (outcome === 'busy' ? sum + times : sum), 0)
  return [
    ...(row.dueAtMs > acceptedAtMs + 1_000 ? [`it was not to go before ${new Date(row.dueAtMs).toISOString()}`] : []),
    ...(busy > 0 ? [`the carrier pushed back ${busy === 1 ? 'once' : `${busy} times`}`] : []),
  ].join('; ')
}
