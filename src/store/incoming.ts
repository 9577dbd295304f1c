import { int2Array, int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

export interface IncomingRow {
  readonly id: number
  readonly carrierId: number
  readonly sender: string
  readonly recipient: string
  readonly body: string
  readonly complete: boolean
  readonly atMs: number
}

/**
 * What is owed for messages that came to an account (`kept`), for the statement that gives them to it. The event of an incoming message
 * has its id. fl[1]: the account wants them over SMPP, too. What came to a shared number waits to be found an account.
 */
export const OWED = (accounts: string, now: string): string => `told as (
  insert into outbox (account_id, due_at, id, kind, message_id, at)
  select account_id, ${now}::int8, id, 2, id, at from kept where account_id = any(${accounts}::int4[]) returning account_id
), owing as (
  insert into deliveries (account_id, lane, id, message_id, at, kind)
  select k.account_id, 0, k.id, k.id, k.at, 3 from kept k
  where (select a.settings ->> 'fl[1]' in ('1', 'true') from accounts a where a.id = k.account_id) returning account_id
), tasks as (
  insert into incoming_tasks (id, account_id, due_at)
  select k.id, k.account_id, ${now}::int8 from kept k
  where k.account_id <> 0 or exists (select from numbers n where n.number = k.recipient and n.shared) returning id
)`
export const TOLD = `(select array_agg(distinct account_id) from told), (select array_agg(distinct account_id) from owing),
  (select count(*) from tasks)::int4`

/** Accounts whose handlers, and whose SMPP sessions, are to be told; and with how many messages something else is to be done. */
export interface Incoming {
  readonly told: readonly number[]
  readonly owed: readonly number[]
  readonly tasks: number
}

const STORE: Statement = {
  name: 'incoming_store',
  text: `
with kept as (
  insert into incoming (id, carrier_id, account_id, sender, recipient, body, complete, at)
  select i.id, i.carrier_id, coalesce(n.account_id, 0), i.sender, i.recipient, i.body, i.complete, i.at
  from unnest($1::int8[], $2::int4[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::int8[])
    as i(id, carrier_id, sender, recipient, body, complete, at)
  left join numbers n on n.number = i.recipient and not n.shared
  where not exists (select from incoming_tasks t where t.id = i.id)
  on conflict (id) do nothing
  returning id, account_id, at, recipient
), ${OWED('$8', '$9')}
select ${TOLD}`,
}

/**
 * Stores whole incoming messages, once however often it is tried: also when one has got another id meanwhile. A dedicated number's go to
 * its account, the rest wait for one.
 * The handlers of `tell` (accounts) are to be told of theirs. Answers the accounts that are.
 */
export async function storeIncoming(
  session: Session,
  rows: readonly IncomingRow[],
  tell: readonly number[],
  nowMs: number,
): Promise<Incoming> {
  const [row] = await session.run(STORE, [
    int8Array(rows.map((r) => r.id)),
    int4Array(rows.map((r) => r.carrierId)),
    textArray(rows.map((r) => r.sender)),
    textArray(rows.map((r) => r.recipient)),
    textArray(rows.map((r) => r.body)),
    rows.map((r) => r.complete),
    int8Array(rows.map((r) => r.atMs)),
    int4Array(tell),
    nowMs,
  ])
  return readTold(row)
}

export const readTold = (row: readonly unknown[] = []): Incoming => ({
  told: (row[0] ?? []) as number[],
  owed: (row[1] ?? []) as number[],
  tasks: (row[2] as number | undefined) ?? 0,
})

export interface IncomingPart {
  readonly carrierId: number
  readonly sender: string
  readonly recipient: string
  readonly reference: number
  readonly total: number
  readonly number: number
  readonly body: string
  readonly atMs: number
}

const STORE_PARTS: Statement = {
  name: 'incoming_parts_store',
  text: `
insert into incoming_parts (carrier_id, sender, recipient, reference, total, number, body, at)
select distinct on (p.carrier_id, p.sender, p.recipient, p.reference, p.total, p.number) p.*
from unnest($1::int4[], $2::text[], $3::text[], $4::int4[], $5::int2[], $6::int2[], $7::text[], $8::int8[])
  as p(carrier_id, sender, recipient, reference, total, number, body, at)
on conflict (carrier_id, sender, recipient, reference, total, number)
  do update set body = excluded.body, at = excluded.at, joined = false
  where incoming_parts.joined and incoming_parts.body <> excluded.body`,
}

/**
 * Parts are durable before the carrier is told that we have them; whoever completes a message joins it.
 */
export async function storeIncomingParts(session: Session, parts: readonly IncomingPart[]): Promise<void> {
  await session.run(STORE_PARTS, [
    int4Array(parts.map((p) => p.carrierId)),
    textArray(parts.map((p) => p.sender)),
    textArray(parts.map((p) => p.recipient)),
    int4Array(parts.map((p) => p.reference)),
    int2Array(parts.map((p) => p.total)),
    int2Array(parts.map((p) => p.number)),
    textArray(parts.map((p) => p.body)),
    int8Array(parts.map((p) => p.atMs)),
  ])
}

/**
 * Joins messages whose parts are all there, or whose first part is older than `giveUpBeforeMs` (shown incomplete).
 * Parts are marked and the whole arrives in one statement. They are locked in the order of their key: of two nodes that
 * find the same message complete, one waits at its first part and then finds nothing left of it. Joined parts stay as long
 * as incomplete ones: the same part again is a repetition, another text under the same reference a new message.
 */
const JOIN: Statement = {
  name: 'incoming_join',
  text: `
with ready as materialized (
  select carrier_id, sender, recipient, reference, total
  from incoming_parts where not joined group by carrier_id, sender, recipient, reference, total
  having count(*) >= total or min(at) < $1
  limit cardinality($2::int8[])
), locked as materialized (
  select carrier_id, sender, recipient, reference, total, number from incoming_parts
  where not joined and (carrier_id, sender, recipient, reference, total) in (select * from ready)
  order by carrier_id, sender, recipient, reference, total, number
  for update
), forgotten as (
  delete from incoming_parts
  where ctid = any(array(select ctid from incoming_parts where joined and at < $1 for update skip locked))
), taken as materialized (
  update incoming_parts p set joined = true
  where (carrier_id, sender, recipient, reference, total, number) in (select * from locked)
  returning p.*
), whole as materialized (
  select carrier_id, sender, recipient, string_agg(body, '' order by number) as body, count(*) = total as complete, min(at) as at,
    row_number() over (order by min(at)) as ordinal
  from taken group by carrier_id, sender, recipient, reference, total
), kept as (
  insert into incoming (id, carrier_id, account_id, sender, recipient, body, complete, at)
  select ($2::int8[])[w.ordinal], w.carrier_id, coalesce(n.account_id, 0), w.sender, w.recipient, w.body, w.complete, w.at
  from whole w left join numbers n on n.number = w.recipient and not n.shared
  returning id, account_id, at, recipient
), ${OWED('$3', '$4')}
select ${TOLD}, (select count(*) from kept)::int4`,
}

/** Makes at most as many messages as there are ids. Answers how many were made whole, or given up, and who is told. */
export async function joinIncoming(
  session: Session,
  giveUpBeforeMs: number,
  ids: readonly number[],
  tell: readonly number[],
  nowMs: number,
): Promise<Incoming & { joined: number }> {
  const [row] = await session.run(JOIN, [giveUpBeforeMs, int8Array(ids), int4Array(tell), nowMs])
  return { ...readTold(row), joined: (row?.[3] as number | undefined) ?? 0 }
}
