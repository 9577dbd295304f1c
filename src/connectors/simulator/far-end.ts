import { now } from '../../clock.ts'
import { cutToParts, PARTS_MAX, segmentText } from '../../domain/text/segments.ts'
import { createAttempts } from './attempts.ts'
import { DELIVERED, fateOf } from './fate.ts'
import { type Answer, lifeOf, receiptOf } from './life.ts'
import type { Part } from './pending.ts'
import { SANDBOX_RULES } from './sandbox-rules.ts'
import type { Rule, Settings } from './settings.ts'
import type { TimerHeap } from './timer-heap.ts'
import type { Turn } from './turn.ts'

/** The carrier and the network behind it: takes parts off the wire and does what their fate says, when it says. */
export interface FarEnd {
  /** A part was written at this moment (monotonic clock, Unix ms). */
  receive(part: Part, nowMs: number, wallMs: number): void
  /** A message from a handset. */
  comeIn(from: string, to: string, text: string): void
}

/** What reaches us over the line at once; receipts and messages go into the turn. */
export interface Wire {
  answer(part: Part, answer: Answer): void
  /** The answer did not come in time. */
  timeout(part: Part): void
  break(untilMs: number): void
}

export function createFarEnd(settings: Settings, timers: TimerHeap<() => void>, turn: Turn, wire: Wire): FarEnd {
  const rules = settings.preset === 'sandbox' ? [...settings.rules, ...SANDBOX_RULES] : settings.rules
  const attempt = createAttempts()
  let reference = 0

  function fateThisTime({ message, part }: Part): Rule {
    const fate = fateOf(settings.seed, rules, message)
    if (fate.outcome !== 'busy' || fate.busyTimes === undefined) return fate
    return attempt(message.id, part) > fate.busyTimes ? DELIVERED : fate
  }

  function comeIn(from: string, to: string, text: string): void {
    const { segments } = segmentText(cutToParts(text, PARTS_MAX))
    const of = segments.length
    if (of > 1) reference = (reference + 1) % 256
    const place = (index: number) => (of > 1 ? { reference, number: index + 1, of } : undefined)
    const atMs = now()
    turn.incoming(segments.map((segment, index) => ({ from, to, text: segment, part: place(index), atMs })))
  }

  /** People answer a number; to a name the operator says where answers go. */
  const addressOf = (sender: string): string => (/^\d+$/.test(sender) ? sender : settings.replyTo || sender)

  return {
    receive(part, nowMs, wallMs) {
      const { message } = part
      const fate = fateThisTime(part)
      const { answer, receipts, reply } = lifeOf(message, part.part, part.of, fate, settings, wallMs)

      if (answer === undefined || answer.afterMs > settings.responseTimeoutMs) {
        timers.push(nowMs + settings.responseTimeoutMs, () => wire.timeout(part))
      } else if (answer.afterMs === 0) wire.answer(part, answer)
      else timers.push(nowMs + answer.afterMs, () => wire.answer(part, answer))

      for (const due of receipts) timers.push(nowMs + due.afterMs, () => turn.receipt(receiptOf(due, now()), due.isEarly))
      if (reply) timers.push(nowMs + reply.afterMs, () => comeIn(message.to, addressOf(message.from), reply.text))
      if (fate.outcome === 'outage') wire.break(nowMs + fate.pauseMs)
    },
    comeIn,
  }
}
