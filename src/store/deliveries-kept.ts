import { int4Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/*
 * What waits because nobody is bound: bounded in age and in number, and counted. Rows that a node has in memory are its own
 * affair. The accounts that have rows are found by jumping from one to the next.
 */
const ACCOUNTS = `
recursive waiting(account_id) as (
  (select account_id from deliveries where node < 0 order by account_id limit 1)
  union all
  select (select d.account_id from deliveries d where d.node < 0 and d.account_id > w.account_id order by d.account_id limit 1)
  from waiting w where w.account_id is not null
)`

const LANES = `(values (0::int2), (1::int2), (2::int2)) as l(lane)`

const EXPIRE: Statement = {
  name: 'deliveries_expire',
  text: `
with ${ACCOUNTS}, over as materialized (
  select d.* from waiting w cross join ${LANES}
  cross join lateral (
    select account_id, lane, id from deliveries
    where account_id = w.account_id and lane = l.lane and id < $1 and node < 0 order by id limit $2
  ) d
  limit $2
)
delete from deliveries d using over o where d.account_id = o.account_id and d.lane = o.lane and d.id = o.id and d.node < 0
returning d.account_id`,
}

/** Drops what is older than an id, at most `limit` rows. Answers how many of each account. */
export async function expireDeliveries(session: Session, beforeId: number, limit: number): Promise<Map<number, number>> {
  return countBy(await session.run(EXPIRE, [beforeId, limit]))
}

const COUNT: Statement = {
  name: 'deliveries_count',
  text: `
with ${ACCOUNTS}
select w.account_id, (select count(*) from (select from deliveries d where d.account_id = w.account_id and d.node < 0 limit $1) c)::int4,
  (select min(first) from ${LANES} cross join lateral (
    select (select min(id) from deliveries d where d.account_id = w.account_id and d.lane = l.lane and d.node < 0) as first) f)
from waiting w where w.account_id is not null`,
}

/** What waits for an account: `count` goes as far as it was asked to, `firstId` tells the age of the oldest. */
export interface WaitingDeliveries {
  readonly accountId: number
  readonly count: number
  readonly firstId: number
}

export const countDeliveries = async (session: Session, upTo: number): Promise<WaitingDeliveries[]> =>
  (await session.run(COUNT, [upTo])).map(([accountId, count, firstId]) => ({
    accountId: accountId as number,
    count: count as number,
    firstId: Number(firstId ?? 0),
  }))

const TOLD: Statement = {
  name: 'deliveries_told',
  text: `
with ${ACCOUNTS}
select a.login, (select count(*) from (select from deliveries d where d.account_id = w.account_id and d.node < 0 limit 1000000) c)::int4,
  (select min(at) from ${LANES} cross join lateral (
    select at from deliveries d where d.account_id = w.account_id and d.lane = l.lane and d.node < 0 order by d.id limit 1) f)
from waiting w join accounts a on a.id = w.account_id order by a.login`,
}

/** What waits because nobody takes it, for a person: at most a million are counted. */
export const waitingDeliveries = async (session: Session): Promise<{ login: string; waiting: number; oldestMs: number }[]> =>
  (await session.run(TOLD, [])).map(([login, count, at]) => ({
    login: login as string,
    waiting: count as number,
    oldestMs: Number(at ?? 0),
  }))

const ALL: Statement = {
  name: 'deliveries_all',
  text: `select count(*)::int4 from (select from deliveries where node < 0 limit 100000) d`,
}

/** Of all accounts; goes as far as 100,000. */
export const countWaiting = async (session: Session): Promise<number> => (await session.run(ALL, []))[0]?.[0] as number

const TRIM: Statement = {
  name: 'deliveries_trim',
  text: `
with over as materialized (
  select d.* from unnest($1::int4[], $2::int4[]) as w(account_id, surplus)
  cross join lateral (
    select o.account_id, o.lane, o.id from ${LANES}
    cross join lateral (
      select account_id, lane, id from deliveries
      where account_id = w.account_id and lane = l.lane and node < 0 order by id limit w.surplus
    ) o
    order by o.id limit w.surplus
  ) d
)
delete from deliveries d using over o where d.account_id = o.account_id and d.lane = o.lane and d.id = o.id and d.node < 0
returning d.account_id`,
}

/** Drops the oldest of accounts that have too many. Answers how many of each. */
export async function trimDeliveries(
  session: Session,
  surplus: readonly { readonly accountId: number; readonly count: number }[],
): Promise<Map<number, number>> {
  return countBy(
    await session.run(TRIM, [int4Array(surplus.map((each) => each.accountId)), int4Array(surplus.map((each) => each.count))]),
  )
}

function countBy(rows: readonly (readonly unknown[])[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const [accountId] of rows) counts.set(accountId as number, (counts.get(accountId as number) ?? 0) + 1)
  return counts
}
