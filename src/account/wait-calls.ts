import type pg from 'pg'
import { type Account, isOn } from '../domain/account.ts'
import { BASE_CURRENCY, convert, RATE_UNIT } from '../domain/currency.ts'
import { type NumberProfile, parseNumber } from '../domain/number/parse.ts'
import { Refusal } from '../domain/refusal.ts'
import { CALL_AWAITED_MS } from '../domain/waiting-call.ts'
import { readCurrencies } from '../store/currencies.ts'
import type { Session } from '../store/session.ts'
import { waitForCall } from '../store/wait-calls.ts'

/**
 * A subscriber shows that a phone is his by calling a number of ours (SMSC API, wait_call.php). Answers the numbers that he may call,
 * of which the first is the one to tell; for ten minutes from now the account's handler hears of his call to any of them. Refuses with
 * bad_number what is no phone, with not_found where there are no numbers to call, with denied a subscriber whose calls were asked for
 * too often, or for whom all numbers are in use, and with insufficient_funds.
 */
export const createWaitCalls = (parts: {
  readonly session: Session
  readonly pool: pg.Pool
  readonly nextId: () => number
  readonly now: () => number
  readonly profile: NumberProfile
  readonly price: bigint // in millionths of the base currency
}) => {
  const { session, pool, nextId, now, profile, price } = parts

  async function priceIn(currency: string): Promise<bigint> {
    if (price === 0n || currency === BASE_CURRENCY) return price
    const rate = (await readCurrencies(session)).find(({ code }) => code === currency)?.rate
    if (rate === undefined) throw new Refusal('not_found', { field: 'currency' })
    return convert(price, RATE_UNIT, rate)
  }

  return async (account: Account, written: string): Promise<readonly string[]> => {
    const parsed = parseNumber(written, profile)
    if (!('number' in parsed)) throw new Refusal('bad_number', { field: 'phone' })
    const nowMs = now()
    const outcome = await waitForCall(pool, {
      ...{ accountId: account.id, payerId: account.payerId, phone: parsed.number, nowMs, untilMs: nowMs + CALL_AWAITED_MS },
      price: isOn(account.settings['fl2[27]']) ? 0n : await priceIn(account.currency),
      postingId: nextId(),
    })
    if ('numbers' in outcome) return outcome.numbers
    if (outcome.problem === 'poor') throw new Refusal('insufficient_funds')
    throw new Refusal(outcome.problem === 'no numbers' ? 'not_found' : 'denied', { field: 'phone' })
  }
}

export type WaitForCall = ReturnType<typeof createWaitCalls>
