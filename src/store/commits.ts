import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/**
 * Charges of messages at or after an id that belong to a commit before it: a commit's posting has the id just before its
 * messages', and a month may end between them. A commit's ids lie within a second.
 */
const EDGE: Statement = {
  name: 'books_edge',
  text: `
select m.payer_id, (1 + (m.flags >> 5 & 1))::int2, sum(m.price)::text, count(*)::int8
from messages m
where m.id >= $1 and m.id < $1::int8 + 8192000 and m.price > 0 and not exists (
  select from postings p where p.account_id = m.payer_id and p.purse = 1 + (m.flags >> 5 & 1) and p.kind = 2 and p.id >= $1 and p.id <= m.id
    and p.id % 8192 / 256 = m.id % 8192 / 256
)
group by 1, 2`,
}

/** What messages of this id or later were charged by commits before it. */
export async function readEdge(session: Session, id: number): Promise<{ payerId: number; purse: Purse; charged: bigint }[]> {
  const rows = await session.run(EDGE, [id])
  return rows.map(([payerId, purse, charged]) => ({
    payerId: payerId as number,
    purse: purse as Purse,
    charged: BigInt(charged as string),
  }))
}

/*
 * Postings and messages of one purse in one line, in the order of their ids: each message belongs to the posting of its
 * node before it. Looks a second further at both ends, where commits are cut.
 */
const UNEVEN: Statement = {
  name: 'books_uneven',
  text: `
with lines as (
  select id % 8192 / 256 as node, id, -amount as charge, 0::int8 as price, 1 as posting from postings
  where account_id = $1 and purse = $2 and kind = 2 and id >= $3::int8 - 8192000 and id < $4::int8 + 8192000
  union all
  select id % 8192 / 256, id, 0, price, 0 from messages
  where payer_id = $1 and 1 + (flags >> 5 & 1) = $2 and price > 0 and id >= $3::int8 - 8192000 and id < $4::int8 + 8192000
), grouped as (
  select *, sum(posting) over (partition by node order by id, posting desc) as nth from lines
)
select min(id)::int8, sum(charge)::text, sum(price)::text, coalesce(min(id) filter (where posting = 0), 0)::int8
from grouped group by node, nth
having sum(charge) <> sum(price) and min(id) >= $3 and min(id) < $4
order by 1 limit 3`,
}

/** A commit whose charge is not the sum of its messages' prices. */
export interface UnevenCommit {
  readonly id: number
  readonly charged: bigint // posted
  readonly prices: bigint
  readonly firstMessage: number // 0: it has none
}

/** The first such commits of a payer's purse in a range of ids. */
export async function readUneven(
  session: Session,
  payerId: number,
  purse: Purse,
  range: { readonly from: number; readonly to: number },
): Promise<UnevenCommit[]> {
  const rows = await session.run(UNEVEN, [payerId, purse, range.from, range.to])
  return rows.map(([id, charged, prices, firstMessage]) => ({
    id: Number(id),
    charged: BigInt(charged as string),
    prices: BigInt(prices as string),
    firstMessage: Number(firstMessage),
  }))
}
