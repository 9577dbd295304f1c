import { MINUTE_MS } from '../../domain/calendar.ts'
import { CHANNELS, channelOf } from '../../domain/channel.ts'
import { DELIVERY } from '../../domain/delivery.ts'
import { FLAG } from '../../domain/message.ts'
import { timeOfId } from '../../domain/message-id.ts'
import { messageStateOf } from '../../domain/message-state.ts'
import { templateWord } from '../../domain/operator-template.ts'
import { parseSender } from '../../domain/sender.ts'
import { encodeGsm7Unpacked, isGsm7 } from '../../domain/text/gsm7.ts'
import type { Delivery } from '../../lifecycle/deliveries.ts'
import { ESM_CLASS } from '../../protocols/smpp/pdu.ts'
import { absoluteTime } from '../../protocols/smpp/time.ts'
import { NO_TLVS, type Tlvs } from '../../protocols/smpp/tlv.ts'
import type { Delivery as DeliverSm } from './bound.ts'

/** How the session that gets it reads it. */
export interface Reader {
  readonly interfaceVersion: number
  readonly isLatin1: boolean // data_coding 0 is ISO-8859-1 to it
  readonly utcOffsetMinutes: number
}

/** A short_message holds so many octets; longer texts go into message_payload (SMPP 3.4, 5.2.21). */
const SHORT_MAX = 254
const ADDRESS_MAX = 20
/** Before 3.4 there were no optional parameters. */
const TLVS_SINCE = 0x34

/**
 * The fields of the deliver_sm that tells a customer what he is owed. Who knows no optional parameters has of a longer text what
 * one short_message holds.
 */
export function deliverSmOf(delivery: Delivery, reader: Reader): DeliverSm {
  const fields = delivery.kind === DELIVERY.incoming ? incomingOf(delivery, reader) : receiptOf(delivery, reader)
  if (reader.interfaceVersion >= TLVS_SINCE) return fields
  const { tlvs, ...others } = fields
  return tlvs?.message_payload ? { ...others, short_message: tlvs.message_payload.subarray(0, SHORT_MAX) } : others
}

function receiptOf(delivery: Delivery, reader: Reader): DeliverSm {
  const { stat, state } = messageStateOf({ state: delivery.state, receipt: null })
  const isLookUp = channelOf(delivery.channel) === 'hlr'
  const text = isLookUp ? lookUpText(delivery, stat) : receiptText(delivery, stat, reader.utcOffsetMinutes)
  const esmClass = delivery.kind === DELIVERY.receipt ? ESM_CLASS.receipt : ESM_CLASS.intermediate
  const tlvs = receiptTlvs(delivery, state)
  return deliverSm(delivery.recipient, delivery.sender, esmClass, 0, Buffer.from(text, 'latin1'), tlvs)
}

/** The appendix B of SMPP 3.4: dates to the minute, in the account's time; err as status.php has it. */
function receiptText(delivery: Delivery, stat: string, utcOffsetMinutes: number): string {
  const { ref, messageId, atMs, parts, arrived, err } = delivery
  const submitted = minuteOf(Math.floor(timeOfId(messageId) / MINUTE_MS) + utcOffsetMinutes)
  const done = doneMinute(Math.floor(atMs / MINUTE_MS) + utcOffsetMinutes)
  return `id:${ref} sub:${three(parts)} dlvrd:${three(arrived)} submit date:${submitted} done date:${done} stat:${stat} err:${three(err)} text:`
}

const HLR_FIELDS = ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net', 'rcn', 'rnet'] as const
const FIRST_ENCODED = 4

/** The result of a look-up (SMSC API, HLR over SMPP): names are URL-encoded, what is not known stays empty. */
function lookUpText({ ref, err, hlr }: Delivery, stat: string): string {
  const values = hlr?.split('\n') ?? []
  const fields = HLR_FIELDS.map((name, at) => {
    const value = values[at] ?? ''
    return `${name}:${at < FIRST_ENCODED ? value : urlEncoded(value)}`
  })
  return `id:${ref} stat:${stat} err:${three(err)} ${fields.join(' ')}`
}

/** As in a form: a space is a plus. */
const urlEncoded = (value: string): string =>
  encodeURIComponent(value)
    .replaceAll('%20', '+')
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const VENDOR = { cost: 0x2000, flags: 0x2001, parts: 0x2002, network: 0x2003 } as const
const GSM_NETWORK = 3 // network_error_code, 5.3.2.31
const SECOND_BALANCE = 1 << 5

const receiptTlvs = (delivery: Delivery, state: number): Tlvs => ({
  receipted_message_id: String(delivery.ref),
  message_state: state,
  network_error_code: delivery.err === 0 ? NO_ERROR : networkError(delivery.err),
  other: vendorTlvs(delivery),
})

