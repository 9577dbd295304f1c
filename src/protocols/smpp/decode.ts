import { cstring, cursor, octets, uint8, uint32, uint32Field } from './cursor.ts'
import { readMessage } from './decode-message.ts'
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
  if (cursor.at >= end && layout.fields.length > 0) cursor.short = true
  const pdu = readMessage(layout.command, status, sequence) ?? readByTable(layout, status, sequence)
  if (cursor.at < end) pdu.tlvs = readTlvs(bytes, cursor.at, end)
  cursor.bytes = NO_OCTETS

  if (cursor.short && !layout.response)
    return { command: 'unparsable', commandId, status, sequence, nack: STATUS.ESME_RINVCMDLEN }
  return pdu
}

function readByTable({ blank, names, fields }: Layout, status: number, sequence: number): Pdu {
  const pdu: Record<string, unknown> = { ...blank, status, sequence }
  for (let index = 0; index < fields.length; index++) pdu[names[index] as string] = readField(fields[index] as Field)
  return pdu as unknown as Pdu
}

function readField({ kind }: Field): unknown {
  switch (kind) {
    case 'cstring':
      return cstring()
    case 'uint8':
      return uint8()
    case 'octets':
      return octets()
    case 'destinations':
      return destinations()
    case 'unsuccessful':
      return unsuccessful()
  }
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
