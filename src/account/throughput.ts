import { monotonic as monotonicNow } from '../clock.ts'
import { type Account, limitOf } from '../domain/account.ts'

/** Counts what an account may do in a second, over all its SMPP sessions on this node. */
export interface Throughput {
  /** Counts these requests or recipients in; false when they are too many just now, and then nothing is counted. */
  take(account: Account, count: number): boolean
}

interface Bucket {
  perSecond: number
  tokens: number
  filledAtMs: number
}

const SWEEP_AT = 1_000

/**
 * A bucket of tokens for each account, by its limit `throughput`: it holds one second's worth, so whoever sends a window of a hundred
 * at once and a hundred a second is never refused. A request of many recipients may take more than there is, and the bucket owes
 * them. Who has been silent for long is forgotten: a full bucket is like none.
 */
export function createThroughput(monotonic = monotonicNow): Throughput {
  const buckets = new Map<number, Bucket>()
  let sweepAt = SWEEP_AT

  function fill(bucket: Bucket, perSecond: number, nowMs: number): void {
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((nowMs - bucket.filledAtMs) * perSecond) / 1_000)
    bucket.perSecond = perSecond
    bucket.filledAtMs = nowMs
  }

  function sweep(nowMs: number): void {
    for (const [id, bucket] of buckets) {
      fill(bucket, bucket.perSecond, nowMs)
      if (bucket.tokens >= bucket.perSecond) buckets.delete(id)
    }
    sweepAt = Math.max(SWEEP_AT, 2 * buckets.size)
  }

  return {
    take(account, count) {
      const perSecond = limitOf(account, 'throughput')
      if (perSecond === 0) return true
      const nowMs = monotonic()
      let bucket = buckets.get(account.id)
      if (bucket === undefined) {
        if (buckets.size >= sweepAt) sweep(nowMs)
        bucket = { perSecond, tokens: perSecond, filledAtMs: nowMs }
        buckets.set(account.id, bucket)
      } else fill(bucket, perSecond, nowMs)
      if (bucket.tokens < Math.min(count, perSecond)) return false
      bucket.tokens -= count
      return true
    },
  }
}
