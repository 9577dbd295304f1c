import type { CarrierReceipt, Outgoing } from '../connector.ts'
import { type CarrierId, type End, idInAnswer, idInReceipt, readCarrierId, writeCarrierId } from './carrier-id.ts'
import { hlrOf } from './hlr.ts'
import type { Rule, Settings } from './settings.ts'

/** What the far end will do with a part, all of it known the moment the part is written. Times count from then. */
export interface Life {
  /** undefined: there will be none. */
  readonly answer: Answer | undefined
  readonly receipts: readonly SentReceipt[]
  readonly reply: { readonly afterMs: number; readonly text: string } | undefined
}

export interface Answer {
  readonly outcome: 'taken' | 'rejected' | 'busy'
  readonly carrierId: string
  readonly status: number
  readonly reason: string
  readonly afterMs: number
  readonly pauseMs: number // how long the link sends nothing after it
}

export type Receipt = Omit<CarrierReceipt, 'atMs'>

export interface SentReceipt {
  readonly receipt: Receipt
  readonly afterMs: number
  readonly isEarly: boolean // to be told before the answer
}

const ESME_RSUBMITFAIL = 0x45 // SMPP 3.4, 5.1.3
const ESME_RTHROTTLED = 0x58
const EARLY_LEAD_MS = 50 // so that a receipt before the answer is well before it

const LOST: Life = { answer: undefined, receipts: [], reply: undefined }

/** `of`: the parts of the whole message; the recipient replies once, to the last. */
export function lifeOf(message: Outgoing, part: number, of: number, fate: Rule, settings: Settings, writtenAtMs: number): Life {
  const answerMs = fate.answerMs ?? settings.responseDelayMs
  const { outcome } = fate
  if (outcome === 'rejected' || outcome === 'busy') return { ...LOST, answer: refuse(outcome, fate, answerMs) }
  if (outcome === 'unknown' || outcome === 'outage') return LOST

  const isEarly = fate.receipt === 'early'
  const answeredMs = isEarly ? Math.max(answerMs, EARLY_LEAD_MS) : answerMs
  const waitMs = fate.receiptMs ?? settings.receiptDelayMs
  const dueMs = isEarly ? 0 : answeredMs + waitMs
  const carried: CarrierId = {
    end: outcome === 'undeliverable' ? 'undelivered' : outcome === 'filtered' ? 'rejected' : outcome,
    err: fate.err,
    kind: message.channel !== 'hlr' ? 'message' : fate.roaming ? 'hlr_roaming' : 'hlr',
    dueAtMs: writtenAtMs + dueMs,
    id: message.id,
    part,
    to: message.to,
  }
  const digits = writeCarrierId(carried)
  const carrierId = idInAnswer(fate.notation, digits)
  const reply = fate.reply && part === of ? { afterMs: dueMs + fate.reply.afterMs, text: fate.reply.text } : undefined
  return {
    answer: fate.answered ? { outcome: 'taken', carrierId, status: 0, reason: '', afterMs: answeredMs, pauseMs: 0 } : undefined,
    receipts: isOwedReceipt(message, fate) ? receiptsOf(message, fate, carried, idInReceipt(fate.notation, digits), dueMs, waitMs) : [],
    reply,
  }
}

const refuse = (outcome: 'rejected' | 'busy', fate: Rule, afterMs: number): Answer => ({
  outcome,
  carrierId: '',
  status: fate.status ?? (outcome === 'busy' ? ESME_RTHROTTLED : ESME_RSUBMITFAIL),
  reason: fate.title,
  afterMs,
  pauseMs: outcome === 'busy' ? fate.pauseMs : 0,
})

/** A look-up's receipt is its answer, so it comes whether or not one was asked for. */
const isOwedReceipt = ({ wantsReceipt, channel }: Outgoing, { receipt }: Rule): boolean =>
  receipt !== 'never' && (wantsReceipt || channel === 'hlr' || channel === 'ping')

function receiptsOf(message: Outgoing, fate: Rule, carried: CarrierId, carrierId: string, dueMs: number, waitMs: number): SentReceipt[] {
  const { to, from } = message
  const isEarly = fate.receipt === 'early'
  const send = (end: End, afterMs: number): SentReceipt => {
    const doneAtMs = carried.dueAtMs - dueMs + afterMs
    return { receipt: { ...stateOf({ ...carried, end }), carrierIds: [carrierId], to, from, doneAtMs, queried: false }, afterMs, isEarly }
  }
  const sent = carried.end === 'read' ? [send('delivered', dueMs), send('read', dueMs + waitMs)] : [send(carried.end, dueMs)]
  return fate.receipt === 'twice' ? sent.flatMap((one) => [one, { ...one, afterMs: one.afterMs + waitMs }]) : sent
}

const STATS: Record<End, string> = {
  delivered: 'DELIVRD',
  read: 'READ',
  undelivered: 'UNDELIV',
  expired: 'EXPIRED',
  rejected: 'REJECTD',
}

function stateOf({ end, err, kind, to }: CarrierId): Pick<CarrierReceipt, 'state' | 'stat' | 'err' | 'hlr'> {
  const state = { state: end, stat: STATS[end], err: String(err) }
  return kind === 'message' ? state : { ...state, hlr: hlrOf(to, err, kind === 'hlr_roaming') }
}

/** query_sm: the state of a part by nothing but its id. An id that is not one of ours is unknown to us. */
export function answerQuery(carrierId: string, from: string, nowMs: number): Receipt {
  const carried = readCarrierId(carrierId)
  const asked = { carrierIds: [carrierId], from, to: carried?.to ?? '', queried: true }
  if (carried === undefined) return { ...asked, state: 'unknown', stat: 'UNKNOWN', err: '', doneAtMs: undefined }
  if (nowMs < carried.dueAtMs) return { ...asked, state: 'enroute', stat: 'ENROUTE', err: '', doneAtMs: undefined }
  return { ...asked, ...stateOf(carried), doneAtMs: carried.dueAtMs }
}
