import type { Settings } from './settings.ts'
import { createTokenBucket } from './token-bucket.ts'

/** How many parts may be written now: window, rate and pause together. All times are on the monotonic clock. */
export interface Gate {
  room(nowMs: number, unanswered: number): number
  /** A part is being written. */
  pass(nowMs: number): void
  pause(untilMs: number): void
  /** When it opens by itself; infinity: not before an answer comes. */
  opensAtMs(nowMs: number, unanswered: number): number
  pausedUntilMs(nowMs: number): number | undefined
}

const BREATH_MS = 5 // a fast rate is let through in handfuls, not by a timer per part

export function createGate({ window, rate }: Pick<Settings, 'window' | 'rate'>, nowMs: number): Gate {
  const bucket = createTokenBucket(rate, nowMs)
  let pausedMs = Number.NEGATIVE_INFINITY

  return {
    room: (atMs, unanswered) => (atMs < pausedMs ? 0 : Math.max(0, Math.min(window - unanswered, bucket.left(atMs)))),
    pass: (atMs) => bucket.take(atMs),
    pause: (untilMs) => {
      pausedMs = Math.max(pausedMs, untilMs)
    },
    opensAtMs(atMs, unanswered) {
      if (unanswered >= window) return Number.POSITIVE_INFINITY
      return Math.max(pausedMs, bucket.nextMs(atMs), atMs + BREATH_MS)
    },
    pausedUntilMs: (atMs) => (atMs < pausedMs ? pausedMs : undefined),
  }
}
