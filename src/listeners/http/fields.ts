import type { CivilDate } from '../../domain/calendar.ts'
import { Refusal } from '../../domain/refusal.ts'
import { parseReportDay } from '../../domain/report-span.ts'
import type { Fmt } from './answer.ts'
import type { Params } from './params.ts'

/** Undefined: not given, or not a format there is. */
export function readFmt(params: Params): Fmt | undefined {
  const value = params.octets('fmt')
  return value === '0' ? 0 : value === '1' ? 1 : value === '2' ? 2 : value === '3' ? 3 : undefined
}

/** `1` or `true`; absent, empty, `0` and `false` are off. Anything else is refused: nobody can say what it was to mean. */
export function readFlag(params: Params, name: string): boolean {
  const value = params.octets(name)
  if (value === undefined || value === '' || value === '0') return false
  return value === '1' || readWord(value, name) === 1
}

/** `true` and `false` in any case: Python and .NET write `True`. */
function readWord(value: string, name: string): 0 | 1 {
  const word = value.toLowerCase()
  if (word === 'true') return 1
  if (word === 'false') return 0
  throw malformed(name)
}

/** One of the numbers 0 … `max`; absent and empty are 0, `true` is 1. */
export function readChoice(params: Params, name: string, max: number): number {
  const value = params.octets(name)
  if (value === undefined || value === '') return 0
  const digit = value.length === 1 ? value.charCodeAt(0) - 0x30 : -1
  return digit >= 0 && digit <= max ? digit : readWord(value, name)
}

/** A whole number within bounds, a sign allowed. Undefined: not given, or empty. */
export function readInteger(params: Params, name: string, min: number, max: number): number | undefined {
  const value = params.text(name)?.trim()
  if (value === undefined || value === '') return undefined
  const number = /^[+-]?\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw malformed(name)
}

/** How many are wanted: at most `max`, to which more is cut; not given, empty and 0 are `otherwise`. */
export function readCount(params: Params, name: string, max: number, otherwise: number): number {
  const value = params.text(name)?.trim() ?? ''
  if (!/^\d*$/.test(value)) throw malformed(name)
  return Math.min(Number(value), max) || otherwise
}

/** An id of the store's own; undefined: not given, empty or 0. */
export function readId(params: Params, name: string): number | undefined {
  const value = params.text(name)?.trim() ?? ''
  const id = /^\d*$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(id)) throw malformed(name)
  return id || undefined
}

/** An id that an operation can't do without. */
export function readNeededId(params: Params, name: string): number {
  const id = readId(params, name)
  if (id === undefined) throw malformed(name)
  return id
}

/** A day, `dd.mm.yyyy`; undefined: not given, or empty. */
export function readDay(params: Params, name: string): CivilDate | undefined {
  const value = params.text(name)?.trim() ?? ''
  if (value === '') return undefined
  const day = parseReportDay(value)
  if (day === undefined) throw malformed(name)
  return day
}

export const malformed = (field: string): Refusal => new Refusal('bad_request', { field })
