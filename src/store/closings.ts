import { bigintArray, int2Array, int4Array, int8Array } from './binary.ts'
import type { Purse } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** The books of one payer's purse in one month. Money in millionths. */
export interface Closing {
  readonly payerId: number
  readonly purse: Purse
  readonly fromId: number
  readonly untilId: number // the next month's first
  readonly opening: bigint
  /** By the month's postings. */
  readonly toppedUp: bigint
  readonly chargesPosted: bigint // positive takes from the balance
  readonly refundsPosted: bigint
  readonly corrected: bigint
  readonly fees: bigint // negative takes from the balance; 0 where they stand among the corrections
  readonly transferred: bigint
  readonly balance: bigint // at its end
  /** By the month's messages, as they were when it was closed, or dropped. */
  readonly charged: bigint
  readonly refunded: bigint
  readonly messages: number // those that were sent, as statistics count them
}

const WRITE: Statement = {
  name: 'closings_write',
  text: `
insert into closings (account_id, purse, from_id, until_id, opening, topped_up, charges_posted, refunds_posted, corrected, transferred,
  balance, charged, refunded, messages, fees, dropped)
select c.*, false from unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[],
  $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[]) as c
on conflict (account_id, purse, until_id) do update
set from_id = excluded.from_id, opening = excluded.opening, topped_up = excluded.topped_up, charges_posted = excluded.charges_posted,
  refunds_posted = excluded.refunds_posted, corrected = excluded.corrected, fees = excluded.fees, transferred = excluded.transferred, balance = excluded.balance
where closings.opening = 0 and closings.charges_posted = 0 and closings.balance = 0 -- made by a version that kept no postings' sums`,
}

/** Keeps closings; those that are there already stay as they are. */
export async function writeClosings(session: Session, closings: readonly Closing[]): Promise<void> {
  const money = (of: (closing: Closing) => bigint) => bigintArray(closings.map(of))
  await session.run(WRITE, [
    int4Array(closings.map((c) => c.payerId)),
    int2Array(closings.map((c) => c.purse)),
    int8Array(closings.map((c) => c.fromId)),
    int8Array(closings.map((c) => c.untilId)),
    money((c) => c.opening),
    money((c) => c.toppedUp),
    money((c) => c.chargesPosted),
    money((c) => c.refundsPosted),
    money((c) => c.corrected),
    money((c) => c.transferred),
    money((c) => c.balance),
    money((c) => c.charged),
    money((c) => c.refunded),
    int8Array(closings.map((c) => c.messages)),
    money((c) => c.fees),
  ])
}

const DROPPING: Statement = {
  name: 'closings_dropping',
  text: `
update closings c set dropped = true, refunded = x.refunded
from unnest($2::int4[], $3::int2[], $4::int8[]) as x(payer_id, purse, refunded)
where c.until_id = $1 and c.account_id = x.payer_id and c.purse = x.purse`,
}
const DROPPED: Statement = {
  name: 'closings_dropped',
  text: `update closings set dropped = true where until_id = $1 and not dropped`,
}

/** The month's messages are about to go: keeps what they were refunded in the end. */
export async function markDropped(
  session: Session,
  untilId: number,
  refunds: readonly { readonly payerId: number; readonly purse: Purse; readonly refunded: bigint }[],
): Promise<void> {
  await session.run(DROPPING, [
    untilId,
    int4Array(refunds.map((row) => row.payerId)),
    int2Array(refunds.map((row) => row.purse)),
    bigintArray(refunds.map((row) => row.refunded)),
  ])
  await session.run(DROPPED, [untilId])
}

const LAST: Statement = {
  name: 'closings_last',
  text: `select account_id, purse, balance::text from closings where until_id = $1`,
}

/** The balances with which a month ended. */
export async function readClosed(
  session: Session,
  untilId: number,
): Promise<{ payerId: number; purse: Purse; balance: bigint }[]> {
  return (await session.run(LAST, [untilId])).map(([payerId, purse, balance]) => ({
    payerId: payerId as number,
    purse: purse as Purse,
    balance: BigInt(balance as string),
  }))
}

const CLOSED_UNTIL: Statement = {
  name: 'closings_until',
  text: `select coalesce((value #>> '{}')::int8, 0) from settings where name = 'closed_until'`,
}
const SET_CLOSED: Statement = {
  name: 'closings_set_until',
  text: `insert into settings values ('closed_until', to_jsonb($1::int8)) on conflict (name) do update set value = excluded.value`,
}

/** The first id that no closing holds; 0: nothing was ever closed. */
export const readClosedUntil = async (session: Session): Promise<number> =>
  Number((await session.run(CLOSED_UNTIL, []))[0]?.[0] ?? 0)

export const writeClosedUntil = async (session: Session, untilId: number): Promise<void> => {
  await session.run(SET_CLOSED, [untilId])
}

const DROPPED_SUMS: Statement = {
  name: 'closings_dropped_sums',
  text: `select account_id, purse, sum(charged)::text, sum(messages)::int8, max(until_id) from closings where dropped group by 1, 2`,
}

/** What messages that are gone were charged, in all months together. */
export async function readDropped(
  session: Session,
): Promise<{ payerId: number; purse: Purse; charged: bigint; messages: number; untilId: number }[]> {
  return (await session.run(DROPPED_SUMS, [])).map(([payerId, purse, charged, messages, untilId]) => ({
    payerId: payerId as number,
    purse: purse as Purse,
    charged: BigInt(charged as string),
    messages: Number(messages),
    untilId: Number(untilId),
  }))
}

/** A closing with whose it is, as it is listed. */
export interface ListedClosing extends Closing {
  readonly login: string
  readonly currency: string
  readonly dropped: boolean
  readonly closedAt: Date
}

const LIST: Statement = {
  name: 'closings_list',
  text: `
select a.login, a.currency, c.purse, c.from_id, c.until_id, c.opening::text, c.topped_up::text, c.charges_posted::text, c.refunds_posted::text,
  c.corrected::text, c.transferred::text, c.balance::text, c.charged::text, c.refunded::text, c.messages, c.dropped, c.closed_at, c.account_id, c.fees::text
from closings c join accounts a on a.id = c.account_id
where ($1 = '' or a.login = $1) and ($2::int8 = 0 or c.until_id = $2)
order by c.until_id desc, a.login, c.purse limit $3`,
}

/** The newest first. login '': of all accounts; untilId 0: of all months. */
export async function listClosings(session: Session, login: string, untilId: number, limit: number): Promise<ListedClosing[]> {
  return (await session.run(LIST, [login, untilId, limit])).map((row) => {
    const money = (at: number): bigint => BigInt(row[at] as string)
    return {
      login: row[0] as string,
      currency: row[1] as string,
      purse: row[2] as Purse,
      fromId: Number(row[3]),
      untilId: Number(row[4]),
      opening: money(5),
      toppedUp: money(6),
      chargesPosted: money(7),
      refundsPosted: money(8),
      corrected: money(9),
      transferred: money(10),
      balance: money(11),
      charged: money(12),
      refunded: money(13),
      messages: Number(row[14]),
      dropped: row[15] as boolean,
      closedAt: row[16] as Date,
      payerId: row[17] as number,
      fees: money(18),
    }
  })
}
