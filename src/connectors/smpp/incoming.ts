import { answeredId } from '../../domain/receipt-id.ts'
import { concatenationOf, readUdh } from '../../domain/text/udh.ts'
import { ESM_CLASS, type PduOf } from '../../protocols/smpp/pdu.ts'
import { messageStateName, parseReceiptText, stateOfStat } from '../../protocols/smpp/receipt-text.ts'
import { smppDate } from '../../protocols/smpp/time.ts'
import type { Tlvs } from '../../protocols/smpp/tlv.ts'
import type { CarrierReceipt, Incoming } from '../connector.ts'
import { DATA_CODING, decodeText } from './alphabet.ts'
import type { SmppSettings } from './settings.ts'

/** What a carrier delivers. The standard allows both for receipts and for messages. */
export type Delivery = PduOf<'deliver_sm'> | PduOf<'data_sm'>

/** Where the octets are: message_payload takes the place of short_message (SMPP 3.4, 5.3.2.32). */
const octetsOf = (pdu: Delivery): Uint8Array =>
  pdu.tlvs.message_payload ?? (pdu.command === 'deliver_sm' ? pdu.short_message : NO_OCTETS)

const NO_OCTETS = new Uint8Array(0)

/**
 * Whether it is about a message of ours: by esm_class, or by a receipted_message_id where a carrier forgets esm_class. A text
 * that looks like a receipt is not enough, for a handset can send one.
 */
export const isReceipt = (pdu: Delivery): boolean =>
  (pdu.esm_class & (ESM_CLASS.receipt | ESM_CLASS.intermediate)) !== 0 ||
  (pdu.tlvs.receipted_message_id !== undefined &&
    (pdu.tlvs.message_state !== undefined || parseReceiptText(receiptText(octetsOf(pdu), pdu.data_coding)) !== undefined))

/** A receipt travels from the message's recipient to its sender. */
export function receiptOf(pdu: Delivery, settings: SmppSettings, nowMs: number): CarrierReceipt {
  const { tlvs } = pdu
  const text = parseReceiptText(receiptText(octetsOf(pdu), pdu.data_coding))
  const state = tlvs.message_state
  const stat = text && text.stat !== '' ? text.stat : state === undefined ? '' : messageStateName(state)
  const said = stateOfStat(stat)
  const ids = idsOf(tlvs.receipted_message_id?.trim() ?? '', text?.id ?? '')
  const translated = settings.receiptIds !== 'auto' || settings.receiptIdEndsAt !== ''
  const receipt: CarrierReceipt = {
    carrierIds: translated ? [...new Set(ids.map((id) => answeredId(id, settings)))] : ids,
    // A vendor's own word in the text says less than the standard's number beside it.
    state: said === 'unknown' && state !== undefined ? stateOfStat(messageStateName(state)) : said,
    stat,
    err: text && text.err !== '' ? text.err : networkError(tlvs),
    to: pdu.source_addr,
    from: pdu.destination_addr,
    atMs: nowMs,
    doneAtMs: text ? smppDate(text.doneDate, settings.utcOffsetMinutes) : undefined,
    queried: false,
  }
  const repeated = text?.text ?? ''
  if (!translated && repeated === '') return receipt
  return { ...receipt, ...(translated && { rawIds: ids }), ...(repeated !== '' && { text: repeated }) }
}

const idsOf = (tlv: string, text: string): readonly string[] =>
  tlv === '' ? (text === '' ? [] : [text]) : text === '' || text === tlv ? [tlv] : [tlv, text]

/** Receipts are Latin-1 whatever they say, but for carriers that write them in UCS-2, and mean it. */
const receiptText = (octets: Uint8Array, dataCoding: number): string =>
  dataCoding === DATA_CODING.ucs2 && octets[0] === 0
    ? decodeText(octets, dataCoding, 'gsm7')
    : (Buffer.isBuffer(octets) ? octets : Buffer.from(octets)).toString('latin1')

/** network_error_code is a network type and a number of two octets (SMPP 3.4, 5.3.2.31); the number is what people know. */
const networkError = ({ network_error_code: code }: Tlvs): string =>
  code === undefined || code.length < 3 ? '' : String(((code[1] ?? 0) << 8) | (code[2] ?? 0))

/** A message from a handset, or one part of it: by its UDH, or by sar_* parameters. */
export function messageOf(pdu: Delivery, settings: SmppSettings, nowMs: number): Incoming {
  const octets = octetsOf(pdu)
  const udh = pdu.esm_class & ESM_CLASS.udhi ? readUdh(octets) : undefined
  const content = udh ? octets.subarray(udh.length) : octets
  const part = (udh && concatenated(octets)) ?? sarPart(pdu.tlvs)
  return {
    from: addressOf(pdu.source_addr, pdu.source_addr_ton),
    to: addressOf(pdu.destination_addr, pdu.dest_addr_ton),
    text: decodeText(content, pdu.data_coding, settings.alphabet, part !== undefined),
    part,
    atMs: nowMs,
  }
}

const TON_INTERNATIONAL = 1

/** A number with its country's code is told from others by a `+`. */
const addressOf = (address: string, ton: number): string =>
  ton === TON_INTERNATIONAL && /^\d+$/.test(address) ? `+${address}` : address

function concatenated(octets: Uint8Array): Incoming['part'] {
  const place = concatenationOf(octets)
  return place && place.of > 1 ? { reference: place.reference, number: place.number, of: place.of } : undefined
}

function sarPart({ sar_msg_ref_num: reference, sar_segment_seqnum: number, sar_total_segments: of }: Tlvs): Incoming['part'] {
  if (reference === undefined || number === undefined || of === undefined) return undefined
  return of < 2 || number < 1 || number > of ? undefined : { reference, number, of }
}

/** The answer to query_sm as a receipt. `to` is not said. */
export function queriedReceipt(
  pdu: PduOf<'query_sm_resp'>,
  asked: { readonly carrierId: string; readonly from: string },
  settings: SmppSettings,
  nowMs: number,
): CarrierReceipt {
  const stat = messageStateName(pdu.message_state)
  return {
    carrierIds: idsOf(asked.carrierId, pdu.message_id.trim()),
    state: stateOfStat(stat),
    stat,
    err: String(pdu.error_code),
    to: '',
    from: asked.from,
    atMs: nowMs,
    doneAtMs: smppDate(pdu.final_date, settings.utcOffsetMinutes),
    queried: true,
  }
}
