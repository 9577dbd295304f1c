import { FOLLOW_UP } from './follow-ups.ts'
import { POSTING } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** A number as customers see it: one that can be rented, or one of theirs. */
export interface CustomersNumber {
  readonly number: string
  readonly price: bigint | undefined // a month, in millionths of the base currency; undefined: nothing is paid for it
  readonly own: boolean
  readonly prolong: boolean
}

const LIST: Statement = {
  name: 'rented_list',
  text: `
select number, price::text, account_id is not null, prolong from numbers
where not shared and (account_id = $1 or account_id is null and price is not null) order by number limit 10000`,
}

const readCustomersNumber = ([number, price, own, prolong]: readonly unknown[]): CustomersNumber => ({
  number: number as string,
  price: price === null ? undefined : BigInt(price as string),
  own: own as boolean,
  prolong: prolong as boolean,
})

/** Numbers that an account can rent, and its own. */
export const listForCustomer = async (session: Session, accountId: number): Promise<CustomersNumber[]> =>
  (await session.run(LIST, [accountId])).map(readCustomersNumber)

const ONE: Statement = {
  name: 'rented_one',
  text: `select number, price::text, false, prolong from numbers where number = $1 and account_id is null and price is not null and not shared`,
}

/** Undefined: it cannot be rented. */
export const readRentable = async (session: Session, number: string): Promise<CustomersNumber | undefined> =>
  (await session.run(ONE, [number])).map(readCustomersNumber)[0]

/** A month, or the rest of one, that is to be paid for a number. */
export interface Rent {
  readonly number: string
  readonly accountId: number
  readonly payerId: number
  readonly amount: bigint // millionths of the payer's currency
  readonly untilMs: number
  readonly postingId: number
  readonly note: string
  readonly nowMs: number
}

/*
 * The number is locked first, then the payer: nobody else locks both. $1 number, $2 account, $3 payer, $4 amount, $5 until,
 * $6 posting, $7 note. What costs nothing is not posted, and a debt does not matter to it.
 */
const PAY = `payer as materialized (
  select id, balance + credit_limit as available from accounts where id = $3 and exists (select from taken) order by id for update
), paid as materialized (
  select p.id from payer p where p.available >= $4::int8 or $4 = 0
), debited as (
  update accounts a set balance = a.balance - $4 from paid p where a.id = p.id and $4 <> 0 returning a.id
), posted as (
  insert into postings (account_id, id, kind, amount, note) select id, $6, ${POSTING.fee}, -$4::int8, $7 from debited
)`

const RENT: Statement = {
  name: 'rented_rent',
  text: `
with taken as materialized (
  select number from numbers
  where number = $1 and account_id is null and not shared and price = $8::int8 for update
), ${PAY}, rented as (
  update numbers n set account_id = $2, paid_until = $5, prolong = $9, connected_at = $10::int8
  from taken t where n.number = t.number and exists (select from paid) returning n.number
)
select (select count(*) from taken)::int4, (select count(*) from rented)::int4`,
}

/** Gives a number to an account, paid until the month's end. `price`: at which it was offered; it may have changed. */
export async function rentNumber(
  session: Session,
  rent: Rent & { readonly price: bigint; readonly prolong: boolean },
): Promise<'rented' | 'gone' | 'poor'> {
  const { number, accountId, payerId, amount, untilMs, postingId, note, price, prolong, nowMs } = rent
  const values = [number, accountId, payerId, amount, untilMs, postingId, note, price, prolong, nowMs]
  const [row] = await session.run(RENT, values)
  return row?.[0] === 0 ? 'gone' : row?.[1] === 0 ? 'poor' : 'rented'
}

const PROLONG: Statement = {
  name: 'rented_prolong',
  text: `update numbers set prolong = $3 where number = $1 and account_id = $2 and paid_until is not null returning number`,
}

