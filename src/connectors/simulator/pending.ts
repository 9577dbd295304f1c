import { now } from '../../clock.ts'
import type { Outgoing, PartResult } from '../connector.ts'
import type { Turn } from './turn.ts'

/** What a connector answers for. */
export interface Part {
  readonly message: Outgoing
  readonly part: number // 1-based
  readonly of: number
}

export type Outcome = Pick<PartResult, 'outcome' | 'carrierId' | 'status' | 'reason'>

/** The parts that were written and have no answer yet. Each leaves by exactly one answer; what comes later finds nobody. */
export interface Pending {
  add(part: Part): void
  /** False: it had its answer already. */
  settle(part: Part, outcome: Outcome): boolean
  settleAll(outcome: Outcome): void
  /** Answers for a part that was never written. */
  giveBack(part: Part, reason: string): void
  readonly size: number
  readonly counts: {
    readonly submitted: number
    readonly taken: number
    readonly rejected: number
    readonly busy: number
    readonly unknown: number
  }
}

export const unknown = (reason: string): Outcome => ({ outcome: 'unknown', carrierId: '', status: 0, reason })

export function createPending(turn: Turn): Pending {
  const parts = new Map<Part, number>() // when they were written, Unix ms
  const counts = { submitted: 0, taken: 0, rejected: 0, busy: 0, unknown: 0 }

  function answer({ message, part, of }: Part, { outcome, carrierId, status, reason }: Outcome, sentAtMs: number): void {
    counts[outcome]++
    const text = status === 0 ? {} : { text: reason }
    turn.settled({ id: message.id, part, of, outcome, carrierId, status, reason, ...text, atMs: now(), sentAtMs })
  }

  const pending: Pending = {
    add(part) {
      counts.submitted++
      parts.set(part, now())
    },
    settle(part, outcome) {
      const sentAtMs = parts.get(part)
      if (sentAtMs === undefined) return false
      parts.delete(part)
      answer(part, outcome, sentAtMs)
      return true
    },
    settleAll(outcome) {
      for (const part of [...parts.keys()]) pending.settle(part, outcome)
    },
    giveBack: (part, reason) => answer(part, { outcome: 'busy', carrierId: '', status: 0, reason }, 0),
    get size() {
      return parts.size
    },
    counts,
  }
  return pending
}
