import type pg from 'pg'
import { idOfTime } from '../domain/message-id.ts'

export async function ensurePartitions(pool: pg.Pool, tables: readonly string[], nowMs: number, monthsAhead = 3): Promise<void> {
  const date = new Date(nowMs)
  for (const table of tables) {
    for (let ahead = 0; ahead <= monthsAhead; ahead++) {
      const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)
      const to = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead + 1, 1)
      const name = `${table}_${new Date(from).toISOString().slice(0, 7).replace('-', '_')}`
      await pool.query(
        `create table if not exists ${name} partition of ${table} for values from (${idOfTime(from)}) to (${idOfTime(to)})${table === 'messages' ? ' with (fillfactor = 50)' : ''}`,
      )
    }
  }
}
