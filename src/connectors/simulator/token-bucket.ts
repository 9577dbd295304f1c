/** A rate per second without sleeping: tokens grow with time, a part takes one, and what is saved is one and a tenth of a second's. */
export interface TokenBucket {
  /** Whole tokens there are now; infinity when the rate is unlimited. */
  left(nowMs: number): number
  take(nowMs: number): void
  /** When there will be one. */
  nextMs(nowMs: number): number
}

/** `rate` 0: no limit. Times are on the monotonic clock. */
export function createTokenBucket(rate: number, nowMs: number): TokenBucket {
  if (rate === 0) return { left: () => Number.POSITIVE_INFINITY, take: () => {}, nextMs: (atMs) => atMs }

  const capacity = 1 + rate / 10
  let tokens = capacity
  let countedAtMs = nowMs

  function count(atMs: number): number {
    tokens = Math.min(capacity, tokens + ((atMs - countedAtMs) * rate) / 1_000)
    countedAtMs = atMs
    return tokens
  }

  return {
    left: (atMs) => Math.floor(count(atMs) + ROUNDING),
    take(atMs) {
      tokens = count(atMs) - 1
    },
    nextMs: (atMs) => atMs + Math.max(0, ((1 - count(atMs)) * 1_000) / rate),
  }
}

/** Sums of small fractions end a hair below the whole. */
const ROUNDING = 1e-6
