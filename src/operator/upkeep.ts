import type pg from 'pg'
import { now, sleep } from '../clock.ts'
import { idOfTime } from '../domain/message-id.ts'
import { log } from '../log.ts'
import { forgetDayCounts } from '../store/day-counts.ts'
import { pruneIncoming } from '../store/incoming.ts'
import { dropPartitionsBefore, ensurePartitions, PARTITIONED_TABLES } from '../store/partitions.ts'
import { indexRecipients } from '../store/recipient-index.ts'
import type { Session } from '../store/session.ts'
import { pruneClicks } from '../store/short-links.ts'
import { summarise } from '../store/summarise.ts'
import type { Closings } from './closing.ts'
import { createCounting } from './counting.ts'
import { createForgetting } from './forgetting.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Limits of a day are those of a zone: yesterday may still be somewhere. */
const DAYS_COUNTED = 2
/** A receipt that comes later than this finds no message: carriers forget ids sooner. */
const CARRIER_IDS_MONTHS = 2

/** Links show the clicks of this month and the one before by days. */
const CLICKS_MS = 70 * 24 * HOUR_MS
const FIRST_MS = 5_000

export interface UpkeepParts {
  readonly pool: pg.Pool
  readonly session: Session
  readonly closings: Closings
  readonly retentionMonths: number
  /** What customers pay for by the month is charged for when a month begins. */
  readonly renewFees: () => Promise<unknown>
}

/**
 * What the tables need as time goes by: partitions made ahead, hours counted, months that ended closed and indexed by recipients, old
 * ones dropped. Hourly, by any node.
 */
export function startUpkeep({ pool, session, closings, retentionMonths, renewFees }: UpkeepParts): { stop(): void } {
  const ending = new AbortController()
  const forget = createForgetting(session)
  const count = createCounting({ session, summarise: () => summarise(session) })

  async function once(): Promise<void> {
    await ensurePartitions(pool, PARTITIONED_TABLES, now())
    await renewFees().catch((error: unknown) =>
      log.warn('monthly fees could not be charged, and are tried again in an hour', { error }),
    )
    await count(now())
    await closings.closeEnded(now())
    const messages = PARTITIONED_TABLES.filter(({ name }) => name !== 'carrier_ids')
    const ids = PARTITIONED_TABLES.filter(({ name }) => name === 'carrier_ids')
    await dropPartitionsBefore(pool, messages, startOfMonth(now(), retentionMonths), closings.beforeDrop)
    await dropPartitionsBefore(pool, ids, startOfMonth(now(), Math.min(retentionMonths, CARRIER_IDS_MONTHS)))
    await forget(now(), ending.signal)
    await pruneIncoming(session, startOfMonth(now(), retentionMonths))
    await pruneClicks(session, now() - CLICKS_MS)
    await forgetDayCounts(session, Math.floor(now() / DAY_MS) - DAYS_COUNTED)
    await indexRecipients(pool, session, now(), ending.signal)
  }

  void (async () => {
    for (let pauseMs = FIRST_MS; !ending.signal.aborted; pauseMs = HOUR_MS) {
      await sleep(pauseMs, ending.signal)
      if (ending.signal.aborted) return
      await once().catch((error: unknown) =>
        log.warn('the upkeep of the tables failed, and is tried again in an hour', { error }),
      )
    }
  })()
  return { stop: () => ending.abort() }
}

/** The lowest id of the month so many whole months before this one. */
export function startOfMonth(nowMs: number, monthsBefore: number): number {
  const date = new Date(nowMs)
  return idOfTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBefore, 1))
}
