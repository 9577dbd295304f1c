import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** Money between a main account and its sub-client, in one purse of both. Amounts are positive, each in its own currency. */
export interface Payment {
  readonly id: number // of both postings
  readonly purse: Purse
  readonly from: { readonly accountId: number; readonly amount: bigint; readonly note: string }
  readonly to: { readonly accountId: number; readonly amount: bigint; readonly note: string }
  /** What one unit of the sub-client's currency is worth in the main account's, in hundred-millionths. */
  readonly rate: bigint
  /** Whether what may be owed may be given, too. */
  readonly credit: boolean
  readonly subclientId: number
}

/** `paid`, or what stands in the way: the sub-client has no purses of its own, or there is not so much; `otherPurse`: but it is there. */
export type PaymentOutcome = 'paid' | 'shared' | 'poor' | 'other purse'

/** Both accounts are locked in the order of their ids (core: lock order). Kind 5 is a transfer. */
const PAY: Statement = {
  name: 'pay',
  text: `
with locked as materialized (
  select id, payer_id, balance, balance2, credit_limit, deleted_at from accounts where id = any(array[$1::int4, $2::int4]) order by id for update
), source as materialized (
  select case $3::int2 when 1 then balance + case when $9::bool then credit_limit else 0 end else balance2 end >= $4::int8 as covers,
    $3 = 1 and balance2 >= $4 as other_covers
  from locked where id = $1
), own as materialized (
  select from locked where id = $10::int4 and payer_id = id and deleted_at is null
), legs as materialized (
  select x.* from (values ($1, $2, -$4, $6::text), ($2, $1, $5::int8, $7::text)) as x(id, peer_id, amount, note)
  where (select covers from source) and exists (select from own)
), moved as (
  update accounts a set balance = a.balance + case $3 when 1 then x.amount else 0 end,
    balance2 = a.balance2 + case $3 when 2 then x.amount else 0 end
  from legs x join locked l on l.id = x.id where a.id = x.id
  returning a.id
), posted as (
  insert into postings (account_id, id, purse, kind, amount, note, peer_id, rate)
  select id, $8::int8, $3, 5, amount, note, peer_id, $11::int8 from legs
)
select exists (select from own), (select covers from source), (select other_covers from source), (select count(*) from moved)::int4`,
}

/** Debits one account and credits the other, in one commit. */
export async function pay(session: Session, payment: Payment): Promise<PaymentOutcome> {
  const { from, to, purse, id, rate, credit, subclientId } = payment
  const [row] = await session.run(PAY, [
    ...[from.accountId, to.accountId, purse, from.amount, to.amount, from.note, to.note, id, credit, subclientId, rate],
  ])
  const [own, covers, otherCovers] = (row ?? []) as boolean[]
  if (!own) return 'shared'
  return covers ? 'paid' : otherCovers ? 'other purse' : 'poor'
}

const EMPTY: Statement = {
  name: 'pay_all',
  text: `
with held as materialized (
  select balance, balance2 from accounts where id = $1
), moved as (
  update accounts a set balance = a.balance + x.sign * h.balance, balance2 = a.balance2 + x.sign * h.balance2
  from (values ($1::int4, -1), ($2::int4, 1)) as x(id, sign), held h where a.id = x.id
), posted as (
  insert into postings (account_id, id, purse, kind, amount, note, peer_id, rate)
  select x.id, $3::int8, p.purse::int2, 5, x.sign * p.amount, x.note, x.peer_id, 100000000
  from (values ($1, $2, -1, $4::text), ($2, $1, 1, $5::text)) as x(id, peer_id, sign, note)
  cross join (select 1, balance from held union all select 2, balance2 from held) as p(purse, amount)
  where p.amount <> 0
)
select balance::text, balance2::text from held`,
}

/** Posts what both purses of an account hold to another one of its currency. Both accounts are locked already. */
export async function postAll(
  session: Session,
  of: { readonly from: number; readonly to: number; readonly id: number; readonly noteFrom: string; readonly noteTo: string },
): Promise<void> {
  await session.run(EMPTY, [of.from, of.to, of.id, of.noteFrom, of.noteTo])
}

const POSTED: Statement = {
  name: 'payment_posted',
  text: `select from postings where account_id = $1 and id = $2 and purse = $3`,
}
const WAIT: Statement = { name: 'payment_wait', text: `select id from accounts where id = $1 for update` }

/** After a lost answer: whether the payment stands. A server process that still works on it is waited for. */
export async function wasPaid(session: Session, { from, id, purse }: Payment): Promise<boolean> {
  await session.run(WAIT, [from.accountId])
  return (await session.run(POSTED, [from.accountId, id, purse])).length === 1
}
