import { maskNumber } from '../../log.ts'
import { readPdu } from '../../protocols/smpp/codec.ts'
import { describePdu } from '../../protocols/smpp/describe.ts'
import { ESM_CLASS, type Pdu } from '../../protocols/smpp/pdu.ts'

/** A PDU for the eyes of an operator who looks on: no password, no text, no whole phone number. */
export interface PduTold {
  readonly name: string
  readonly sequence: number
  readonly status: string // '': a request
  readonly fields: readonly (readonly [name: string, value: string])[]
}

const HEADER = 16
const MASK = 0x2a
const TLV_HEX_MAX = 32 // of a parameter that nobody here knows: a longer one may be a text
const CALLBACK = ['callback_num', 'callback_num_atag'] as const
const ADDRESSES = new Set(['source_addr', 'destination_addr', 'dest_address', 'unsuccess_sme', 'esme_addr'])

/** Decodes a PDU that went by. The octets are left as they are. Never throws. */
export function tellPdu(octets: Uint8Array): PduTold {
  const copy = Buffer.from(octets)
  const length = copy.length < HEADER ? 0 : copy.readUInt32BE(0)
  const pdu = length < HEADER ? undefined : readPdu(copy, 0, Math.min(length, copy.length)) // as describePdu reads it
  const isReceipt = pdu !== undefined && pdu.command !== 'unparsable' && hide(pdu)
  const { name, sequence, status, fields } = describePdu(copy, isReceipt ? (text) => latin1(text) : undefined)
  return { name, sequence, status, fields: fields.map(([field, value]) => [field, shown(field, value, copy.length)]) }
}

/** Puts asterisks over what people wrote; of a receipt, over what it repeats of a text. True for a receipt. */
function hide(pdu: Pdu): boolean {
  const kind = 'esm_class' in pdu ? pdu.esm_class : 0
  const isReceipt = pdu.command === 'deliver_sm' && (kind & (ESM_CLASS.receipt | ESM_CLASS.intermediate)) !== 0
  const bodies = ['short_message' in pdu ? pdu.short_message : undefined, pdu.tlvs.message_payload]
  for (const body of bodies) {
    if (body === undefined) continue
    const udh = (kind & ESM_CLASS.udhi) !== 0 ? (body[0] ?? 0) + 1 : 0
    const text = isReceipt ? (/text:/i.exec(latin1(body)) ?? { index: 0 }).index + 5 : udh
    if (!isReceipt || text > 5) body.fill(MASK, Math.min(text, body.length))
  }
  for (const name of CALLBACK) pdu.tlvs[name]?.fill(MASK)
  return isReceipt
}

function shown(field: string, value: string, octets: number): string {
  if (field === 'as text') return `not shown: it may hold a password or a text (${octets} octets in all)`
  if (field.startsWith('TLV 0x') && value.length > TLV_HEX_MAX)
    return `${value.slice(0, TLV_HEX_MAX)}… (${value.length / 2} octets)`
  if (CALLBACK.some((name) => name === field)) return 'masked'
  return ADDRESSES.has(field) ? value.replace(/\d{8,}/g, maskNumber) : value
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')
