import { arrivedParts } from '../domain/parts.ts'
import { int2Array, int4Array, int8Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A row's `node` while no node has it in memory. */
export const NOBODY = -1

/** A deliver_sm that is owed to an account: its row, and what the PDU says. */
export interface Delivery {
  readonly accountId: number
  readonly lane: number
  id: number // 0: not given yet
  readonly messageId: number
  readonly atMs: number // when it happened
  readonly kind: number // domain/delivery.ts
  readonly state: number // -2: cancelled by its sender
  readonly err: number
  node: number
  attempts: number
  readonly ref: number // the customer's number of the message
  readonly recipient: string
  readonly sender: string
  readonly charged: bigint // what was really charged, in millionths
  readonly parts: number // that were charged
  readonly arrived: number // of them
  readonly mccmnc: string
  readonly channel: number
  readonly flags: number
  readonly hlr: string | null // eight lines
  readonly body: string | null // of an incoming message
}

/**
 * The rows' part of a statement that writes messages, for its end: a CTE that writes those whose message was written (`which`,
 * in terms of `w` and of a CTE before it). Its parameters are numbered from `first` on.
 */
export const owingOf = (first: number, which = 'w.message_id in (select id from changed)'): string => `, owing as (
  insert into deliveries (account_id, lane, id, message_id, at, kind, state, err, node)
  select w.account_id, w.lane, w.id, w.message_id, w.at, w.kind, w.state, w.err, w.node
  from unnest($${first}::int4[], $${first + 1}::int2[], $${first + 2}::int8[], $${first + 3}::int8[], $${first + 4}::int8[],
    $${first + 5}::int2[], $${first + 6}::int2[], $${first + 7}::int2[], $${first + 8}::int2[])
    as w(account_id, lane, id, message_id, at, kind, state, err, node)
  where (${which}) is true
)`

/** So many parameters it has. */
export const OWING_VALUES = 9

/** The values of those parameters. */
export const owingValues = (owed: readonly Delivery[]): unknown[] => [
  int4Array(owed.map((row) => row.accountId)),
  int2Array(owed.map((row) => row.lane)),
  int8Array(owed.map((row) => row.id)),
  int8Array(owed.map((row) => row.messageId)),
  int8Array(owed.map((row) => row.atMs)),
  int2Array(owed.map((row) => row.kind)),
  int2Array(owed.map((row) => row.state)),
  int2Array(owed.map((row) => row.err)),
  int2Array(owed.map((row) => row.node)),
]

/** So many rows of one account's lane, behind an id, are wanted in memory. */
export interface Want {
  readonly accountId: number
  readonly lane: number
  readonly afterId: number
  readonly room: number
}

const CLAIM: Statement = {
  name: 'deliveries_claim',
  text: `
with picked as materialized (
  select p.account_id, p.lane, p.id
  from unnest($2::int4[], $3::int2[], $4::int8[], $5::int4[]) as w(account_id, lane, after_id, room)
  cross join lateral (
    select d.account_id, d.lane, d.id from deliveries d
    where d.account_id = w.account_id and d.lane = w.lane and d.id > w.after_id and d.node < 0
    order by d.id limit w.room for update skip locked
  ) p
), claimed as materialized (
  update deliveries d set node = $1 from picked p
  where d.account_id = p.account_id and d.lane = p.lane and d.id = p.id
  returning d.*
)
select c.account_id, c.lane, c.id, c.message_id, c.at, c.kind, c.state, c.err, c.attempts,
  m.ref, m.recipient, m.sender, m.price::text, m.refunded::text, m.parts, m.part_states, m.mccmnc, m.channel, m.flags, m.hlr,
  i.sender, i.recipient, i.body
from claimed c
left join lateral (select * from messages where account_id = c.account_id and id = c.message_id and c.kind < 3 offset 0) m on true
left join lateral (select * from incoming where id = c.message_id and c.kind = 3 offset 0) i on true
order by c.account_id, c.lane, c.id`,
}

/**
 * Takes rows that no node has into this one's memory, each lane in order; never one that another node is taking. Without a
 * recipient: what it tells of is no longer stored.
 */
export async function claimDeliveries(session: Session, node: number, wants: readonly Want[]): Promise<Delivery[]> {
  const rows = await session.run(CLAIM, [
    node,
    int4Array(wants.map((want) => want.accountId)),
    int2Array(wants.map((want) => want.lane)),
    int8Array(wants.map((want) => want.afterId)),
    int4Array(wants.map((want) => want.room)),
  ])
  return rows.map((row) => readClaimed(row, node))
}

function readClaimed(row: readonly unknown[], node: number): Delivery {
  const [accountId, lane, id, messageId, at, kind, state, err, attempts, ...of] = row
  const [ref, recipient, sender, price, refunded, parts, partStates, mccmnc, channel, flags, hlr, from, to, body] = of
  return {
    accountId: accountId as number,
    lane: lane as number,
    id: Number(id),
    messageId: Number(messageId),
    atMs: Number(at),
    kind: kind as number,
    state: state as number,
    err: err as number,
    node,
    attempts: attempts as number,
    ref: Number(ref ?? 0),
    recipient: (recipient ?? to ?? '') as string,
    sender: (sender ?? from ?? '') as string,
    charged: BigInt((price ?? '0') as string) - BigInt((refunded ?? '0') as string),
    parts: (parts ?? 0) as number,
    arrived: arrivedParts(state as number, (parts ?? 0) as number, partStates as Uint8Array | null),
    mccmnc: (mccmnc ?? '') as string,
    channel: (channel ?? 0) as number,
    flags: (flags ?? 0) as number,
    hlr: hlr === null ? null : (hlr as string[]).join('\n'),
    body: body as string | null,
  }
}

export type Key = Pick<Delivery, 'accountId' | 'lane' | 'id'>
const keys = (rows: readonly Key[]): unknown[] => [
  int4Array(rows.map((row) => row.accountId)),
  int2Array(rows.map((row) => row.lane)),
  int8Array(rows.map((row) => row.id)),
]

const REMOVE: Statement = {
  name: 'deliveries_remove',
  text: `
delete from deliveries d using unnest($1::int4[], $2::int2[], $3::int8[]) as w(account_id, lane, id)
where d.account_id = w.account_id and d.lane = w.lane and d.id = w.id`,
}

/** A session has acknowledged them, or they are given up. */
export async function removeDeliveries(session: Session, rows: readonly Key[]): Promise<void> {
  await session.run(REMOVE, keys(rows))
}

const RELEASE: Statement = {
  name: 'deliveries_release',
  text: `
update deliveries d set node = -1, attempts = w.attempts
from unnest($1::int4[], $2::int2[], $3::int8[], $4::int2[]) as w(account_id, lane, id, attempts)
where d.account_id = w.account_id and d.lane = w.lane and d.id = w.id and d.node = $5`,
}

/** They leave this node's memory: no session of it can take them. */
export async function releaseDeliveries(
  session: Session,
  node: number,
  rows: readonly (Key & { attempts: number })[],
): Promise<void> {
  await session.run(RELEASE, [...keys(rows), int2Array(rows.map((row) => row.attempts)), node])
}

const OWN: Statement = {
  name: 'deliveries_own',
  text: `
select o.account_id, o.lane, o.id, o.attempts from unnest($2::int4[], $3::int2[], $4::int8[], $5::int4[]) as w(account_id, lane, after_id, room)
cross join lateral (
  select d.account_id, d.lane, d.id, d.attempts from deliveries d
  where d.account_id = w.account_id and d.lane = w.lane and d.id > w.after_id and d.node = $1
  order by d.id limit w.room
) o`,
}

/** After a claim whose answer was lost: rows that are this node's, as far as `room` goes. Those it does not know are to be given back. */
export async function ownDeliveries(
  session: Session,
  node: number,
  wants: readonly Want[],
): Promise<(Key & { readonly attempts: number })[]> {
  const rows = await session.run(OWN, [
    node,
    int4Array(wants.map((want) => want.accountId)),
    int2Array(wants.map((want) => want.lane)),
    int8Array(wants.map((want) => want.afterId)),
    int4Array(wants.map((want) => want.room)),
  ])
  return rows.map(([accountId, lane, id, attempts]) => ({
    accountId: accountId as number,
    lane: lane as number,
    id: Number(id),
    attempts: attempts as number,
  }))
}

const FREE: Statement = {
  name: 'deliveries_free',
  text: `with freed as (update deliveries set node = -1 where node = any($1::int2[]) returning 1) select count(*)::int4 from freed`,
}

/** What these nodes had in memory is lost there, and anybody's again. Reads the whole table. Answers how many rows. */
export async function freeDeliveries(session: Session, nodes: readonly number[]): Promise<number> {
  const [row] = await session.run(FREE, [int2Array(nodes)])
  return row?.[0] as number
}

const DEAD: Statement = {
  name: 'deliveries_dead',
  text: `
select g.node, coalesce((extract(epoch from n.until) * 1000)::int8, 0) from generate_series(0, 31) g(node)
left join nodes n on n.node = g.node where g.node <> $1 and (n.node is null or n.until < now())`,
}

/** Numbers of other nodes that nobody holds, and since when; 0: nobody ever did, in this database. */
export const silentNodes = async (session: Session, ownNode: number): Promise<{ node: number; sinceMs: number }[]> =>
  (await session.run(DEAD, [ownNode])).map(([node, since]) => ({ node: node as number, sinceMs: Number(since) }))
