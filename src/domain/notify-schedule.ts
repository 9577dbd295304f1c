import { DAY_MS, HOUR_MS, MINUTE_MS } from './calendar.ts'

/** Pauses after the first calls that failed; after them one last call, 24 hours after the first. */
const PAUSES_MS = [1 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS] as const

/** From its first call to its last. */
export const GIVEN_UP_AFTER_MS = DAY_MS
const RETRY_AFTER_MIN_MS = 1_000
const RETRY_AFTER_MAX_MS = 6 * HOUR_MS
/** A pause is longer by up to this share: handlers that failed together are not called together. */
const JITTER = 0.1

/**
 * When a notification that failed is told again; undefined: that was its last call. `attempts`: calls so far, this one
 * included; `chance`: 0 to 1; `retryAfterMs`: what the handler asked for.
 */
export function nextCallAt(call: {
  firstAtMs: number
  atMs: number
  attempts: number
  chance: number
  retryAfterMs?: number | undefined
}): number | undefined {
  const lastAtMs = call.firstAtMs + GIVEN_UP_AFTER_MS
  if (call.atMs >= lastAtMs) return undefined
  const pauseMs = PAUSES_MS[call.attempts - 1]
  const planned = pauseMs === undefined ? lastAtMs : call.atMs + pauseMs * (1 + JITTER * call.chance)
  const asked = call.retryAfterMs === undefined ? 0 : call.atMs + boundedRetryAfter(call.retryAfterMs)
  return Math.floor(Math.min(Math.max(planned, asked), lastAtMs))
}

/** A handler may ask for a pause from a second to six hours. */
export const boundedRetryAfter = (ms: number): number => Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, ms))

/** So many failures in a row, whatever they are of, and a handler is taken to be down: then it is called once a pause only. */
export const DOWN_AFTER = 5

/** Pause before a handler that is down is tried once more: a minute, two, four … a quarter of an hour. `probes`: those that failed. */
export const probePauseMs = (probes: number, chance: number): number =>
  Math.floor(Math.min(15 * MINUTE_MS, MINUTE_MS * 2 ** Math.min(probes, 4)) * (1 + JITTER * chance))
