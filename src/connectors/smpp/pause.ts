/**
 * A carrier that pushes back is left alone for a while, each time twice as long, until it takes something again. After a pause
 * one part goes ahead to see whether it helped, so that a carrier that is still full is not answered with a whole window.
 */
export interface Pause {
  /** The carrier pushed back. What it says to parts that were on their way before counts once. */
  pushedBack(nowMs: number): void
  /** The carrier answered otherwise. During a pause that is about what was sent before it, and says nothing. */
  answered(nowMs: number): void
  /** The part that went ahead was lost: another may. */
  lost(): void
  sent(): void
  /** Parts that may go as far as the pause is concerned. */
  room(nowMs: number): number
  /** When the pause ends, or undefined when there is none. */
  until(nowMs: number): number | undefined
}

export function createPause(minMs: number, maxMs: number): Pause {
  let until = Number.NEGATIVE_INFINITY
  let nextMs = minMs
  let left = Number.POSITIVE_INFINITY // parts that may go ahead

  return {
    pushedBack(nowMs) {
      if (nowMs < until) return
      until = nowMs + nextMs
      nextMs = Math.min(maxMs, nextMs * 2)
      left = 1
    },
    answered(nowMs) {
      if (nowMs < until) return
      left = Number.POSITIVE_INFINITY
      nextMs = minMs
    },
    lost() {
      left = Math.max(1, left)
    },
    sent() {
      left--
    },
    room: (nowMs) => (nowMs < until ? 0 : left),
    until: (nowMs) => (nowMs < until ? until : undefined),
  }
}
