import { monotonic, now as unixNow } from '../clock.ts'
import { limitOf } from '../domain/account.ts'
import { HOUR_MS } from '../domain/calendar.ts'
import { idOfTime, timeOfId } from '../domain/message-id.ts'
import { recentHashes } from '../store/history.ts'
import type { Session } from '../store/session.ts'
import type { Limits, WindowName } from './account.ts'
import { createWindows, WINDOW_MS } from './windows.ts'

/** Append only within a run; the number keeps the windows of one account apart. */
const WINDOWS: readonly WindowName[] = [
  'identical',
  'identical_cost',
  'status',
  'status_mass',
  'balance',
  'identical_other',
  'history',
  'statistics',
  'operator',
  'subclients',
]

/** How long a request counts. */
const lengthOf = (window: WindowName): number => (window === 'history' ? HOUR_MS : WINDOW_MS)

/** A request that was accepted before this start: its hash stands in its first row. */
export interface RecentRequest {
  readonly accountId: number
  readonly hash: bigint
  readonly atMs: number // Unix ms
}

export interface LimitsOfNode extends Limits {
  /** Fills the window of identical send requests from what the store remembers of the last minute. */
  refill(requests: Iterable<RecentRequest>): void
}

/** The limits of this node: in memory, bounded. Clocks are arguments, so a test needs no minute. */
export function createLimits(clock = { monotonic, now: unixNow }): LimitsOfNode {
  const underWay = new Map<number, number>()
  const windows = createWindows()
  const scopeOf = (accountId: number, window: WindowName): number => accountId * WINDOWS.length + WINDOWS.indexOf(window)

  return {
    enter(account) {
      const others = underWay.get(account.id) ?? 0
      const limit = limitOf(account, 'concurrent')
      if (limit > 0 && others + 1 >= limit) return false
      underWay.set(account.id, others + 1)
      return true
    },

    leave({ id }) {
      const left = (underWay.get(id) ?? 0) - 1
      if (left > 0) underWay.set(id, left)
      else underWay.delete(id)
    },

    allow(account, window, key) {
      const limit = limitOf(account, window)
      if (limit === 0) return true
      const nowMs = clock.monotonic()
      return windows.take(scopeOf(account.id, window), key, limit, nowMs, nowMs + lengthOf(window))
    },

    giveBack(account, window, key) {
      const limit = limitOf(account, window)
      if (limit > 0) windows.giveBack(scopeOf(account.id, window), key, limit, clock.monotonic())
    },

    refill(requests) {
      const nowMs = clock.monotonic()
      for (const { accountId, hash, atMs } of requests) {
        const ageMs = Math.max(0, clock.now() - atMs)
        if (hash === 0n || ageMs >= WINDOW_MS) continue
        // The account's own limit is not known here: as many tokens as any account can have.
        windows.take(scopeOf(accountId, 'identical'), hash, WINDOW_LIMIT_MAX, nowMs, nowMs + WINDOW_MS - ageMs)
      }
    },
  }
}

/** The limits of a node that starts: it knows the send requests of the last minute. */
export async function openLimits(session: Session): Promise<LimitsOfNode> {
  const limits = createLimits()
  const recent = await recentHashes(session, idOfTime(unixNow() - WINDOW_MS))
  limits.refill(recent.map(({ accountId, hash, id }) => ({ accountId, hash, atMs: timeOfId(id) })))
  return limits
}

/** No window limit is higher: each request may look at this many tokens. */
export const WINDOW_LIMIT_MAX = 1_000
