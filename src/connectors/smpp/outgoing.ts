import { encodeGsm7Unpacked, isGsm7 } from '../../domain/text/gsm7.ts'
import {
  type BinarySegment,
  binaryRoom,
  CAPACITY,
  countParts,
  PARTS_MAX,
  segmentBinary,
  segmentText,
} from '../../domain/text/segments.ts'
import { concatUdh } from '../../domain/text/udh.ts'
import { ESM_CLASS, type PduInput } from '../../protocols/smpp/pdu.ts'
import type { Asked } from '../../protocols/smpp/session.ts'
import { absoluteTime, relativeTime } from '../../protocols/smpp/time.ts'
import type { Content, Outgoing } from '../connector.ts'
import { alphabetOf, DATA_CODING, encodeUcs2, isLatin1 } from './alphabet.ts'
import type { SmppSettings } from './settings.ts'

/** One submit_sm to be. */
export interface Part extends Asked {
  readonly command: 'submit_sm'
  readonly message: Outgoing
  readonly number: number // 1-based
  readonly of: number
  readonly octets: Uint8Array // with the UDH in front where there is one
  readonly esmClass: number
  readonly dataCoding: number
  readonly carriage: 'short_message' | 'sar' | 'payload'
  order: number // of submission, over all binds
  sequence: number // 0: not written yet
  sentAtMs: number // Unix ms
}

/** A text in the octets of this carrier, the same for all its recipients. */
interface WireText {
  readonly dataCoding: number
  readonly segments: readonly Uint8Array[]
  readonly carriage: Part['carriage']
}

const PAYLOAD_OCTETS_MAX = 65_535
const SHORT_MESSAGE_OCTETS_MAX = 254
const SILENT = 0x40 // protocol_id of a short message type 0 (3GPP TS 23.040, 9.2.3.9)
const ADDRESS = /^[\x20-\xff]{0,20}$/
const DIGITS = /^\+?\d+$/

/** Parts on this carrier's wire for a content; 1 for what can't be sent at all, which is refused once. */
export function partsOf(settings: SmppSettings, content: Content): number {
  if (content.kind === 'none') return 1
  if (content.kind === 'binary') return segmentsOf(content, 0)?.length ?? 1
  return settings.longMessages === 'payload' || content.udh ? 1 : countParts(content.text, onlyUcs2(settings, content.text))
}

/** Whether the carrier's default alphabet has no place for what GSM 7-bit has (a euro sign, Greek capitals). */
const onlyUcs2 = ({ alphabet }: SmppSettings, text: string): 'ucs2' | undefined =>
  alphabet === 'ucs2' || (alphabet === 'latin1' && !isLatin1(text)) ? 'ucs2' : undefined

export interface Encoder {
  /** The parts of a message, or why this carrier can't carry it. */
  cut(message: Outgoing): readonly Part[] | string
  /** The PDU of a part; the object is used again for the next. */
  pdu(part: Part, sequence: number, nowMs: number): PduInput<'submit_sm'>
}

