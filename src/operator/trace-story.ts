import type { Attempt } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { nodeOfId, timeOfId } from '../domain/message-id.ts'
import { isCancelled, replacementOf } from '../domain/message-state.ts'
import { formatMoney } from '../domain/money.ts'
import { PART, partCount, partState } from '../domain/parts.ts'
import { isFinal } from '../domain/status.ts'
import { describeHeld } from '../domain/throttle/pause.ts'
import { WAITING, type Waiting, waitingOf } from '../domain/waiting.ts'
import type { PauseRow } from '../store/shaping.ts'
import type { TraceRow } from '../store/trace.ts'
import { controlStory, sayEnd, sayWhoseEnd } from './trace-control.ts'

/** One moment of a message's life, in words. */
export interface Moment {
  readonly atMs: number
  readonly says: string
}

const LANES = ['urgent', 'normal', 'bulk'] as const

const PARTS: Readonly<Record<number, string>> = {
  [PART.unsent]: 'not sent',
  [PART.taken]: 'taken, no receipt yet',
  [PART.unknown]: 'sent, never answered',
  [PART.delivered]: 'delivered',
  [PART.read]: 'read',
  [PART.expired]: 'expired',
  [PART.undelivered]: 'not delivered',
  [PART.rejected]: 'refused',
}

type NameOf = (carrierId: number) => string
/** A status of a carrier's protocol in words; empty: it has none. */
export type StatusOf = (carrierId: number, status: number) => string

/** A long message has an answer for each of its parts. */
const MOMENTS_MAX = 40

/** At least two decimals, and as many more as there are. */
export const amount = (value: bigint): string => formatMoney(value, value % 10_000n === 0n ? 'two' : 'trim')

export const money = (row: TraceRow, value: bigint): string => `${amount(value)} ${row.currency}`

/** What is stored of a message's life, in order. Made from the row, so nothing of it is a guess. */
export function storyOf(row: TraceRow, attempts: readonly Attempt[], nameOf: NameOf, statusOf: StatusOf): Moment[] {
  const acceptedAt = timeOfId(row.id)
  const moments: Moment[] = [
    { atMs: acceptedAt, says: accepted(row) },
    ...(row.price > 0n ? [{ atMs: acceptedAt, says: charged(row) }] : []),
    ...controlStory(row),
    ...(row.dueAtMs > acceptedAt + 1_000
      ? [{ atMs: acceptedAt, says: `It was not to go out before ${new Date(row.dueAtMs).toISOString()}.` }]
      : []),
  ]
  for (const attempt of attempts.slice(0, MOMENTS_MAX)) {
    moments.push({ atMs: acceptedAt + attempt.afterMs, says: answered(attempt, row.parts, nameOf, statusOf) })
  }
  const left = attempts.slice(MOMENTS_MAX)
  const next = left[0]
  if (next) moments.push({ atMs: acceptedAt + next.afterMs, says: `${left.length} more answers came from here on.` })
  if (attempts.length === 0 && row.sentAtMs > 0) {
    moments.push({ atMs: row.sentAtMs, says: `Handed to the carrier ${nameOf(row.carrierId)}.` })
  }
  for (const { atMs, stat, err } of row.receipts) {
    moments.push({
      atMs,
      says: `A receipt came before its message could be found: ${`${stat} ${err}`.trim()}. It was kept, and matched later.`,
    })
  }
  if (row.state !== -1 && row.stateAtMs > 0) moments.push({ atMs: row.stateAtMs, says: reached(row) })
  return moments.sort((a, b) => a.atMs - b.atMs)
}

function accepted(row: TraceRow): string {
  const parts = `${row.parts} ${row.parts === 1 ? 'part' : 'parts'}`
  const from = row.control?.first?.sender ?? row.sender
  const sender = from === '' ? 'without a sender' : `from ${from}`
  const place = row.mccmnc === '' ? '' : ` (${row.mccmnc})`
  const lane = LANES[row.lane] ?? String(row.lane)
  const came = wasRefused(row) ? 'Came to' : 'Accepted by'
  return `${came} node ${nodeOfId(row.id)} for ${row.account}: ${channelOf(row.channel)} ${sender} to ${row.recipient}${place}, ${parts}, ${lane}.`
}

/** Refused when it came: it was never charged for, nor routed. */
const wasRefused = (row: TraceRow): boolean => row.state > 20 && row.price === 0n && row.attempts === 0

function charged(row: TraceRow): string {
  const { posting } = row
  const where = posting ? `, in the posting ${posting.id} of ${money(row, posting.amount)}` : ''
  return `${money(row, row.price)} was charged to ${row.payer}${where}.`
}

function answered(attempt: Attempt, parts: number, nameOf: NameOf, statusOf: StatusOf): string {
  const { carrierId, outcome, status, part, times, sequence, flightMs } = attempt
  const name = nameOf(carrierId)
  const words = statusOf(carrierId, status)
  const number = words === '' ? `${status} (0x${status.toString(16).padStart(8, '0')})` : words
  const code = status === 0 ? '' : `, status ${number}`
  const ofPart = parts > 1 && part > 0 ? ` part ${part}` : ''
  const says = {
    taken: `${name} took ${ofPart === '' ? 'it' : ofPart.trim()}`,
    rejected: `${name} refused ${ofPart === '' ? 'it' : ofPart.trim()}${code}`,
    unknown: `Sent${ofPart} to ${name}, which never answered${code}`,
    busy: `${name} pushed back${ofPart}${times > 1 ? ` ${times} times, at last now` : ''}${code}`,
  }
  const wire = [...(sequence > 0 ? [`sequence ${sequence}`] : []), ...(flightMs > 0 ? [`${flightMs} ms`] : [])]
  return `${says[outcome]}${wire.length > 0 ? ` (${wire.join(', ')})` : ''}.`
}

