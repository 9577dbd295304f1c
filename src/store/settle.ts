import { bigintArray, byteaArray, int2Array, int4Array, int8Array, textArray } from './binary.ts'
import { type Delivery, owingOf, owingValues } from './deliveries.ts'
import { TELLING_VALUES, type Told, tellingOf, tellingValues } from './outbox.ts'
import type { Session, Statement } from './session.ts'

/** A change of one message: settled, received, expired, cancelled or moved. Written only over the state it was decided on. */
export interface Change {
  readonly accountId: number
  readonly id: number
  readonly wasState: number
  readonly wasRefunded: bigint
  readonly wasHops: number // the row's count; a move adds one
  readonly state: number
  readonly err: number
  readonly stateAtMs: number // 0: the state did not change
  readonly sentAtMs: number
  readonly carrierId: number
  readonly attempts: number
  readonly duplicates: number
  readonly refunded: bigint // in all
  readonly cost: bigint
  readonly partStates: Uint8Array | null
  readonly carrierIds: string | null // null: as they are; empty: none any more
  readonly receipt: string | null
  readonly trace: Uint8Array | null
  readonly hlr: string | null // eight lines
  /** Into the due queue with this change; carrier 0: to be routed when due. */
  readonly move:
    | { readonly carrierId: number; readonly lane: number; readonly dueAtMs: number; readonly reason: number }
    | undefined
  readonly flags?: number // of the message, as they are
  /** It goes out once more, under delivery control, instead of ending. */
  readonly second?: { readonly control: string; readonly sender: string; readonly expiresAtMs: number }
  /** What an SMPP session is to be told of it. */
  readonly owes?: Delivery | undefined
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
  /** What handlers are to be told of these changes; written with them. */
  readonly told?: readonly Told[] | undefined
  /** What SMPP sessions are to be told of them, likewise. */
  readonly owed?: readonly Delivery[] | undefined
}

/** written: ids whose row changed. stale: a lease was lost, nothing was written. */
export type SettleResult = { readonly stale: boolean; readonly written: number; readonly missed: readonly number[] }

interface Column {
  readonly name: string
  readonly type: string
  readonly encode: (changes: readonly Change[]) => Buffer
  /** What the row's column becomes; without it the column is only compared, or used elsewhere. */
  readonly set?: string
}

const column = <T>(
  name: string,
  type: string,
  array: (values: readonly T[]) => Buffer,
  of: (change: Change) => T,
  set?: string,
): Column => ({ name, type, encode: (changes) => array(changes.map(of)), ...(set !== undefined && { set }) })

/** A time that stands for "as it was" when it is 0, and a value that stands for it when it is null. */
const unlessZero = (name: string): string => `case when c.${name} > 0 then c.${name} else m.${name} end`
const unlessNull = (name: string): string => `coalesce(c.${name}, m.${name})`

/** What every change says. */
const ALWAYS: readonly Column[] = [
  column('account_id', 'int4', int4Array, (c) => c.accountId),
  column('id', 'int8', int8Array, (c) => c.id),
  column('was_state', 'int2', int2Array, (c) => c.wasState),
  column('was_refunded', 'int8', bigintArray, (c) => c.wasRefunded),
  column('was_hops', 'int4', int4Array, (c) => c.wasHops),
  column('state', 'int2', int2Array, (c) => c.state, 'c.state'),
  column('err', 'int2', int2Array, (c) => c.err, 'c.err'),
  column('state_at', 'int8', int8Array, (c) => c.stateAtMs, unlessZero('state_at')),
  column('sent_at', 'int8', int8Array, (c) => c.sentAtMs, unlessZero('sent_at')),
  column('carrier_id', 'int4', int4Array, (c) => c.carrierId, 'c.carrier_id'),
  column('attempts', 'int2', int2Array, (c) => c.attempts, 'c.attempts'),
  column('cost', 'int8', bigintArray, (c) => c.cost, 'c.cost'),
  column('carrier_ids', 'text', textArray, (c) => c.carrierIds, `nullif(${unlessNull('carrier_ids')}, '')`),
  column('receipt', 'text', textArray, (c) => c.receipt, unlessNull('receipt')),
  column('trace', 'bytea', byteaArray, (c) => c.trace, unlessNull('trace')),
]
/** What hardly any change says: a batch without all of it is written by a shorter statement (1.5 \u00b5s a message less). */
const RARE: readonly Column[] = [
  column('duplicates', 'int2', int2Array, (c) => c.duplicates, 'c.duplicates'),
  column('refunded', 'int8', bigintArray, (c) => c.refunded, 'c.refunded'),
  column('part_states', 'bytea', byteaArray, (c) => c.partStates, unlessNull('part_states')),
  column('hlr', 'text', textArray, (c) => c.hlr, "coalesce(string_to_array(c.hlr, E'\\n'), m.hlr)"),
  column('move_carrier', 'int4', int4Array, (c) => c.move?.carrierId ?? -1),
  column('move_lane', 'int2', int2Array, (c) => c.move?.lane ?? 0),
  column('move_due_at', 'int8', int8Array, (c) => c.move?.dueAtMs ?? 0),
  column('move_reason', 'int2', int2Array, (c) => c.move?.reason ?? 0),
]
/** What only a second attempt says, which also leaves no trace of the first one's receipt and time. */
const SECOND: readonly Column[] = [
  column('control', 'text', textArray, (c) => c.second?.control ?? null, 'coalesce(c.control::jsonb, m.control)'),
  column('sender', 'text', textArray, (c) => c.second?.sender ?? null, unlessNull('sender')),
  column('expires_at', 'int8', int8Array, (c) => c.second?.expiresAtMs ?? 0, unlessZero('expires_at')),
]
const CLEARED: Readonly<Record<string, string>> = { receipt: 'null', sent_at: '0' }

