import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** A line of an account's statement: one posting, or the charges or refunds of one day together. */
export interface StatementLine {
  readonly day: number // days since 1970-01-01 by the account's clock
  readonly kind: number // store/postings.ts
  readonly lastId: number // of the postings in it
  readonly amount: bigint
  readonly postings: number
  readonly note: string
}

/*
 * Charges and refunds come by the thousand: they are summed up by day, and stand where the day's last one stands. What
 * people post stands by itself. 1767225600000 is the zero of ids (ms since 2026 × 8192).
 */
const LINES: Statement = {
  name: 'statement_lines',
  text: `
with lines as (
  select id, kind, amount, note, ((id / 8192 + 1767225600000 + $5 * 60000) / 86400000)::int4 as day from postings
  where account_id = $1 and purse = $2 and id >= $3 and id < $4
)
select day, kind, max(id), sum(amount)::text, count(*)::int8, ''
from lines where kind in (2, 3, 4) and not $6::bool group by day, kind
union all
select day, kind, id, amount::text, 1, note from lines where kind not in (2, 3, 4) or $6::bool
order by 3 limit $7`,
}

const OPENING: Statement = {
  name: 'statement_opening',
  text: `
with closed as (
  select until_id, balance from closings where account_id = $1 and purse = $2 and until_id <= $3 order by until_id desc limit 1
)
select (coalesce((select balance from closed), 0) + coalesce((
  select sum(amount) from postings where account_id = $1 and purse = $2 and id >= coalesce((select until_id from closed), 0) and id < $3
), 0))::text`,
}

const TOTALS: Statement = {
  name: 'statement_totals',
  text: `
select kind, sum(amount)::text, count(*)::int8 from postings where account_id = $1 and purse = $2 and id >= $3 and id < $4
group by kind order by kind`,
}

export interface StatementQuestion {
  readonly accountId: number
  readonly purse: Purse
  readonly from: number // ids
  readonly to: number
  readonly utcOffsetMinutes: number
  readonly each: boolean // every posting by itself
  readonly limit: number
}

/** Lines in the order of their postings, the balance before them, and the sums of all kinds, as of one moment. */
export async function readStatement(session: Session, asked: StatementQuestion) {
  const { accountId, purse, from, to, utcOffsetMinutes, each, limit } = asked
  const opening = await session.run(OPENING, [accountId, purse, from])
  const lines = await session.run(LINES, [accountId, purse, from, to, utcOffsetMinutes, each, limit])
  const totals = await session.run(TOTALS, [accountId, purse, from, to])
  return {
    opening: BigInt((opening[0]?.[0] as string) ?? 0),
    lines: lines.map(
      ([day, kind, lastId, amount, postings, note]): StatementLine => ({
        day: day as number,
        kind: kind as number,
        lastId: Number(lastId),
        amount: BigInt(amount as string),
        postings: Number(postings),
        note: note as string,
      }),
    ),
    totals: totals.map(([kind, amount, postings]) => ({
      kind: kind as number,
      amount: BigInt(amount as string),
      postings: Number(postings),
    })),
  }
}
