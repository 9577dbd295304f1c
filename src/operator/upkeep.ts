import type pg from 'pg'
import { now, sleep } from '../clock.ts'
import { idOfTime } from '../domain/message-id.ts'
import { log } from '../log.ts'
import { closeMonth } from '../store/closings.ts'
import { dropPartitionsBefore, ensurePartitions, PARTITIONED_TABLES } from '../store/partitions.ts'

const HOUR_MS = 3_600_000
/** A receipt that comes later than this finds no message: carriers forget ids sooner. */
const CARRIER_IDS_MONTHS = 2

/** What the tables need as months go by: partitions made ahead, old months closed and dropped. Hourly, by any node. */
export function startUpkeep(pool: pg.Pool, retentionMonths: number): { stop(): void } {
  const ending = new AbortController()

  async function once(): Promise<void> {
    await ensurePartitions(pool, PARTITIONED_TABLES, now())
    const messages = PARTITIONED_TABLES.filter(({ name }) => name !== 'carrier_ids')
    const ids = PARTITIONED_TABLES.filter(({ name }) => name === 'carrier_ids')
    await dropPartitionsBefore(pool, messages, startOfMonth(now(), retentionMonths), (partition) => closeMonth(pool, partition))
    await dropPartitionsBefore(pool, ids, startOfMonth(now(), Math.min(retentionMonths, CARRIER_IDS_MONTHS)))
  }

  void (async () => {
    while (!ending.signal.aborted) {
      await sleep(HOUR_MS, ending.signal)
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
