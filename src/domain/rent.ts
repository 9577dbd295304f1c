import { type CivilDate, DAY_MS, dateOf, daysOf, MINUTE_MS } from './calendar.ts'
import type { Money } from './money.ts'
import { startOfDay } from './period.ts'

/** A month by an account's own calendar, seen from one of its days. */
export interface RentMonth {
  readonly days: number
  /** From today on, today included. */
  readonly daysLeft: number
  readonly untilMs: number // the first moment of the next month
  readonly name: string // 11.2026
}

const firstOf = ({ year, month }: CivilDate, later: number): CivilDate => {
  const months = year * 12 + month - 1 + later
  return { year: Math.floor(months / 12), month: (months % 12) + 1, day: 1 }
}

/** The month in which a moment lies at an offset from UTC. */
export function rentMonth(ms: number, offsetMinutes: number): RentMonth {
  const today = Math.floor((ms + offsetMinutes * MINUTE_MS) / DAY_MS)
  const date = dateOf(today)
  const [first, next] = [daysOf(firstOf(date, 0)), daysOf(firstOf(date, 1))]
  return {
    days: next - first,
    daysLeft: next - today,
    untilMs: startOfDay(firstOf(date, 1), offsetMinutes),
    name: `${String(date.month).padStart(2, '0')}.${date.year}`,
  }
}

/** What the rest of a month costs: the days left of the days it has, to the millionth, rounded half up. */
export const restOfMonth = (price: Money, { days, daysLeft }: RentMonth): Money =>
  (price * BigInt(daysLeft) * 2n + BigInt(days)) / (BigInt(days) * 2n)
