import { monthAt, nameOfMonth } from '../domain/calendar-month.ts'
import { BASE_CURRENCY, convert, RATE_UNIT } from '../domain/currency.ts'
import { log, maskNumber } from '../log.ts'
import { readCurrencies } from '../store/currencies.ts'
import { type DueRent, endRent, readDueRents, renewRent } from '../store/rented-numbers.ts'
import type { Session } from '../store/session.ts'

const PAGE = 200

/**
 * Renews the numbers whose month is over, each by the clock of its account: the new month is paid, or the number goes back to those that
 * can be rented. Any node may do it, several at once too: a month is paid once. `lost` is called when notices are owed.
 */
export const createRenewRents =
  ({ session, nextId, lost }: { readonly session: Session; readonly nextId: () => number; readonly lost: () => void }) =>
  async (nowMs: number): Promise<void> => {
    const rates = new Map((await readCurrencies(session)).map(({ code, rate }) => [code, rate]))

    async function renew(due: DueRent): Promise<void> {
      const { number, accountId, payerId, currency, utcOffsetMinutes, price = 0n, paidUntilMs, contact } = due
      if (!due.prolong) return void (await endRent(session, due))
      const rate = currency === BASE_CURRENCY ? RATE_UNIT : rates.get(currency)
      if (rate === undefined) {
        log.error('a number cannot be renewed: its price has no rate', { account: accountId, code: currency })
        return
      }
      const { untilMs, month } = monthAt(nowMs, utcOffsetMinutes)
      const name = nameOfMonth(month)
      const done = await renewRent(session, {
        ...{ number, accountId, payerId, paidUntilMs, untilMs, nowMs },
        amount: convert(price, RATE_UNIT, rate),
        postingId: nextId(),
        note: `number ${number}, ${name}`,
        notice: {
          id: nextId(),
          to: contact,
          body: `Номер ${number} отключён: на балансе недостаточно средств для оплаты за ${name}.`,
        },
      })
      if (done !== 'lost') return
      log.warn('a rented number is disconnected: no money', { account: accountId, number: maskNumber(number) })
      lost()
    }

    for (let after = ''; ; ) {
      const page = await readDueRents(session, nowMs, after, PAGE)
      for (const due of page) await renew(due)
      if (page.length < PAGE) return
      after = page.at(-1)?.number ?? ''
    }
  }

export type RenewRents = ReturnType<typeof createRenewRents>
