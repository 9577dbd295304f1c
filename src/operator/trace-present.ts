import type { Attempt } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { timeOfId } from '../domain/message-id.ts'
import { isOurs } from '../domain/message-state.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { deliveryErrorName, isFinal, statusName } from '../domain/status.ts'
import type { StoredCapture } from '../store/captures.ts'
import type { PauseRow } from '../store/shaping.ts'
import type { TraceRow } from '../store/trace.ts'
import type { NotificationTold } from './trace-notifications.ts'
import type { PartOf } from './trace-parts.ts'
import { type PostingTold, type PriceTold, pricingOf } from './trace-price.ts'
import type { ReceiptTold } from './trace-receipts.ts'
import { normalisedOf, requestOf } from './trace-request.ts'
import type { routingOf } from './trace-routes.ts'
import { stepsOf } from './trace-steps.ts'
import { amount, type Moment, money, partsOf, type StatusOf, storyOf, waitingFor } from './trace-story.ts'
import type { PduTold } from './trace-wire.ts'

export interface Gathered {
  readonly row: TraceRow
  readonly plan: NumberPlan
  readonly attempts: readonly Attempt[]
  readonly captures: readonly StoredCapture[]
  readonly wire: { readonly pdus: readonly PduTold[]; readonly notes: readonly string[] }
  readonly nameOf: (carrierId: number) => string
  readonly statusOf: StatusOf
  readonly price: PriceTold | undefined
  readonly routing: Awaited<ReturnType<typeof routingOf>>
  readonly receipts: readonly ReceiptTold[]
  readonly postings: readonly PostingTold[]
  readonly notifications: readonly NotificationTold[]
  readonly part: PartOf | undefined
  readonly unreadable: number
  readonly pauses: readonly PauseRow[]
  readonly whyHeld: string | undefined
  readonly whyBarred: string | undefined
}

const instant = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString())
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** Said where the message ends: when it came. */
const barred = ({ id }: TraceRow, says: string | undefined): Moment[] =>
  says === undefined ? [] : [{ atMs: timeOfId(id), says }]

/** The answer of the admin API: docs/x-ray.md lists its members, which may only grow. */
export function present(gathered: Gathered) {
  const { row, plan, attempts, captures, wire, nameOf, statusOf, receipts, whyHeld } = gathered
  const waiting = waitingFor(row, nameOf, gathered.pauses)
  return {
    id: row.id,
    ref: row.refText ?? row.ref,
    account: row.account,
    payer: row.payer,
    channel: channelOf(row.channel),
    sender: row.sender,
    recipient: row.recipient,
    mccmnc: row.mccmnc,
    text: row.body ?? (row.octets ? `0x${row.octets.toString('hex')}` : ''),
    comment: row.comment ?? '',
    parts: row.parts,
    part_states: partsOf(row) ?? null,
    part_of: gathered.part ?? null,
    state: row.state,
    state_name: statusName(row.state, 'en'),
    err: row.err,
    err_name: row.err === 0 ? '' : deliveryErrorName(row.err, 'en'),
    final: isFinal(row.state),
    waits: (waiting && [waiting.says, whyHeld && `It saw ${whyHeld}.`].filter((part) => part).join(' ')) ?? null,
    waits_until: waiting ? instant(waiting.untilMs) : null,
    price: amount(row.price),
    refunded: amount(row.refunded),
    currency: row.currency,
    carrier: row.carrierId === 0 ? null : nameOf(row.carrierId),
    route_version: row.routeVersion,
    carrier_ids: row.carrierIds === null ? [] : row.carrierIds.split('\n'),
    receipt: isOurs(row) ? null : row.receipt,
    hlr: row.hlr,
    control: controlOf(row, nameOf),
    attempts: row.attempts,
    possible_duplicates: row.duplicates,
    clicks: row.clicks,
    accepted_at: instant(timeOfId(row.id)),
    due_at: instant(row.dueAtMs),
    sent_at: instant(row.sentAtMs),
    state_at: instant(row.stateAtMs),
    expires_at: instant(row.expiresAtMs),
    story: [...storyOf(row, attempts, nameOf, statusOf), ...barred(row, gathered.whyBarred), ...afterwards(row)].map(
      ({ atMs, says }) => ({
        at: instant(atMs),
        says,
      }),
    ),
    steps: stepsOf(row, attempts).map(({ step, atMs, tookMs, says }) => ({ step, at: instant(atMs), took_ms: tookMs, says })),
    request: requestOf(row, captures),
    normalised: normalisedOf(row, plan),
    pricing: pricingOf(row, gathered.price),
    routing: gathered.routing,
    answers: attempts.map((attempt) => presentAttempt(row, attempt, nameOf, statusOf)),
    pdus: wire.pdus.map((pdu) => presentPdu(pdu, nameOf)),
    pdu_notes: wire.notes,
    unreadable_nearby: gathered.unreadable,
    receipts: receipts.map(({ atMs, origin, carrierIds, state, stat, err, doneAtMs, octets }) => ({
      at: instant(atMs),
      origin,
      carrier_ids: carrierIds,
      state: state === '' ? null : state,
      stat,
      err,
      done_at: doneAtMs === undefined ? null : instant(doneAtMs),
      hex: octets ? hex(octets) : null,
    })),
    postings: gathered.postings,
    notifications: gathered.notifications.map(({ atMs, says }) => ({ at: instant(atMs), says })),
  }
}

