import { LRUCache } from 'lru-cache'
import { monotonic as monotonicNow } from '../clock.ts'
import { type Account, limitOf } from '../domain/account.ts'

/** Messages to one number that come closer together than this are one series. */
const GAP_MS = 30_000
const NUMBERS_MAX = 50_000

/**
 * Whether a message would make an account's series to one number longer than its limit `subscriber` (SMSC API, status 23
 * with err 251). One that would does not count and does not prolong the series. Per node, in memory; with more than 50,000
 * numbers at once the oldest are forgotten: too lenient, never too strict.
 */
export function createSeries(monotonic = monotonicNow): (account: Account, to: string) => boolean {
  const series = new LRUCache<string, { count: number; lastMs: number }>({ max: NUMBERS_MAX })

  return (account, to) => {
    const limit = limitOf(account, 'subscriber')
    if (limit === 0) return false
    const key = `${account.id} ${to}`
    const nowMs = monotonic()
    const known = series.get(key)
    if (!known || nowMs - known.lastMs >= GAP_MS) {
      series.set(key, { count: 1, lastMs: nowMs })
      return false
    }
    if (known.count >= limit) return true
    known.count += 1
    known.lastMs = nowMs
    return false
  }
}
