import { int2Array, int4Array, int8Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** One count of an account's day: everything, or what has the same number, text or address. */
export interface DayCount {
  readonly accountId: number
  readonly day: number // of the account's zone, since 1970
  readonly kind: number
  readonly key: number
}

export interface WantedCount extends DayCount {
  readonly wanted: number
  readonly most: number
}

/* Rows are locked in the order of their key, so that two requests with the same numbers do not wait for each other in a circle. */
const TAKE: Statement = {
  name: 'day_counts_take',
  text: `
with counted as (
  insert into day_counts as c (account_id, day, kind, key, count, most, granted)
  select account_id, day, kind, key, least(wanted, most), most, least(wanted, most)
  from unnest($1::int4[], $2::int4[], $3::int2[], $4::int8[], $5::int4[], $6::int4[]) as q(account_id, day, kind, key, wanted, most)
  order by account_id, day, kind, key
  on conflict (account_id, day, kind, key) do update set
    most = excluded.most,
    granted = greatest(0, least(excluded.granted, excluded.most - c.count)),
    count = c.count + greatest(0, least(excluded.granted, excluded.most - c.count))
  returning account_id, day, kind, key, granted
)
select q.at, coalesce(c.granted, 0)
from unnest($1::int4[], $2::int4[], $3::int2[], $4::int8[]) with ordinality as q(account_id, day, kind, key, at)
left join counted c using (account_id, day, kind, key)`,
}

/** Counts as much of each as its limit lets through, and tells how much that was, in their order. No two of them may be the same. */
export async function takeDayCounts(session: Session, counts: readonly WantedCount[]): Promise<number[]> {
  const granted: number[] = new Array(counts.length).fill(0)
  if (counts.length === 0) return granted
  const rows = await session.run(TAKE, [
    ...keysOf(counts),
    int4Array(counts.map(({ wanted }) => wanted)),
    int4Array(counts.map(({ most }) => most)),
  ])
  for (const [at, count] of rows) granted[Number(at) - 1] = count as number
  return granted
}

const GIVE_BACK: Statement = {
  name: 'day_counts_give_back',
  text: `
with kept as materialized (
  select c.account_id, c.day, c.kind, c.key, q.unused from day_counts c
  join unnest($1::int4[], $2::int4[], $3::int2[], $4::int8[], $5::int4[]) as q(account_id, day, kind, key, unused)
    using (account_id, day, kind, key)
  order by c.account_id, c.day, c.kind, c.key for update of c
)
update day_counts c set count = greatest(0, c.count - k.unused) from kept k
where (c.account_id, c.day, c.kind, c.key) = (k.account_id, k.day, k.kind, k.key)`,
}

/** Takes back what was counted for messages that came to nothing. */
export async function giveBackDayCounts(
  session: Session,
  counts: readonly (DayCount & { readonly unused: number })[],
): Promise<void> {
  if (counts.length === 0) return
  await session.run(GIVE_BACK, [...keysOf(counts), int4Array(counts.map(({ unused }) => unused))])
}

const FORGET: Statement = { name: 'day_counts_forget', text: `delete from day_counts where day < $1` }

/** Days before this one are over in every zone. */
export const forgetDayCounts = async (session: Session, beforeDay: number): Promise<void> => {
  await session.run(FORGET, [beforeDay])
}

/** The functions above, over one session. */
export const dayCountStore = (session: Session) => ({
  take: (counts: readonly WantedCount[]) => takeDayCounts(session, counts),
  giveBack: (counts: readonly (DayCount & { readonly unused: number })[]) => giveBackDayCounts(session, counts),
})

const keysOf = (counts: readonly DayCount[]): Buffer[] => [
  int4Array(counts.map(({ accountId }) => accountId)),
  int4Array(counts.map(({ day }) => day)),
  int2Array(counts.map(({ kind }) => kind)),
  int8Array(counts.map(({ key }) => key)),
]
