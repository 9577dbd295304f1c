import { DAY_MS, MINUTE_MS } from '../../domain/calendar.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { smppTime } from '../../protocols/smpp/time.ts'

/** When a submission goes, and how long it may try. */
export interface SubmissionTimes {
  readonly dueAtMs: number // Unix ms; 0: now
  readonly validityMs: number
}

/** As long as the HTTP API allows; longer ones are shortened, since many gateways ask for days by default. */
export const VALIDITY_MAX_MS = DAY_MS
/** Further ahead than this nobody plans a message, and the history would not keep it. */
export const SCHEDULE_MAX_MS = 365 * DAY_MS
/** Clocks differ: what was due so long ago goes now. */
const SKEW_MS = 5 * MINUTE_MS

const AT_ONCE: SubmissionTimes = { dueAtMs: 0, validityMs: VALIDITY_MAX_MS }

/**
 * Reads schedule_delivery_time and validity_period (SMPP 3.4, 7.1.1). A number is the command_status of a refusal. A relative
 * validity counts from the moment the message is due.
 */
export function readTimes(schedule: string, validity: string, nowMs: number): SubmissionTimes | number {
  if (schedule === '' && validity === '') return AT_ONCE
  const dueAtMs = schedule === '' ? 0 : readSchedule(schedule, nowMs)
  if (dueAtMs < 0) return STATUS.ESME_RINVSCHED
  const validityMs = validity === '' ? VALIDITY_MAX_MS : readValidity(validity, nowMs, dueAtMs || nowMs)
  return validityMs > 0 ? { dueAtMs, validityMs } : STATUS.ESME_RINVEXPIRY
}

/** -1: it can't be. */
function readSchedule(text: string, nowMs: number): number {
  const atMs = momentOf(text, nowMs)
  if (atMs === undefined || atMs < nowMs - SKEW_MS || atMs > nowMs + SCHEDULE_MAX_MS) return -1
  return atMs <= nowMs ? 0 : atMs
}

/** 0 or less: it can't be. */
function readValidity(text: string, nowMs: number, fromMs: number): number {
  const atMs = momentOf(text, nowMs)
  if (atMs === undefined) return 0
  return Math.min(atMs - (isRelative(text) ? nowMs : fromMs), VALIDITY_MAX_MS)
}

const isRelative = (text: string): boolean => text.charCodeAt(15) === 0x52

/** Gateways write the same time into each message, for a second at least. */
let last = { text: '', atMs: undefined as number | undefined }

/** Sixteen characters or nothing: shorter ones, as in receipts, do not say whose clock they mean. */
function momentOf(text: string, nowMs: number): number | undefined {
  if (text.length !== 16) return undefined
  const relative = isRelative(text)
  if (relative && !text.startsWith('0000')) return smppTime(text, nowMs) // months differ
  if (text !== last.text) last = { text, atMs: smppTime(text, 0) }
  return last.atMs === undefined || !relative ? last.atMs : nowMs + last.atMs
}
