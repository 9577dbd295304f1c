import { type CivilDate, DAY_MS, dateOf, daysOf, MINUTE_MS } from './calendar.ts'
import type { Money } from './money.ts'
import { startOfDay } from './period.ts'

/** A month by an account's own calendar, seen from one of its days. */
export interface CalendarMonth {
  readonly month: number // months are counted: year × 12 + month - 1
  readonly days: number
  /** From today on, today included. */
  readonly daysLeft: number
  readonly untilMs: number // the first moment of the next month
}

const CENT = 10_000n

const firstOf = (month: number): CivilDate => ({ year: Math.floor(month / 12), month: (month % 12) + 1, day: 1 })

/** The month in which a moment (Unix ms) lies at an offset from UTC. */
export function monthAt(ms: number, offsetMinutes: number): CalendarMonth {
  const today = Math.floor((ms + offsetMinutes * MINUTE_MS) / DAY_MS)
  const date = dateOf(today)
  const month = date.year * 12 + date.month - 1
  const [first, next] = [daysOf(firstOf(month)), daysOf(firstOf(month + 1))]
  return { month, days: next - first, daysLeft: next - today, untilMs: startOfDay(firstOf(month + 1), offsetMinutes) }
}

/** 11.2026 */
export const nameOfMonth = (month: number): string => `${String((month % 12) + 1).padStart(2, '0')}.${Math.floor(month / 12)}`

/** What the rest of a month costs: the days left of the days it has, in whole hundredths, rounded down; a whole month its whole price. */
export function restOfMonth(price: Money, { days, daysLeft }: Pick<CalendarMonth, 'days' | 'daysLeft'>): Money {
  if (daysLeft === days) return price
  const rest = (price * BigInt(daysLeft)) / BigInt(days)
  return rest - (rest % CENT)
}
