import type { Account } from '../domain/account.ts'
import { DAY_MS, formatDate } from '../domain/calendar.ts'
import { convert } from '../domain/currency.ts'
import { Refusal } from '../domain/refusal.ts'
import { type Span, spanOfDays } from '../domain/report-span.ts'
import { readCountedDays, readTraffic, type Traffic } from '../store/account-hours.ts'
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
 * What sub-clients sent and spent, by the main account's calendar (SMSC API, users.php), additional logins among those that spend its
 * balance. Refuses with not_found where there is nobody to tell of, or on no
 * day anything; with denied where there is no rate; with bad_request days that end before they begin, or too many of them.
 */
export function createSubclientStatistics({ session, now }: { readonly session: Session; readonly now: () => number }) {
  async function whom(main: Account, { subclient, independent, hideDeleted }: SubclientStatisticsRequest) {
    const listed = subclient ? [subclient] : await listSubclients(session, main.id, SUBCLIENTS_MAX)
    const wanted = subclient
      ? listed
      : listed.filter(({ type, deleted }) => {
          return hasOwnBalance(type) === independent && !(hideDeleted && deleted)
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

  /** Of an additional login what came by it; of any other sub-client all, whichever login of it sent. */
  function readersOf(main: Account, of: readonly SubclientRow[], { purse }: SubclientStatisticsRequest) {
    const accounts = of.filter(({ type }) => type !== ADDITIONAL_LOGIN).map(({ id }) => id)
    const hasLogins = accounts.length < of.length
    const byLogin = { byLogin: true }
    return {
      async sums(span: Span): Promise<Map<number, Traffic>> {
        const own = await readTraffic(session, accounts, purse, span)
        return hasLogins ? new Map([...(await readTraffic(session, [main.id], purse, span, byLogin)), ...own]) : own
      },
      /** The first days of the span, as far as they are counted. */
      async days(span: Span): Promise<Map<number, Traffic>[]> {
        const own = await readCountedDays(session, accounts, purse, span)
        const logins = hasLogins ? await readCountedDays(session, [main.id], purse, span, byLogin) : []
        return own.map((day, at) => new Map([...(logins[at] ?? []), ...day]))
      },
    }
  }

  return {
    /** A row for each sub-client, of the days together. */
    async sums(main: Account, request: SubclientStatisticsRequest): Promise<readonly Statistics[]> {
      const span = spanOf(main, request)
      const of = await whom(main, request)
      const row = await present(main, request, of)
      const traffic = await readersOf(main, of, request).sums(span)
      return of.map((each) => row(each, traffic.get(each.id) ?? NOTHING))
    },

    /** A row for each sub-client and each day on which there was something. */
    async byDay(main: Account, request: SubclientStatisticsRequest): Promise<readonly DayStatistics[]> {
      const { fromMs, toMs } = spanOf(main, request)
      if (toMs - fromMs > DAYS_MAX * DAY_MS) throw new Refusal('bad_request', { field: 'end', most: DAYS_MAX })
      const of = await whom(main, request)
      const row = await present(main, request, of)
      const read = readersOf(main, of, request)
      const days = await read.days({ fromMs, toMs })
      for (let day = fromMs + days.length * DAY_MS; day < toMs && day <= now(); day += DAY_MS) {
        days.push(await read.sums({ fromMs: day, toMs: day + DAY_MS }))
      }
      const dates = days.map((_, at) => formatDate(fromMs + at * DAY_MS, main.utcOffsetMinutes).slice(0, 10))
      const rows = of.flatMap((each) =>
        days.flatMap((traffic, at) => {
          const found = traffic.get(each.id) ?? NOTHING
          return isNothing(found) ? [] : [{ ...row(each, found), date: dates[at] ?? '' }]
        }),
      )
      if (rows.length === 0) throw new Refusal('not_found')
      return rows
    },
  }
}

export type SubclientStatistics = ReturnType<typeof createSubclientStatistics>

const NOTHING: Traffic = { messages: 0, charged: 0n, refunded: 0n, paidIn: 0n }

const isNothing = ({ messages, charged, refunded, paidIn }: Traffic): boolean =>
  messages === 0 && charged === 0n && refunded === 0n && paidIn === 0n