function controlOf({ control }: TraceRow, nameOf: (id: number) => string) {
  if (!control) return null
  const { on, sender, first } = control
  return {
    on,
    second_sender: sender,
    first: first
      ? {
          sender: first.sender,
          state: first.state,
          err: first.err,
          at: instant(first.atMs),
          receipt: first.receipt,
          carrier: nameOf(first.carrierId),
          carrier_ids: first.carrierIds === null ? [] : first.carrierIds.split('\n'),
        }
      : null,
  }
}

function presentAttempt(row: TraceRow, attempt: Attempt, nameOf: (id: number) => string, statusOf: StatusOf) {
  const { afterMs, carrierId, outcome, status, sequence, flightMs, part, times } = attempt
  return {
    at: instant(timeOfId(row.id) + afterMs),
    after_ms: afterMs,
    carrier: nameOf(carrierId),
    outcome,
    status,
    status_hex: `0x${status.toString(16).padStart(8, '0')}`,
    status_name: statusOf(carrierId, status),
    sequence: sequence === 0 ? null : sequence,
    in_flight_ms: sequence === 0 && flightMs === 0 ? null : flightMs,
    part: part === 0 ? null : part,
    times,
  }
}

export const presentPdu = (pdu: PduTold, nameOf: (id: number) => string) => ({
  at: instant(pdu.atMs),
  carrier: nameOf(pdu.carrierId),
  direction: pdu.sent ? 'sent' : 'received',
  part: pdu.part === 0 ? null : pdu.part,
  origin: pdu.origin,
  why: pdu.why ?? null,
  name: pdu.name,
  sequence: pdu.sequence === 0 ? null : pdu.sequence,
  status: pdu.status,
  fields: pdu.fields.map(([name, value]) => ({ name, value })),
  octets: pdu.length,
  hex: hex(pdu.octets),
})

/** What is known without its moment, or only as a sum. */
function afterwards(row: TraceRow): Moment[] {
  return [
    ...(row.refunded > 0n ? [`${money(row, row.refunded)} of it was given back to ${row.payer}.`] : []),
    ...(row.duplicates > 0
      ? [
          `It was sent again ${row.duplicates === 1 ? 'once' : `${row.duplicates} times`} after no answer came: the subscriber may have it twice.`,
        ]
      : []),
    ...((row.flags & FLAG.removed) === 0 ? [] : ['The customer took it out of the history.']),
    ...(row.clicks > 0 ? [`Its short link was opened ${row.clicks === 1 ? 'once' : `${row.clicks} times`}.`] : []),
  ].map((says) => ({ atMs: 0, says }))
}
