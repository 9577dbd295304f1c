import type { Outage } from './settings.ts'

/** Is the link down at this moment by the wall clock, and when may that change (Unix ms; infinity: never)? */
export function outageAt(outages: readonly Outage[], nowMs: number): { readonly isDown: boolean; readonly changesAtMs: number } {
  const intoMinuteMs = nowMs % MINUTE_MS
  let isDown = false
  let waitMs = Number.POSITIVE_INFINITY
  for (const { fromSecond, toSecond } of outages) {
    const fromMs = fromSecond * 1_000
    const toMs = toSecond * 1_000
    isDown ||= fromMs <= toMs ? fromMs <= intoMinuteMs && intoMinuteMs < toMs : fromMs <= intoMinuteMs || intoMinuteMs < toMs
    waitMs = Math.min(waitMs, until(fromMs, intoMinuteMs), until(toMs, intoMinuteMs))
  }
  return { isDown, changesAtMs: nowMs + waitMs }
}

const MINUTE_MS = 60_000

const until = (edgeMs: number, intoMinuteMs: number): number => {
  const waitMs = (edgeMs - intoMinuteMs + MINUTE_MS) % MINUTE_MS
  return waitMs === 0 ? MINUTE_MS : waitMs
}
