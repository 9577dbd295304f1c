import { int4Array, int8Array } from './binary.ts'
import { type LoadedMessage, loadedColumns, readLoaded } from './loaded.ts'
import type { Session, Statement } from './session.ts'

export interface Claimed {
  readonly message: LoadedMessage
  readonly dueAtMs: number
  readonly reason: number
}

export interface Claim {
  readonly rows: readonly Claimed[]
  /** Where the next claim of this carrier and lane goes on; 0: at the beginning, all accounts were visited. */
  readonly nextAccount: number
  /** The account whose rows were cut short by the limit of the whole claim; 0: none. */
  readonly cutAccount: number
}

/**
 * Claims what is due for one carrier and lane, visiting accounts in turn and taking a few from each, so that an
 * account with a million rows costs the others nothing. The claim is a journal row: if this node dies, whoever
 * finds the row puts the messages back. Held messages (reason 6) are not to be sent, so they are not claimed.
 */
const CLAIM: Statement = {
  name: 'due_claim',
  text: `
with recursive line as (
  (select account_id from due_queue where carrier_id = $1 and lane = $2 and account_id > $3 order by account_id limit 1)
  union all
  select (select d.account_id from due_queue d where d.carrier_id = $1 and d.lane = $2 and d.account_id > line.account_id
    order by d.account_id limit 1)
  from line where line.account_id is not null
), visited as materialized (
  select account_id from line where account_id is not null limit $7
), picked as materialized (
  select p.* from visited l
  cross join lateral (
    select d.carrier_id, d.lane, d.account_id, d.due_at, d.id, d.reason from due_queue d
    where d.carrier_id = $1 and d.lane = $2 and d.account_id = l.account_id and d.due_at <= $4 and d.reason <> 6
    order by d.due_at, d.id limit $5 for update skip locked
  ) p
  limit $6
), gone as (
  delete from due_queue d using picked p where d.id = p.id
  returning d.id
), claimed as materialized (
  select m.*, p.due_at as queue_due_at, p.reason as queue_reason, t.body as shared_body
  from picked p
  join messages m on m.account_id = p.account_id and m.id = p.id
  left join texts t on m.text_id > 0 and t.id = m.text_id
), journaled as (
  insert into journal (id, node, ids, accounts, hops)
  select $8, $9, array_agg(id order by id), array_agg(account_id order by id), array_agg(hops order by id) from claimed having count(*) > 0
)
select v.accounts, v.last, (select max(account_id) from picked), claimed.queue_due_at, claimed.queue_reason, ${loadedColumns('claimed')}
from (select count(*)::int4 as accounts, max(account_id) as last from visited) v
left join claimed on (select count(*) from gone) >= 0
order by claimed.id`,
}

/** Accounts visited in one claim: the cursor goes on behind them next time. */
const ACCOUNTS_PER_CLAIM = 200

export async function claimDue(
  session: Session,
  claim: {
    carrierId: number
    lane: number
    afterAccount: number
    nowMs: number
    perAccount: number
    limit: number
    journalId: number
    node: number
  },
): Promise<Claim> {
  const rows = await session.run(CLAIM, [
    claim.carrierId,
    claim.lane,
    claim.afterAccount,
    claim.nowMs,
    claim.perAccount,
    claim.limit,
    ACCOUNTS_PER_CLAIM,
    claim.journalId,
    claim.node,
  ])
  const [accounts, lastVisited, lastPicked] = (rows[0] ?? [0, 0, 0]) as (number | null)[]
  const claimed = rows.flatMap(([, , , dueAt, reason, ...message]) =>
    reason === null ? [] : [{ message: readLoaded(message), dueAtMs: Number(dueAt), reason: Number(reason) }],
  )
  const full = claimed.length >= claim.limit
  const isLast = !full && (accounts ?? 0) < ACCOUNTS_PER_CLAIM
  return {
    rows: claimed,
    nextAccount: isLast ? 0 : ((full ? lastPicked : lastVisited) ?? 0),
    cutAccount: full ? (lastPicked ?? 0) : 0,
  }
}

/**
 * Which (carrier, lane) have anything to claim: a short look by the leading columns of the key. What is to be routed when
 * due (carrier 0) mostly waits for its time, so there the time is asked for too. Not `where exists`, which is planned as a
 * join with the whole queue.
 */
