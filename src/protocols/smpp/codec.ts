import { uint32 } from './cursor.ts'
import { HEADER_OCTETS, readPdu, type Unparsable } from './decode.ts'
import { writePdu } from './encode.ts'
import { NO_OCTETS } from './layout.ts'
import { createOutput, takeOutput } from './output.ts'
import type { Pdu, PduInput } from './pdu.ts'

export { readPdu, type Unparsable } from './decode.ts'
export { type ReplyFields, writePdu, writeReply } from './encode.ts'
export { createOutput, type Output, pendingOctets, takeOutput } from './output.ts'

/** A length that can't be one: nobody knows where the next PDU begins, so the stream is lost and must be closed. */
export interface Broken {
  readonly command: 'broken'
  readonly length: number
}

/** What a stream of octets turns out to be, PDU by PDU. */
export interface PduReader {
  /** Gives the octets that came. Views handed out before are valid as long as the chunk they came from is not changed. */
  push(chunk: Buffer): void
  /** The next PDU, one that can't be read, or the end of all reading; undefined: more octets are needed. */
  next(): Pdu | Unparsable | Broken | undefined
  /** The octets of what `next` gave last; of a broken stream, where it broke. Good as long as its octets are. */
  octets(): Buffer
  /** The beginning of a PDU is kept, and its end has not come. */
  isPartial(): boolean
  /** From now on PDUs may be this long. */
  widen(octetsMax: number): void
}

/** 64 KB of message_payload, and room for the rest. */
export const PDU_OCTETS_MAX = 70_000

/** Of a stream that broke, shown to people. */
const BROKEN_OCTETS = 64

/**
 * Cuts a stream into PDUs and reads them in place. Only a PDU that straddles two chunks is copied, and no more than
 * `octetsMax` octets are ever kept.
 */
export function createReader(longest = PDU_OCTETS_MAX): PduReader {
  let octetsMax = longest
  let chunk: Buffer = NO_OCTETS
  let at = 0
  let straddling: Buffer | undefined // the beginning of a PDU whose end has not come; 4 octets long while its length is unknown
  let filled = 0
  let broken: Broken | undefined
  // Of the last PDU: three numbers are noted for each, a view is made for who asks.
  let frame: Buffer = NO_OCTETS
  let from = 0
  let to = 0

  const acceptable = (length: number): boolean => {
    if (length >= HEADER_OCTETS && length <= octetsMax) return true
    broken = { command: 'broken', length }
    frame = straddling ?? chunk
    from = straddling ? 0 : at
    to = Math.min(frame.length, from + BROKEN_OCTETS)
    straddling = undefined
    chunk = NO_OCTETS
    return false
  }

  /** Keeps the rest of the chunk until more comes. */
  const keep = (octets: number): undefined => {
    straddling = Buffer.allocUnsafeSlow(octets)
    filled = chunk.copy(straddling, 0, at)
    at = chunk.length
  }

  const finish = (): Pdu | Unparsable | Broken | undefined => {
    while (straddling !== undefined) {
      const copied = chunk.copy(straddling, filled, at, at + straddling.length - filled)
      filled += copied
      at += copied
      if (filled < straddling.length) return undefined
      const whole = straddling
      const length = uint32(whole, 0)
      if (whole.length > 4) {
        straddling = undefined
        frame = whole
        from = 0
        to = length
        return readPdu(whole, 0, length)
      }
      if (!acceptable(length)) return broken
      straddling = Buffer.allocUnsafeSlow(length)
      whole.copy(straddling)
    }
    return undefined
  }

  return {
    push(octets) {
      chunk = at < chunk.length ? Buffer.concat([chunk.subarray(at), octets]) : octets
      at = 0
    },

    next() {
      if (broken) return broken
      if (straddling) return finish()
      const available = chunk.length - at
      if (available < 4) return available > 0 ? keep(4) : undefined
      const length = uint32(chunk, at)
      if (!acceptable(length)) return broken
      if (available < length) return keep(length)
      frame = chunk
      from = at
      at += length
      to = at
      return readPdu(chunk, from, to)
    },

    octets: () => frame.subarray(from, to),
    isPartial: () => straddling !== undefined,
    widen(octets) {
      octetsMax = octets
    },
  }
}

/** One PDU as octets of its own: for tests and tools; the hot path appends to an Output. */
export function encodePdu(pdu: PduInput): Buffer {
  const output = createOutput()
  writePdu(output, pdu)
  return Buffer.from(takeOutput(output))
}
