/**
 * Message ids: ms since 2026 × 8192 + node × 256 + counter. A plain number below 2^53 that sorts by time and is the
 * partition key; also of commits, journal rows and postings.
 */
export const EPOCH_MS = Date.UTC(2026, 0, 1)
const PER_MS = 8192
const PER_NODE = 256

/** The lowest id of a moment (Unix ms). */
export const idOfTime = (ms: number): number => Math.max(0, Math.floor(ms) - EPOCH_MS) * PER_MS

/** When an id was made (Unix ms). */
export const timeOfId = (id: number): number => Math.floor(id / PER_MS) + EPOCH_MS

export const nodeOfId = (id: number): number => Math.floor((id % PER_MS) / PER_NODE)

export interface Ids {
  /** Ids in rising order, above all it ever gave. Throws when the lease on them has run out. */
  take(count: number): number[]
  next(): number
  /** Ids may be made below this one only; moved ahead with each renewal of the node's lease. */
  extend(until: number): void
}

/** How far ids may run ahead of the clock when more than 256 are wanted in a millisecond. */
const AHEAD_MS = 5000

/**
 * Gives out a node's ids. `first`: none below it, so a restart or a clock that went back repeats none.
 * `now` is Unix ms.
 */
export function makeIds({ node, first, now }: { node: number; first: number; now: () => number }): Ids {
  let ms = Math.floor(first / PER_MS)
  let counter = 0
  let untilMs = 0
  const firstMs = ms

  function next(): number {
    const clock = now() - EPOCH_MS
    if (clock > ms) {
      ms = clock
      counter = 0
    } else if (counter === PER_NODE) {
      ms += 1
      counter = 0
    }
    if (ms >= untilMs) throw new Error('the lease on message ids has run out')
    if (ms - Math.max(clock, firstMs) > AHEAD_MS) throw new Error('more ids are wanted than a node can make')
    const id = ms * PER_MS + node * PER_NODE + counter
    counter += 1
    return id
  }

  return {
    next,
    take: (count) => Array.from({ length: count }, next),
    extend(until) {
      untilMs = Math.max(untilMs, Math.floor(until / PER_MS))
    },
  }
}
