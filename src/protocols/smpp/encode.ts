import { HEADER_OCTETS } from './decode.ts'
import { LAYOUTS } from './layout.ts'
import { type Output, reserve } from './output.ts'
import type { Command, Destination, Field, PduInput, Response, Unsuccessful } from './pdu.ts'
import { type Tlvs, tlvsLength, writeTlvs } from './tlv.ts'

/** Fields of fixed size and lengths of one octet: no table has more than this without its strings. */
const FIXED_OCTETS = 64

/**
 * Appends a PDU to the output; fields left out are 0 or empty. Throws RangeError, and writes nothing, when a value has no
 * place on the wire: a string that is too long or holds NUL or more than Latin-1, a number out of range, over 255 octets.
 * Answers how many octets it took: the last ones of the output.
 */
export const writePdu = (output: Output, pdu: PduInput): number => write(output, pdu.command, pdu.sequence, pdu)

/** A response as who answers knows it: without its command and the number of what it answers. */
export type ReplyFields = { readonly status?: number; readonly tlvs?: Tlvs }

/** As `writePdu`, for a response whose number is not in it. */
export const writeReply = (output: Output, command: Response, sequence: number, reply: ReplyFields): number =>
  write(output, command, sequence, reply)

function write(output: Output, command: Command, sequence: number, pdu: ReplyFields): number {
  const { id, names, fields } = LAYOUTS[command]
  const values = pdu as unknown as Readonly<Record<string, unknown>>
  const { tlvs } = pdu
  const tlvOctets = tlvs === undefined ? 0 : tlvsLength(tlvs)
  reserve(output, HEADER_OCTETS + FIXED_OCTETS + tlvOctets + stringOctets(names, fields, values))

  const start = output.at
  try {
    output.at = start + HEADER_OCTETS
    for (let index = 0; index < fields.length; index++) {
      const name = names[index] as string
      writeField(output, fields[index] as Field, values[name], name)
    }
    if (tlvs !== undefined) output.at = writeTlvs(output.bytes, output.at, tlvs)
    const length = output.at - start
    output.at = start
    writeUint32(output, length)
    writeUint32(output, id)
    writeUint32(output, pdu.status ?? 0)
    writeUint32(output, sequence)
    output.at = start + length
    return length
  } catch (error) {
    output.at = start
    throw error
  }
}

function stringOctets(names: readonly string[], fields: readonly Field[], values: Readonly<Record<string, unknown>>): number {
  let octets = 0
  for (let index = 0; index < fields.length; index++) {
    const { kind } = fields[index] as Field
    if (kind === 'uint8') continue
    const value = values[names[index] as string] as { readonly length: number } | undefined
    if (value === undefined) continue
    octets += kind === 'destinations' || kind === 'unsuccessful' ? listOctets(value as readonly Listed[]) : value.length
  }
  return octets
}

type Listed = { readonly address?: string; readonly distributionList?: string }
const listOctets = (list: readonly Listed[]): number =>
  list.reduce((sum, { address = '', distributionList = '' }) => sum + 8 + address.length + distributionList.length, 0)

function writeField(output: Output, field: Field, value: unknown, name: string): void {
  switch (field.kind) {
    case 'cstring':
      writeCString(output, (value as string | undefined) ?? '', field.max, name)
      break
    case 'uint8':
      writeUint8(output, (value as number | undefined) ?? 0, name)
      break
    case 'octets':
      writeOctets(output, value as Uint8Array | undefined, name)
      break
    case 'destinations':
      writeDestinations(output, (value as readonly Destination[] | undefined) ?? [], name)
      break
    case 'unsuccessful':
      writeUnsuccessful(output, (value as readonly Unsuccessful[] | undefined) ?? [], name)
  }
}

function writeUint8(output: Output, value: number, name: string): void {
  if (value !== (value & 0xff)) throw new RangeError(`${name}: ${value} does not fit an octet`)
  output.bytes[output.at++] = value
}

function writeUint32(output: Output, value: number): void {
  const { bytes, at } = output
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
  output.at = at + 4
}

function writeCString(output: Output, value: string, max: number, name: string): void {
  if (value.length >= max) throw new RangeError(`${name}: ${value.length} octets where ${max - 1} are allowed`)
  const { bytes } = output
  let { at } = output
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index)
    if (unit === 0 || unit > 0xff) throw new RangeError(`${name}: a character has no place in a C-octet string`)
    bytes[at++] = unit
  }
  bytes[at++] = 0
  output.at = at
}

function writeOctets(output: Output, value: Uint8Array | undefined, name: string): void {
  writeUint8(output, value?.length ?? 0, name)
  if (value === undefined || value.length === 0) return
  output.bytes.set(value, output.at)
  output.at += value.length
}

const ADDRESS_MAX = 21

function writeDestinations(output: Output, list: readonly Destination[], name: string): void {
  writeUint8(output, list.length, name)
  for (const one of list) {
    if ('distributionList' in one) {
      writeUint8(output, 2, name)
      writeCString(output, one.distributionList, ADDRESS_MAX, name)
    } else {
      writeUint8(output, 1, name)
      writeUint8(output, one.ton, name)
      writeUint8(output, one.npi, name)
      writeCString(output, one.address, ADDRESS_MAX, name)
    }
  }
}

function writeUnsuccessful(output: Output, list: readonly Unsuccessful[], name: string): void {
  writeUint8(output, list.length, name)
  for (const { ton, npi, address, status } of list) {
    writeUint8(output, ton, name)
    writeUint8(output, npi, name)
    writeCString(output, address, ADDRESS_MAX, name)
    writeUint32(output, status)
  }
}
