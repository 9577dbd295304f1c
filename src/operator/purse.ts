import { formatBalance, formatMoney, parseMoney } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { type AccountDetails, readDetailsOf } from '../store/accounts.ts'
import type { Purse } from '../store/postings.ts'
import type { Session } from '../store/session.ts'

const NOTE_MAX = 200

/** What was posted, as the operator's JSON and the command line show it. */
export interface Posted {
  readonly login: string
  readonly purse: Purse
  readonly amount: string
  readonly balance: string // of the purse, after it
  readonly currency: string
}

const refuse = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

/** An amount that is not nothing: 100, -99.50 or +0.25. */
export function readAmount(written: string): bigint {
  const amount = parseMoney(written.trim().replace(/^\+/, ''))
  if (typeof amount !== 'bigint' || amount === 0n)
    throw refuse('amount', `'${written.slice(0, 40)}' is no amount of money: write 100 or 99.50.`)
  return amount
}

/** 1 or 2; a purse that is not named is the main one. */
export function readPurse(purse = 1): Purse {
  if (purse !== 1 && purse !== 2) throw refuse('purse', 'A purse is 1, the main one, or 2, the electronic one.')
  return purse
}

export function checkNote(field: string, note: string): void {
  if (note.length > NOTE_MAX || note.includes('\0')) throw refuse(field, `A ${field} has at most ${NOTE_MAX} characters.`)
}

/** The account whose own balance is to change. Rejects a sub-client that spends another's. */
export async function findPayer(session: Session, login: string): Promise<AccountDetails> {
  const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
  if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
  if (account.payerId !== account.id)
    throw refuse('login', `${login} spends the balance of ${account.payer}: name ${account.payer} instead.`)
  return account
}

export const presentPosted = ({ login, currency }: AccountDetails, purse: Purse, amount: bigint, balance: bigint): Posted => ({
  login,
  purse,
  amount: formatMoney(amount, amount % 10_000n === 0n ? 'two' : 'trim'),
  balance: formatBalance(balance),
  currency,
})
