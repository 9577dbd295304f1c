import { DAY_MS, dateOf, daysOf, HOUR_MS, isDate, MINUTE_MS } from './calendar.ts'

/** How often a mailing is sent (SMSC API, rpt): once, hourly, daily, on working days, at weekends, weekly, monthly, yearly. */
export const REPEATS = ['once', 'hourly', 'daily', 'working days', 'weekends', 'weekly', 'monthly', 'yearly'] as const
export type Repeat = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/**
 * When a mailing that first started at `firstMs` starts for the first time after `afterMs` (Unix ms), on a clock at this offset
 * from UTC: always at the time of day of the first start. What falls on a day that a month does not have is on its last. Undefined:
 * it is sent once.
 */
export function nextStart(repeat: Repeat, firstMs: number, afterMs: number, offsetMinutes: number): number | undefined {
  if (repeat === 0) return undefined
  if (afterMs < firstMs) return firstMs
  if (repeat === 1) return firstMs + steps(afterMs - firstMs, HOUR_MS) * HOUR_MS
  const offsetMs = offsetMinutes * MINUTE_MS
  if (repeat <= 5) return nextDay(repeat, firstMs, afterMs, offsetMs)

  const firstDay = Math.floor((firstMs + offsetMs) / DAY_MS)
  const clock = firstMs + offsetMs - firstDay * DAY_MS
  const first = dateOf(firstDay)
  const now = dateOf(Math.floor((afterMs + offsetMs) / DAY_MS))
  const monthsEach = repeat === 6 ? 1 : 12
  const passed = (now.year - first.year) * 12 + now.month - first.month
  for (let months = Math.max(0, Math.floor(passed / monthsEach)) * monthsEach; ; months += monthsEach) {
    const month = first.month - 1 + months
    const at = daysOf(lastOf(first.year + Math.floor(month / 12), (month % 12) + 1, first.day)) * DAY_MS + clock - offsetMs
    if (at > afterMs) return at
  }
}

/** The next whole number of steps that is more than has passed. */
const steps = (passedMs: number, stepMs: number): number => Math.floor(passedMs / stepMs) + 1

function nextDay(repeat: Repeat, firstMs: number, afterMs: number, offsetMs: number): number {
  const stepMs = repeat === 5 ? 7 * DAY_MS : DAY_MS
  for (let at = firstMs + steps(afterMs - firstMs, stepMs) * stepMs; ; at += stepMs) {
    const isWeekend = (Math.floor((at + offsetMs) / DAY_MS) + 3) % 7 >= 5 // 1970 began on a Thursday; Monday is 0
    if (repeat === 2 || repeat === 5 || (repeat === 4) === isWeekend) return at
  }
}

function lastOf(year: number, month: number, day: number): { year: number; month: number; day: number } {
  let own = day
  while (!isDate({ year, month, day: own })) own -= 1
  return { year, month, day: own }
}
