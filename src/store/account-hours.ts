import { HOUR_MS } from '../domain/calendar.ts'
import { EPOCH_MS, idOfTime } from '../domain/message-id.ts'
import { int4Array } from './binary.ts'
import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** Ids in an hour: 3,600,000 ms of 8192 each. */
export const HOUR_IDS = HOUR_MS * 8192

/** What an account sent and what moved its balance. Money in millionths. */
export interface Traffic {
  readonly messages: number
  readonly charged: bigint // for messages, and fees
  readonly refunded: bigint
  readonly paidIn: bigint
}

/*
 * The three sources of the sums, for a range of ids $1 … $2. flags & 32: paid from the second purse. States 22 to 25 at no price:
 * refused when it came. Of parts that a customer submitted one by one the first counts. flags & 4096: in the place of a replaced one,
 * which counts in its own hour, and may be counted already. Kinds 2, 3 and 4 are charges and refunds, which are summed up from messages
 * and refunds: those know who sent; 7 is a fee, which is spent as charges are. What came by an additional login counts as that login's: its id is none of another account. Where
 * there are no additional logins nothing is asked about them.
 */
export const COUNTS = 'first_part_id in (0, id) and flags & 4096 = 0 and not (state between 22 and 25 and price = 0)'
const PURSE = `(1 + (flags >> 5 & 1))::int2`
const SENT_BY = 'coalesce(nullif(login_id, 0), account_id) as account_id'
const REFUNDED_TO = `case when account_id in (select same_as from accounts where same_as is not null) then coalesce((
    select nullif(m.login_id, 0) from messages m where m.account_id = refunds.account_id and m.id = refunds.message_id
  ), account_id) else account_id end`
const SOLD = (key: string, where: string, byLogin: boolean): string => `
  select ${byLogin ? SENT_BY : 'account_id'}, ${key} ${PURSE} as purse, count(*) filter (where ${COUNTS}) as messages,
    sum(price) as charged, 0::numeric as refunded, 0::numeric as paid_in
  from messages where id >= $1 and id < $2 and ${where}`
const RETURNED = (key: string, where: string, byLogin: boolean): string => `
  select ${byLogin ? REFUNDED_TO : 'account_id'}, ${key} purse, 0, 0, sum(amount), 0 from refunds where id >= $1 and id < $2 and ${where}`
const POSTED = (key: string, where: string): string => `
  select account_id, ${key} purse, 0, coalesce(-sum(amount) filter (where kind = 7), 0), 0,
    coalesce(sum(amount) filter (where kind <> 7), 0) from postings
  where id >= $1 and id < $2 and (kind = 7 or kind not in (2, 3, 4) and amount > 0) and ${where}`

const HOUR = `(id / ${HOUR_IDS})::int4 as hour,`
const COUNTING = 'exists (select from pointer)'

/* The pointer is locked, and moves with the rows: of two nodes that count at once one finds nothing left to do. */
const countOf = (byLogin: boolean): Statement => ({
  name: byLogin ? 'account_hours_count_by_login' : 'account_hours_count',
  text: `
with pointer as materialized (
  select from settings where name = 'hours_counted_until' and (value #>> '{}')::int8 = $1 for update
), counted as (
  insert into account_hours (account_id, hour, purse, messages, charged, refunded, paid_in)
  select account_id, hour, purse, sum(messages), sum(charged), sum(refunded), sum(paid_in)
  from (
    ${SOLD(HOUR, COUNTING, byLogin)} group by 1, 2, 3
    union all ${RETURNED(HOUR, COUNTING, byLogin)} group by 1, 2, 3
    union all ${POSTED(HOUR, COUNTING)} group by 1, 2, 3
  ) x
  group by 1, 2, 3 having sum(messages) <> 0 or sum(charged) <> 0 or sum(refunded) <> 0 or sum(paid_in) <> 0
), moved as (
  update settings set value = to_jsonb($2::int8) where name = 'hours_counted_until' and ${COUNTING}
)
select count(*)::int4 from pointer`,
})
const COUNT = countOf(false)
const COUNT_BY_LOGIN = countOf(true)

const ANY_LOGINS: Statement = {
  name: 'account_hours_any_logins',
  text: `select exists (select from accounts where same_as is not null)`,
}

/** Counts whole hours from where counting stands up to an id. False: somebody else has counted on from there. */
export async function countHours(session: Session, fromId: number, toId: number): Promise<boolean> {
  const [[anyLogins] = []] = await session.run(ANY_LOGINS, [])
  return (await session.run(anyLogins ? COUNT_BY_LOGIN : COUNT, [fromId, toId]))[0]?.[0] === 1
}

const COUNTED_UNTIL: Statement = {
  name: 'account_hours_until',
  text: `select coalesce((select (value #>> '{}')::int8 from settings where name = 'hours_counted_until'), 0)`,
}

/** The first id that no hour holds. */
export const readCountedUntil = async (session: Session): Promise<number> =>
  Number((await session.run(COUNTED_UNTIL, []))[0]?.[0] ?? 0)

const SUMS = `account_id, sum(messages)::int8, sum(charged)::text, sum(refunded)::text, sum(paid_in)::text`

const HOURS: Statement = {
  name: 'account_hours_sum',
  text: `
select ${SUMS} from account_hours where account_id = any($1::int4[]) and purse = $2 and hour >= $3 and hour < $4 group by account_id`,
}

