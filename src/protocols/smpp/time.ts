/**
 * SMPP time (3.4, 7.1.1): absolute `YYMMDDhhmmsstnnp`, with a tenth of a second, quarter hours and a sign for the distance
 * to UTC, and relative `YYMMDDhhmmss000R`. Receipts carry shorter dates, whose zone nobody states.
 */
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH_DAYS = 30

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

/** A Unix time in ms as absolute time, written in a zone so many minutes ahead of UTC (a multiple of 15). */
export function absoluteTime(ms: number, offsetMinutes = 0): string {
  const local = new Date(ms + offsetMinutes * MINUTE)
  const tenths = Math.floor(local.getUTCMilliseconds() / 100)
  const quarters = Math.round(Math.abs(offsetMinutes) / 15)
  return (
    two(local.getUTCFullYear() % 100) +
    two(local.getUTCMonth() + 1) +
    two(local.getUTCDate()) +
    two(local.getUTCHours()) +
    two(local.getUTCMinutes()) +
    two(local.getUTCSeconds()) +
    `${tenths}${two(quarters)}${offsetMinutes < 0 ? '-' : '+'}`
  )
}

/** A duration in ms as relative time, in whole seconds, at least one. A month is 30 days; more than 99 years are 99. */
export function relativeTime(durationMs: number): string {
  let seconds = Math.max(1, Math.floor(durationMs / SECOND))
  const take = (unitMs: number): number => {
    const units = Math.floor((seconds * SECOND) / unitMs)
    seconds -= (units * unitMs) / SECOND
    return units
  }
  const years = Math.min(99, take(12 * MONTH_DAYS * DAY))
  return `${two(years)}${two(take(MONTH_DAYS * DAY))}${two(take(DAY))}${two(take(HOUR))}${two(take(MINUTE))}${two(seconds)}000R`
}

/** The moment an absolute or relative time names, Unix ms; undefined when it names none. */
export function smppTime(text: string, nowMs: number): number | undefined {
  if (!/^\d{12}\d{3}R$/.test(text)) return smppDate(text)
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = pairs(text, 0, 6)
  const now = new Date(nowMs)
  const then = Date.UTC(now.getUTCFullYear() + years, now.getUTCMonth() + months, now.getUTCDate() + days)
  return then + (nowMs % DAY) + hours * HOUR + minutes * MINUTE + seconds * SECOND
}

/**
 * A date as carriers write it, Unix ms: absolute time, or 10, 12 or 14 digits (`YYMMDDhhmm`, with seconds, with a year of four
 * digits) in a zone so many minutes ahead of UTC. `0000000000` and what is no date are undefined.
 */
export function smppDate(text: string, offsetMinutes = 0): number | undefined {
  if (!/^\d{10,16}(?:[+-])?$/.test(text)) return undefined
  if (text.length === 16) return zonedDate(text)
  if (text.length === 10) return moment(2000, text, 0, offsetMinutes)
  if (text.length === 14) return moment(100 * pair(text, 0), text, 2, offsetMinutes)
  if (text.length === 12) return moment(2000, text, 0, offsetMinutes) ?? moment(100 * pair(text, 0), text, 2, offsetMinutes)
  return undefined
}

function zonedDate(text: string): number | undefined {
  const sign = text[15] === '+' ? 1 : text[15] === '-' ? -1 : 0
  const quarters = pair(text, 13)
  if (sign === 0 || quarters > 48) return undefined
  const ms = moment(2000, text.slice(0, 12), 0, sign * quarters * 15)
  return ms === undefined ? undefined : ms + 100 * Number(text[12])
}

const pair = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
const pairs = (text: string, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => pair(text, at + 2 * index))

/** YYMMDDhhmm[ss] from `at`; the year's two digits are added to the century. */
function moment(century: number, text: string, at: number, offsetMinutes: number): number | undefined {
  const month = pair(text, at + 2)
  const day = pair(text, at + 4)
  const hour = pair(text, at + 6)
  const minute = pair(text, at + 8)
  const second = at + 10 < text.length ? pair(text, at + 10) : 0
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined
  const midnight = Date.UTC(century + pair(text, at), month - 1, day)
  if (new Date(midnight).getUTCDate() !== day) return undefined // 30 February
  return midnight + hour * HOUR + minute * MINUTE + second * SECOND - offsetMinutes * MINUTE
}
