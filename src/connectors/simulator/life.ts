import type { CarrierReceipt, Outgoing } from '../connector.ts'
import { type CarrierId, type End, readCarrierId, writeCarrierIds } from './carrier-id.ts'
import { hlrOf } from './hlr.ts'
import type { Rule, Settings } from './settings.ts'

/** What the far end will do with a part, all of it known the moment the part is written. Times count from then. */
export interface Life {
  /** undefined: there will be none. */
  readonly answer: Answer | undefined
  readonly receipts: readonly DueReceipt[]
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

export interface DueReceipt {
  readonly afterMs: number
  readonly isEarly: boolean // to be told before the answer
  readonly carried: CarrierId
  readonly carrierId: string
  readonly from: string
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
  const dueAtMs = writtenAtMs + dueMs
  const carried: CarrierId = {
    end: outcome === 'undeliverable' ? 'undelivered' : outcome === 'filtered' ? 'rejected' : outcome,
    err: fate.err,
    kind: message.channel !== 'hlr' ? 'message' : fate.roaming ? 'hlr_roaming' : 'hlr',
    dueAtMs,
    id: message.id,
    part,
    to: message.to,
  }
  const { inAnswer, inReceipt } = writeCarrierIds(fate.notation, carried)
  const last: DueReceipt = { afterMs: dueMs, isEarly, carried, carrierId: inReceipt, from: message.from }
  return {
    answer: fate.answered
      ? { outcome: 'taken', carrierId: inAnswer, status: 0, reason: '', afterMs: answeredMs, pauseMs: 0 }
      : undefined,
    receipts: isOwedReceipt(message, fate) ? receiptsOf(last, dueAtMs, fate, waitMs) : LOST.receipts,
    reply: fate.reply && part === of ? { afterMs: dueMs + fate.reply.afterMs, text: fate.reply.text } : undefined,
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

function receiptsOf(last: DueReceipt, dueAtMs: number, { outcome, receipt }: Rule, waitMs: number): DueReceipt[] {
  const later = (one: DueReceipt): DueReceipt => ({
    ...one,
    afterMs: one.afterMs + waitMs,
    carried: { ...one.carried, dueAtMs: dueAtMs + waitMs },
  })
  const sent = outcome === 'read' ? [{ ...last, carried: { ...last.carried, end: 'delivered' } as const }, later(last)] : [last]
  return receipt === 'twice' ? sent.flatMap((one) => [one, { ...one, afterMs: one.afterMs + waitMs }]) : sent
}

/** A receipt as the carrier sends it. */
export const receiptOf = ({ carried, carrierId, from }: DueReceipt, atMs: number): CarrierReceipt =>
  tell(carried, carrierId, from, carried.end, atMs, false)

/** query_sm: the state of a part by nothing but its id. An id that is not one of ours is unknown to us. */
export function answerQuery(carrierId: string, from: string, nowMs: number): CarrierReceipt {
  const carried = readCarrierId(carrierId)
  if (carried !== undefined)
    return tell(carried, carrierId, from, nowMs < (carried.dueAtMs ?? 0) ? 'enroute' : carried.end, nowMs, true)
  return {
    carrierIds: [carrierId],
    state: 'unknown',
    stat: 'UNKNOWN',
    err: '',
    to: '',
    from,
    atMs: nowMs,
    doneAtMs: undefined,
    queried: true,
  }
}

const STATS: Record<End | 'enroute', string> = {
  enroute: 'ENROUTE',
  delivered: 'DELIVRD',
  read: 'READ',
  undelivered: 'UNDELIV',
  expired: 'EXPIRED',
  rejected: 'REJECTD',
}

function tell(
  carried: CarrierId,
  carrierId: string,
  from: string,
  state: End | 'enroute',
  atMs: number,
  queried: boolean,
): CarrierReceipt {
  const isEnd = state !== 'enroute'
  const receipt: CarrierReceipt = {
    carrierIds: [carrierId],
    state,
    stat: STATS[state],
    err: isEnd && carried.err !== undefined ? String(carried.err) : '',
    to: carried.to,
    from,
    atMs,
    doneAtMs: isEnd ? carried.dueAtMs : undefined,
    queried,
  }
  if (!isEnd || carried.kind === 'message') return receipt
  return { ...receipt, hlr: hlrOf(carried.to, carried.err ?? 0, carried.kind === 'hlr_roaming') }
}
