import { monotonic } from '../clock.ts'
import { idOfTime } from '../domain/message-id.ts'
import { countHours, HOUR_IDS, readCountedUntil } from '../store/account-hours.ts'
import type { Session } from '../store/session.ts'

/** A posting's id is taken before its commit, which may wait while the store is away; after this no more come. */
const GRACE_MS = 2 * 3_600_000
/** What a statement should take; where there is little, it looks at a month. */
const AIM_MS = 200
const GROWTH_MAX = 4
const HOURS_MAX = 31 * 24

/**
 * Counts what accounts sent, hour by hour, up to the last hour that ended two hours ago. A statement looks at as many hours as are
 * quickly counted; taken again, or by several nodes at once, it changes nothing. Resolves with the hours it counted.
 */
export const createCounting =
  ({ session, summarise }: { readonly session: Session; readonly summarise: () => Promise<void> }) =>
  async (nowMs: number): Promise<number> => {
    const until = Math.floor(idOfTime(nowMs - GRACE_MS) / HOUR_IDS) * HOUR_IDS
    let from = await readCountedUntil(session)
    if (from < until) await summarise()
    let hours = 1
    let counted = 0
    while (from < until) {
      const to = Math.min(from + hours * HOUR_IDS, until)
      const startedMs = monotonic()
      if (!(await countHours(session, from, to))) return counted // another node does it
      counted += (to - from) / HOUR_IDS
      from = to
      const share = AIM_MS / Math.max(1, monotonic() - startedMs)
      hours = Math.min(HOURS_MAX, Math.max(1, Math.floor(hours * Math.min(GROWTH_MAX, share))))
    }
    return counted
  }
