import { readPdu } from './codec.ts'
import { uint32 } from './cursor.ts'
import { type Destination, ESM_CLASS, isResponse, PDUS, type Pdu, type Unsuccessful } from './pdu.ts'
import { messageStateName } from './receipt-text.ts'
import { describeStatus } from './status.ts'
import type { Tlvs } from './tlv.ts'

/** A PDU for an operator's eyes: fields by the standard's names, the empty ones left out. */
export interface Described {
  readonly name: string
  readonly sequence: number
  readonly status: string // of a response: its command_status in words
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** A text in an operator's terms; undefined: its octets are shown as they are. */
export type ReadText = (octets: Uint8Array, dataCoding: number) => string | undefined

const HEADER = 16
const FIELD_CHARACTERS_MAX = 2_000
/** Shown where they have their usual value too: their absence would be a question. */
const ALWAYS = new Set(['message_id', 'source_addr', 'destination_addr', 'data_coding', 'short_message'])

/**
 * The PDU in these octets, in words. What is no PDU is described too: by its command_id if there is one, and why it can't be
 * read. Passwords are left out. Never throws.
 */
export function describePdu(octets: Uint8Array, readText: ReadText = () => undefined): Described {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  if (bytes.length < HEADER) return unreadable('less than a header', 0, bytes)
  const length = uint32(bytes, 0)
  const sequence = uint32(bytes, 12)
  if (length < HEADER) return unreadable(`a length of ${length}`, sequence, bytes)
  const cut = length > bytes.length
  const pdu = readPdu(bytes, 0, Math.min(length, bytes.length))
  if (pdu.command !== 'unparsable') {
    const fields = describeFields(pdu, readText)
    const rest: [string, string][] = cut ? [['(cut)', `${bytes.length} of ${length} octets are stored`]] : []
    const status = isResponse(PDUS[pdu.command].id) || pdu.status !== 0 ? describeStatus(pdu.status) : ''
    return { name: pdu.command, sequence, status, fields: [...fields, ...rest] }
  }
  const known = Object.entries(PDUS).find(([, { id }]) => id === pdu.commandId)?.[0]
  const why = known ? `its fields do not fit its ${length} octets` : `no command has the id ${hex32(pdu.commandId)}`
  return unreadable(cut ? `only ${bytes.length} of ${length} octets are there` : why, sequence, bytes.subarray(HEADER), known)
}

const unreadable = (why: string, sequence: number, rest: Uint8Array, name?: string): Described => ({
  name: name ? `${name} that can not be read` : 'not a PDU',
  sequence,
  status: '',
  fields: [
    ['why', why],
    ['as text', printable(rest)],
  ],
})

function describeFields(pdu: Pdu, readText: ReadText): [string, string][] {
  const values = pdu as unknown as Readonly<Record<string, unknown>>
  const dataCoding = typeof values.data_coding === 'number' ? values.data_coding : 0
  const udhi = typeof values.esm_class === 'number' && (values.esm_class & ESM_CLASS.udhi) !== 0
  const text = (octets: Uint8Array): [string, string][] => describeText(octets, dataCoding, udhi, readText)
  const fields: [string, string][] = []
  for (const name of Object.keys(PDUS[pdu.command].fields)) {
    const value = values[name]
    if (name === 'password') fields.push([name, value === '' ? 'none' : '(not shown)'])
    else if (name === 'short_message') {
      if ((value as Uint8Array).length > 0) fields.push(...text(value as Uint8Array))
      else if (!pdu.tlvs.message_payload) fields.push([name, 'empty'])
    } else if (value !== 0 && value !== '' ? true : ALWAYS.has(name)) fields.push([name, plain(name, value)])
  }
  return [...fields, ...describeTlvs(pdu.tlvs, text)]
}

function describeText(octets: Uint8Array, dataCoding: number, udhi: boolean, readText: ReadText): [string, string][] {
  const header = udhi ? Math.min(octets.length, (octets[0] ?? 0) + 1) : 0
  const body = octets.subarray(header)
  const read = readText(body, dataCoding)
  const shown = isMasked(body) ? 'masked' : read === undefined ? hexOf(body) : `"${read}"`
  return [
    ...(header > 0 ? [['UDH', hexOf(octets.subarray(0, header))] as [string, string]] : []),
    ['text', `${limited(shown)} (${octets.length} octets)`],
  ]
}

/** Where a text was not to be kept, asterisks stand for its octets, whatever its alphabet. */
const MASK = 0x2a
const isMasked = (octets: Uint8Array): boolean => octets.length > 0 && octets.every((octet) => octet === MASK)

function plain(name: string, value: unknown): string {
  if (typeof value === 'number') {
    if (name === 'data_coding' || name === 'esm_class') return `0x${value.toString(16).padStart(2, '0')}${meaning(name, value)}`
    return `${value}${meaning(name, value)}`
  }
  if (typeof value === 'string') return limited(printable(Buffer.from(value, 'latin1'))) || 'empty'
  if (Array.isArray(value)) return limited((value as (Destination | Unsuccessful)[]).map(listed).join(', '))
  return ''
}

function meaning(name: string, value: number): string {
  if (name === 'message_state') return ` (${messageStateName(value)})`
  if (name !== 'esm_class') return ''
  const said = [
    ...((value & ESM_CLASS.receipt) !== 0 ? ['receipt'] : []),
    ...((value & ESM_CLASS.intermediate) !== 0 ? ['intermediate'] : []),
    ...((value & ESM_CLASS.udhi) !== 0 ? ['with a UDH'] : []),
  ]
  return said.length > 0 ? ` (${said.join(', ')})` : ''
}

const listed = (one: Destination | Unsuccessful): string =>
  'distributionList' in one
    ? `list ${one.distributionList}`
    : 'status' in one
      ? `${one.address}: ${describeStatus(one.status)}`
      : one.address

function describeTlvs(tlvs: Tlvs, text: (octets: Uint8Array) => [string, string][]): [string, string][] {
  return Object.entries(tlvs).flatMap(([name, value]): [string, string][] => {
    if (name === 'message_payload') return [['message_payload', ''], ...text(value as Uint8Array)]
    if (name === 'other')
      return (value as readonly (readonly [number, Uint8Array])[]).map(([tag, octets]) => [
        `TLV 0x${tag.toString(16).padStart(4, '0')}`,
        limited(hexOf(octets)),
      ])
    if (value instanceof Uint8Array) return [[name, limited(hexOf(value))]]
    return [[name, plain(name, value)]]
  })
}

const limited = (text: string): string => (text.length > FIELD_CHARACTERS_MAX ? `${text.slice(0, FIELD_CHARACTERS_MAX)}…` : text)
const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/** Latin-1 with dots for what no terminal should be given. */
export const printable = (octets: Uint8Array): string =>
  limited(
    Buffer.from(octets)
      .toString('latin1')
      .replace(/[^\x20-\x7e\xa0-\xff]/g, '.'),
  )
