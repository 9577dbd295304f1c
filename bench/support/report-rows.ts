import type { Pool } from 'pg'
import { idOfTime, monthOf } from '../../src/domain/message-id.ts'
import { ensurePartitions, PARTITIONED_TABLES } from '../../src/store/partitions.ts'

export interface Sizes {
  readonly rows: number
  readonly accounts: number
  /** Months behind this one that have messages too. */
  readonly monthsBehind: number
  /** Share of all messages that lies in this month. */
  readonly openShare: number
}

/** Different recipients of one account. */
export const RECIPIENTS = 2_000
const CHUNK = 100_000

/** The number to which an account sent its n-th message. */
export const recipientOf = (account: number, nth: number): string =>
  String(79_160_000_000 + account * RECIPIENTS + (nth % RECIPIENTS))

const MESSAGES = `
insert into messages (account_id, id, ref, price, expires_at, due_at, payer_id, channel, lane, parts, mccmnc, recipient, sender, body,
  state_at, sent_at, carrier_id, flags, state, attempts, carrier_ids, receipt)
select a, id, nth + 1, 1000000, 0, 0, a, case when nth % 100 = 7 then 8 else 0 end, 1, 1, '25001',
  (79160000000 + a * ${RECIPIENTS} + nth % ${RECIPIENTS})::text, 'Shop', 'Your code is ' || i || '. Tell it to nobody, not even to us.',
  0, 1, 1, 0, 1, 1, 'carrier-id-' || i, 'DELIVRD 000'
from (select i, 1 + (i * 7919) % $3::int8 as a, i / $3::int8 as nth, $4::int8 + (i - $5::int8) * $6::int8 as id from generate_series($1::int8, $2::int8 - 1) i) x`

const POSTINGS = `
insert into postings (account_id, id, purse, kind, amount)
select 1 + (i * 7919) % $3::int8, $4::int8 + (i - $5::int8) * $6::int8 - 1, 1, 2, -1000000 from generate_series($1::int8, $2::int8 - 1) i`

const REFUNDS = `
insert into refunds (id, payer_id, purse, account_id, message_id, amount)
select id - 2, a, 1, a, id, 1000000
from (select 1 + (i * 7919) % $3::int8 as a, $4::int8 + (i - $5::int8) * $6::int8 as id from generate_series($1::int8, $2::int8 - 1) i where i % 50 = 3) x`

const INCOMING = `
insert into incoming (id, carrier_id, account_id, sender, recipient, body, at)
select $4::int8 + (i - $5::int8) * $6::int8, 1, 1 + (i / 10 * 7919) % $3::int8, '79161234567', '7999' || i % 5, 'Yes, I will come at ' || i, 0
from generate_series($1::int8, $2::int8 - 1) i where i % 10 = 0`

/**
 * Messages of many accounts by turns, evenly over this month and over those behind it, as a busy centre stores them; each with its
 * posting, one in fifty with a refund, and an incoming message to ten of them.
 */
export async function seed(pool: Pool, sizes: Sizes, nowMs: number, tell: (done: number) => void): Promise<void> {
  const { rows, accounts, monthsBehind, openShare } = sizes
  await ensurePartitions(pool, PARTITIONED_TABLES, nowMs, 0)
  for (let behind = 1; behind <= monthsBehind; behind++)
    await ensurePartitions(pool, PARTITIONED_TABLES, monthStartMs(nowMs, -behind), 0)
  await pool.query(`insert into tariffs (name) values ('bench')`)
  await pool.query(
    `insert into accounts (id, login, payer_id, tariff_id, balance)
     overriding system value select n, 'account' || n, n, (select id from tariffs where name = 'bench'), 0 from generate_series(1, $1::int4) n`,
    [accounts],
  )
  const client = await pool.connect()
  try {
    await client.query('set synchronous_commit = off; set statement_timeout = 0')
    let next = 0
    for (let behind = monthsBehind; behind >= 0; behind--) {
      const count = behind === 0 ? rows - next : Math.floor((rows * (1 - openShare)) / monthsBehind)
      const month = monthOf(nowMs, -behind)
      const until = Math.min(month.to, idOfTime(nowMs))
      const [first, from, step] = [next, month.from + 10, Math.floor((until - month.from) / count) - 1]
      for (const end = next + count; next < end; ) {
        const to = Math.min(end, next + CHUNK)
        for (const sql of [MESSAGES, POSTINGS, REFUNDS, INCOMING])
          await client.query(sql, [next, to, accounts, from, first, step])
        next = to
        tell(next)
      }
    }
  } finally {
    client.release(true)
  }
  await pool.query('analyze messages, postings, refunds, incoming')
}

const monthStartMs = (nowMs: number, later: number): number => {
  const date = new Date(nowMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1)
}
