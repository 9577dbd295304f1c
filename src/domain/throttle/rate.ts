/** A rate that holds for a while, kept by looking at what was sent: a bucket that holds a tenth of a second's worth. */
export interface SlowDown {
  /** Whole parts that may go now, given how many were sent since the start of all counting. */
  room(nowMs: number, sent: number): number
  /** Milliseconds until there is one; 0 when there is. */
  waitMs(): number
}

export function createSlowDown(partsPerSecond: number, startMs: number, sentBefore: number): SlowDown {
  const capacity = Math.max(1, partsPerSecond / 10)
  let tokens = capacity
  let atMs = startMs
  let counted = sentBefore

  return {
    room(nowMs, sent) {
      tokens = Math.min(capacity, tokens + (Math.max(0, nowMs - atMs) * partsPerSecond) / 1_000)
      tokens -= Math.max(0, sent - counted) // a connector that was made anew counts from nothing
      atMs = nowMs
      counted = sent
      return Math.max(0, Math.floor(tokens + 1e-9))
    },
    waitMs: () => (tokens + 1e-9 >= 1 ? 0 : ((1 - tokens) * 1_000) / partsPerSecond),
  }
}

/** Half of what was sent lately, and never less than one part a second. */
export const halved = (partsPerSecond: number): number => Math.max(1, partsPerSecond / 2)