const isRare = (change: Change): boolean =>
  change.duplicates !== 0 ||
  change.refunded !== 0n ||
  change.wasRefunded !== 0n ||
  change.partStates !== null ||
  change.hlr !== null ||
  change.move !== undefined

// Parameters: what stands around the changes, then a column each, then the batch's id and the messages it takes.
const FIRST_COLUMN = 11
const BATCH_ID = FIRST_COLUMN + ALWAYS.length + RARE.length
const TAKES = BATCH_ID + 1

/*
 * No CTE is joined with another here: this connection plans without hash and merge joins (they are the trap on
 * fresh partitions), so what follows a change is taken from RETURNING.
 */
function changed({ rare, taking, second = false }: { rare: boolean; taking: boolean; second?: boolean }): string {
  const columns = [...ALWAYS, ...(rare ? RARE : []), ...(second ? SECOND : [])]
  const takes = TAKES + (second ? SECOND.length : 0)
  const arrays = columns.map(({ type }, at) => `$${FIRST_COLUMN + at}::${type}[]`)
  const setTo = (name: string, set: string): string =>
    second && CLEARED[name] !== undefined ? `case when c.control is null then ${set} else ${CLEARED[name]} end` : set
  const sets = columns.flatMap(({ name, set }) => (set === undefined ? [] : [`${name} = ${setTo(name, set)}`]))
  if (rare) sets.push('hops = m.hops + case when c.move_carrier >= 0 then 1 else 0 end')
  const take = `taken as materialized (delete from due_queue where id = any($${takes}::int8[]) and (select ok from leased) returning id), `
  return `
with leased as materialized (
  select count(*) = cardinality($1::int4[]) as ok
  from unnest($1::int4[], $2::int8[]) as w(carrier_id, epoch)
  join carrier_leases l on l.carrier_id = w.carrier_id and l.epoch = w.epoch
), ${taking ? take : ''}changed as (
  update messages m
  set ${sets.join(', ')}
  from unnest(${arrays.join(', ')}) as c(${columns.map(({ name }) => name).join(', ')})
  where m.account_id = c.account_id and m.id = c.id and m.state = c.was_state and m.refunded = c.was_refunded
    and m.hops = c.was_hops and (select ok from leased)
    ${taking ? `and (m.id <> all($${takes}::int8[]) or m.id in (select id from taken))` : ''}
  returning m.id, m.account_id, m.payer_id
    ${rare ? ', m.flags, c.refunded - c.was_refunded as refund, c.move_carrier, c.move_lane, c.move_due_at, c.move_reason' : ''}
), found_later as (
  insert into carrier_ids (carrier_id, key, account_id, id, part, at)
  select k.*, $10 from unnest($3::int4[], $4::text[], $5::int4[], $6::int8[], $7::int2[]) as k where (select ok from leased)
), journal_done as (
  delete from journal where id = any($8::int8[]) and (select ok from leased)
), handed_done as (
  delete from handed where id = any($9::int8[]) and (select ok from leased)
)${rare ? MOVED : ''}`
}

const MOVED = `, moved as (
  insert into due_queue (carrier_id, lane, account_id, due_at, id, reason)
  select move_carrier, move_lane, account_id, move_due_at, id, move_reason from changed where move_carrier >= 0
  on conflict (id) do nothing
)`

/** Money goes back (or, for a late good receipt, is charged again): accounts are locked in id order. flags & 32: of the second purse. */
const moneyOf = (batchId: number): string => `, refunded as materialized (
  select payer_id, (1 + (flags >> 5 & 1))::int2 as purse, sum(refund)::int8 as amount from changed where refund <> 0 group by 1, 2
), totals as materialized (
  select payer_id, sum(amount * (2 - purse))::int8 as main, sum(amount * (purse - 1))::int8 as electronic from refunded group by payer_id
), locked as materialized (
  select a.id from accounts a where a.id = any(array(select payer_id from totals)) order by a.id for update
), credited as (
  update accounts a set balance = a.balance + t.main, balance2 = a.balance2 + t.electronic
  from totals t
  where a.id = t.payer_id and (t.main <> 0 or t.electronic <> 0) and (select count(*) from locked) >= 0
), posted as (
  insert into postings (account_id, id, purse, kind, amount)
  select payer_id, $${batchId}, purse, case when amount > 0 then 3 else 4 end, amount from refunded where amount <> 0
), itemised as (
  insert into refunds (id, payer_id, purse, account_id, message_id, amount)
  select $${batchId}, payer_id, (1 + (flags >> 5 & 1))::int2, account_id, id, refund from changed where refund <> 0
)`
const MONEY = moneyOf(BATCH_ID)