export function createEncoder(settings: SmppSettings): Encoder {
  let lastText: { readonly text: string; readonly key: number; readonly wire: WireText } | undefined
  let lastValidity = { secondsLeft: -1, text: '' }

  /** A mailing sends one text to thousands: the last one is remembered. */
  const wireText = (text: string, message: Outgoing): WireText => {
    if (message.form) return encodeText(formOf(message), text, message)
    const key = (message.dcs ?? 0x1000) * 8 + (message.messageClass ?? 4)
    if (lastText?.text !== text || lastText.key !== key) lastText = { text, key, wire: encodeText(settings, text, message) }
    return lastText.wire
  }

  /** A message of a carrier check may go another way than all others; its form is made by check-series.ts. */
  const formOf = ({ form }: Outgoing): SmppSettings => (form ? { ...settings, ...(form as Partial<SmppSettings>) } : settings)

  const cut = (message: Outgoing): readonly Part[] | string => {
    const { content, to } = message
    if (!ADDRESS.test(to) || !ADDRESS.test(message.from)) return 'an address is longer than 20 octets or not Latin-1'
    if (content.kind === 'text' && content.udh) return withHeader(message, content.text, content.udh, formOf(message))
    if (content.kind === 'text') return cutText(message, wireText(content.text, message), formOf(message))
    if (content.kind === 'binary') return cutBinary(message, content)
    return partsOfAll(message, [NO_OCTETS], 0, message.dcs ?? DATA_CODING.default, 'short_message')
  }

  const validity = (expiresAtMs: number, nowMs: number, how: SmppSettings['validity']): string => {
    if (how === 'none') return ''
    if (how === 'absolute') return absoluteTime(expiresAtMs, settings.utcOffsetMinutes)
    const secondsLeft = Math.floor((expiresAtMs - nowMs) / 1_000)
    if (secondsLeft !== lastValidity.secondsLeft) lastValidity = { secondsLeft, text: relativeTime(secondsLeft * 1_000) }
    return lastValidity.text
  }

  const pdu: PduInput<'submit_sm'> = { command: 'submit_sm', sequence: 0, service_type: settings.serviceType }

  return {
    cut,

    pdu(part, sequence, nowMs) {
      const { message } = part
      part.sequence = sequence
      const own = formOf(message)
      const from = message.from === '' ? settings.sender : message.from
      const source = tonNpiOf(from, own)
      pdu.sequence = sequence
      pdu.source_addr_ton = source.ton
      pdu.source_addr_npi = source.npi
      pdu.source_addr = plain(from)
      pdu.dest_addr_ton = own.recipientTonNpi.ton
      pdu.dest_addr_npi = own.recipientTonNpi.npi
      pdu.destination_addr = message.to
      pdu.esm_class = part.esmClass
      pdu.protocol_id = message.content.kind === 'none' && message.pid === 0 ? SILENT : message.pid & 0xff
      pdu.priority_flag = message.priority & 3
      pdu.validity_period = validity(message.expiresAtMs, nowMs, own.validity)
      pdu.registered_delivery = message.wantsReceipt ? settings.registeredDelivery : 0
      pdu.data_coding = part.dataCoding
      pdu.short_message = part.carriage === 'payload' ? NO_OCTETS : part.octets
      pdu.tlvs = tlvsOf(part, own)
      return pdu
    },
  }
}

/** Asks for the state of a part that was taken: by its id and the sender it was submitted with (SMPP 3.4, 4.8). */
export function queryPdu(carrierId: string, sender: string, sequence: number, settings: SmppSettings): PduInput<'query_sm'> {
  const from = sender === '' ? settings.sender : sender
  const { ton, npi } = tonNpiOf(from, settings)
  return {
    command: 'query_sm',
    sequence,
    message_id: carrierId,
    source_addr_ton: ton,
    source_addr_npi: npi,
    source_addr: plain(from),
  }
}

const NONE = { ton: 0, npi: 0 } as const

/** TON and NPI of a sender: a number, a short code or a name. */
export function tonNpiOf(from: string, settings: SmppSettings): { readonly ton: number; readonly npi: number } {
  if (from === '') return NONE
  if (!DIGITS.test(from)) return settings.nameTonNpi
  return from.length <= settings.shortCodeDigits && from[0] !== '+' ? settings.shortCodeTonNpi : settings.numberTonNpi
}

/** TON says that a number is international; the wire has no plus. */
const plain = (from: string): string => (from[0] === '+' && DIGITS.test(from) ? from.slice(1) : from)

/**
 * The reference is a function of the message and the part, so a part whose answer was lost can be recognised
 * later in what the carrier says about it.
 */
export const userMessageReference = (id: number, part: number): number => ((id % 65_536) + part - 1) % 65_536

function tlvsOf(part: Part, settings: SmppSettings): NonNullable<PduInput<'submit_sm'>['tlvs']> {
  const { message, number, of, carriage } = part
  const user_message_reference = userMessageReference(message.id, number)
  const tlvs = settings.userMessageReference ? { user_message_reference } : {}
  if (carriage === 'payload') return { ...tlvs, message_payload: part.octets }
  if (carriage === 'short_message') return tlvs
  return { ...tlvs, sar_msg_ref_num: message.reference & 0xffff, sar_total_segments: of, sar_segment_seqnum: number }
}

function encodeText(settings: SmppSettings, text: string, message: Outgoing): WireText {
  const { alphabet, segments } = segmentText(text, askedUcs2(message) ?? onlyUcs2(settings, text))
  const encode = encodingOf(alphabet, settings)
  const dataCoding = dataCodingOf(alphabet, message)
  const whole = settings.longMessages === 'payload' && segments.length > 1
  return {
    dataCoding,
    segments: whole ? [encode(text)] : segments.map(encode),
    carriage: whole ? 'payload' : settings.longMessages === 'sar' && segments.length > 1 ? 'sar' : 'short_message',
  }
}

const askedUcs2 = ({ dcs }: Outgoing): 'ucs2' | undefined =>
  dcs !== undefined && alphabetOf(dcs) === 'ucs2' ? 'ucs2' : undefined

const encodingOf = (alphabet: 'gsm7' | 'ucs2', settings: SmppSettings): ((text: string) => Uint8Array) =>
  alphabet === 'ucs2' ? encodeUcs2 : settings.alphabet === 'gsm7' ? encodeGsm7Unpacked : encodeLatin1

