import { monotonic } from '../../clock.ts'

/** A turn a tick for each, but not all at once: thousands of sessions are looked at a part at a time. */
const SLICES = 10

/** What is due about once a tick for each of a changing lot. */
export interface Rounds<T> {
  add(one: T): void
  delete(one: T): void
  readonly all: Iterable<T>
  size(): number
  /** `turn` is told how much time passed since the one before it; a process that stood still takes it for two ticks at most. */
  start(tickMs: number, turn: (one: T, elapsedMs: number) => void): void
  stop(): void
}

export function createRounds<T>(): Rounds<T> {
  const slices = Array.from({ length: SLICES }, () => new Set<T>())
  const sliceOf = new Map<T, Set<T>>()
  let next = 0
  let timer: NodeJS.Timeout | undefined

  return {
    all: { [Symbol.iterator]: () => sliceOf.keys() },
    size: () => sliceOf.size,

    add(one) {
      next = (next + 1) % SLICES
      const slice = slices[next] ?? new Set()
      slice.add(one)
      sliceOf.set(one, slice)
    },

    delete(one) {
      sliceOf.get(one)?.delete(one)
      sliceOf.delete(one)
    },

    start(tickMs, turn) {
      const turnedAt = slices.map(() => monotonic())
      let at = 0
      timer = setInterval(() => {
        at = (at + 1) % SLICES
        const now = monotonic()
        const elapsedMs = Math.min(now - (turnedAt[at] ?? now), 2 * tickMs)
        turnedAt[at] = now
        for (const one of slices[at] ?? []) turn(one, elapsedMs)
      }, tickMs / SLICES)
    },

    stop: () => clearInterval(timer),
  }
}
