import type { Account } from '../domain/account.ts'
import { DAY_MS, formatDate } from '../domain/calendar.ts'
import { convert } from '../domain/currency.ts'
import { Refusal } from '../domain/refusal.ts'
import { type Span, spanOfDays } from '../domain/report-span.ts'
import { readTraffic, type Traffic } from '../store/account-hours.ts'
import type { Session } from '../store/session.ts'
import { listSubclients, type SubclientRow } from '../store/subclients.ts'
import type { Statistics, StatisticsRequest } from './statistics.ts'
import { ratesOf } from './subclient-pay.ts'
import { ADDITIONAL_LOGIN, hasOwnBalance } from './subclient-type.ts'

const SUBCLIENTS_MAX = 10_000
const DAYS_MAX = 366

export interface SubclientStatisticsRequest extends StatisticsRequest {
  /** This one; undefined: all of a kind. */
  readonly subclient: SubclientRow | undefined
  /** Those with a balance of their own; else those that spend the main account's. */
  readonly independent: boolean
  readonly hideDeleted: boolean
  /** Money in the main account's currency, at the rate of now. */
  readonly inMainCurrency: boolean
}

/** Of one day. */
export interface DayStatistics extends Statistics {
  readonly date: string
}

/**
 * What sub-clients sent and spent, by the main account's calendar (SMSC API, users.php). Of additional logins, whose messages are
 * their account's, nothing is told unless one is asked for by name. Refuses with not_found where there is nobody to tell of, or on no
 * day anything; with denied where there is no rate; with bad_request days that end before they begin, or too many of them.
 */
export function createSubclientStatistics({ session, now }: { readonly session: Session; readonly now: () => number }) {
  async function whom(main: Account, { subclient, independent, hideDeleted }: SubclientStatisticsRequest) {
    const listed = subclient ? [subclient] : await listSubclients(session, main.id, SUBCLIENTS_MAX)
    const wanted = subclient
      ? listed
      : listed.filter(({ type, deleted }) => {
          return type !== ADDITIONAL_LOGIN && hasOwnBalance(type) === independent && !(hideDeleted && deleted)
        })
    if (wanted.length === 0) throw new Refusal('not_found')
    return wanted
  }

  const spanOf = (main: Account, request: SubclientStatisticsRequest): Span => {
    const span = spanOfDays(request, main.utcOffsetMinutes, now())
    if (!span) throw new Refusal('bad_request', { field: 'end' })
    return span
  }

  async function present(main: Account, { inMainCurrency }: SubclientStatisticsRequest, of: readonly SubclientRow[]) {
    const rates = new Map<string, Awaited<ReturnType<typeof ratesOf>>>()
    if (inMainCurrency) {
      for (const { currency } of of) {
        if (!rates.has(currency)) rates.set(currency, await ratesOf(session, currency, main.currency))
      }
    }
    return ({ login, currency }: SubclientRow, { messages, charged, refunded, paidIn }: Traffic): Statistics => {
      const rate = rates.get(currency)
      const told = (amount: bigint): bigint => (rate ? convert(amount, ...rate) : amount)
      return {
        ...{ login, messages, credit: told(paidIn), debit: told(charged - refunded) },
        currency: rate ? main.currency : currency,
      }
    }
  }

  const read = (main: Account, of: readonly SubclientRow[], { purse }: SubclientStatisticsRequest, span: Span) =>
    readTraffic(session, [...new Set(of.map((each) => dataOf(main, each)))], purse, span)

  return {
    /** A row for each sub-client, of the days together. */
    async sums(main: Account, request: SubclientStatisticsRequest): Promise<readonly Statistics[]> {
      const span = spanOf(main, request)
      const of = await whom(main, request)
      const row = await present(main, request, of)
      const traffic = await read(main, of, request, span)
      return of.map((each) => row(each, traffic.get(dataOf(main, each)) ?? NOTHING))
    },

    /** A row for each sub-client and each day on which there was something. */
    async byDay(main: Account, request: SubclientStatisticsRequest): Promise<readonly DayStatistics[]> {
      const { fromMs, toMs } = spanOf(main, request)
      if (toMs - fromMs > DAYS_MAX * DAY_MS) throw new Refusal('bad_request', { field: 'end', most: DAYS_MAX })
      const of = await whom(main, request)
      const row = await present(main, request, of)
      const days: (readonly [date: string, Map<number, Traffic>])[] = []
      for (let day = fromMs; day < toMs && day <= now(); day += DAY_MS) {
        const traffic = await read(main, of, request, { fromMs: day, toMs: day + DAY_MS })
        days.push([formatDate(day, main.utcOffsetMinutes).slice(0, 10), traffic])
      }
      const rows = of.flatMap((each) =>
        days.flatMap(([date, traffic]) => {
          const found = traffic.get(dataOf(main, each)) ?? NOTHING
          return isNothing(found) ? [] : [{ ...row(each, found), date }]
        }),
      )
      if (rows.length === 0) throw new Refusal('not_found')
      return rows
    },
  }
}

export type SubclientStatistics = ReturnType<typeof createSubclientStatistics>

/** An additional login has no messages but its account's. */
const dataOf = (main: Account, { id, type }: SubclientRow): number => (type === ADDITIONAL_LOGIN ? main.id : id)

const NOTHING: Traffic = { messages: 0, charged: 0n, refunded: 0n, paidIn: 0n }

const isNothing = ({ messages, charged, refunded, paidIn }: Traffic): boolean =>
  messages === 0 && charged === 0n && refunded === 0n && paidIn === 0n
