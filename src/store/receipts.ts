import type { Control } from '../domain/delivery-control.ts'
import { int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

export interface MessageId {
  readonly accountId: number
  readonly id: number
}

/** A message that a receipt may belong to, with what is needed to change it. */
export interface ReceiptTarget {
  readonly at: number // index of the question
  readonly key: string
  readonly part: number
  readonly accountId: number
  readonly id: number
  readonly recipient: string
  readonly state: number
  readonly err: number
  readonly price: bigint
  readonly refunded: bigint
  readonly cost: bigint
  readonly charged: number
  readonly flags: number
  readonly hops: number
  readonly attempts: number
  readonly duplicates: number
  readonly carrierId: number
  readonly partStates: Uint8Array | null
  readonly expiresAtMs: number
  readonly channel: number
  readonly payerId: number
  readonly mccmnc: string
  readonly sentAtMs: number // to a carrier for the first time; 0: never
  readonly ref: number
  readonly sender: string
  readonly lane: number
  /** Under delivery control, with what a second attempt must know. */
  readonly controlled?: Controlled | undefined
}

export interface Controlled {
  readonly control: Control
  readonly trace: Uint8Array | null
  readonly carrierIds: string | null // as they are stored, of this attempt
}

/** Columns of a message that are read to change it, and how many. */
export const TARGET = `m.account_id, m.id, m.recipient, m.state, m.err, m.price::text, m.refunded::text, m.cost::text, m.parts, m.flags, m.hops,
  m.attempts, m.duplicates, m.carrier_id, m.part_states, m.expires_at, m.channel, m.payer_id, m.mccmnc, m.sent_at,
  m.ref, m.sender, m.lane, m.control, case when m.control is not null then m.trace end, case when m.control is not null then m.carrier_ids end`
export const TARGET_COLUMNS = TARGET.split(',').length

export const readTarget = (row: readonly unknown[]): ReceiptTarget => {
  const [
    at,
    key,
    part,
    accountId,
    id,
    recipient,
    state,
    err,
    price,
    refunded,
    cost,
    charged,
    flags,
    hops,
    attempts,
    duplicates,
    carrierId,
    partStates,
    expiresAt,
    channel,
    payerId,
    mccmnc,
    sentAt,
    ref,
    sender,
    lane,
    control,
    trace,
    carrierIds,
  ] = row
  return {
    at: Number(at) - 1,
    key: key as string,
    part: part as number,
    accountId: accountId as number,
    id: Number(id),
    recipient: recipient as string,
    state: state as number,
    err: err as number,
    price: BigInt(price as string),
    refunded: BigInt(refunded as string),
    cost: BigInt(cost as string),
    charged: charged as number,
    flags: flags as number,
    hops: hops as number,
    attempts: attempts as number,
    duplicates: duplicates as number,
    carrierId: carrierId as number,
    partStates: partStates as Uint8Array | null,
    expiresAtMs: Number(expiresAt),
    channel: channel as number,
    payerId: payerId as number,
    mccmnc: mccmnc as string,
    sentAtMs: Number(sentAt),
    ref: Number(ref),
    sender: sender as string,
    lane: lane as number,
    controlled: control
      ? { control: control as Control, trace: trace as Uint8Array | null, carrierIds: carrierIds as string | null }
      : undefined,
  }
}

const FIND: Statement = {
  name: 'receipt_targets',
  text: `
select q.at, c.key, c.part, ${TARGET}
from unnest($1::int4[], $2::text[], $3::int4[]) as q(carrier_id, key, at)
join carrier_ids c on c.carrier_id = q.carrier_id and c.key = q.key
join messages m on m.account_id = c.account_id and m.id = c.id`,
}

/** Messages under the given carrier ids (folded); `at` in the answer is the index given with the key. */
export async function findByCarrierIds(
  session: Session,
  questions: readonly { readonly carrierId: number; readonly key: string; readonly at: number }[],
): Promise<ReceiptTarget[]> {
  const rows = await session.run(FIND, [
    int4Array(questions.map((q) => q.carrierId)),
    textArray(questions.map((q) => q.key)),
    int4Array(questions.map((q) => q.at + 1)),
  ])
  return rows.map(readTarget)
}

const READ: Statement = {
  name: 'receipt_reload',
  text: `
select array_position($2::int8[], m.id), '', 1, ${TARGET}
from messages m where m.account_id = any($1::int4[]) and m.id = any($2::int8[])`,
}

/** The same by our own ids: for changes that met another state than expected. */
export async function readTargets(session: Session, messages: readonly MessageId[]): Promise<ReceiptTarget[]> {
  const rows = await session.run(READ, [int4Array(messages.map((m) => m.accountId)), int8Array(messages.map((m) => m.id))])
  return rows.map(readTarget)
}

export interface Parked {
  readonly id: number
  readonly carrierId: number
  readonly carrierIds: readonly string[] // raw
  readonly state: string
  readonly stat: string
  readonly err: string
  readonly to: string
  readonly from: string
  readonly atMs: number
  readonly doneAtMs: number
}

const PARK: Statement = {
  name: 'receipt_park',
  text: `
insert into parked_receipts (carrier_id, keys, carrier_raw, state, stat, err, recipient, sender, at, done_at)
select carrier_id, string_to_array(keys, E'\\n'), string_to_array(raw, E'\\n'), state, stat, err, recipient, sender, at, done_at
from unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int8[], $10::int8[])
  as p(carrier_id, keys, raw, state, stat, err, recipient, sender, at, done_at)
returning id`,
}

/** Keeps receipts that found no message; answers their numbers, in order. */
export async function park(
  session: Session,
  receipts: readonly (Omit<Parked, 'id'> & { readonly keys: readonly string[] })[],
): Promise<number[]> {
  const rows = await session.run(PARK, [
    int4Array(receipts.map((r) => r.carrierId)),
    textArray(receipts.map((r) => r.keys.join('\n'))),
    textArray(receipts.map((r) => r.carrierIds.join('\n'))),
    textArray(receipts.map((r) => r.state)),
    textArray(receipts.map((r) => r.stat)),
    textArray(receipts.map((r) => r.err)),
    textArray(receipts.map((r) => r.to)),
    textArray(receipts.map((r) => r.from)),
    int8Array(receipts.map((r) => r.atMs)),
    int8Array(receipts.map((r) => r.doneAtMs)),
  ])
  return rows.map(([id]) => Number(id))
}

const UNMATCHED: Statement = {
  name: 'receipt_unmatched',
  text: `
with walked as materialized (
  select p.* from parked_receipts p where p.matched_id = 0 and p.at > $1 order by p.at limit $3
), newest as materialized (
  select p.* from parked_receipts p where p.matched_id = 0 and p.at >= $2 order by p.at desc limit $4
)
select (select max(at) from walked), (select count(*) from walked)::int4,
  p.id, p.carrier_id, p.carrier_raw, p.state, p.stat, p.err, p.recipient, p.sender, p.at, p.done_at
from (select) one left join (select * from walked union select * from newest) p
  on p.carrier_id = any($5::int4[])
  and exists (select from carrier_ids c where c.carrier_id = p.carrier_id and c.key = any(p.keys))
order by p.id`,
}

/**
 * Parked receipts of our carriers whose id has appeared meanwhile: of a slice of all that are open (`afterMs`, then where
 * `nextMs` says, which is `sinceMs` again at their end), and of the newest, where it most often happens.
 */
export async function matchableParked(
  session: Session,
  look: { sinceMs: number; afterMs: number; carrierIds: readonly number[]; limit: number; newest: number },
): Promise<{ receipts: Parked[]; nextMs: number }> {
  const { sinceMs, limit, newest } = look
  const afterMs = Math.max(look.afterMs, sinceMs)
  const rows = await session.run(UNMATCHED, [afterMs, sinceMs, limit, newest, int4Array(look.carrierIds)])
  const [lastMs, count] = rows[0] ?? []
  return {
    receipts: rows.filter(([, , id]) => id !== null).map(([, , ...row]) => toParked(row)),
    // The last instant may have more rows than the slice.
    nextMs: Number(count) < limit ? sinceMs : Math.max(afterMs + 1, Number(lastMs) - 1),
  }
}

const toParked = ([id, carrierId, raw, state, stat, err, to, from, at, doneAt]: readonly unknown[]): Parked => ({
  id: Number(id),
  carrierId: carrierId as number,
  carrierIds: raw as string[],
  state: state as string,
  stat: stat as string,
  err: err as string,
  to: to as string,
  from: from as string,
  atMs: Number(at),
  doneAtMs: Number(doneAt),
})

const PARKED: Statement = {
  name: 'receipt_parked',
  text: `
select p.id, p.carrier_id, p.carrier_raw, p.state, p.stat, p.err, p.recipient, p.sender, p.at, p.done_at
from parked_receipts p where p.id = any($1::int8[])`,
}

export const readParked = async (session: Session, ids: readonly number[]): Promise<Parked[]> =>
  (await session.run(PARKED, [int8Array(ids)])).map(toParked)
