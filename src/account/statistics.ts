import type { Account } from '../domain/account.ts'
import type { Money } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { type ReportDays, spanOfDays } from '../domain/report-span.ts'
import { readTraffic } from '../store/account-hours.ts'
import { loginsOf } from '../store/accounts.ts'
import type { Purse } from '../store/postings.ts'
import type { Session } from '../store/session.ts'

export interface StatisticsRequest extends ReportDays {
  readonly purse: Purse
}

/** What an account did in some days. */
export interface Statistics {
  readonly login: string
  /** Messages that were accepted, whatever became of them. */
  readonly messages: number
  /** Paid in: everything that came to the purse and was no refund. */
  readonly credit: Money
  /** Spent: what messages were charged and fees cost, less what was given back in these days. */
  readonly debit: Money
  readonly currency: string
}

/** Statistics of an account by its own calendar, and of each additional login behind it. Refuses with bad_request days that end before they begin. */
export const createReadStatistics =
  ({ session, now }: { readonly session: Session; readonly now: () => number }) =>
  async (account: Account, request: StatisticsRequest): Promise<readonly Statistics[]> => {
    const span = spanOfDays(request, account.utcOffsetMinutes, now())
    if (!span) throw new Refusal('bad_request', { field: 'end' })
    const { id, currency } = account
    const traffic = await readTraffic(session, [id], request.purse, span, { byLogin: true })
    const logins = await loginsOf(session, [...traffic.keys()])
    return [...traffic].map(([sender, { messages, charged, refunded, paidIn }]) => {
      const login = logins.get(sender) ?? account.login
      return { login, messages, credit: paidIn, debit: charged - refunded, currency }
    })
  }

export type ReadStatistics = ReturnType<typeof createReadStatistics>
