import { type CalendarMonth, monthAt, nameOfMonth, restOfMonth } from '../domain/calendar-month.ts'
import { convert, RATE_UNIT } from '../domain/currency.ts'
import { type Money, parseMoney } from '../domain/money.ts'
import { log } from '../log.ts'
import { readAccountById } from '../store/accounts.ts'
import { readCurrencies } from '../store/currencies.ts'
import type { DueSender, MonthlyFee, SenderFees, SenderStanding } from '../store/sender-fees.ts'
import type { Session } from '../store/session.ts'

export interface SenderFeeParts {
  readonly session: Session
  readonly fees: SenderFees
  /** Of the centre, for a month, in the base currency; 0n: none. An account's setting `sender_fee` goes before it. */
  readonly fee: Money
  readonly nextId: () => number
  readonly now: () => number
  /** After the commit: these accounts are to be known anew. */
  readonly changed: (accountIds: readonly number[]) => void
}

type Payer = Pick<DueSender, 'utcOffsetMinutes' | 'currency' | 'ownFee'>

const PAGE = 500
/** The month that has begun somewhere. */
const FIRST_OFFSET_MINUTES = 840

export type SenderFeeDesk = ReturnType<typeof createSenderFees>

/** What names cost by the month: the rest of it when they are put in use, and every following one when it begins. */
export function createSenderFees({ session, fees, fee: standard, nextId, now, changed }: SenderFeeParts) {
  async function feeIn({ ownFee, currency }: Payer): Promise<Money> {
    const own = ownFee === undefined ? undefined : parseMoney(ownFee)
    if (typeof own === 'bigint') return own
    if (standard === 0n) return 0n
    const rate = (await readCurrencies(session)).find(({ code }) => code === currency)?.rate
    if (rate === undefined) log.warn('a sender name costs nothing: its currency has no rate', { reason: currency })
    return rate === undefined ? 0n : convert(standard, RATE_UNIT, rate)
  }

  /** What was in use and paid for owes the month from its beginning, whenever we get to it. */
  const chargeOf =
    (fee: Money, month: CalendarMonth) =>
    (standing: SenderStanding): MonthlyFee => ({
      month: month.month,
      amount: standing.status === 1 && standing.paidMonth > 0 ? fee : restOfMonth(fee, month),
      postingId: nextId(),
      note: `sender name ${standing.name}, ${nameOfMonth(month.month)}`,
    })

  async function take(accountId: number, id: number, payer: Payer, may: (standing: SenderStanding) => boolean) {
    const charge = chargeOf(await feeIn(payer), monthAt(now(), payer.utcOffsetMinutes))
    const done = await fees.activate(accountId, id, may, charge)
    if (done) changed(done.touched)
    return done?.result
  }

  return {
    /** Puts a name in use, or lets it wait for money; undefined: `may` says no, or it is gone. */
    async activate(accountId: number, id: number, may: (standing: SenderStanding) => boolean = () => true) {
      const account = await readAccountById(session, accountId)
      if (!account) return undefined
      const { utcOffsetMinutes, currency, settings } = account
      const ownFee = settings.sender_fee === undefined ? undefined : String(settings.sender_fee)
      return take(accountId, id, { utcOffsetMinutes, currency, ownFee }, may)
    },

    /**
     * Charges every name whose month has begun, and those that wait for money again. Taken again, or by several nodes at once,
     * it charges nobody twice. Resolves with how many are in use, and how many are not for want of money.
     */
    async renew(): Promise<{ active: number; unpaid: number }> {
      const counts = { active: 0, unpaid: 0 }
      const { month } = monthAt(now(), FIRST_OFFSET_MINUTES)
      for (let after = { accountId: 0, id: 0 }; ; ) {
        const page = await fees.due(month, standard > 0n, after, PAGE)
        for (const due of page) {
          const local = monthAt(now(), due.utcOffsetMinutes).month
          const isDue = ({ status, waits, paidMonth }: SenderStanding) => (status === 1 || waits === 'money') && paidMonth < local
          const result = await take(due.accountId, due.id, due, isDue)
          if (result) counts[result] += 1
        }
        const last = page.at(-1)
        if (!last || page.length < PAGE) break
        after = last
      }
      if (counts.unpaid > 0) log.warn('sender names are out of use until their fee can be paid', { count: counts.unpaid })
      return counts
    },
  }
}
