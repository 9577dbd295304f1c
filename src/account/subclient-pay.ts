import type { Account } from '../domain/account.ts'
import { convert, formatRate, RATE_UNIT, type Rate } from '../domain/currency.ts'
import { formatMoney, type Money } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { readCurrencies } from '../store/currencies.ts'
import { type Payment, type PaymentOutcome, pay, wasPaid } from '../store/payments.ts'
import type { Purse } from '../store/postings.ts'
import { ConnectionLost, type Session } from '../store/session.ts'
import type { SubclientRow } from '../store/subclients.ts'
import { mainOf } from './subclients.ts'

/** Both currencies in the base one, or a refusal: without both rates nothing can be converted. */
export async function ratesOf(session: Session, one: string, other: string): Promise<readonly [Rate, Rate]> {
  if (one === other) return [RATE_UNIT, RATE_UNIT]
  const rates = new Map((await readCurrencies(session)).map(({ code, rate }) => [code, rate]))
  const [first, second] = [rates.get(one), rates.get(other)]
  if (first === undefined || second === undefined) throw new Refusal('denied', { field: 'curr', reason: 'There is no rate.' })
  return [first, second]
}

/**
 * Moves an amount, told in the main account's currency, to a sub-client, or from it when it is negative (SMSC API, users.php, pay):
 * at the rate of now, in one commit, the main account's credit included. Refuses with shared_balance a sub-client without purses of
 * its own, and money that is in the electronic purse only; with insufficient_funds; with denied where there is no rate.
 */
export const createPay =
  ({ session, nextId }: { readonly session: Session; readonly nextId: () => number }) =>
  async (account: Account, subclient: SubclientRow, sum: Money, purse: Purse): Promise<void> => {
    if (subclient.payerId !== subclient.id) throw new Refusal('shared_balance', { field: 'user' })
    const main = await mainOf(session, account)
    const [mainRate, ownRate] = await ratesOf(session, main.currency, subclient.currency)
    const amount = sum < 0n ? -sum : sum
    const own = convert(amount, mainRate, ownRate)
    if (own === 0n) throw new Refusal('bad_request', { field: 'sum' })

    const isForeign = main.currency !== subclient.currency
    const rate = isForeign ? (ownRate * RATE_UNIT) / mainRate : RATE_UNIT
    const told = isForeign ? `, 1 ${subclient.currency} = ${formatRate(rate)} ${main.currency}` : ''
    const back = sum < 0n
    const ofMain = {
      ...{ accountId: main.payerId, amount },
      note: `${back ? 'from' : 'to'} ${subclient.login}${isForeign ? `: ${exact(own)} ${subclient.currency}` : ''}${told}`,
    }
    const ofSubclient = {
      ...{ accountId: subclient.id, amount: own },
      note: `${back ? 'to' : 'from'} ${main.login}${isForeign ? `: ${exact(amount)} ${main.currency}` : ''}${told}`,
    }
    const sides = back ? { from: ofSubclient, to: ofMain } : { from: ofMain, to: ofSubclient }
    const outcome = await once(session, { ...sides, id: nextId(), purse, rate, credit: !back, subclientId: subclient.id })
    if (outcome === 'poor') throw new Refusal('insufficient_funds', { field: 'sum' })
    if (outcome !== 'paid') throw new Refusal('shared_balance', { field: outcome === 'shared' ? 'user' : 'balance2' })
  }

export type Pay = ReturnType<typeof createPay>

/** An answer that was lost is looked for, so that a payment that stands is not told as one that failed. */
async function once(session: Session, payment: Payment): Promise<PaymentOutcome> {
  try {
    return await pay(session, payment)
  } catch (error) {
    if (!(error instanceof ConnectionLost) || error.outcome !== 'unknown') throw error
    if (await wasPaid(session, payment)) return 'paid'
    throw error
  }
}

const exact = (amount: Money): string => formatMoney(amount, amount % 10_000n === 0n ? 'two' : 'trim')