const networkError = (err: number): Uint8Array => Uint8Array.of(GSM_NETWORK, err >> 8, err)
const NO_ERROR = networkError(0)

type VendorTlvs = readonly (readonly [tag: number, value: Uint8Array])[]

const vendorTlvs = lastAnswer(
  (one: Delivery, other: Delivery) =>
    one.charged === other.charged &&
    one.mccmnc === other.mccmnc &&
    one.parts === other.parts &&
    one.channel === other.channel &&
    one.flags === other.flags,
  ({ charged, channel, flags, parts, mccmnc }): VendorTlvs => {
    const word = CHANNELS[channelOf(channel)] | ((flags & FLAG.electronic) !== 0 ? SECOND_BALANCE : 0) | templateWord(flags)
    const cost = costOf(charged)
    const tlvs: (readonly [number, Uint8Array])[] = []
    if (cost !== '') tlvs.push([VENDOR.cost, Buffer.from(cost, 'latin1')])
    tlvs.push([VENDOR.flags, Uint8Array.of(word >> 8, word)], [VENDOR.parts, Uint8Array.of(parts >> 8, parts)])
    if (mccmnc !== '' && mccmnc.length <= 5) tlvs.push([VENDOR.network, Buffer.from(mccmnc, 'latin1')])
    return tlvs
  },
)

/** Receipts that follow each other mostly say the same: what was said last is not made anew. */
function lastAnswer<Question, Answer>(same: (one: Question, other: Question) => boolean, make: (of: Question) => Answer) {
  let last: { readonly question: Question; readonly answer: Answer } | undefined
  return (question: Question): Answer => {
    if (!last || !same(last.question, question)) last = { question, answer: make(question) }
    return last.answer
  }
}

const COST_MAX = 6

/** `n.nnnn`, with as many decimals as six octets have room for; a cost whose whole part fills them is left out. */
function costOf(millionths: bigint): string {
  const units = Number(millionths / 100n)
  const whole = String(Math.floor(units / 10_000))
  if (units < 0 || whole.length > COST_MAX) return ''
  const cost = `${whole}.${String(units % 10_000).padStart(4, '0')}`.slice(0, COST_MAX)
  return cost.endsWith('.') ? whole : cost
}

/** A message from a handset, in the alphabet it fits. */
function incomingOf(delivery: Delivery, reader: Reader): DeliverSm {
  const body = delivery.body ?? ''
  const fits = reader.isLatin1 ? isLatin1(body) : isGsm7(body)
  const octets = !fits
    ? Buffer.from(body, 'utf16le').swap16()
    : reader.isLatin1
      ? Buffer.from(body, 'latin1')
      : encodeGsm7Unpacked(body)
  return deliverSm(delivery.sender, delivery.recipient, 0, fits ? 0 : 8, octets, undefined)
}

function deliverSm(
  source: string,
  destination: string,
  esmClass: number,
  dataCoding: number,
  octets: Uint8Array,
  tlvs: Tlvs = NO_TLVS,
): DeliverSm {
  const from = addressOf(source)
  const to = addressOf(destination)
  const isLong = octets.length > SHORT_MAX
  return {
    source_addr_ton: from.ton,
    source_addr_npi: from.npi,
    source_addr: from.address,
    dest_addr_ton: to.ton,
    dest_addr_npi: to.npi,
    destination_addr: to.address,
    esm_class: esmClass,
    data_coding: dataCoding,
    short_message: isLong ? NOTHING : octets,
    tlvs: isLong ? { ...tlvs, message_payload: octets } : tlvs,
  }
}
const NOTHING = new Uint8Array()

const isLatin1 = (text: string): boolean => !/[^\n\r\x20-\x7e\xa0-\xff]/.test(text)

/** Letters are alphanumeric, digits international, a few digits a short code (SMPP 3.4, 5.2.5 and 5.2.6). */
function addressOf(address: string): { ton: number; npi: number; address: string } {
  if (address === '') return { ton: 0, npi: 0, address }
  if (DIGITS.test(address)) return { ton: 1, npi: 1, address }
  const parsed = parseSender(address)
  const isShort = 'kind' in parsed && parsed.kind === 'short_code'
  return { ...(isShort ? { ton: 3, npi: 0 } : { ton: 5, npi: 1 }), address: address.slice(0, ADDRESS_MAX) }
}
const DIGITS = /^\d{7,20}$/

/** YYMMDDhhmm, where it is so many minutes later than in UTC. */
const writeMinute = (local: number): string => absoluteTime(local * MINUTE_MS).slice(0, 10)
const same = (one: number, other: number): boolean => one === other
const minuteOf = lastAnswer(same, writeMinute)
const doneMinute = lastAnswer(same, writeMinute)

const three = (value: number): string => (value < 10 ? `00${value}` : value < 100 ? `0${value}` : String(value))
