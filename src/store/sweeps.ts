import { type ReceiptTarget, readTarget, TARGET, TARGET_COLUMNS } from './receipts.ts'
import type { Session, Statement } from './session.ts'

/** How far a sweep has come, per carrier; kept, so that a restart does not begin at the beginning. */
const READ: Statement = { name: 'sweep_read', text: `select value::text from settings where name = $1` }
const WRITE: Statement = {
  name: 'sweep_write',
  text: `insert into settings (name, value) values ($1, to_jsonb($2::int8)) on conflict (name) do update set value = excluded.value`,
}

export const readSweep = async (session: Session, name: string): Promise<number> =>
  Number((await session.run(READ, [name]))[0]?.[0] ?? 0)
export const writeSweep = async (session: Session, name: string, id: number): Promise<void> => {
  await session.run(WRITE, [name, id])
}

/*
 * Walks along the time of the carrier's answer, not of acceptance: a message may have been sent days after it was accepted.
 */
const WITHOUT_RECEIPT: Statement = {
  name: 'without_receipt',
  text: `
with slice as materialized (
  select c.account_id, c.id, c.at from carrier_ids c
  where c.carrier_id = $1 and c.at > $2 and c.at <= $3 order by c.at limit $4
)
select (select count(*) from slice)::int4, (select max(at) from slice), m.*
from (select) one left join (
  select distinct on (m.id) ${TARGET}, m.carrier_ids, m.trace from slice s
  cross join lateral (select * from messages where account_id = s.account_id and id = s.id offset 0) m
  where m.state = 0 and m.carrier_id = $1
) m on true`,
}

export interface TakenMessage extends ReceiptTarget {
  readonly carrierIds: readonly string[]
  readonly trace: Uint8Array | null
}

export interface TakenSlice {
  readonly messages: TakenMessage[]
  readonly rows: number // looked at
  readonly upTo: number // where the next slice begins
}

/**
 * One carrier's messages that it took between two instants (Unix ms, the later one included) and that still have no
 * receipt. A commit writes at most 1,000 messages, so `limit` must be more
 * than the parts of these.
 */
export async function withoutReceipt(
  session: Session,
  carrierId: number,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<TakenSlice> {
  const rows = await session.run(WITHOUT_RECEIPT, [carrierId, fromMs, toMs, limit])
  const [count, last] = rows[0] ?? []
  const messages = rows.flatMap(([, , ...row]) => {
    if (row[0] === null) return []
    const [carrierIds, trace] = row.splice(TARGET_COLUMNS)
    const ids = ((carrierIds as string | null) ?? '').split('\n').filter((id) => id !== '')
    return [{ ...readTarget([0, '', 1, ...row]), carrierIds: ids, trace: trace as Uint8Array | null }]
  })
  // The last instant of a full slice may have more rows.
  return { messages, rows: Number(count), upTo: Number(count) < limit ? toMs : Math.max(fromMs + 1, Number(last) - 1) }
}

/**
 * Held messages that a parked receipt may speak of: same carrier and recipient, sent before the receipt came.
 * Only where exactly one message fits; `parked_id` and the message.
 */
const HELD_MATCH: Statement = {
  name: 'held_match',
  text: `
select p.id, min(m.account_id), min(m.id)
from parked_receipts p
join due_queue d on d.carrier_id = p.carrier_id and d.reason = 6
join messages m on m.account_id = d.account_id and m.id = d.id and m.state = -1
  and right(m.recipient, 9) = right(p.recipient, 9) and (p.sender = '' or p.sender = m.sender)
  and greatest(m.sent_at, m.due_at) <= p.at -- sent_at is 0 when we died before its answer
where p.matched_id = 0 and p.recipient <> '' and p.at >= $1 and p.state in ('delivered', 'undelivered', 'expired', 'rejected', 'read')
group by p.id having count(*) = 1
order by p.id limit 100`,
}

export async function heldMatches(
  session: Session,
  sinceMs: number,
): Promise<{ parkedId: number; accountId: number; id: number }[]> {
  return (await session.run(HELD_MATCH, [sinceMs])).map(([parkedId, accountId, id]) => ({
    parkedId: Number(parkedId),
    accountId: accountId as number,
    id: Number(id),
  }))
}

/** What a payer can spend: for requests of several commits, which are priced whole first. */
const FUNDS: Statement = {
  name: 'funds',
  text: `select (p.balance + p.credit_limit)::text, p.balance2::text from accounts a join accounts p on p.id = a.payer_id where a.id = $1`,
}
export async function readFunds(session: Session, accountId: number): Promise<{ available: bigint; electronic: bigint }> {
  const [row] = await session.run(FUNDS, [accountId])
  return { available: BigInt((row?.[0] as string) ?? '0'), electronic: BigInt((row?.[1] as string) ?? '0') }
}
