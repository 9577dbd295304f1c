import { idOfTime } from '../domain/message-id.ts'
import { int4Array } from './binary.ts'
import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** Ids in an hour: 3,600,000 ms of 8192 each. */
export const HOUR_IDS = 3_600_000 * 8192

/** What an account sent and what moved its balance. Money in millionths. */
export interface Traffic {
  readonly messages: number
  readonly charged: bigint
  readonly refunded: bigint
  readonly paidIn: bigint
}

/*
 * The three sources of the sums, for a range of ids $1 … $2. flags & 32: paid from the second purse. States 22 to 25 at no price:
 * refused when it came. Of parts that a customer submitted one by one the first counts. flags & 4096: in the place of a replaced one,
 * which counts in its own hour, and may be counted already. Kinds 2, 3 and 4 are charges and refunds, which are summed up from messages
 * and refunds: those know who sent.
 */
const PURSE = `(1 + (flags >> 5 & 1))::int2`
const SOLD = (key: string, where: string): string => `
  select account_id, ${key} ${PURSE} as purse, count(*) filter (where first_part_id in (0, id)
      and flags & 4096 = 0 and not (state between 22 and 25 and price = 0)) as messages,
    sum(price) as charged, 0::numeric as refunded, 0::numeric as paid_in
  from messages where id >= $1 and id < $2 and ${where}`
const RETURNED = (key: string, where: string): string => `
  select account_id, ${key} purse, 0, 0, sum(amount), 0 from refunds where id >= $1 and id < $2 and ${where}`
const PAID_IN = (key: string, where: string): string => `
  select account_id, ${key} purse, 0, 0, 0, sum(amount) from postings
  where id >= $1 and id < $2 and kind not in (2, 3, 4) and amount > 0 and ${where}`

const HOUR = `(id / ${HOUR_IDS})::int4 as hour,`
const COUNTING = 'exists (select from pointer)'

/* The pointer is locked, and moves with the rows: of two nodes that count at once one finds nothing left to do. */
const COUNT: Statement = {
  name: 'account_hours_count',
  text: `
with pointer as materialized (
  select from settings where name = 'hours_counted_until' and (value #>> '{}')::int8 = $1 for update
), counted as (
  insert into account_hours (account_id, hour, purse, messages, charged, refunded, paid_in)
  select account_id, hour, purse, sum(messages), sum(charged), sum(refunded), sum(paid_in)
  from (
    ${SOLD(HOUR, COUNTING)} group by 1, 2, 3
    union all ${RETURNED(HOUR, COUNTING)} group by 1, 2, 3
    union all ${PAID_IN(HOUR, COUNTING)} group by 1, 2, 3
  ) x
  group by 1, 2, 3 having sum(messages) <> 0 or sum(charged) <> 0 or sum(refunded) <> 0 or sum(paid_in) <> 0
), moved as (
  update settings set value = to_jsonb($2::int8) where name = 'hours_counted_until' and ${COUNTING}
)
select count(*)::int4 from pointer`,
}

/** Counts whole hours from where counting stands up to an id. False: somebody else has counted on from there. */
export const countHours = async (session: Session, fromId: number, toId: number): Promise<boolean> =>
  (await session.run(COUNT, [fromId, toId]))[0]?.[0] === 1

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

const OWN = 'account_id = any($3::int4[])'
const LIVE: Statement = {
  name: 'account_hours_live',
  text: `
select ${SUMS} from (
  ${SOLD('', OWN)} group by 1, 2 union all ${RETURNED('', OWN)} group by 1, 2 union all ${PAID_IN('', OWN)} group by 1, 2
) x where purse = $4 group by account_id`,
}

const readTrafficRow = ([accountId, messages, charged, refunded, paidIn]: readonly unknown[]): [number, Traffic] => [
  accountId as number,
  {
    messages: Number(messages),
    charged: BigInt(charged as string),
    refunded: BigInt(refunded as string),
    paidIn: BigInt(paidIn as string),
  },
]

const NONE: Traffic = { messages: 0, charged: 0n, refunded: 0n, paidIn: 0n }

const plus = (a: Traffic, b: Traffic): Traffic => ({
  messages: a.messages + b.messages,
  charged: a.charged + b.charged,
  refunded: a.refunded + b.refunded,
  paidIn: a.paidIn + b.paidIn,
})

/**
 * Sums of accounts over a span of time, exact to the millisecond: whole hours from their counts, what is not counted yet and hours
 * that the span cuts from the messages themselves. What is counted stays as it is, so the two reads agree whatever happens between.
 */
export async function readTraffic(
  session: Session,
  accountIds: readonly number[],
  purse: Purse,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<Map<number, Traffic>> {
  const sums = new Map(accountIds.map((id) => [id, NONE]))
  const add = (rows: readonly (readonly unknown[])[]): void => {
    for (const row of rows) {
      const [accountId, traffic] = readTrafficRow(row)
      sums.set(accountId, plus(sums.get(accountId) ?? NONE, traffic))
    }
  }
  const ids = int4Array(accountIds)
  const live = async (from: number, to: number): Promise<void> => {
    if (from < to) add(await session.run(LIVE, [from, to, ids, purse]))
  }

  const counted = await readCountedUntil(session)
  const [from, to] = [idOfTime(fromMs), idOfTime(toMs)]
  const first = Math.ceil(from / HOUR_IDS)
  const last = Math.floor(Math.min(to, counted) / HOUR_IDS)
  if (first >= last) await live(from, to)
  else {
    add(await session.run(HOURS, [ids, purse, first, last]))
    await live(from, first * HOUR_IDS)
    await live(last * HOUR_IDS, to)
  }
  return sums
}
