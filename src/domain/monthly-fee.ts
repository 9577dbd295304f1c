import { DAY_MS, dateOf, daysOf, MINUTE_MS } from './calendar.ts'
import type { Money } from './money.ts'

/** Months are counted: year × 12 + month - 1. */
export interface MonthNow {
  readonly month: number
  readonly day: number // 1-31
  readonly days: number // it has
}

const CENT = 10_000n

/** The month of a moment (Unix ms) at an offset from UTC. */
export function monthNow(ms: number, offsetMinutes: number): MonthNow {
  const { year, month, day } = dateOf(Math.floor((ms + offsetMinutes * MINUTE_MS) / DAY_MS))
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
  return { month: year * 12 + month - 1, day, days: daysOf(next) - daysOf({ year, month, day: 1 }) }
}

/** 2026-11 */
export const nameOfMonth = (month: number): string => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`

/** What is left of a month's fee when today is the first day that is paid for: by days, in whole hundredths, rounded down. */
export function restOfFee(fee: Money, { day, days }: MonthNow): Money {
  const left = (fee * BigInt(days - day + 1)) / BigInt(days)
  return day === 1 ? fee : left - (left % CENT)
}
