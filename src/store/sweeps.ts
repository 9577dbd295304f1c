import { type LoadedMessage, loadedColumns, readLoaded } from './loaded.ts'
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

/**
 * A slice of one carrier's taken messages between two ids, in order, that still have no receipt. The slice is of
 * carrier ids, so a carrier whose receipts all came is walked quickly; `upTo` is where the next slice begins.
 */
const WITHOUT_RECEIPT: Statement = {
  name: 'without_receipt',
  text: `
with slice as materialized (
  select c.account_id, c.id, min(c.key) as key from carrier_ids c
  where c.carrier_id = $1 and c.id > $2 and c.id <= $3 group by c.account_id, c.id order by c.id limit $4
), waiting as (
  select m.*, null::text as shared_body from slice s join messages m on m.account_id = s.account_id and m.id = s.id where m.state = 0
)
select 0 as kind, ${loadedColumns('w')} from waiting w
union all
select 1, ${Array.from({ length: 30 }, (_, at) => (at === 1 ? 'max(id)' : 'null')).join(', ')} from slice having count(*) >= $4`,
}

export async function withoutReceipt(
  session: Session,
  carrierId: number,
  afterId: number,
  upToId: number,
  limit: number,
): Promise<{ messages: LoadedMessage[]; upTo: number }> {
  const rows = await session.run(WITHOUT_RECEIPT, [carrierId, afterId, upToId, limit])
  const last = rows.find(([kind]) => kind === 1)
  return {
    messages: rows.filter(([kind]) => kind === 0).map(([, ...row]) => readLoaded(row)),
    upTo: last ? Number(last[2]) : upToId,
  }
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
  and m.sent_at > 0 and m.sent_at <= p.at
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

/** Takes a held or waiting message out of the due queue, if it still stands there. */
const TAKE_DUE: Statement = { name: 'due_take', text: `delete from due_queue where id = $1 returning carrier_id` }
export const takeDue = async (session: Session, id: number): Promise<boolean> => (await session.run(TAKE_DUE, [id])).length === 1

/** What a payer can spend: for requests of several commits, which are priced whole first. */
const FUNDS: Statement = {
  name: 'funds',
  text: `select (p.balance + p.credit_limit)::text, p.balance::text from accounts a join accounts p on p.id = a.payer_id where a.id = $1`,
}
export async function readFunds(session: Session, accountId: number): Promise<{ available: bigint; balance: bigint }> {
  const [row] = await session.run(FUNDS, [accountId])
  return { available: BigInt((row?.[0] as string) ?? '0'), balance: BigInt((row?.[1] as string) ?? '0') }
}

/** A short link's address and the message it was made for. */
const LINK: Statement = { name: 'short_link', text: `select id, url, account_id, message_id from short_links where code = $1` }
export async function readShortLink(
  session: Session,
  code: string,
): Promise<{ id: number; url: string; accountId: number; messageId: number } | undefined> {
  const [row] = await session.run(LINK, [code])
  return row && { id: Number(row[0]), url: row[1] as string, accountId: row[2] as number, messageId: Number(row[3]) }
}

const CLICK: Statement = {
  name: 'short_link_click',
  text: `
with repeat as (
  select count(*) > 0 as again from clicks where link_id = $1 and visitor = $4 and at > $2::bigint - 10000 and not machine
), stored as (
  insert into clicks (link_id, at, machine, visitor) select $1, $2, $3 or again, $4 from repeat returning machine
), counted as (
  update short_links set clicks = clicks + case when s.machine then 0 else 1 end,
    machine_clicks = machine_clicks + case when s.machine then 1 else 0 end
  from stored s where id = $1
)
select machine from stored`,
}

/** Notes a visit; true when it counts as a person's (a repeat by one visitor within 10 s does not). */
export async function storeClick(
  session: Session,
  linkId: number,
  atMs: number,
  machine: boolean,
  visitor: Uint8Array,
): Promise<boolean> {
  const [row] = await session.run(CLICK, [linkId, atMs, machine, Buffer.from(visitor)])
  return row?.[0] === false
}
