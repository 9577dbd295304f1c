import { BASE_CURRENCY, formatRate, isCurrency, parseRate } from '../domain/currency.ts'
import { Refusal } from '../domain/refusal.ts'
import { type CurrencyRow, readCurrencies, setRates } from '../store/currencies.ts'
import type { Session } from '../store/session.ts'

const refuse = (reason: string): Refusal => new Refusal('bad_request', { field: 'rate', reason })
const RATES_MAX = 200

/** Rates are the operator's: nothing fetches them. They compare costs with prices, and move nobody's money. */
export const createCurrencies = ({ session, changed }: { session: Session; changed: () => void }) => ({
  list: (): Promise<CurrencyRow[]> => readCurrencies(session),

  /** `USD=92.50`: one dollar is worth 92.50 of the base currency. All of them are set, or none. */
  async set(written: readonly string[]): Promise<CurrencyRow[]> {
    if (written.length > RATES_MAX) throw refuse(`At most ${RATES_MAX} rates at once.`)
    const rates = written.map((each): CurrencyRow => {
      const [code = '', text = ''] = each.split('=', 2)
      const rate = parseRate(text)
      if (!isCurrency(code))
        throw refuse(`'${each.slice(0, 30)}' names no currency: write three capital letters and a rate, like USD=92.50.`)
      if (code === BASE_CURRENCY) throw refuse(`${BASE_CURRENCY} is what the other rates are told in: it is always 1.`)
      if (rate === undefined)
        throw refuse(`'${each.slice(0, 30)}' has no rate above 0: write it with at most 8 decimals, like USD=92.50.`)
      return { code, rate }
    })
    await setRates(session, [...new Map(rates.map((each) => [each.code, each])).values()])
    changed()
    return readCurrencies(session)
  },
})

export type Currencies = ReturnType<typeof createCurrencies>

export const presentCurrency = ({ code, rate }: CurrencyRow) => ({ code, rate: formatRate(rate) })
