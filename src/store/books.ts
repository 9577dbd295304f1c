import { COUNTS } from './account-hours.ts'
import { int4Array } from './binary.ts'
import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** Sums of one payer's purse over a range of ids. Money in millionths; charges and refunds are positive. */
export interface BooksSlice {
  readonly payerId: number
  readonly purse: Purse
  /** Of postings in the range. */
  readonly posted: bigint
  readonly toppedUp: bigint
  readonly chargesPosted: bigint
  readonly refundsPosted: bigint
  readonly transferred: bigint
  readonly corrected: bigint
  readonly fees: bigint // negative, as they move the balance
  readonly postings: number
  /** Refunds posted before each was itemised. */
  readonly oldRefundsPosted: bigint
  /** Itemised refunds whose posting is in the range. */
  readonly itemised: bigint
  /** Of messages in the range. */
  readonly charged: bigint
  readonly refunded: bigint
  /** What of `refunded` was not itemised, of messages from before that. */
  readonly oldRefunded: bigint
  /** Messages from after that whose `refunded` is not the sum of their items, and by how much in all. */
  readonly wrongMessages: number
  readonly firstWrong: number // its id; 0: none
  readonly wrongBy: bigint
  readonly messages: number
  /** Those of them that were sent, as statistics count them. */
  readonly sent: number
}

/*
 * One short statement over a range of ids, so all its sums are of one moment. What it compares was written by one commit
 * each: a charge with its messages, a refund's posting with its items, an item with its message's sum. So the moment does
 * not matter, and ranges may be read one after another. flags & 32: paid from the second purse.
 */
const SLICE: Statement = {
  name: 'books_slice',
  text: `
with sold as (
  select payer_id, (1 + (flags >> 5 & 1))::int2 as purse, sum(price) as charged, sum(refunded) as refunded, count(*) as messages,
    count(*) filter (where ${COUNTS}) as sent
  from messages where id >= $1 and id < $2 and (cardinality($4::int4[]) = 0 or payer_id = any($4)) group by 1, 2
), items as (
  select message_id, account_id, payer_id, purse, sum(amount) as amount
  from refunds where message_id >= $1 and message_id < $2 and id >= greatest($1, $3) and (cardinality($4::int4[]) = 0 or payer_id = any($4))
  group by 1, 2, 3, 4
), given as (
  select id, account_id, payer_id, (1 + (flags >> 5 & 1))::int2 as purse, refunded
  from messages where id >= $1 and id < $2 and refunded <> 0 and (cardinality($4::int4[]) = 0 or payer_id = any($4))
), compared as (
  select coalesce(g.payer_id, i.payer_id) as payer_id, coalesce(g.purse, i.purse) as purse, coalesce(g.id, i.message_id) as id,
    coalesce(g.id, i.message_id) >= $3 as is_new, coalesce(g.refunded, 0) - coalesce(i.amount, 0) as apart
  from given g full join items i on i.message_id = g.id and i.account_id = g.account_id
), wrong as (
  select payer_id, purse, sum(apart) filter (where not is_new) as old_refunded,
    count(*) filter (where is_new and apart <> 0) as messages, min(id) filter (where is_new and apart <> 0) as first_id, sum(apart) filter (where is_new) as apart
  from compared group by 1, 2
), posted as (
  select account_id as payer_id, purse, sum(amount) as posted, count(*) as postings,
    sum(amount) filter (where kind = 1) as topped_up, -sum(amount) filter (where kind = 2) as charges,
    sum(amount) filter (where kind in (3, 4)) as refunds, sum(amount) filter (where kind in (3, 4) and id < $3) as old_refunds,
    sum(amount) filter (where kind = 5) as transferred, sum(amount) filter (where kind = 6) as corrected,
    sum(amount) filter (where kind = 7) as fees
  from postings where id >= $1 and id < $2 and (cardinality($4::int4[]) = 0 or account_id = any($4)) group by 1, 2
), itemised as (
  select payer_id, purse, sum(amount) as amount from refunds
  where id >= greatest($1, $3) and id < $2 and (cardinality($4::int4[]) = 0 or payer_id = any($4)) group by 1, 2
), purses as (
  select payer_id, purse from sold union select payer_id, purse from wrong union select payer_id, purse from posted
  union select payer_id, purse from itemised
)
select k.payer_id, k.purse, coalesce(p.posted, 0)::text, coalesce(p.topped_up, 0)::text, coalesce(p.charges, 0)::text,
  coalesce(p.refunds, 0)::text, coalesce(p.transferred, 0)::text, coalesce(p.corrected, 0)::text, coalesce(p.postings, 0)::int8,
  coalesce(p.old_refunds, 0)::text, coalesce(i.amount, 0)::text, coalesce(s.charged, 0)::text, coalesce(s.refunded, 0)::text,
  coalesce(w.old_refunded, 0)::text, coalesce(w.messages, 0)::int8, coalesce(w.apart, 0)::text, coalesce(s.messages, 0)::int8, coalesce(w.first_id, 0)::int8,
  coalesce(p.fees, 0)::text, coalesce(s.sent, 0)::int8
from purses k
left join posted p using (payer_id, purse)
left join itemised i using (payer_id, purse)
left join sold s using (payer_id, purse)
left join wrong w using (payer_id, purse)`,
}

/**
 * Sums over ids from `from` to before `to`, of the given payers (none: of all). `itemisedFrom`: the id from which on
 * refunds have an item each.
 */
export async function readSlice(
  session: Session,
  range: { readonly from: number; readonly to: number },
  itemisedFrom: number,
  payers: readonly number[] = [],
): Promise<BooksSlice[]> {
  const rows = await session.run(SLICE, [range.from, range.to, itemisedFrom, int4Array(payers)])
  return rows.map((row) => {
    const money = (at: number): bigint => BigInt(row[at] as string)
    return {
      payerId: row[0] as number,
      purse: row[1] as Purse,
      posted: money(2),
      toppedUp: money(3),
      chargesPosted: money(4),
      refundsPosted: money(5),
      transferred: money(6),
      corrected: money(7),
      postings: Number(row[8]),
      oldRefundsPosted: money(9),
      itemised: money(10),
      charged: money(11),
      refunded: money(12),
      oldRefunded: money(13),
      wrongMessages: Number(row[14]),
      wrongBy: money(15),
      messages: Number(row[16]),
      firstWrong: Number(row[17]),
      fees: money(18),
      sent: Number(row[19]),
    }
  })
}

const ITEMISED_FROM: Statement = {
  name: 'refunds_since',
  text: `select coalesce((select (value #>> '{}')::int8 from settings where name = 'refunds_since'), 0)`,
}

/** The id from which on each refund has an item: 0 where the books began so. */
export const readItemisedFrom = async (session: Session): Promise<number> =>
  Number((await session.run(ITEMISED_FROM, []))[0]?.[0] ?? 0)

const ACCOUNTS: Statement = {
  name: 'books_accounts',
  text: `select id, login, currency, balance::text, balance2::text from accounts order by id`,
}

export interface AccountBalances {
  readonly id: number
  readonly login: string
  readonly currency: string
  readonly balances: Readonly<Record<Purse, bigint>>
}

export const readBalances = async (session: Session): Promise<AccountBalances[]> =>
  (await session.run(ACCOUNTS, [])).map(([id, login, currency, main, electronic]) => ({
    id: id as number,
    login: login as string,
    currency: currency as string,
    balances: { 1: BigInt(main as string), 2: BigInt(electronic as string) },
  }))
