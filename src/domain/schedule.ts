import { DAY_MS, daysOf, HOUR_MS, isDate, MINUTE_MS } from './calendar.ts'

/** Hours of the day in which a message may go; from 21 to 9 is over midnight, equal hours are always. */
export interface HourWindow {
  readonly fromHour: number // 0-24
  readonly toHour: number // 0-24, itself not included
}

/** When a message is to go: at once, at a moment (Unix ms), or at the next moment inside a window. */
export type ParsedTime =
  | 'now'
  | { readonly atMs: number }
  | { readonly window: HourWindow; readonly atMs: number }
  | { readonly problem: 'bad_time' }

export interface TimeZones {
  /** Whole hours from Moscow (`tz`); undefined: the account's own zone. */
  readonly tzHours: number | undefined
  readonly accountOffsetMinutes: number // from UTC
  readonly nowMs: number
}

const MOSCOW_MINUTES = 180
const YEAR_2100_MS = 4_102_444_800_000
const BAD: ParsedTime = { problem: 'bad_time' }

/** Ten digits are always a date, even where they begin with 0. */
const DATE = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$|^(\d\d)\.(\d\d)\.(\d\d) (\d\d):(\d\d)$/
const UNIX = /^0(\d{10,13})$/
const HOURS = /^(\d{1,2})-(\d{1,2})$/
/** An unescaped `+` of a query string arrives as a space. */
const MINUTES_FROM_NOW = /^[+ ](\d{1,8})$/

/**
 * Reads `time` (SMSC API, time): `DDMMYYhhmm`, `DD.MM.YY hh:mm`, `h1-h2`, `0<unix seconds>`, `+minutes`, `0` or nothing.
 * Dates and windows are in the zone `tz` says, else the account's. What has passed is now. Anything else, 31.02 too, is refused.
 */
export function parseTime(time: string, zones: TimeZones): ParsedTime {
  const text = time.trim()
  if (text === '' || text === '0') return 'now'
  const { nowMs } = zones

  const date = DATE.exec(text)
  if (date) return future(momentOf(date, offsetMinutesOf(zones)), nowMs)

  const unix = UNIX.exec(text)
  if (unix) return future(Number(unix[1]) * 1000, nowMs)

  const minutes = MINUTES_FROM_NOW.exec(time)
  if (minutes) return future(nowMs + Number(minutes[1]) * MINUTE_MS, nowMs)

  const hours = HOURS.exec(text)
  const window = { fromHour: Number(hours?.[1] ?? 25), toHour: Number(hours?.[2] ?? 25) }
  if (window.fromHour > 24 || window.toHour > 24) return BAD
  return { window, atMs: nextOpening(nowMs, window, offsetMinutesOf(zones)) }
}

/** The first moment from `nowMs` on (Unix ms) that lies inside the window on a clock at this offset from UTC. */
export function nextOpening(nowMs: number, { fromHour, toHour }: HourWindow, offsetMinutes: number): number {
  const from = (fromHour % 24) * HOUR_MS
  const to = (toHour % 24) * HOUR_MS
  if (from === to) return nowMs
  const midnight = Math.floor((nowMs + offsetMinutes * MINUTE_MS) / DAY_MS) * DAY_MS - offsetMinutes * MINUTE_MS
  const clock = nowMs - midnight
  const inside = from < to ? clock >= from && clock < to : clock >= from || clock < to
  if (inside) return nowMs
  return midnight + from + (clock < from ? 0 : DAY_MS)
}

const offsetMinutesOf = ({ tzHours, accountOffsetMinutes }: TimeZones): number =>
  tzHours === undefined ? accountOffsetMinutes : MOSCOW_MINUTES + tzHours * 60

/** NaN when the calendar has no such day or the clock no such minute. */
function momentOf(date: RegExpExecArray, offsetMinutes: number): number {
  const fields = date.slice(date[1] === undefined ? 6 : 1, date[1] === undefined ? 11 : 6).map(Number)
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = fields
  const civil = { year: 2000 + year, month, day }
  if (!isDate(civil) || hour > 23 || minute > 59) return Number.NaN
  return daysOf(civil) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS - offsetMinutes * MINUTE_MS
}

function future(atMs: number, nowMs: number): ParsedTime {
  if (!(atMs < YEAR_2100_MS)) return BAD
  return atMs <= nowMs ? 'now' : { atMs }
}
