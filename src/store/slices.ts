import { monotonic } from '../clock.ts'
import { idOfTime } from '../domain/message-id.ts'

/** A span of message ids: from is in it, to is not. */
export interface Slice {
  readonly fromId: number
  readonly toId: number
  readonly fromMs: number
}

const FIRST_MS = 10_000
/** Behind a quiet night may stand a busy evening. */
const SPAN_MAX_MS = 3_600_000
/** A statement aims at this, so that none comes near a second. */
const AIM_MS = 200
const GROWTH_MAX = 4

/**
 * Walks backwards from `toMs` to `fromMs` in spans whose statements are short: a span grows while its statement was quick, and
 * shrinks when it was not. `step` reads one; false ends the walk, a moment before the slice is where the next one ends, as nothing
 * lies between. Resolves with the moment down to which all was read.
 */
export async function walkBack(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  step: (slice: Slice) => Promise<boolean | number>,
): Promise<number> {
  let untilMs = toMs
  let spanMs = FIRST_MS
  while (untilMs > fromMs) {
    const beginMs = Math.max(fromMs, untilMs - spanMs)
    const startedMs = monotonic()
    const goesOn = await step({ fromId: idOfTime(beginMs), toId: idOfTime(untilMs), fromMs: beginMs })
    const tookMs = Math.max(1, monotonic() - startedMs)
    untilMs = typeof goesOn === 'number' ? Math.min(beginMs, goesOn) : beginMs
    if (goesOn === false) break
    spanMs = Math.min(SPAN_MAX_MS, Math.max(1000, spanMs * Math.min(GROWTH_MAX, AIM_MS / tookMs)))
  }
  return untilMs
}
