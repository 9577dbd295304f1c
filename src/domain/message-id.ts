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

/** A calendar month (UTC) as a range of ids: from is in it, to is the next one's first. */
export interface Month {
  readonly name: string // 2026_11
  readonly from: number
  readonly to: number
}

/** The month of a moment, or one so many months later. */
export function monthOf(ms: number, later = 0): Month {
  const date = new Date(ms)
  const start = (months: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const from = start(later)
  return {
    name: new Date(from).toISOString().slice(0, 7).replace('-', '_'),
    from: idOfTime(from),
    to: idOfTime(start(later + 1)),
  }
}

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
  let ms = Math.ceil(first / PER_MS)
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
