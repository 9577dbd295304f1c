/**
 * How many parts may be unanswered, learned from the answers. Growing takes a window full of good answers for each step;
 * shrinking takes so many push-backs that they are no accident, half a window of them and never fewer than two, and good answers
 * in between count against them. It never falls below one, so that a small link goes on whatever happens.
 */
export interface AdaptiveWindow {
  size(): number
  /** Taken, or refused for a reason that has nothing to do with speed, so long after it was sent. */
  answered(waitedMs: number): void
  /** Throttled, queue full, or no answer in time. */
  pushedBack(): void
}

/** Answers below this are quick enough, whatever is usual. */
const SLOW_MS = 1_000
/** So many times the usual wait is slow. */
const SLOW_TIMES = 4
/** A slow carrier is given room still: a quarter of what the contract allows. */
const SLOW_SHARE = 4
const SHRINK_TO = 0.75

export function createAdaptiveWindow(max: number): AdaptiveWindow {
  let size = max
  let good = 0 // answers since the last step
  let bad = 0 // push-backs that good answers have not made up for
  let usualMs = -1

  /** An answer that is slow beside the others. What stays slow becomes usual in time. */
  const isSlow = (waitedMs: number): boolean => {
    if (usualMs < 0) usualMs = waitedMs
    const slow = waitedMs > SLOW_MS && waitedMs > usualMs * SLOW_TIMES
    usualMs += (waitedMs - usualMs) / (slow ? 2_048 : 16)
    return slow
  }

  const complain = (least: number): void => {
    good = 0
    bad++
    if (bad < Math.max(2, size / 2)) return
    bad = 0
    size = Math.max(Math.min(least, size), Math.floor(size * SHRINK_TO))
  }

  return {
    size: () => size,
    answered(waitedMs) {
      if (isSlow(waitedMs)) return complain(Math.ceil(max / SLOW_SHARE))
      if (size === max && bad === 0) return
      bad = Math.max(0, bad - 1 / size)
      good++
      if (good < size || size === max) return
      good = 0
      size++
    },
    pushedBack: () => complain(1),
  }
}
