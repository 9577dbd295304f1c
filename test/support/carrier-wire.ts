import type { Pdu } from 'smpp'

/** One submit_sm as a carrier sees it. */
export interface Submit {
  readonly at: number // 1-based, in the order of arrival
  readonly link: number // which connection it came by, 1-based
  readonly from: string
  readonly to: string
  readonly fromTonNpi: string
  readonly toTonNpi: string
  /** Text in one of SMPP's alphabets, or octets; without the UDH. */
  readonly content: string | Buffer
  readonly udh: Buffer // information elements, without their length; empty: none
  readonly payload: boolean // came in message_payload
  /** How it says that it is a part of something longer. */
  readonly part:
    | { readonly by: 'udh' | 'sar'; readonly reference: number; readonly of: number; readonly number: number }
    | undefined
  readonly dataCoding: number
  readonly esmClass: number
  readonly protocolId: number
  readonly priority: number
  readonly wantsReceipt: boolean
  readonly reference: number | undefined // user_message_reference
}

const CONCATENATED_8 = 0x00 // 3GPP TS 23.040, 9.2.3.24.1
const CONCATENATED_16 = 0x08

export function readSubmit(pdu: Pdu, at: number, link: number): Submit {
  const inPayload = pdu.message_payload !== undefined
  const { message = '', udh: elements = [] } = (inPayload ? pdu.message_payload : pdu.short_message) ?? {}
  return {
    at,
    link,
    from: pdu.source_addr,
    to: pdu.destination_addr,
    fromTonNpi: `${pdu.source_addr_ton}/${pdu.source_addr_npi}`,
    toTonNpi: `${pdu.dest_addr_ton}/${pdu.dest_addr_npi}`,
    content: message,
    udh: Buffer.concat(elements),
    payload: inPayload,
    part: partOf(elements) ?? sarOf(pdu),
    dataCoding: pdu.data_coding,
    esmClass: pdu.esm_class,
    protocolId: pdu.protocol_id,
    priority: pdu.priority_flag,
    wantsReceipt: (pdu.registered_delivery & 1) === 1,
    reference: pdu.user_message_reference,
  }
}

function partOf(elements: readonly Buffer[]): Submit['part'] {
  for (const element of elements) {
    if (element[0] === CONCATENATED_8) {
      return { by: 'udh', reference: element.readUInt8(2), of: element.readUInt8(3), number: element.readUInt8(4) }
    }
    if (element[0] === CONCATENATED_16) {
      return { by: 'udh', reference: element.readUInt16BE(2), of: element.readUInt8(4), number: element.readUInt8(5) }
    }
  }
  return undefined
}

function sarOf(pdu: Pdu): Submit['part'] {
  const { sar_msg_ref_num: reference, sar_total_segments: of, sar_segment_seqnum: number } = pdu
  return reference === undefined || of === undefined || number === undefined ? undefined : { by: 'sar', reference, of, number }
}

/** The submit's text; fails the test when it is octets. */
export function textOf({ content }: Submit): string {
  if (typeof content !== 'string') throw new Error(`not a text but octets: ${content.toString('hex')}`)
  return content
}

/** What a handset would show of these parts: each complete text once, in the order in which they were completed. */
export function assemble(submits: readonly Submit[]): { to: string; from: string; text: string }[] {
  const unfinished = new Map<string, Map<number, string>>()
  const shown: { to: string; from: string; text: string }[] = []
  for (const submit of submits) {
    const { to, from, part } = submit
    if (!part) {
      shown.push({ to, from, text: textOf(submit) })
      continue
    }
    const key = `${to} ${from} ${part.by} ${part.reference} ${part.of}`
    const parts = unfinished.get(key) ?? new Map<number, string>()
    unfinished.set(key, parts.set(part.number, textOf(submit)))
    if (parts.size < part.of) continue
    unfinished.delete(key)
    const inOrder = [...parts].sort(([one], [other]) => one - other)
    shown.push({ to, from, text: inOrder.map(([, text]) => text).join('') })
  }
  return shown
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
const receiptDate = (at: Date): string =>
  [at.getUTCFullYear() % 100, at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes()].map(twoDigits).join('')

const ESM_RECEIPT = 0x04 // SMPP 3.4, 5.2.12

/** The deliver_sm of a delivery receipt (SMPP 3.4, appendix B). */
export function receiptFields(submit: Submit, id: string, stat: string, err: string, tlv: boolean, echo = ''): object {
  const now = receiptDate(new Date())
  const delivered = stat === 'DELIVRD' ? '001' : '000'
  return {
    source_addr: submit.to,
    destination_addr: submit.from,
    esm_class: ESM_RECEIPT,
    short_message: `id:${id} sub:001 dlvrd:${delivered} submit date:${now} done date:${now} stat:${stat} err:${err} text:${echo}`,
    ...(tlv && { receipted_message_id: id }),
  }
}
