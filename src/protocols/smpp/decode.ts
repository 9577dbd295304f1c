import { type Layout, layoutOf, NO_OCTETS } from './layout.ts'
import type { Destination, Field, Pdu, Unsuccessful } from './pdu.ts'
import { STATUS } from './status.ts'
import { readTlvs } from './tlv.ts'

/** A frame whose length is good and whose content is not: the stream goes on, the sender is told by generic_nack. */
export interface Unparsable {
  readonly command: 'unparsable'
  readonly commandId: number
  readonly status: number
  readonly sequence: number
  /** command_status for the generic_nack: ESME_RINVCMDID or ESME_RINVCMDLEN. */
  readonly nack: number
}

export const HEADER_OCTETS = 16

/** Where the reading is. One is enough for all, since nothing reads two PDUs at a time. */
interface Cursor {
  bytes: Buffer
  at: number
  end: number
  short: boolean // the body ended inside a field that must be there
}
const cursor: Cursor = { bytes: NO_OCTETS, at: 0, end: 0, short: false }

/**
 * Reads the PDU that fills `bytes` from `start` to `end` (at least the header).
 *
 * Tolerant where carriers need it and nothing can be mistaken: C-octet strings at the end of the body may lack
 * their NUL or be missing, strings may be longer than the standard's, the body of a response may end anywhere,
 * and optional parameters end where they stop making sense.
 */
export function readPdu(bytes: Buffer, start: number, end: number): Pdu | Unparsable {
  const commandId = uint32(bytes, start + 4)
  const status = uint32(bytes, start + 8)
  const sequence = uint32(bytes, start + 12)
  const layout = layoutOf(commandId)
  if (layout === undefined) return { command: 'unparsable', commandId, status, sequence, nack: STATUS.ESME_RINVCMDID }

  cursor.bytes = bytes
  cursor.at = start + HEADER_OCTETS
  cursor.end = end
  cursor.short = false
  const pdu: Record<string, unknown> = { ...layout.blank }
  pdu.status = status
  pdu.sequence = sequence
  if (cursor.at < end) {
    readFields(layout, pdu)
    if (cursor.at < end) pdu.tlvs = readTlvs(bytes, cursor.at, end)
  } else if (layout.fields.length > 0) cursor.short = true
  cursor.bytes = NO_OCTETS

  if (cursor.short && !layout.response)
    return { command: 'unparsable', commandId, status, sequence, nack: STATUS.ESME_RINVCMDLEN }
  return pdu as unknown as Pdu
}

export const uint32 = (bytes: Buffer, at: number): number =>
  (bytes[at] ?? 0) * 0x1000000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))

function readFields({ names, fields }: Layout, pdu: Record<string, unknown>): void {
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as Field
    const name = names[index] as string
    switch (field.kind) {
      case 'cstring':
        pdu[name] = cstring()
        break
      case 'uint8':
        pdu[name] = uint8()
        break
      case 'octets':
        pdu[name] = octets()
        break
      case 'destinations':
        pdu[name] = destinations()
        break
      case 'unsuccessful':
        pdu[name] = unsuccessful()
    }
  }
}

function uint8(): number {
  if (cursor.at >= cursor.end) {
    cursor.short = true
    return 0
  }
  return cursor.bytes[cursor.at++] ?? 0
}

function uint32Field(): number {
  if (cursor.end - cursor.at < 4) {
    cursor.short = true
    cursor.at = cursor.end
    return 0
  }
  cursor.at += 4
  return uint32(cursor.bytes, cursor.at - 4)
}

function cstring(): string {
  const { bytes, at, end } = cursor
  let nul = at
  while (nul < end && bytes[nul] !== 0) nul++
  cursor.at = nul < end ? nul + 1 : end
  return nul === at ? '' : bytes.toString('latin1', at, nul)
}

function octets(): Buffer {
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

function destinations(): Destination[] {
  const found: Destination[] = []
  for (let left = uint8(); left > 0 && !cursor.short; left--) {
    const flag = uint8()
    if (flag === 1) found.push({ ton: uint8(), npi: uint8(), address: cstring() })
    else if (flag === 2) found.push({ distributionList: cstring() })
    else cursor.short = true // what stands behind an unknown kind of destination can't be found
  }
  return found
}

function unsuccessful(): Unsuccessful[] {
  const found: Unsuccessful[] = []
  for (let left = uint8(); left > 0 && !cursor.short; left--) {
    const one = { ton: uint8(), npi: uint8(), address: cstring(), status: uint32Field() }
    if (!cursor.short) found.push(one)
  }
  return found
}