/** Whether a rented number is the account's next month too. False: it rents no such number. */
export const setProlong = async (session: Session, number: string, accountId: number, prolong: boolean): Promise<boolean> =>
  (await session.run(PROLONG, [number, accountId, prolong])).length === 1

/** A rented number whose month is over. */
export interface DueRent {
  readonly number: string
  readonly accountId: number
  readonly payerId: number
  readonly currency: string
  readonly utcOffsetMinutes: number
  readonly price: bigint | undefined
  readonly paidUntilMs: number
  readonly prolong: boolean
  /** Where its account is told that it is lost; '': nowhere. */
  readonly contact: string
}

const DUE: Statement = {
  name: 'rented_due',
  text: `
select n.number, n.account_id, a.payer_id, a.currency, a.utc_offset_minutes, n.price::text, n.paid_until, n.prolong and a.deleted_at is null,
  coalesce(nullif(a.settings ->> 'email', ''), a.settings ->> 'phone', '')
from numbers n join accounts a on a.id = n.account_id
where n.paid_until <= $1 and n.number > $2 order by n.number limit $3`,
}

/** By number, after one of them. */
export const readDueRents = async (session: Session, nowMs: number, after: string, limit: number): Promise<DueRent[]> =>
  (await session.run(DUE, [nowMs, after, limit])).map(
    ([number, accountId, payerId, currency, offset, price, paidUntil, prolong, contact]) => ({
      number: number as string,
      accountId: accountId as number,
      payerId: payerId as number,
      currency: currency as string,
      utcOffsetMinutes: offset as number,
      price: price === null ? undefined : BigInt(price as string),
      paidUntilMs: Number(paidUntil),
      prolong: prolong as boolean,
      contact: contact as string,
    }),
  )

const RENEW: Statement = {
  name: 'rented_renew',
  text: `
with taken as materialized (
  select number from numbers where number = $1 and account_id = $2 and paid_until = $8::int8 and prolong for update
), ${PAY}, changed as (
  update numbers n set
    paid_until = case when exists (select from paid) then $5::int8 end,
    account_id = case when exists (select from paid) then n.account_id end,
    connected_at = case when exists (select from paid) then n.connected_at end
  from taken t where n.number = t.number returning n.account_id
), notice as (
  insert into follow_ups (id, account_id, kind, recipient, body, at, due_at)
  select $9::int8, $2, ${FOLLOW_UP.notice}, $10, $11, $12::int8, $12 from changed where account_id is null and $10 <> ''
)
select account_id is not null from changed`,
}

/**
 * Pays another month for a number, or takes it from an account that has not so much, which is told. `paidUntilMs`: as it was read;
 * undefined: somebody else was at it meanwhile.
 */
export async function renewRent(
  session: Session,
  rent: Rent & {
    readonly paidUntilMs: number
    readonly notice: { readonly id: number; readonly to: string; readonly body: string }
  },
): Promise<'renewed' | 'lost' | undefined> {
  const { number, accountId, payerId, amount, untilMs, postingId, note, paidUntilMs, notice, nowMs } = rent
  const values = [
    number,
    accountId,
    payerId,
    amount,
    untilMs,
    postingId,
    note,
    paidUntilMs,
    notice.id,
    notice.to,
    notice.body,
    nowMs,
  ]
  const [row] = await session.run(RENEW, values)
  return row && (row[0] === true ? 'renewed' : 'lost')
}

const END: Statement = {
  name: 'rented_end',
  text: `
update numbers set account_id = null, paid_until = null, connected_at = null, prolong = true
where number = $1 and account_id = $2 and paid_until = $3
  and not (prolong and exists (select from accounts where id = $2 and deleted_at is null)) returning number`,
}

/** The month of a number is over that its account did not want to keep, or that was deleted meanwhile. */
export const endRent = async (session: Session, { number, accountId, paidUntilMs }: DueRent): Promise<boolean> =>
  (await session.run(END, [number, accountId, paidUntilMs])).length === 1
