import { type CivilDate, DAY_MS, dateOf, isDate, MINUTE_MS } from './calendar.ts'
import { startOfDay } from './period.ts'

/** From a moment (Unix ms) up to another one, which is not in it. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const WRITTEN = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/

/** A day of a report, `dd.mm.yyyy`, of any century; undefined: it is none. */
export function parseReportDay(text: string): CivilDate | undefined {
  const [, day, month, year] = WRITTEN.exec(text.trim()) ?? []
  const date = { year: Number(year), month: Number(month), day: Number(day) }
  return isDate(date) ? date : undefined
}

/** The days that were asked for; undefined: not said. */
export interface ReportDays {
  readonly start?: CivilDate | undefined
  readonly end?: CivilDate | undefined
}

/**
 * The days of a report by the account's clock. One day named is that day alone, none is today; see docs/decisions on reports.
 * Undefined: it ends before it begins.
 */
export function spanOfDays({ start, end }: ReportDays, offsetMinutes: number, nowMs: number): Span | undefined {
  const first = start ?? end ?? dayOf(nowMs, offsetMinutes)
  const last = end ?? first
  const span = { fromMs: startOfDay(first, offsetMinutes), toMs: startOfDay(last, offsetMinutes, 1) }
  return span.toMs > span.fromMs ? span : undefined
}

/** How far the history can be asked for. */
export const HISTORY_MONTHS = 6

/**
 * The same for the history, which reaches back six months, or `keptDays` where that is less: an earlier beginning is moved up, and
 * without one it begins there. A span that lies before it wholly is empty: `toMs` is not above `fromMs`.
 */
export function spanOfHistory(days: ReportDays, offsetMinutes: number, nowMs: number, keptDays = 0): Span | undefined {
  const today = dayOf(nowMs, offsetMinutes)
  const earliestMs = Math.max(
    startOfDay(monthsBefore(today, HISTORY_MONTHS), offsetMinutes),
    keptDays > 0 ? startOfDay(today, offsetMinutes, -keptDays) : Number.NEGATIVE_INFINITY,
  )
  if (days.start) {
    const span = spanOfDays(days, offsetMinutes, nowMs)
    return span && { fromMs: Math.max(span.fromMs, earliestMs), toMs: span.toMs }
  }
  return { fromMs: earliestMs, toMs: startOfDay(days.end ?? today, offsetMinutes, 1) }
}

const dayOf = (ms: number, offsetMinutes: number): CivilDate => dateOf(Math.floor((ms + offsetMinutes * MINUTE_MS) / DAY_MS))

/** The same day of an earlier month, or that month's last day. */
function monthsBefore({ year, month, day }: CivilDate, months: number): CivilDate {
  const count = year * 12 + month - 1 - months
  for (let date = { year: Math.floor(count / 12), month: (count % 12) + 1, day }; ; date = { ...date, day: date.day - 1 })
    if (isDate(date)) return date
}
