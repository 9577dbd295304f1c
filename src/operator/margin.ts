import { now } from '../clock.ts'
import { DAY_MS } from '../domain/calendar.ts'
import { BASE_CURRENCY, convert, RATE_UNIT } from '../domain/currency.ts'
import { formatMoney, type Money } from '../domain/money.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { Refusal } from '../domain/refusal.ts'
import { countryOfMcc, zoneByNumber } from '../domain/zone.ts'
import { readCurrencies } from '../store/currencies.ts'
import { type MarginBy, readMargin, readNames } from '../store/margin.ts'
import type { Session } from '../store/session.ts'
import { formatMoment, readMoment } from './price-place.ts'

export interface MarginLine {
  readonly name: string
  readonly messages: number
  readonly charged: Money
  readonly cost: Money
  readonly uncosted: number
}

/** Money in the base currency, at the rates of today. */
export interface MarginReport {
  readonly fromMs: number
  readonly toMs: number
  readonly lines: readonly MarginLine[] // the most messages first
  readonly total: MarginLine
  readonly withoutRate: readonly string[] // currencies whose accounts are left out
}

const BY: readonly MarginBy[] = ['all', 'account', 'carrier', 'country']
const DAYS = 30
const DATE = /^\S{10}$/

/** What was charged, what the carriers took, and what is left, of the messages accepted in a span of days. */
export const createMargin =
  (session: Session, lookUp: LookUp) =>
  async (wish: { readonly from?: string; readonly to?: string; readonly by?: string }): Promise<MarginReport> => {
    const by = BY.find((each) => each === (wish.by ?? 'all'))
    if (!by) throw new Refusal('bad_request', { field: 'by', reason: 'The margin is told by account, carrier or country.' })
    // A day is meant with all its hours.
    const toMs = wish.to === undefined ? now() : readMoment('to', wish.to) + (DATE.test(wish.to.trim()) ? DAY_MS : 0)
    const fromMs = wish.from === undefined ? toMs - DAYS * DAY_MS : readMoment('from', wish.from)
    if (fromMs >= toMs) throw new Refusal('bad_request', { field: 'from', reason: 'from is not before to.' })

    const rows = await readMargin(session, by, { fromMs, toMs: Math.min(toMs, now() + DAY_MS) })
    const ids = rows.flatMap((row) => [row.payerId, ...(by === 'account' ? [Number(row.key)] : [])])
    const { accounts, carriers } = await readNames(session, [...new Set(ids)])
    const rates = new Map((await readCurrencies(session)).map(({ code, rate }) => [code, rate]))

    const lines = new Map<string, MarginLine>()
    const withoutRate = new Set<string>()
    for (const row of rows) {
      const currency = accounts.get(row.payerId)?.currency ?? BASE_CURRENCY
      const rate = rates.get(currency)
      if (rate === undefined) {
        withoutRate.add(currency)
        continue
      }
      const name = nameOf(row.key)
      const charged = convert(row.charged, rate, RATE_UNIT)
      lines.set(name, add(lines.get(name), { ...row, name, charged, cost: convert(row.cost, rate, RATE_UNIT) }))
    }
    const sorted = [...lines.values()].sort((a, b) => b.messages - a.messages)
    const total = sorted.reduce((sum, line) => add(sum, { ...line, name: 'total' }), { ...NOTHING, name: 'total' })
    return { fromMs, toMs, lines: by === 'all' ? [] : sorted, total, withoutRate: [...withoutRate].sort() }

    function nameOf(key: string): string {
      if (by === 'account') return accounts.get(Number(key))?.login ?? `account ${key}`
      if (by === 'carrier') return key === '0' ? 'not sent yet' : (carriers.get(Number(key)) ?? `carrier ${key}, removed`)
      if (by === 'country')
        return key.startsWith('+')
          ? lookUp(key.slice(1)).countryEn || 'unknown'
          : countryOfMcc(key)
            ? zoneByNumber(Number(key)).nameEn
            : `MCC ${key}`
      return 'total'
    }
  }

const NOTHING = { messages: 0, charged: 0n, cost: 0n, uncosted: 0 }

const add = (sum: MarginLine | undefined, line: MarginLine): MarginLine => ({
  name: line.name,
  messages: (sum?.messages ?? 0) + line.messages,
  charged: (sum?.charged ?? 0n) + line.charged,
  cost: (sum?.cost ?? 0n) + line.cost,
  uncosted: (sum?.uncosted ?? 0) + line.uncosted,
})

const presentLine = ({ name, messages, charged, cost, uncosted }: MarginLine) => ({
  name,
  messages,
  charged: formatMoney(charged),
  cost: formatMoney(cost),
  margin: formatMoney(charged - cost),
  percent: charged > 0n ? Number(((charged - cost) * 1000n) / charged) / 10 : null,
  without_cost: uncosted,
})

export const presentMargin = ({ fromMs, toMs, lines, total, withoutRate }: MarginReport) => ({
  from: formatMoment(fromMs),
  to: formatMoment(toMs),
  currency: BASE_CURRENCY,
  lines: lines.map(presentLine),
  total: presentLine(total),
  without_rate: withoutRate,
})
