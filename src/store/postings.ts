import type { Session, Statement } from './session.ts'

/** What a posting is for; the number is stored. Append only. */
export const POSTING = { topUp: 1, charge: 2, refund: 3, correction: 4, transfer: 5 } as const

/** The row is locked before it is changed, like every account row (core: lock order), so nothing can wait in a circle. */
const TOP_UP: Statement = {
  name: 'top_up',
  text: `
with locked as materialized (
  select id from accounts where id = $1 order by id for update
), credited as (
  update accounts a set balance = a.balance + $2 from locked l where a.id = l.id returning a.id, a.balance
), posted as (
  insert into postings (account_id, id, kind, amount, note) select id, $3, $4, $2, $5 from credited
)
select balance::text from credited`,
}

/** Posts an amount, which may be negative, and answers the new balance; undefined: no such account. */
export async function post(
  session: Session,
  posting: { accountId: number; id: number; kind: number; amount: bigint; note: string },
): Promise<bigint | undefined> {
  const [row] = await session.run(TOP_UP, [posting.accountId, posting.amount, posting.id, posting.kind, posting.note])
  return row && BigInt(row[0] as string)
}
