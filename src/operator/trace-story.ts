import { type Attempt, unpackTrace } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { nodeOfId, timeOfId } from '../domain/message-id.ts'
import { formatMoney } from '../domain/money.ts'
import { PART, partCount, partState } from '../domain/parts.ts'
import { deliveryErrorName, isFinal, statusName } from '../domain/status.ts'
import { WAITING, waitingOf } from '../domain/waiting.ts'
import type { TraceRow } from '../store/trace.ts'

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

/** At least two decimals, and as many more as there are. */
export const amount = (value: bigint): string => formatMoney(value, value % 10_000n === 0n ? 'two' : 'trim')

export const money = (row: TraceRow, value: bigint): string => `${amount(value)} ${row.currency}`

/** What is stored of a message's life, in order. Made from the row, so nothing of it is a guess. */
export function storyOf(row: TraceRow, nameOf: NameOf): Moment[] {
  const acceptedAt = timeOfId(row.id)
  const moments: Moment[] = [
    { atMs: acceptedAt, says: accepted(row) },
    ...(row.price > 0n ? [{ atMs: acceptedAt, says: charged(row) }] : []),
    ...(row.dueAtMs > acceptedAt + 1_000
      ? [{ atMs: acceptedAt, says: `It was not to go out before ${new Date(row.dueAtMs).toISOString()}.` }]
      : []),
  ]
  const attempts = row.trace ? unpackTrace(row.trace) : []
  for (const attempt of attempts) moments.push({ atMs: acceptedAt + attempt.afterMs, says: answered(attempt, nameOf) })
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
  const sender = row.sender === '' ? 'without a sender' : `from ${row.sender}`
  const place = row.mccmnc === '' ? '' : ` (${row.mccmnc})`
  const lane = LANES[row.lane] ?? String(row.lane)
  return `Accepted by node ${nodeOfId(row.id)} for ${row.account}: ${channelOf(row.channel)} ${sender} to ${row.recipient}${place}, ${parts}, ${lane}.`
}

function charged(row: TraceRow): string {
  const { posting } = row
  const where = posting ? `, in the posting ${posting.id} of ${money(row, posting.amount)}` : ''
  return `${money(row, row.price)} was charged to ${row.payer}${where}.`
}

function answered({ carrierId, outcome, status }: Attempt, nameOf: NameOf): string {
  const code = status === 0 ? '' : `, status ${status} (0x${status.toString(16).padStart(8, '0')})`
  const says = {
    taken: `${nameOf(carrierId)} took it`,
    rejected: `${nameOf(carrierId)} refused it${code}`,
    unknown: `Sent to ${nameOf(carrierId)}, which never answered${code}`,
  }
  return `${says[outcome]}.`
}

function reached(row: TraceRow): string {
  const err = row.err === 0 ? '' : `, err ${row.err}: ${deliveryErrorName(row.err, 'en') || 'a number of the carrier’s own'}`
  const receipt = row.receipt === null || row.state === 0 ? '' : `; the receipt said ${row.receipt}`
  return `${statusName(row.state, 'en')} (${row.state})${err}${receipt}.`
}

/** The state of each part of a long message; undefined: it has one, or nothing is known of them. */
export function partsOf(row: TraceRow): string[] | undefined {
  const { partStates } = row
  if (!partStates) return undefined
  return Array.from({ length: partCount(partStates) }, (_, at) => PARTS[partState(partStates, at + 1)] ?? '')
}

/** What a message that is not final waits for, and until when; undefined: it is final. */
export function waitingFor(row: TraceRow, nameOf: NameOf): { readonly says: string; readonly untilMs: number } | undefined {
  if (isFinal(row.state) || (row.flags & FLAG.virtual) !== 0) return undefined
  if (row.state === -2) return { says: 'It is stopped with its mailing, and waits to be resumed.', untilMs: row.expiresAtMs }
  if (row.state === 0) {
    const untilMs = row.sentAtMs + row.receiptLimitMinutes * 60_000
    return {
      says: `It waits for the receipt of ${nameOf(row.carrierId)}.`,
      untilMs: untilMs > row.sentAtMs ? untilMs : row.expiresAtMs,
    }
  }
  if (row.due) return waitingInQueue(row, row.due, nameOf)
  if (row.handed || (row.hops === 0 && (row.flags & FLAG.handed) !== 0)) {
    return { says: `It was handed to ${nameOf(row.carrierId)} and waits for its answer.${linkOf(row)}`, untilMs: row.expiresAtMs }
  }
  const node = row.link?.node ?? nodeOfId(row.id)
  const whom = row.carrierId === 0 ? 'a carrier' : nameOf(row.carrierId)
  return { says: `It waits in the memory of node ${node} for its turn at ${whom}.${linkOf(row)}`, untilMs: row.expiresAtMs }
}

function waitingInQueue(row: TraceRow, due: NonNullable<TraceRow['due']>, nameOf: NameOf) {
  const reason = waitingOf(due.reason)
  const says = reason === undefined ? 'waits in the queue' : WAITING[reason].says
  const whom = due.carrierId === 0 ? '' : ` (${nameOf(due.carrierId)})`
  const fixed = reason === 'scheduled' || reason === 'retry' || reason === 'held' || reason === 'guarded'
  return { says: `It ${says}${whom}.${linkOf(row)}`, untilMs: fixed ? due.dueAtMs : row.expiresAtMs }
}

/** Why nothing moves, where the link is the reason. */
const linkOf = ({ link, carrierId }: TraceRow): string => {
  if (carrierId === 0 || link?.state === 'up') return ''
  return link ? ` The link is ${link.state}${link.reason === '' ? '' : `: ${link.reason}`}.` : ' No node owns the carrier now.'
}
