import type { Session, Statement } from './session.ts'

/** The books of one payer's purse. Money in millionths; charges and refunds are positive here. */
export interface Books {
  readonly login: string
  readonly purse: 1 | 2
  readonly currency: string
  readonly balance: bigint
  readonly posted: bigint // sum of all postings
  readonly chargesPosted: bigint
  readonly chargesOfMessages: bigint
  readonly refundsPosted: bigint
  readonly refundsOfMessages: bigint
}

export interface BooksReport {
  readonly purses: number // looked at
  readonly postings: number
  readonly messages: number
  readonly differing: readonly Books[] // the first DIFFERING_MAX by login
  readonly differingCount: number
}

const DIFFERING_MAX = 1_000

/*
 * One statement, so that all sums are of one moment. Charges are kind 2; refunds 3, and 4, which takes a refund
 * back after a late receipt. flags & 32: paid from the second purse. Months that were dropped stand in closings.
 */
const AUDIT: Statement = {
  name: 'audit',
  text: `
with purses as (
  select a.id, a.login, a.currency, p.purse, case p.purse when 1 then a.balance else a.balance2 end as balance
  from accounts a cross join (values (1::int2), (2::int2)) as p(purse)
), posted as (
  select account_id, purse, sum(amount) as total, -coalesce(sum(amount) filter (where kind = 2), 0) as charged,
    coalesce(sum(amount) filter (where kind in (3, 4)), 0) as refunded, count(*) as rows
  from postings group by 1, 2
), sold as (
  select payer_id, purse, sum(charged) as charged, sum(refunded) as refunded, sum(rows) as rows
  from (
    select payer_id, case when flags & 32 = 0 then 1 else 2 end::int2 as purse, sum(price) as charged, sum(refunded) as refunded,
      count(*) as rows
    from messages where id >= (select coalesce(max(until_id), 0) from closings) group by 1, 2
    union all
    select account_id, purse, charged, refunded, messages from closings
  ) m
  group by 1, 2
), books as (
  select p.login, p.purse, p.currency, p.balance, coalesce(b.total, 0) as posted, coalesce(b.charged, 0) as charges_posted,
    coalesce(s.charged, 0) as charges, coalesce(b.refunded, 0) as refunds_posted, coalesce(s.refunded, 0) as refunds,
    coalesce(b.rows, 0) as postings, coalesce(s.rows, 0) as messages
  from purses p
  left join posted b on b.account_id = p.id and b.purse = p.purse
  left join sold s on s.payer_id = p.id and s.purse = p.purse
), differing as (
  select * from books where balance <> posted or charges_posted <> charges or refunds_posted <> refunds
)
select null, count(*)::int4, null, null, coalesce(sum(postings), 0)::text, coalesce(sum(messages), 0)::text,
  (select count(*) from differing)::text, null, null
from books
union all
select * from (
  select login, purse::int4, currency, balance::text, posted::text, charges_posted::text, charges::text, refunds_posted::text, refunds::text
  from differing order by login, purse limit ${DIFFERING_MAX}
) d`,
}

export async function readBooks(session: Session): Promise<BooksReport> {
  const [totals, ...rows] = await session.run(AUDIT, [])
  return {
    purses: Number(totals?.[1] ?? 0),
    postings: Number(totals?.[4] ?? 0),
    messages: Number(totals?.[5] ?? 0),
    differingCount: Number(totals?.[6] ?? 0),
    differing: rows.map((row) => {
      const money = (at: number): bigint => BigInt(row[at] as string)
      return {
        login: row[0] as string,
        purse: row[1] as 1 | 2,
        currency: row[2] as string,
        balance: money(3),
        posted: money(4),
        chargesPosted: money(5),
        chargesOfMessages: money(6),
        refundsPosted: money(7),
        refundsOfMessages: money(8),
      }
    }),
  }
}
