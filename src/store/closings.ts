import type pg from 'pg'
import type { Partition } from './partitions.ts'

/**
 * Keeps what a month of messages came to, per payer and purse, before the month is dropped: postings are never
 * dropped, and the audit must go on proving them. Taken again it changes nothing.
 */
export async function closeMonth(pool: pg.Pool, { table, name, to }: Partition): Promise<void> {
  if (table !== 'messages') return
  await pool.query(
    `insert into closings (account_id, purse, until_id, charged, refunded, messages)
     select payer_id, case when flags & 32 = 0 then 1 else 2 end, $1, sum(price), sum(refunded), count(*) from ${name} group by 1, 2
     on conflict do nothing`,
    [to],
  )
  // A month without messages closes too: the audit counts from the newest closing on.
}
