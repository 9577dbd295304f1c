import { type CivilDate, DAY_MS, dateOf } from './calendar.ts'
import { timeOfId } from './message-id.ts'
import { MONEY_UNIT, type Money } from './money.ts'

/** Who sells: a company's details as they stand on its invoices and acts. Those in English may be empty, then the others stand there. */
export interface Seller {
  readonly name: string
  readonly nameEn: string
  readonly details: string // taxpayer number, address
  readonly detailsEn: string
  readonly bank: string
  readonly bankEn: string
  readonly signatory: string // post and name
  readonly signatoryEn: string
  /** Percents of VAT that its prices contain; 0: it pays none; null: its documents say nothing of it. */
  readonly vat: number | null
}

export interface Buyer {
  readonly login: string
  readonly name: string
  readonly details: string
  readonly contract: string
}

export interface Parties {
  readonly seller: Seller
  readonly buyer: Buyer
}

export interface Invoice extends Parties {
  readonly id: number
  readonly date: CivilDate
  readonly amount: Money
  readonly currency: string
  readonly service: string // '': the usual words
}

/** What was done for somebody in a month. */
export interface Act extends Parties {
  readonly id: number // 202611: its month
  readonly num: number // within its year
  readonly start: CivilDate
  readonly end: CivilDate // the month's last day
  readonly messages: number
  readonly charged: Money // for them, less what was given back
  readonly fees: Money // for numbers and names by the month, for calls that were waited for
  readonly amount: Money // of both
  readonly currency: string
}

const CENT = MONEY_UNIT / 100n

/** To hundredths, half away from zero: what can be paid. */
export const payable = (amount: Money): Money => roundTo(amount, CENT)

const roundTo = (amount: Money, unit: bigint): Money => ((amount < 0n ? amount - unit / 2n : amount + unit / 2n) / unit) * unit

/** The VAT within a sum. */
export const vatWithin = (amount: Money, percents: number): Money => payable((amount * BigInt(percents)) / BigInt(100 + percents))

/** Nobody's yet. */
export const NO_SELLER: Seller = {
  ...{ name: '', nameEn: '', details: '', detailsEn: '', bank: '', bankEn: '', signatory: '', signatoryEn: '' },
  vat: null,
}

/** The month that ends before an id: 202611, its first day and its last. */
export function monthBefore(untilId: number): { readonly id: number; readonly start: CivilDate; readonly end: CivilDate } {
  const end = dateOf(Math.floor(timeOfId(untilId) / DAY_MS) - 1)
  return { id: end.year * 100 + end.month, start: { ...end, day: 1 }, end }
}

/** Acts by their numbers: the first month of a year that has one is number 1. */
export function numberActs<Month extends { readonly untilId: number }>(
  months: readonly Month[],
): (Month & { readonly id: number; readonly num: number; readonly start: CivilDate; readonly end: CivilDate })[] {
  let [year, num] = [0, 0]
  return months.map((month) => {
    const within = monthBefore(month.untilId)
    num = within.end.year === year ? num + 1 : 1
    year = within.end.year
    return { ...month, ...within, num }
  })
}

/** 22.11.2026 */
export const writtenDay = ({ year, month, day }: CivilDate): string =>
  `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${year}`
