import { int4Array, int8Array, textArray } from './binary.ts'
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

const PRUNE: Statement = {
  name: 'incoming_prune',
  text: `
with gone as (delete from incoming where id = any(array(select id from incoming where id < $1 order by id limit 10000)) returning 1)
select count(*)::int4 from gone`,
}

/** Drops what came before an id, some thousands at a time. */
export async function pruneIncoming(session: Session, beforeId: number): Promise<void> {
  for (let gone = 1; gone > 0; ) gone = Number((await session.run(PRUNE, [beforeId]))[0]?.[0] ?? 0)
}
