import { int2Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** What a waiting message is replaced by. Money in millionths, instants in Unix ms. */
export interface Replacement {
  readonly accountId: number
  readonly id: number // of the message that waits
  readonly hops: number // as it was read
  readonly newId: number
  readonly refundId: number // of the posting that gives the old price back
  readonly chargeId: number // of the posting that charges the new one; just before newId
  readonly body: string
  readonly comment: string | null
  readonly parts: number
  readonly price: bigint
  readonly flags: number
  readonly routeVersion: number
  readonly dueAtMs: number
  readonly expiresAtMs: number
  readonly receipt: string // the old row's mark
  readonly nowMs: number
  readonly reason: number // of the due queue
  /** Reasons for which a row of the due queue is not to be replaced. */
  readonly except: readonly number[]
}

/** poor: the payer cannot pay the difference. gone: it no longer waits in the due queue as it was read. */
export type ReplaceOutcome = 'replaced' | 'poor' | 'gone'

/*
 * The old message ends as refunded and hidden, and a new one with its number stands in its place: so the books know of nothing but
 * charges and refunds, whatever months lie between. Locks are taken in the order of a settle commit: queue, message, account.
 */
const REPLACE: Statement = {
  name: 'replace',
  text: `
with waiting as materialized (
  select d.id, d.lane from due_queue d where d.id = $2 and d.account_id = $1 and d.reason <> all($18::int2[]) for update
), found as materialized (
  select m.* from messages m
  where m.account_id = $1 and m.id = $2 and (select count(*) from waiting) > 0
    and m.state = -1 and m.hops = $3 and m.duplicates = 0 and m.carrier_ids is null and m.octets is null and m.flags & 8 = 0
  for update
), purse as materialized (
  select a.id, f.paid_from, case f.paid_from when 1 then a.balance + a.credit_limit else a.balance2 end as available
  from accounts a, (select payer_id, (1 + (flags >> 5 & 1))::int2 as paid_from from found) f where a.id = f.payer_id for update of a
), payable as materialized (
  select f.* from found f where $9::int8 <= f.price or (select available from purse) >= $9::int8 - f.price
), gone as (
  delete from due_queue d using payable p where d.id = p.id
), ended as (
  update messages m set state = 20, err = 0, state_at = $15, refunded = m.price, receipt = $14, flags = m.flags | 8
  from payable p where m.account_id = p.account_id and m.id = p.id
), paid as (
  update accounts a set balance = a.balance + (2 - u.paid_from) * (p.price - $9::int8), balance2 = a.balance2 + (u.paid_from - 1) * (p.price - $9::int8)
  from payable p, purse u where a.id = u.id and p.price <> $9::int8
), posted as (
  insert into postings (account_id, id, purse, kind, amount)
  select payer_id, $5::int8, paid_from, 3, price from payable, purse where price > 0
  union all select payer_id, $6::int8, paid_from, 2, -$9::int8 from payable, purse where $9::int8 > 0
), itemised as (
  insert into refunds (id, payer_id, purse, account_id, message_id, amount)
  select $5, p.payer_id, u.paid_from, p.account_id, p.id, p.price from payable p, purse u where p.price > 0
), made as (
  insert into messages (account_id, id, payer_id, ref, ref_text, recipient, sender, body, comment, channel, lane, parts, price, mccmnc,
    flags, dcs, pid, priority, route_version, state, state_at, due_at, expires_at, hops, control)
  select account_id, $4, payer_id, ref, ref_text, recipient, sender, $7, $8, channel, lane, $10, $9, mccmnc,
    $11, dcs, pid, priority, $12, -1, $15, $13, $16, 1, control
  from payable
), queued as (
  insert into due_queue (carrier_id, lane, account_id, due_at, id, reason)
  select 0, lane, account_id, $13, $4, $17 from payable
)
select (select count(*) from found)::int4, (select count(*) from payable)::int4`,
}

/** Puts a new message in the place of one that waits, and charges or gives back the difference, in one commit. */
export async function replaceMessage(session: Session, change: Replacement): Promise<ReplaceOutcome> {
  const [row] = await session.run(REPLACE, [
    change.accountId,
    change.id,
    change.hops,
    change.newId,
    change.refundId,
    change.chargeId,
    change.body,
    change.comment,
    change.price,
    change.parts,
    change.flags,
    change.routeVersion,
    change.dueAtMs,
    change.receipt,
    change.nowMs,
    change.expiresAtMs,
    change.reason,
    int2Array(change.except),
  ])
  const [found, replaced] = (row ?? [0, 0]) as [number, number]
  return replaced > 0 ? 'replaced' : found > 0 ? 'poor' : 'gone'
}

const READ: Statement = {
  name: 'replace_read',
  text: `
select m.account_id, m.id, m.recipient, m.sender, m.state, m.channel, m.flags, m.hops, m.dcs, m.due_at, m.expires_at, m.octets is null,
  coalesce((select t.body from texts t where m.text_id > 0 and t.id = m.text_id), m.body), m.comment
from messages m where m.account_id = $1 and m.id = $2`,
}

/** A message as it is read before it is replaced. */
export interface Replaceable {
  readonly accountId: number
  readonly id: number
  readonly recipient: string
  readonly sender: string
  readonly state: number
  readonly channel: number
  readonly flags: number
  readonly hops: number
  readonly dcs: number
  readonly dueAtMs: number
  readonly expiresAtMs: number
  readonly isText: boolean // and nothing of the customer's own before it
  readonly body: string | null
  readonly comment: string | null
}

export async function readReplaceable(session: Session, accountId: number, id: number): Promise<Replaceable | undefined> {
  const [row] = await session.run(READ, [accountId, id])
  if (!row) return undefined
  return {
    accountId: row[0] as number,
    id: Number(row[1]),
    recipient: row[2] as string,
    sender: row[3] as string,
    state: row[4] as number,
    channel: row[5] as number,
    flags: row[6] as number,
    hops: row[7] as number,
    dcs: row[8] as number,
    dueAtMs: Number(row[9]),
    expiresAtMs: Number(row[10]),
    isText: row[11] as boolean,
    body: row[12] as string | null,
    comment: row[13] as string | null,
  }
}