function reached(row: TraceRow): string {
  const other = replacementOf(row)
  if (other !== undefined) return `Its sender replaced it (replace_sm): the message ${other} has its number now.`
  if (isCancelled(row)) return 'Its sender cancelled it before a carrier had it: Cannot be delivered (20).'
  return sayEnd(row) + sayWhoseEnd(row)
}

/** The state of each part of a long message; undefined: it has one, or nothing is known of them. */
export function partsOf(row: TraceRow): string[] | undefined {
  const { partStates } = row
  if (!partStates) return undefined
  return Array.from({ length: partCount(partStates) }, (_, at) => PARTS[partState(partStates, at + 1)] ?? '')
}

/** What a message that is not final waits for, and until when; undefined: it is final. */
export function waitingFor(
  row: TraceRow,
  nameOf: NameOf,
  pauses: readonly PauseRow[] = [],
): { readonly says: string; readonly untilMs: number } | undefined {
  if (isFinal(row.state) || (row.flags & FLAG.virtual) !== 0) return undefined
  if (row.state === -2) return { says: 'It is stopped with its mailing, and waits to be resumed.', untilMs: row.expiresAtMs }
  if (row.state === 0) {
    const untilMs = row.sentAtMs + row.receiptLimitMinutes * 60_000
    return {
      says: `It waits for the receipt of ${nameOf(row.carrierId)}.`,
      untilMs: untilMs > row.sentAtMs ? untilMs : row.expiresAtMs,
    }
  }
  if (row.due) return waitingInQueue(row, row.due, nameOf, pauses)
  if (row.handed || (row.hops === 0 && (row.flags & FLAG.handed) !== 0)) {
    return { says: `It was handed to ${nameOf(row.carrierId)} and waits for its answer.${linkOf(row)}`, untilMs: row.expiresAtMs }
  }
  const node = row.link?.node ?? nodeOfId(row.id)
  const whom = row.carrierId === 0 ? 'a carrier' : nameOf(row.carrierId)
  const held = pauses.find(({ kind, carrierId }) => kind === 'link' && carrierId === row.carrierId)
  const why = held ? ` ${sentenceOf(held, nameOf)}` : linkOf(row)
  return { says: `It waits in the memory of node ${node} for its turn at ${whom}.${why}`, untilMs: row.expiresAtMs }
}

/** `Sender Shop is paused at mts until 2026-01-01 00:00:00: ESME_RSUBMITFAIL (0x45), 20 times within an hour (rule 7).` */
function sentenceOf(pause: PauseRow, nameOf: NameOf): string {
  const says = describeHeld(pause, nameOf(pause.carrierId), pause.rate)
  const until = new Date(pause.untilMs).toISOString().slice(0, 19).replace('T', ' ')
  return `${says.charAt(0).toUpperCase()}${says.slice(1)} until ${until}: ${pause.reason} (rule ${pause.ruleId}).`
}

/** What holds a message back: the pause with whose end it is due, or another that fits it. */
function heldBy({ sender, mccmnc }: TraceRow, dueAtMs: number, pauses: readonly PauseRow[]): PauseRow | undefined {
  const fitting = pauses.filter(({ kind, key }) =>
    kind === 'sender' ? key === sender : (kind === 'destination' || kind === 'route') && key === mccmnc,
  )
  return fitting.find(({ untilMs }) => untilMs === dueAtMs) ?? fitting[0]
}

/** Waits whose end is known. */
const FIXED: ReadonlySet<Waiting> = new Set(['scheduled', 'retry', 'held', 'paused', 'guarded', 'hours'])

function waitingInQueue(row: TraceRow, due: NonNullable<TraceRow['due']>, nameOf: NameOf, pauses: readonly PauseRow[]) {
  const reason = waitingOf(due.reason)
  const held = reason === 'paused' ? heldBy(row, due.dueAtMs, pauses) : undefined
  if (held) return { says: `It waits: ${sentenceOf(held, nameOf)}`, untilMs: due.dueAtMs }
  const says = reason === undefined ? 'waits in the queue' : WAITING[reason].says
  const whom = due.carrierId === 0 ? '' : ` (${nameOf(due.carrierId)})`
  const fixed = reason !== undefined && FIXED.has(reason)
  return { says: `It ${says}${whom}.${linkOf(row)}`, untilMs: fixed ? due.dueAtMs : row.expiresAtMs }
}

/** Why nothing moves, where the link is the reason. */
const linkOf = ({ link, carrierId }: TraceRow): string => {
  if (carrierId === 0 || link?.state === 'up') return ''
  return link ? ` The link is ${link.state}${link.reason === '' ? '' : `: ${link.reason}`}.` : ' No node owns the carrier now.'
}