/** By days of 24 hours from an hour on. */
const DAYS: Statement = {
  name: 'account_hours_days',
  text: `
select (hour - $3) / 24, ${SUMS} from account_hours where account_id = any($1::int4[]) and purse = $2 and hour >= $3 and hour < $4 group by 1, 2`,
}

const OWN = 'account_id = any($3::int4[])'
const liveOf = (byLogin: boolean): Statement => ({
  name: byLogin ? 'account_hours_live_by_login' : 'account_hours_live',
  text: `
select ${SUMS} from (
  ${SOLD('', OWN, byLogin)} group by 1, 2 union all ${RETURNED('', OWN, byLogin)} group by 1, 2 union all ${POSTED('', OWN)} group by 1, 2
) x where purse = $4 group by account_id`,
})
const LIVE = liveOf(false)
const LIVE_BY_LOGIN = liveOf(true)

const readTrafficRow = ([accountId, messages, charged, refunded, paidIn]: readonly unknown[]): [number, Traffic] => [
  accountId as number,
  {
    messages: Number(messages),
    charged: BigInt(charged as string),
    refunded: BigInt(refunded as string),
    paidIn: BigInt(paidIn as string),
  },
]

const LOGINS: Statement = {
  name: 'account_hours_logins',
  text: `select id, same_as from accounts where same_as = any($1::int4[]) order by id`,
}

const NONE: Traffic = { messages: 0, charged: 0n, refunded: 0n, paidIn: 0n }

const plus = (a: Traffic, b: Traffic): Traffic => ({
  messages: a.messages + b.messages,
  charged: a.charged + b.charged,
  refunded: a.refunded + b.refunded,
  paidIn: a.paidIn + b.paidIn,
})

interface TrafficSpan {
  readonly fromMs: number
  readonly toMs: number
}

interface TrafficWish {
  /** What came by additional logins is in sums of their own; else in the sums of their accounts. */
  readonly byLogin?: boolean
}

/** Of whom rows are asked for, and whose sum a row belongs to. */
async function familyOf(session: Session, accountIds: readonly number[], byLogin: boolean) {
  const logins = new Map((await session.run(LOGINS, [int4Array(accountIds)])) as [number, number][])
  return {
    ids: int4Array([...accountIds, ...logins.keys()]),
    hasLogins: logins.size > 0,
    nothing: () => new Map((byLogin ? [...accountIds, ...logins.keys()] : accountIds).map((id) => [id, NONE])),
    add(sums: Map<number, Traffic>, rows: readonly (readonly unknown[])[]): void {
      for (const row of rows) {
        const [sender, traffic] = readTrafficRow(row)
        const accountId = byLogin ? sender : (logins.get(sender) ?? sender)
        sums.set(accountId, plus(sums.get(accountId) ?? NONE, traffic))
      }
    },
  }
}

/**
 * Sums of accounts over a span of time, exact to the millisecond: whole hours from their counts, what is not counted yet and hours
 * that the span cuts from the messages themselves. What is counted stays as it is, so the two reads agree whatever happens between.
 */
export async function readTraffic(
  session: Session,
  accountIds: readonly number[],
  purse: Purse,
  { fromMs, toMs }: TrafficSpan,
  { byLogin = false }: TrafficWish = {},
): Promise<Map<number, Traffic>> {
  const { ids, hasLogins, nothing, add } = await familyOf(session, accountIds, byLogin)
  const sums = nothing()
  const live = async (from: number, to: number): Promise<void> => {
    if (from < to) add(sums, await session.run(hasLogins ? LIVE_BY_LOGIN : LIVE, [from, to, ids, purse]))
  }

  const counted = await readCountedUntil(session)
  const [from, to] = [idOfTime(fromMs), idOfTime(toMs)]
  const first = Math.ceil(from / HOUR_IDS)
  const last = Math.floor(Math.min(to, counted) / HOUR_IDS)
  if (first >= last) await live(from, to)
  else {
    add(sums, await session.run(HOURS, [ids, purse, first, last]))
    await live(from, first * HOUR_IDS)
    await live(last * HOUR_IDS, to)
  }
  return sums
}

/**
 * The same for each of the days of 24 hours that the span begins with and that are counted as a whole, in one read: so many days as
 * there are maps. None where the days begin within an hour.
 */
export async function readCountedDays(
  session: Session,
  accountIds: readonly number[],
  purse: Purse,
  { fromMs, toMs }: TrafficSpan,
  { byLogin = false }: TrafficWish = {},
): Promise<Map<number, Traffic>[]> {
  const first = (fromMs - EPOCH_MS) / HOUR_MS // below zero before the epoch, where no ids are
  const last = Math.floor(Math.min(idOfTime(toMs), await readCountedUntil(session)) / HOUR_IDS)
  const count = Math.floor((last - first) / 24)
  if (!Number.isInteger(first) || count <= 0) return []
  const { ids, nothing, add } = await familyOf(session, accountIds, byLogin)
  const days = Array.from({ length: count }, nothing)
  for (const [day, ...row] of await session.run(DAYS, [ids, purse, first, first + count * 24])) {
    const sums = days[day as number]
    if (sums) add(sums, [row])
  }
  return days
}
