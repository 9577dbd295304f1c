import { latin1 } from './latin1.ts'
import { NO_OCTETS } from './layout.ts'

/** Where the reading of a PDU is. One is enough for all, since nothing reads two PDUs at a time. */
export interface Cursor {
  bytes: Buffer
  at: number
  end: number
  short: boolean // the body ended inside a field that must be there
}
export const cursor: Cursor = { bytes: NO_OCTETS, at: 0, end: 0, short: false }

export const uint32 = (bytes: Buffer, at: number): number =>
  (bytes[at] ?? 0) * 0x1000000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))

export function uint8(): number {
  if (cursor.at >= cursor.end) {
    cursor.short = true
    return 0
  }
  return cursor.bytes[cursor.at++] ?? 0
}

export function uint32Field(): number {
  if (cursor.end - cursor.at < 4) {
    cursor.short = true
    cursor.at = cursor.end
    return 0
  }
  cursor.at += 4
  return uint32(cursor.bytes, cursor.at - 4)
}

/** A string up to its NUL; at the end of the body the NUL may be missing. */
export function cstring(): string {
  const { bytes, at, end } = cursor
  let nul = at
  while (nul < end && bytes[nul] !== 0) nul++
  cursor.at = nul < end ? nul + 1 : end
  return latin1(bytes, at, nul)
}

/** An octet with a length, and so many octets: a view. */
export function octets(): Buffer {
  const length = uint8()
  const from = cursor.at
  if (length > cursor.end - from) {
    cursor.short = true
    cursor.at = cursor.end
    return NO_OCTETS
  }
  cursor.at = from + length
  return length === 0 ? NO_OCTETS : cursor.bytes.subarray(from, cursor.at)
}
