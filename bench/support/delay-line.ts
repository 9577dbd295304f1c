import type { Outbox } from './outbox.ts'

/** Frames that leave later, in the order they came: kept as bytes, in pieces that share one moment. */
export interface DelayLine {
  /** Where `length` bytes that leave at `dueMs` may be written. */
  reserve(dueMs: number, length: number): { readonly bytes: Buffer; readonly at: number }
  /** Moves what is due into the outbox. */
  release(nowMs: number): void
}

interface Piece {
  readonly dueMs: number
  readonly bytes: Buffer
  used: number
}

export const TICK_MS = 5
const PIECE = 16_384

export function createDelayLine(outbox: Outbox): DelayLine {
  let pieces: Piece[] = []
  let head = 0

  return {
    reserve(dueMs, length) {
      const roundedMs = Math.ceil(dueMs / TICK_MS) * TICK_MS
      let piece = pieces.at(-1)
      if (head === pieces.length || !piece || piece.dueMs !== roundedMs || piece.used + length > PIECE) {
        piece = { dueMs: roundedMs, bytes: Buffer.allocUnsafe(PIECE), used: 0 }
        pieces.push(piece)
      }
      piece.used += length
      return { bytes: piece.bytes, at: piece.used - length }
    },
    release(nowMs) {
      for (;;) {
        const piece = pieces[head]
        if (!piece || piece.dueMs > nowMs) break
        const at = outbox.reserve(piece.used)
        piece.bytes.copy(outbox.bytes, at, 0, piece.used)
        head += 1
      }
      if (head > 1_000) {
        pieces = pieces.slice(head)
        head = 0
      }
    },
  }
}
