import { int4Array, int8Array } from './binary.ts'
import { type LoadedMessage, loadedColumns, readLoaded } from './loaded.ts'
import type { Session, Statement } from './session.ts'

export interface Claimed {
  readonly message: LoadedMessage
  readonly dueAtMs: number
  readonly reason: number
}

/**
 * Claims what is due for one carrier and lane, visiting accounts in turn and taking a few from each, so that an
 * account with a million rows costs the others nothing. The claim is a journal row: if this node dies, whoever
 * finds the row puts the messages back.
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
), picked as materialized (
  select p.* from (select account_id from line where account_id is not null limit $7) as l
  cross join lateral (
    select d.carrier_id, d.lane, d.account_id, d.due_at, d.id, d.reason from due_queue d
    where d.carrier_id = $1 and d.lane = $2 and d.account_id = l.account_id and d.due_at <= $4
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
select ${loadedColumns('claimed')}, queue_due_at, queue_reason from claimed where (select count(*) from gone) >= 0 order by id`,
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
): Promise<Claimed[]> {
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
  return rows.map((row) => ({
    message: readLoaded(row),
    dueAtMs: Number(row[row.length - 2]),
    reason: Number(row[row.length - 1]),
  }))
}

/** Which (carrier, lane) have anything due: a short look by the leading columns of the key. */
const LANES_DUE: Statement = {
  name: 'due_lanes',
  text: `
select c.carrier_id, l.lane
from unnest($1::int4[]) as c(carrier_id) cross join generate_series(0, 2) as l(lane)
where exists (select from due_queue d where d.carrier_id = c.carrier_id and d.lane = l.lane)`,
}

export async function lanesDue(session: Session, carrierIds: readonly number[]): Promise<{ carrierId: number; lane: number }[]> {
  const rows = await session.run(LANES_DUE, [int4Array(carrierIds)])
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

/** Moves due rows of a carrier that has been down for long to be routed anew: a slice, and how many it had. */
const REROUTE: Statement = {
  name: 'due_reroute',
  text: `
with picked as materialized (
  select id from due_queue where carrier_id = $1 and reason <> $3 order by lane, account_id, due_at, id limit $2 for update skip locked
)
update due_queue d set carrier_id = 0 from picked p where d.id = p.id returning d.id`,
}

export async function rerouteDue(session: Session, carrierId: number, limit: number, exceptReason: number): Promise<number> {
  return (await session.run(REROUTE, [carrierId, limit, exceptReason])).length
}