/** The one asked for, unless it would say another alphabet than the text is written in. */
const dataCodingOf = (alphabet: 'gsm7' | 'ucs2', { dcs, messageClass }: Outgoing): number =>
  dcs !== undefined && (alphabetOf(dcs) === 'ucs2') === (alphabet === 'ucs2')
    ? dcs
    : withClass(alphabet === 'ucs2' ? DATA_CODING.ucs2 : DATA_CODING.default, messageClass)

/** A part that its customer cut: one part here too, with its own header, as far as the carrier's alphabet has room for it. */
function withHeader(message: Outgoing, text: string, udh: Uint8Array, settings: SmppSettings): Part[] | string {
  const alphabet = askedUcs2(message) ?? onlyUcs2(settings, text) ?? (isGsm7(text) ? 'gsm7' : 'ucs2')
  const octets = encodingOf(alphabet, settings)(text)
  const body = join(Uint8Array.of(udh.length), udh, octets)
  return partsOfAll(message, [body], ESM_CLASS.udhi, dataCodingOf(alphabet, message), 'short_message')
}

const encodeLatin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** Class 0 (flash) is 0x10 with the default alphabet, 0x14 with octets, 0x18 with UCS-2 (3GPP TS 23.038, 4). */
const withClass = (dataCoding: number, messageClass: Outgoing['messageClass']): number =>
  messageClass === undefined ? dataCoding : 0x10 | dataCoding | messageClass

function cutText(
  message: Outgoing,
  { dataCoding, segments, carriage }: WireText,
  { longMessages }: SmppSettings,
): Part[] | string {
  const of = segments.length
  if (of === 1 || longMessages !== 'udh') return partsOfAll(message, segments, 0, dataCoding, carriage)
  const bodies = segments.map((octets, index) => join(concatUdh(message.reference, index + 1, of), octets))
  return partsOfAll(message, bodies, ESM_CLASS.udhi, dataCoding, carriage)
}

/** Octets are always joined by UDH: nothing else keeps the customer's own header elements. */
function cutBinary(message: Outgoing, content: Extract<Content, { kind: 'binary' }>): Part[] | string {
  const dataCoding = message.dcs ?? withClass(DATA_CODING.binary, message.messageClass)
  const segments = segmentsOf(content, message.reference)
  if (segments === undefined) return 'the octets do not fit 255 parts beside their header'
  if (content.udh.length === 0 && segments.length === 1)
    return partsOfAll(message, [content.octets], 0, dataCoding, 'short_message')
  const bodies = segments.map(({ udh, octets }) => join(Uint8Array.of(udh.length), udh, octets))
  return partsOfAll(message, bodies, ESM_CLASS.udhi, dataCoding, 'short_message')
}

function segmentsOf({ udh, octets }: Extract<Content, { kind: 'binary' }>, reference: number): BinarySegment[] | undefined {
  const room = binaryRoom(udh)
  if (udh.length + 1 + octets.length > CAPACITY.binary.alone && (room < 1 || octets.length > room * PARTS_MAX)) return undefined
  return segmentBinary(udh, octets, reference)
}

/** The parts that are still to be sent, of all there are. */
function partsOfAll(
  message: Outgoing,
  bodies: readonly Uint8Array[],
  esmClass: number,
  dataCoding: number,
  carriage: Part['carriage'],
): Part[] | string {
  const of = bodies.length
  if (of > PARTS_MAX) return `the message takes ${of} parts, ${PARTS_MAX} are allowed`
  const octetsMax = carriage === 'payload' ? PAYLOAD_OCTETS_MAX : SHORT_MESSAGE_OCTETS_MAX
  const parts: Part[] = []
  for (let number = 1; number <= of; number++) {
    if (message.parts !== undefined && !message.parts.includes(number)) continue
    const octets = bodies[number - 1] ?? NO_OCTETS
    if (octets.length > octetsMax) return `a part takes ${octets.length} octets, ${octetsMax} are allowed`
    parts.push({
      command: 'submit_sm',
      sentAt: 0,
      order: 0,
      sequence: 0,
      sentAtMs: 0,
      message,
      number,
      of,
      octets,
      esmClass,
      dataCoding,
      carriage,
    })
  }
  const asked = message.parts?.length ?? of
  return parts.length === asked && asked > 0
    ? parts
    : `the message has ${of} parts on this carrier, not those that were asked for`
}

const NO_OCTETS = new Uint8Array(0)
const join = (...pieces: Uint8Array[]): Uint8Array => Buffer.concat(pieces)
