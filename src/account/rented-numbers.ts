import type { Account } from '../domain/account.ts'
import { monthAt, nameOfMonth, restOfMonth } from '../domain/calendar-month.ts'
import { BASE_CURRENCY, convert, RATE_UNIT } from '../domain/currency.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { Refusal } from '../domain/refusal.ts'
import { readCurrencies } from '../store/currencies.ts'
import { listForCustomer, readRentable, rentNumber, setProlong } from '../store/rented-numbers.ts'
import type { Session } from '../store/session.ts'

/** A number that subscribers can write to, as it is offered to an account, or is its own. */
export interface OfferedNumber {
  readonly number: string
  readonly price: bigint // a month, in millionths of the account's currency
  readonly currency: string
  readonly plan: NumberPlan
  readonly own: boolean
  readonly prolong: boolean
}

const SHORT_MAX = 6

/**
 * Numbers that accounts rent by the calendar month (SMSC API, receive_phones.php). Refuses with not_found a number that can't be rented,
 * or is not the account's; with insufficient_funds; with denied where prices can't be told in the account's currency.
 */
export function createRentedNumbers(parts: {
  readonly session: Session
  readonly nextId: () => number
  readonly now: () => number
  readonly lookUp: (number: string) => NumberPlan
}) {
  const { session, nextId, now, lookUp } = parts

  /** A short number is of no country. */
  const planOf = (number: string): NumberPlan => lookUp(number.length > SHORT_MAX ? number : '')

  /** Prices are kept in the base currency. */
  async function priceIn(currency: string): Promise<(price: bigint) => bigint> {
    if (currency === BASE_CURRENCY) return (price) => price
    const rate = (await readCurrencies(session)).find(({ code }) => code === currency)?.rate
    if (rate === undefined) throw new Refusal('denied', { field: 'currency' })
    return (price) => convert(price, RATE_UNIT, rate)
  }

  return {
    /** By number: those that can be rented, and the account's own. */
    async list({ id, currency }: Account): Promise<OfferedNumber[]> {
      const numbers = await listForCustomer(session, id)
      const priceOf = numbers.length > 0 ? await priceIn(currency) : (price: bigint) => price
      return numbers.map(({ number, price, own, prolong }) => ({
        ...{ number, currency, own, prolong, price: priceOf(price ?? 0n), plan: planOf(number) },
      }))
    },

    /** The rest of this month, by the account's clock, is paid at once. */
    async rent(account: Account, number: string, prolong: boolean): Promise<void> {
      const offered = await readRentable(session, number)
      if (offered?.price === undefined) throw new Refusal('not_found', { field: 'phone' })
      const nowMs = now()
      const month = monthAt(nowMs, account.utcOffsetMinutes)
      const rented = await rentNumber(session, {
        ...{ number, accountId: account.id, payerId: account.payerId, price: offered.price, prolong, nowMs },
        amount: restOfMonth((await priceIn(account.currency))(offered.price), month),
        untilMs: month.untilMs,
        postingId: nextId(),
        note: `number ${number}, ${month.daysLeft} of ${month.days} days of ${nameOfMonth(month.month)}`,
      })
      if (rented === 'gone') throw new Refusal('not_found', { field: 'phone' })
      if (rented === 'poor') throw new Refusal('insufficient_funds')
    },

    /** Whether a rented number stays the account's after this month. */
    async prolong({ id }: Account, number: string, prolong: boolean): Promise<void> {
      if (!(await setProlong(session, number, id, prolong))) throw new Refusal('not_found', { field: 'phone' })
    },
  }
}

export type RentedNumbers = ReturnType<typeof createRentedNumbers>
