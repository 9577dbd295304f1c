import type { Account } from '../../../domain/account.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { type ParsedTime, parseTime } from '../../../domain/schedule.ts'
import { readInteger } from '../fields.ts'
import type { Params } from '../params.ts'

/** When the lines of a request are due. */
export interface Timing {
  /** Of the request: Unix ms, 0 now. */
  readonly dueAtMs: number
  /** Of a line with a zone of its own. */
  dueAtIn(tzHours: number): number
}

/** Reads `time` and `tz`. Refuses with bad_time. */
export function readTiming(params: Params, account: Account, nowMs: number): Timing {
  const time = params.text('time') ?? ''
  const tzHours = readInteger(params, 'tz', -24, 24)
  if (time === '') return NOW
  const zones = { accountOffsetMinutes: account.utcOffsetMinutes, nowMs }
  const parsed = parseTime(time, { ...zones, tzHours })
  const dueAtMs = dueAt(parsed, nowMs)
  return {
    dueAtMs,
    // Only a date is read by the line's clock; a window of hours is the request's (SMSC API, list).
    dueAtIn: (tz) => (isWindow(parsed) ? dueAtMs : dueAt(parseTime(time, { ...zones, tzHours: tz }), nowMs)),
  }
}

const NOW: Timing = { dueAtMs: 0, dueAtIn: () => 0 }

const isWindow = (parsed: ParsedTime): boolean => typeof parsed === 'object' && 'window' in parsed

function dueAt(parsed: ParsedTime, nowMs: number): number {
  if (parsed === 'now') return 0
  if ('problem' in parsed) throw new Refusal('bad_time', { field: 'time' })
  return parsed.atMs <= nowMs ? 0 : parsed.atMs
}
