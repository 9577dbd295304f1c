/** Just enough of SMPP 3.4 for a carrier that answers everything: no tables, no values, bytes to bytes. */

export const COMMAND = {
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submitSm: 0x04,
  deliverSm: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
  response: 0x80000000,
} as const

export const HEADER = 16

export const word = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0

export function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** Writes a header (SMPP 3.4, 3.2); the body follows at the place returned. */
export function putHeader(bytes: Uint8Array, at: number, length: number, command: number, sequence: number): number {
  putWord(bytes, at, length)
  putWord(bytes, at + 4, command)
  putWord(bytes, at + 8, 0)
  putWord(bytes, at + 12, sequence)
  return at + HEADER
}

/** Where the fields of the submit_sm at hand stand; one object for all, filled anew for each. */
export interface SubmitFields {
  source: number // its TON
  destination: number // its TON; the source's NUL is the octet before
  afterDestination: number
  wantsReceipt: boolean
}

/** Finds the addresses and registered_delivery of a submit_sm (SMPP 3.4, 4.4.1). */
export function readSubmit(bytes: Uint8Array, frame: number, fields: SubmitFields): void {
  let at = afterNul(bytes, frame + HEADER) // service_type
  fields.source = at
  at = afterNul(bytes, at + 2)
  fields.destination = at
  at = afterNul(bytes, at + 2)
  fields.afterDestination = at
  at = afterNul(bytes, at + 3) // esm_class, protocol_id, priority_flag, schedule_delivery_time
  at = afterNul(bytes, at) // validity_period
  fields.wantsReceipt = ((bytes[at] ?? 0) & 3) !== 0
}

/** Where the next field begins: behind the NUL of the one that begins at `from`. */
export function afterNul(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== 0) at += 1
  return at + 1
}

/** A receipt in the words of SMPP 3.4, appendix B, with the id left out. */
export const RECEIPT = {
  before: Buffer.from('id:', 'latin1'),
  after: (stamp: string): Buffer =>
    Buffer.from(` sub:001 dlvrd:001 submit date:${stamp} done date:${stamp} stat:DELIVRD err:000 text:`, 'latin1'),
}

const DELIVER_FIXED = 11 // service_type, then esm_class … sm_length

export const deliverLength = (fields: SubmitFields, text: number): number =>
  HEADER + DELIVER_FIXED + (fields.afterDestination - fields.source) + text

/** Writes the deliver_sm (SMPP 3.4, 4.6.1) that carries a receipt's text, addressed the other way round. */
export function putDeliver(
  out: Buffer,
  at: number,
  sequence: number,
  submit: { readonly bytes: Buffer; readonly fields: SubmitFields },
  text: { readonly id: string; readonly after: Buffer },
): void {
  const { bytes, fields } = submit
  const textLength = RECEIPT.before.length + text.id.length + text.after.length
  let to = putHeader(out, at, deliverLength(fields, textLength), COMMAND.deliverSm, sequence)
  out[to++] = 0 // service_type
  to += bytes.copy(out, to, fields.destination, fields.afterDestination)
  to += bytes.copy(out, to, fields.source, fields.destination)
  out[to++] = 0x04 // esm_class: a receipt
  for (let each = 0; each < 8; each++) out[to++] = 0 // protocol_id … sm_default_msg_id
  out[to++] = textLength
  to += RECEIPT.before.copy(out, to)
  to += out.write(text.id, to, 'latin1')
  text.after.copy(out, to)
}
