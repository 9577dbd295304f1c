import type { Session, Statement } from './session.ts'

/** A number that subscribers write to. */
export interface NumberRow {
  readonly number: string
  readonly account: string | undefined // login; undefined: nobody's yet
  readonly shared: boolean
  /** A month, in millionths of the base currency; undefined: not for rent. */
  readonly price: bigint | undefined
  /** Unix ms; undefined: nobody rents it. */
  readonly paidUntilMs: number | undefined
  readonly prolong: boolean
  /** Subscribers are asked to call it, to confirm a phone (wait_call.php). */
  readonly calls: boolean
}

const ADD: Statement = {
  name: 'number_add',
  text: `insert into numbers (number, account_id, shared, price) values ($1, $2, $3, $4) on conflict (number) do nothing returning number`,
}

/** False when the number is there already. */
export async function addNumber(
  session: Session,
  number: string,
  { accountId, shared, price }: { accountId: number | undefined; shared: boolean; price: bigint | undefined },
): Promise<boolean> {
  return (await session.run(ADD, [number, accountId ?? null, shared, price ?? null])).length === 1
}

const LIST: Statement = {
  name: 'number_list',
  text: `
select n.number, a.login, n.shared, n.price::text, n.paid_until, n.prolong, n.calls
from numbers n left join accounts a on a.id = n.account_id order by n.number limit 10000`,
}

export async function listNumbers(session: Session): Promise<NumberRow[]> {
  return (await session.run(LIST, [])).map(([number, account, shared, price, paidUntil, prolong, calls]) => ({
    number: number as string,
    account: (account as string | null) ?? undefined,
    shared: shared as boolean,
    price: price === null ? undefined : BigInt(price as string),
    paidUntilMs: paidUntil === null ? undefined : Number(paidUntil),
    prolong: prolong as boolean,
    calls: calls as boolean,
  }))
}

const PRICE: Statement = {
  name: 'number_price',
  text: `update numbers set price = $2 where number = $1 and not shared returning number`,
}

/** For whoever rents it too, from the next month on. False: there is no such number, or it is shared. */
export const priceNumber = async (session: Session, number: string, price: bigint | undefined): Promise<boolean> =>
  (await session.run(PRICE, [number, price ?? null])).length === 1

const REMOVE: Statement = { name: 'number_remove', text: `delete from numbers where number = $1 returning number` }

export const removeNumber = async (session: Session, number: string): Promise<boolean> =>
  (await session.run(REMOVE, [number])).length === 1

const OWN: Statement = { name: 'number_own', text: `select number from numbers where number = any($1::text[])` }

/** Which of these are numbers of the centre. */
export const ownNumbers = async (session: Session, numbers: readonly string[]): Promise<Set<string>> =>
  new Set((await session.run(OWN, [numbers])).map(([number]) => number as string))