const LANES_DUE: Statement = {
  name: 'due_lanes',
  text: `
select 0, l.lane from generate_series(0, 2) as l(lane)
cross join lateral (select from due_queue d where d.carrier_id = 0 and d.lane = l.lane and d.due_at <= $2 limit 1) found
union all
select c.carrier_id, l.lane
from unnest($1::int4[]) as c(carrier_id) cross join generate_series(0, 2) as l(lane)
cross join lateral (select from due_queue d where d.carrier_id = c.carrier_id and d.lane = l.lane and d.reason <> 6 limit 1) found`,
}

/** Of carrier 0 and the given ones. */
export async function lanesDue(
  session: Session,
  carrierIds: readonly number[],
  nowMs: number,
): Promise<{ carrierId: number; lane: number }[]> {
  const rows = await session.run(LANES_DUE, [int4Array(carrierIds), nowMs])
  return rows.map(([carrierId, lane]) => ({ carrierId: carrierId as number, lane: lane as number }))
}

/** Written before the bytes of queued messages go to a socket. False: the lease is no longer ours, nothing may be sent. */
const HAND_OVER: Statement = {
  name: 'hand_over',
  text: `
with lease as (
  select carrier_id, epoch from carrier_leases where carrier_id = $2 and epoch = $3
), written as (
  insert into handed (id, carrier_id, epoch, ids, hops) select $1, carrier_id, epoch, $4::int8[], $5::int4[] from lease
  on conflict (id) do nothing
)
select count(*)::int4 from lease`,
}

export async function handOver(
  session: Session,
  row: { id: number; carrierId: number; epoch: number; ids: readonly number[]; hops: readonly number[] },
): Promise<boolean> {
  const [answer] = await session.run(HAND_OVER, [row.id, row.carrierId, row.epoch, int8Array(row.ids), int4Array(row.hops)])
  return answer?.[0] === 1
}

const HELD_OVER: Statement = {
  name: 'due_held_over',
  text: `select account_id, id from due_queue where reason = 6 and due_at <= $1 order by due_at limit $2`,
}

/** Held messages whose validity has ended without news. */
export async function heldOver(session: Session, nowMs: number, limit: number): Promise<{ accountId: number; id: number }[]> {
  const rows = await session.run(HELD_OVER, [nowMs, limit])
  return rows.map(([accountId, id]) => ({ accountId: accountId as number, id: Number(id) }))
}

/** Walks the whole queue in slices, in order of ids, for what no claim would ever find. */
const STRANDED: Statement = {
  name: 'due_stranded',
  text: `
with slice as materialized (
  select d.id, d.account_id, d.carrier_id, d.reason from due_queue d where d.id > $1 order by d.id limit $2
), moved as (
  update due_queue d set carrier_id = 0, due_at = least(d.due_at, $3)
  from slice s join messages m on m.account_id = s.account_id and m.id = s.id
  where d.id = s.id and d.carrier_id = s.carrier_id and s.carrier_id > 0 and s.reason <> 6
    and ((m.expires_at <= $3 and s.carrier_id <> all($4::int4[])) or (m.carrier_ids is null and s.reason <> 7 and s.carrier_id <> all($5::int4[])))
  returning d.id
)
select (select count(*) from moved)::int4, (select max(id) from slice), (select count(*) from slice)::int4`,
}

/**
 * Rows of carriers that are down and whose validity has ended, and rows of carriers that are switched off or gone (but not
 * what these may have, and never answered): to carrier 0, where they are claimed. Answers where the next slice begins (0: at the beginning) and how many moved.
 */
export async function moveStranded(
  session: Session,
  look: {
    readonly afterId: number
    readonly limit: number
    readonly nowMs: number
    readonly up: readonly number[] // carriers whose rows are claimed
    readonly enabled: readonly number[]
  },
): Promise<{ moved: number; nextId: number }> {
  const values = [look.afterId, look.limit, look.nowMs, int4Array(look.up), int4Array(look.enabled)]
  const [row] = await session.run(STRANDED, values)
  const [moved, lastId, seen] = (row ?? [0, 0, 0]) as number[]
  return { moved: moved ?? 0, nextId: (seen ?? 0) < look.limit ? 0 : Number(lastId) }
}
