import { log } from '../log.ts'
import type { Outcome } from '../store/outbox.ts'
import { untilStored } from './until-stored.ts'

/** Writes what came of calls: one statement is under way, what comes meanwhile is the next. */
export interface Outcomes {
  /** `done` is called when it is stored, or, with false, when the store refuses it for good. */
  add(outcome: Outcome, done: (stored: boolean) => void): void
  drained(): Promise<void>
}

const BATCH_MAX = 500

export function makeOutcomes(store: (outcomes: readonly Outcome[]) => Promise<void>): Outcomes {
  const waiting: { outcome: Outcome; done: (stored: boolean) => void }[] = []
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH_MAX)
      try {
        await untilStored(() => store(batch.map(({ outcome }) => outcome)))
        for (const { done } of batch) done(true)
      } catch (error) {
        log.error('what came of calls cannot be stored', { ids: batch.map(({ outcome }) => outcome.id), error })
        for (const { done } of batch) done(false)
      }
    }
    writing = undefined
  }

  return {
    add(outcome, done) {
      waiting.push({ outcome, done })
      writing ??= Promise.resolve().then(write)
    },
    drained: async () => {
      while (writing) await writing
    },
  }
}

/** So many calls at once on this node, whoever they are for; accounts that wait take turns. */
export interface Slots {
  /** False: none is free; `freed` is called when one is. */
  take(freed: () => void): boolean
  readonly left: number
  free(): void
}

export function makeSlots(most: number): Slots {
  const waiting = new Set<() => void>()
  let used = 0
  return {
    take(freed) {
      if (used >= most) {
        waiting.add(freed)
        return false
      }
      used += 1
      return true
    },
    get left() {
      return most - used
    },
    free() {
      used -= 1
      for (const next of waiting) {
        if (used >= most) return
        waiting.delete(next)
        next() // which takes one, or no longer wants it
      }
    },
  }
}