const WRITTEN = `
select (select ok from leased), case when count(*) < cardinality($12::int8[]) then array_agg(id) end, count(*)::int4 from changed`

const PLAIN: Statement = { name: 'settle', text: changed({ rare: false, taking: false }) + WRITTEN }
const RARELY: Statement = { name: 'settle_rare', text: changed({ rare: true, taking: false }) + WRITTEN }
const PAYING: Statement = { name: 'settle_money', text: changed({ rare: true, taking: false }) + MONEY + WRITTEN }
const TAKING: Statement = { name: 'settle_taking', text: changed({ rare: true, taking: true }) + MONEY + WRITTEN }

/** Of batches that a handler or an SMPP session is told of: plain ones, and all others. */
function telling(name: string, { told, owed }: { told: boolean; owed: boolean }): { plain: Statement; all: Statement } {
  const plain = FIRST_COLUMN + ALWAYS.length
  const all = TAKES + 1
  const ctes = (first: number) => (told ? tellingOf(first) : '') + (owed ? owingOf(told ? first + TELLING_VALUES : first) : '')
  return {
    plain: { name: `settle_${name}`, text: changed({ rare: false, taking: false }) + ctes(plain) + WRITTEN },
    all: { name: `settle_${name}_all`, text: changed({ rare: true, taking: true }) + MONEY + ctes(all) + WRITTEN },
  }
}
const TELLING = telling('telling', { told: true, owed: false })
const OWING = telling('owing', { told: false, owed: true })
const TELLING_AND_OWING = telling('telling_owing', { told: true, owed: true })

/** Of batches with a message that goes out a second time: whatever else is in them, since they are few. */
const AFTER_SECOND = TAKES + SECOND.length + 1
const AGAIN: Statement = {
  name: 'settle_second',
  text:
    changed({ rare: true, taking: true, second: true }) +
    moneyOf(BATCH_ID + SECOND.length) +
    tellingOf(AFTER_SECOND) +
    owingOf(AFTER_SECOND + TELLING_VALUES) +
    WRITTEN,
}

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
  const { changes, carrierIds: k, leases } = batch
  const told = batch.told?.length ? batch.told : undefined
  const owed = batch.owed?.length ? batch.owed : undefined
  const tells = told ? (owed ? TELLING_AND_OWING : TELLING) : owed && OWING
  const rare = batch.takes.length > 0 || changes.some(isRare)
  const second = rare && changes.some((change) => change.second !== undefined)
  const taking = second || batch.takes.length > 0 || (tells !== undefined && rare)
  const money = taking || (rare && changes.some((change) => change.refunded !== change.wasRefunded))
  const values: unknown[] = [
    int4Array(leases.map((lease) => lease.carrierId)),
    int8Array(leases.map((lease) => lease.epoch)),
    int4Array(k.map((r) => r.carrierId)),
    textArray(k.map((r) => r.key)),
    int4Array(k.map((r) => r.accountId)),
    int8Array(k.map((r) => r.id)),
    int2Array(k.map((r) => r.part)),
    int8Array(batch.journal),
    int8Array(batch.handed),
    batch.atMs,
    ...ALWAYS.map(({ encode }) => encode(changes)),
  ]
  if (rare) values.push(...RARE.map(({ encode }) => encode(changes)))
  if (second) values.push(...SECOND.map(({ encode }) => encode(changes)))
  if (money) values.push(batch.id)
  if (taking) values.push(int8Array(batch.takes))
  if (told || second) values.push(...tellingValues(told ?? [], batch.atMs))
  if (owed || second) values.push(...owingValues(owed ?? []))
  const silent = taking ? TAKING : money ? PAYING : rare ? RARELY : PLAIN
  const rows = await session.run(second ? AGAIN : tells ? (rare ? tells.all : tells.plain) : silent, values)
  const [ok, ids, written] = rows[0] as [boolean, unknown[] | null, number]
  if (!ok) return { stale: true, written: 0, missed: [] }
  if (batch.matched.length > 0) await storeMatched(session, batch.matched)
  if (written === changes.length) return { stale: false, written, missed: [] }
  const found = new Set((ids ?? []).map(Number))
  return { stale: false, written, missed: changes.filter((change) => !found.has(change.id)).map((change) => change.id) }
}
