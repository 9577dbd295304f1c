import { bigintArray, byteaArray, int2Array, int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A change of one message: settled, received, expired, cancelled or moved. Written only over the state it was decided on. */
export interface Change {
  readonly accountId: number
  readonly id: number
  readonly wasState: number
  readonly wasRefunded: bigint
  readonly state: number
  readonly err: number
  readonly stateAtMs: number // 0: the state did not change
  readonly sentAtMs: number
  readonly carrierId: number
  readonly hops: number
  readonly attempts: number
  readonly duplicates: number
  readonly refunded: bigint // in all
  readonly cost: bigint
  readonly partStates: Uint8Array | null
  readonly carrierIds: string | null
  readonly receipt: string | null
  readonly trace: Uint8Array | null
  readonly hlr: string | null // eight lines
  /** Into the due queue with this change; carrier 0: to be routed when due. */
  readonly move:
    | { readonly carrierId: number; readonly lane: number; readonly dueAtMs: number; readonly reason: number }
    | undefined
}

export interface IdRow {
  readonly carrierId: number
  readonly key: string
  readonly accountId: number
  readonly id: number
  readonly part: number
}

export interface SettleBatch {
  /** Of the postings, when money goes back. */
  readonly id: number
  readonly atMs: number // now
  readonly changes: readonly Change[]
  /** Carrier ids whose receipts have not come yet. */
  readonly carrierIds: readonly IdRow[]
  /** Rows of journal and handed whose messages are all settled. */
  readonly journal: readonly number[]
  readonly handed: readonly number[]
  /** Parked receipts that found their message. */
  readonly matched: readonly { readonly parkedId: number; readonly messageId: number }[]
  /** Leases this batch was decided under: if one is no longer ours, nothing is written. */
  readonly leases: readonly { readonly carrierId: number; readonly epoch: number }[]
  /** Messages that are changed only if they still wait in the due queue; they leave it with the change. */
  readonly takes: readonly number[]
}

/** written: ids whose row changed. stale: a lease was lost, nothing was written. */
export type SettleResult = { readonly stale: boolean; readonly written: number; readonly missed: readonly number[] }

/*
 * No CTE is joined with another here: this connection plans without hash and merge joins (they are the trap on
 * fresh partitions), so what follows a change is taken from RETURNING.
 */
const changed = (taking: boolean): string => `
with leased as materialized (
  select count(*) = cardinality($1::int4[]) as ok
  from unnest($1::int4[], $2::int8[]) as w(carrier_id, epoch)
  join carrier_leases l on l.carrier_id = w.carrier_id and l.epoch = w.epoch
), ${taking ? 'taken as materialized (delete from due_queue where id = any($35::int8[]) and (select ok from leased) returning id), ' : ''}changed as (
  update messages m
  set state = c.state, err = c.err, state_at = case when c.state_at > 0 then c.state_at else m.state_at end,
    sent_at = case when c.sent_at > 0 then c.sent_at else m.sent_at end, carrier_id = c.carrier_id, hops = c.hops,
    attempts = c.attempts, duplicates = c.duplicates, refunded = c.refunded, cost = c.cost,
    part_states = coalesce(c.part_states, m.part_states), carrier_ids = coalesce(c.carrier_ids, m.carrier_ids),
    receipt = coalesce(c.receipt, m.receipt), trace = coalesce(c.trace, m.trace),
    hlr = coalesce(string_to_array(c.hlr, E'\\n'), m.hlr)
  from unnest($3::int4[], $4::int8[], $5::int2[], $6::int8[], $7::int2[], $8::int2[], $9::int8[], $10::int8[], $11::int4[],
    $12::int4[], $13::int2[], $14::int2[], $15::int8[], $16::int8[], $17::bytea[], $18::text[], $19::text[], $20::bytea[],
    $21::text[], $22::int4[], $23::int2[], $24::int8[], $25::int2[])
    as c(account_id, id, was_state, was_refunded, state, err, state_at, sent_at, carrier_id, hops, attempts, duplicates, refunded,
      cost, part_states, carrier_ids, receipt, trace, hlr, move_carrier, move_lane, move_due_at, move_reason)
  where m.account_id = c.account_id and m.id = c.id and m.state = c.was_state and m.refunded = c.was_refunded
    and (select ok from leased)${taking ? ' and (m.id <> all($35::int8[]) or m.id in (select id from taken))' : ''}
  returning m.id, m.account_id, m.payer_id, m.flags, c.refunded - c.was_refunded as refund, c.move_carrier, c.move_lane, c.move_due_at,
    c.move_reason
), found_later as (
  insert into carrier_ids (carrier_id, key, account_id, id, part, at)
  select k.*, $33 from unnest($26::int4[], $27::text[], $28::int4[], $29::int8[], $30::int2[]) as k where (select ok from leased)
), moved as (
  insert into due_queue (carrier_id, lane, account_id, due_at, id, reason)
  select move_carrier, move_lane, account_id, move_due_at, id, move_reason from changed where move_carrier >= 0
  on conflict (id) do nothing
), journal_done as (
  delete from journal where id = any($31::int8[]) and (select ok from leased)
), handed_done as (
  delete from handed where id = any($32::int8[]) and (select ok from leased)
)`

const SETTLE: Statement = {
  name: 'settle',
  text: `${changed(false)}
select (select ok from leased), case when count(*) < cardinality($4::int8[]) then array_agg(id) end, count(*)::int4 from changed`,
}

/** The same with money going back (or, for a late good receipt, being charged again): accounts are locked in id order. */
const settleMoney = (name: string, taking: boolean): Statement => ({
  name,
  text: `${changed(taking)}, purses as materialized (
  select payer_id, (1 + (flags >> 5 & 1))::int2 as purse, sum(refund)::int8 as amount from changed where refund <> 0 group by 1, 2
), totals as materialized (
  select payer_id, sum(amount * (2 - purse))::int8 as main, sum(amount * (purse - 1))::int8 as electronic from purses group by payer_id
), locked as materialized (
  select a.id from accounts a where a.id = any(array(select payer_id from totals)) order by a.id for update
), credited as (
  update accounts a set balance = a.balance + t.main, balance2 = a.balance2 + t.electronic
  from totals t
  where a.id = t.payer_id and (t.main <> 0 or t.electronic <> 0) and (select count(*) from locked) >= 0
), posted as (
  insert into postings (account_id, id, purse, kind, amount)
  select payer_id, $34, purse, case when amount > 0 then 3 else 4 end, amount from purses where amount <> 0
), itemised as (
  insert into refunds (id, payer_id, purse, account_id, message_id, amount)
  select $34, payer_id, (1 + (flags >> 5 & 1))::int2, account_id, id, refund from changed where refund <> 0
)
select (select ok from leased), case when count(*) < cardinality($4::int8[]) then array_agg(id) end, count(*)::int4 from changed`,
})
const SETTLE_MONEY = settleMoney('settle_money', false)
const SETTLE_TAKING = settleMoney('settle_taking', true)

const MATCHED: Statement = {
  name: 'parked_matched',
  text: `update parked_receipts p set matched_id = m.id
from unnest($1::int8[], $2::int8[]) as m(parked_id, id) where p.id = m.parked_id`,
}

export async function storeMatched(session: Session, matched: SettleBatch['matched']): Promise<void> {
  await session.run(MATCHED, [
    int8Array(matched.map((match) => match.parkedId)),
    int8Array(matched.map((match) => match.messageId)),
  ])
}

export async function settle(session: Session, batch: SettleBatch): Promise<SettleResult> {
  const { changes: c, carrierIds: k, leases } = batch
  const money = c.some((change) => change.refunded !== change.wasRefunded)
  const values: unknown[] = [
    int4Array(leases.map((lease) => lease.carrierId)),
    int8Array(leases.map((lease) => lease.epoch)),
    int4Array(c.map((r) => r.accountId)),
    int8Array(c.map((r) => r.id)),
    int2Array(c.map((r) => r.wasState)),
    bigintArray(c.map((r) => r.wasRefunded)),
    int2Array(c.map((r) => r.state)),
    int2Array(c.map((r) => r.err)),
    int8Array(c.map((r) => r.stateAtMs)),
    int8Array(c.map((r) => r.sentAtMs)),
    int4Array(c.map((r) => r.carrierId)),
    int4Array(c.map((r) => r.hops)),
    int2Array(c.map((r) => r.attempts)),
    int2Array(c.map((r) => r.duplicates)),
    bigintArray(c.map((r) => r.refunded)),
    bigintArray(c.map((r) => r.cost)),
    byteaArray(c.map((r) => r.partStates)),
    textArray(c.map((r) => r.carrierIds)),
    textArray(c.map((r) => r.receipt)),
    byteaArray(c.map((r) => r.trace)),
    textArray(c.map((r) => r.hlr)),
    int4Array(c.map((r) => r.move?.carrierId ?? -1)),
    int2Array(c.map((r) => r.move?.lane ?? 0)),
    int8Array(c.map((r) => r.move?.dueAtMs ?? 0)),
    int2Array(c.map((r) => r.move?.reason ?? 0)),
    int4Array(k.map((r) => r.carrierId)),
    textArray(k.map((r) => r.key)),
    int4Array(k.map((r) => r.accountId)),
    int8Array(k.map((r) => r.id)),
    int2Array(k.map((r) => r.part)),
    int8Array(batch.journal),
    int8Array(batch.handed),
    batch.atMs,
  ]
  const taking = batch.takes.length > 0
  if (money || taking) values.push(batch.id)
  if (taking) values.push(int8Array(batch.takes))
  const rows = await session.run(taking ? SETTLE_TAKING : money ? SETTLE_MONEY : SETTLE, values)
  const [ok, ids, written] = rows[0] as [boolean, unknown[] | null, number]
  if (!ok) return { stale: true, written: 0, missed: [] }
  if (batch.matched.length > 0) await storeMatched(session, batch.matched)
  if (written === c.length) return { stale: false, written, missed: [] }
  const found = new Set((ids ?? []).map(Number))
  return { stale: false, written, missed: c.filter((change) => !found.has(change.id)).map((change) => change.id) }
}
