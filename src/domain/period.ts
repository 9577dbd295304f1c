import { type CivilDate, DAY_MS, daysOf, isDate, MINUTE_MS } from './calendar.ts'
import { type Month, monthOf } from './message-id.ts'

const ISO = /^(\d{4})-(\d\d)-(\d\d)$/
const DOTTED = /^(\d\d)\.(\d\d)\.(\d{4})$/
const MONTH = /^(\d{4})-(\d\d)$/

/** A day as people write it, 2026-11-22 or 22.11.2026; undefined: it is none. */
export function parseDay(text: string): CivilDate | undefined {
  const [, year, month, day] = ISO.exec(text) ?? []
  const [, dottedDay, dottedMonth, dottedYear] = DOTTED.exec(text) ?? []
  const date = { year: Number(year ?? dottedYear), month: Number(month ?? dottedMonth), day: Number(day ?? dottedDay) }
  return isDate(date) && date.year >= 2026 && date.year < 2100 ? date : undefined
}

/** When a day begins (Unix ms) at an offset from UTC; `later`: so many days after it. */
export const startOfDay = (date: CivilDate, offsetMinutes: number, later = 0): number =>
  (daysOf(date) + later) * DAY_MS - offsetMinutes * MINUTE_MS

/** 2026-11 as its range of ids (UTC); undefined: it is no month. */
export function parseMonth(text: string): Month | undefined {
  const [, year, month] = MONTH.exec(text) ?? []
  const date = { year: Number(year), month: Number(month), day: 1 }
  return isDate(date) && date.year >= 2026 && date.year < 2100 ? monthOf(daysOf(date) * DAY_MS) : undefined
}
