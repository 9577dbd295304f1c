/**
 * Parts per second, without a timer and without sleeping. The bucket holds a twentieth of a second's worth, so a carrier that
 * counts by the second sees at most 5 % more than the rate.
 */
export interface TokenBucket {
  /** Whole parts that may go now. */
  available(nowMs: number): number
  take(): void
  /** Milliseconds until there is one; 0 when there is. */
  waitMs(nowMs: number): number
}

const UNLIMITED: TokenBucket = { available: () => Number.POSITIVE_INFINITY, take: () => {}, waitMs: () => 0 }

/** `perSecond` 0: no limit. Times are of a clock that never goes back. */
export function createTokenBucket(perSecond: number, startMs: number): TokenBucket {
  if (perSecond === 0) return UNLIMITED
  const capacity = Math.max(1, perSecond / 20)
  let tokens = capacity
  let filledAt = startMs

  const fill = (nowMs: number): void => {
    tokens = Math.min(capacity, tokens + ((nowMs - filledAt) * perSecond) / 1_000)
    filledAt = nowMs
  }

  return {
    available(nowMs) {
      fill(nowMs)
      return Math.floor(tokens + 1e-9)
    },
    take() {
      tokens--
    },
    waitMs(nowMs) {
      fill(nowMs)
      return tokens + 1e-9 >= 1 ? 0 : ((1 - tokens) * 1_000) / perSecond
    },
  }
}
