import { encodePdu, readPdu } from '../../protocols/smpp/codec.ts'
import { isBind } from '../../protocols/smpp/operations.ts'
import { ESM_CLASS, PDUS, type Pdu, type PduInput } from '../../protocols/smpp/pdu.ts'
import type { ConnectorEvents, Frame } from '../connector.ts'
import type { Query } from './deliveries.ts'
import { isReceipt, receiptOf } from './incoming.ts'
import type { Part } from './outgoing.ts'
import type { SmppSettings } from './settings.ts'

/** What an operator may look at of a wire: all of it while open, always what is wrong. */
export interface Tap {
  /** The one thing that is asked for each PDU. */
  open: boolean
  /** A PDU that went by. Its octets are copied. */
  note(sent: boolean, octets: Uint8Array, request: Part | Query | undefined, atMs: number): void
  set(open: boolean, accounts?: ReadonlySet<number>): void
  handOver(events: ConnectorEvents): void
}

/** A carrier that refuses everything must not fill the store with it, nor our time. */
const WRONG_A_SECOND = 20
const ASKED_A_SECOND = 2_000
/** No field of a receipt says whose it is: where only some accounts are asked for, all receipts must be looked at. */
const DELIVERED_A_SECOND = 10_000
const OCTETS_MAX = 4_096
const HEADER = 16
const MASKED = '***'
const WITH_PASSWORD: readonly number[] = [PDUS.bind_receiver, PDUS.bind_transmitter, PDUS.bind_transceiver, PDUS.outbind].map(
  ({ id }) => id,
)

export function createTap(settings: SmppSettings): Tap {
  let frames: Frame[] = []
  let dropped = 0
  let second = 0
  let wrong = 0
  let asked = 0
  let delivered = 0
  let wanted: ReadonlySet<number> | undefined

  const tap: Tap = {
    open: false,

    set(open, accounts) {
      tap.open = open
      wanted = accounts
    },

    note(sent, octets, request, atMs) {
      const now = Math.floor(atMs / 1_000)
      if (now !== second) {
        second = now
        wrong = 0
        asked = 0
        delivered = 0
      }
      const part = request?.command === 'submit_sm' ? request : undefined
      const isForeign = tap.open && wanted !== undefined && part !== undefined && !wanted.has(part.message.accountId ?? 0)
      if (isForeign && isFine(octets)) return
      // Before anything is copied: whether there is room at all.
      const isAsked = tap.open && !isForeign
      const isFull = part === undefined ? delivered >= DELIVERED_A_SECOND : asked >= ASKED_A_SECOND
      if (isAsked ? isFull : wrong >= WRONG_A_SECOND) {
        dropped += 1
        return
      }
      const frame = frameOf(sent, octets, part, atMs, settings)
      if (frame === undefined) return
      if (frame.why !== 'asked') wrong += 1
      else if (part === undefined) delivered += 1
      else asked += 1
      frames.push(frame)
    },

    handOver(events) {
      if (frames.length + dropped === 0) return
      const [told, lost] = [frames, dropped]
      frames = []
      dropped = 0
      events.captured?.(told, lost)
    },
  }
  return tap
}

/** Without an error status. */
const isFine = (octets: Uint8Array): boolean =>
  octets.length >= HEADER && (octets[8] ?? 0) + (octets[9] ?? 0) + (octets[10] ?? 0) + (octets[11] ?? 0) === 0

/** Undefined: a sign of life, which says nothing. */
function frameOf(
  sent: boolean,
  octets: Uint8Array,
  part: Part | undefined,
  atMs: number,
  settings: SmppSettings,
): Frame | undefined {
  const copy = Buffer.from(octets)
  const about = {
    atMs,
    sent,
    length: octets.length,
    accountId: part?.message.accountId ?? 0,
    messageId: part?.message.id ?? 0,
    part: part?.number ?? 0,
  }
  const whole = octets.length >= HEADER && copy.readUInt32BE(0) === octets.length
  const pdu = whole ? readPdu(copy, 0, copy.length) : undefined
  if (pdu === undefined || pdu.command === 'unparsable') {
    // Of what may hold a password only the header is kept.
    const secret = copy.length >= HEADER && WITH_PASSWORD.includes(copy.readUInt32BE(4))
    return { ...about, why: 'unreadable', octets: beginning(secret ? copy.subarray(0, HEADER) : copy), texts: [], carrierIds: [] }
  }
  if (pdu.command === 'enquire_link' || pdu.command === 'enquire_link_resp') return undefined
  if (isBind(pdu.command) || pdu.command === 'outbind')
    return { ...about, why: 'asked', octets: withoutPassword(pdu), texts: [], carrierIds: [] }
  const carrierIds = idsIn(pdu, settings)
  const lost = carrierIds.length === 0 && isDelivery(pdu) && isReceipt(pdu)
  const why = lost ? 'unreadable' : pdu.status === 0 ? 'asked' : 'error'
  return { ...about, why, octets: beginning(copy), texts: textsIn(pdu, copy), carrierIds }
}

/** What is stored of a long one; the rest of it is let go. */
const beginning = (octets: Buffer): Uint8Array =>
  octets.length > OCTETS_MAX ? Buffer.from(octets.subarray(0, OCTETS_MAX)) : octets

const isDelivery = (pdu: Pdu) => pdu.command === 'deliver_sm' || pdu.command === 'data_sm'

/** The password's length is a secret too. */
const withoutPassword = (pdu: Pdu): Uint8Array =>
  encodePdu({ ...pdu, ...('password' in pdu && pdu.password !== '' && { password: MASKED }) } as PduInput)

function idsIn(pdu: Pdu, settings: SmppSettings): readonly string[] {
  if (isDelivery(pdu)) return isReceipt(pdu) ? receiptOf(pdu, settings, 0).carrierIds : []
  return 'message_id' in pdu && pdu.message_id !== '' ? [pdu.message_id] : []
}

/** Where people's texts stand: the message's own, or the beginning of it that a receipt repeats. */
function textsIn(pdu: Pdu, frame: Buffer): Frame['texts'] {
  const bodies = [
    ...('short_message' in pdu && pdu.short_message.length > 0 ? [pdu.short_message] : []),
    ...(pdu.tlvs.message_payload ? [pdu.tlvs.message_payload] : []),
  ]
  return bodies.flatMap((body): (readonly [number, number])[] => {
    const from = body.byteOffset - frame.byteOffset
    const to = from + body.length
    if (isDelivery(pdu) && isReceipt(pdu)) {
      const text = /text:/i.exec(Buffer.from(body).toString('latin1'))
      return text ? [[from + text.index + text[0].length, to]] : []
    }
    const udhi = 'esm_class' in pdu && (pdu.esm_class & ESM_CLASS.udhi) !== 0
    return [[udhi ? Math.min(to, from + (body[0] ?? 0) + 1) : from, to]]
  })
}
