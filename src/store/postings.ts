import type { Session, Statement } from './session.ts'

/**
 * What a posting is for; the number is stored. Append only. `chargedAgain`: a refund taken back, because a receipt came
 * after it; `correction`: the operator's, with a reason; `fee`: for something else than messages, which the note names: a name or a number by the month, a call that is waited for.
 */
export const POSTING = { topUp: 1, charge: 2, refund: 3, chargedAgain: 4, transfer: 5, correction: 6, fee: 7 } as const

/** 1 the main purse, 2 the electronic one. */
export type Purse = 1 | 2

/** The row is locked before it is changed, like every account row (core: lock order), so nothing can wait in a circle. */
const POST: Statement = {
  name: 'post',
  text: `
with locked as materialized (
  select id from accounts where id = $1 order by id for update
), credited as (
  update accounts a
  set balance = a.balance + case $6::int2 when 1 then $2::int8 else 0 end, balance2 = a.balance2 + case $6::int2 when 2 then $2::int8 else 0 end
  from locked l where a.id = l.id
  returning a.id, case $6::int2 when 1 then a.balance else a.balance2 end as balance
), posted as (
  insert into postings (account_id, id, purse, kind, amount, note) select id, $3, $6, $4, $2, $5 from credited
)
select balance::text from credited`,
}

/** Posts an amount, which may be negative, and answers the new balance of the purse; undefined: no such account. */
export async function post(
  session: Session,
  posting: { accountId: number; purse: Purse; id: number; kind: number; amount: bigint; note: string },
): Promise<bigint | undefined> {
  const { accountId, purse, id, kind, amount, note } = posting
  const [row] = await session.run(POST, [accountId, amount, id, kind, note, purse])
  return row && BigInt(row[0] as string)
}

/** From one purse of an account to its other one: two postings of one id, whose sum is nothing. */
const TRANSFER: Statement = {
  name: 'post_transfer',
  text: `
with locked as materialized (
  select id, case $2::int2 when 1 then balance else balance2 end as available from accounts where id = $1 order by id for update
), moved as (
  update accounts a set balance = a.balance + x.amount, balance2 = a.balance2 - x.amount
  from (select case $2::int2 when 1 then -$3::int8 else $3::int8 end as amount) x, locked l
  where a.id = l.id and l.available >= $3
  returning a.id, a.balance, a.balance2
), posted as (
  insert into postings (account_id, id, purse, kind, amount, note)
  select m.id, $4, p.purse, 5, case p.purse when $2::int2 then -$3::int8 else $3::int8 end, $5
  from moved m cross join (values (1::int2), (2::int2)) as p(purse)
)
select balance::text, balance2::text from moved`,
}

/** Moves a positive amount to the account's other purse; undefined: the purse does not have so much. */
export async function transfer(
  session: Session,
  posting: { accountId: number; from: Purse; id: number; amount: bigint; note: string },
): Promise<{ balance: bigint; balance2: bigint } | undefined> {
  const { accountId, from, amount, id, note } = posting
  const [row] = await session.run(TRANSFER, [accountId, from, amount, id, note])
  return row && { balance: BigInt(row[0] as string), balance2: BigInt(row[1] as string) }
}
