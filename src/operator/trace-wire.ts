import type { ConnectorKind, Content, Outgoing, PartTold, WireMessage } from '../connectors/connector.ts'
import type { Attempt } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { referenceOf } from '../domain/message.ts'
import { timeOfId } from '../domain/message-id.ts'
import type { StoredCapture } from '../store/captures.ts'
import type { CarrierRow } from '../store/catalogue.ts'
import type { TraceRow } from '../store/trace.ts'
import type { Kinds } from './carrier-settings.ts'

/** Octets of a wire, in words and in hex. */
export interface PduTold extends WireMessage {
  readonly atMs: number
  readonly carrierId: number
  readonly part: number // 0: not known
  readonly sent: boolean // by us
  /** rebuilt: made again from the message and today's settings · captured: as it went over the wire */
  readonly origin: 'rebuilt' | 'captured'
  readonly why: StoredCapture['why'] | undefined // it was captured
  readonly octets: Uint8Array
  readonly length: number // on the wire
}

const PDUS_MAX = 600

/** All that is known of what went over the wire for a message, and sentences for what can't be shown. */
export function wireOf(
  row: TraceRow,
  attempts: readonly Attempt[],
  captures: readonly StoredCapture[],
  carriers: ReadonlyMap<number, CarrierRow>,
  kinds: Kinds,
): { pdus: PduTold[]; notes: string[] } {
  const captured = captures.filter(({ carrierId }) => carrierId > 0).map((capture) => toldCapture(capture, carriers, kinds))
  const notes: string[] = []
  const rebuilt: PduTold[] = []
  for (const [sent, answers] of sendingsOf(row, attempts)) {
    for (const carrierId of new Set(answers.map((attempt) => attempt.carrierId))) {
      const made = rebuild(sent, carrierId, answers, carriers.get(carrierId), kinds)
      if (typeof made === 'string') notes.push(made)
      else rebuilt.push(...made)
    }
  }
  const isCaptured = (pdu: PduTold) =>
    captured.some(({ name, part, sequence }) => name === pdu.name && part === pdu.part && sequence === pdu.sequence)
  const pdus = [...captured, ...rebuilt.filter((pdu) => !isCaptured(pdu))]
  if (pdus.length > PDUS_MAX) notes.push(`${pdus.length - PDUS_MAX} more are not shown.`)
  // In the order of time; of one moment what was sent stands before its answer.
  return { pdus: pdus.sort((a, b) => a.atMs - b.atMs || Number(b.sent) - Number(a.sent)).slice(0, PDUS_MAX), notes }
}

/** What a second attempt is sent as differs from the first: delivery control may give it another sender. */
function sendingsOf(row: TraceRow, attempts: readonly Attempt[]): [TraceRow, readonly Attempt[]][] {
  const first = row.control?.first
  if (!first) return [[row, attempts]]
  const { sender, carrierId, carrierIds } = first
  return [
    [{ ...row, sender, carrierId, carrierIds }, attempts.slice(0, first.answers)],
    [row, attempts.slice(first.answers)],
  ]
}

function rebuild(
  row: TraceRow,
  carrierId: number,
  attempts: readonly Attempt[],
  carrier: CarrierRow | undefined,
  kinds: Kinds,
): PduTold[] | string {
  if (!carrier) return `Carrier ${carrierId} is no longer there: its PDUs can not be made again.`
  const kind = kindOf(carrier, kinds)
  if (!kind) return `The settings of ${carrier.name} can not be read: its PDUs can not be made again.`
  if (!kind.rebuild) return `${carrier.name} is of the kind ${carrier.kind}, which shows no PDUs.`
  const told = attempts
    .filter((attempt) => attempt.carrierId === carrierId && wasOnWire(attempt))
    .map((one) => toldPart(row, one))
  const made = kind.rebuild(kind.settings, outgoingOf(row), told)
  if (typeof made === 'string') return `The PDUs to ${carrier.name} can not be made again with its settings of today: ${made}.`
  return made.map(({ part, sent, atMs, octets }) => ({
    ...kind.explain(octets),
    atMs,
    carrierId,
    part,
    sent,
    origin: 'rebuilt',
    why: undefined,
    octets,
    length: octets.length,
  }))
}

/** What we refused ourselves, or gave up before it was written, has no PDU. A row of an older version has no sequence numbers. */
const wasOnWire = ({ outcome, status, sequence }: Attempt): boolean =>
  outcome !== 'busy' && (sequence > 0 || outcome === 'taken' || status > 0)

function toldPart(row: TraceRow, { part, sequence, afterMs, flightMs, status, outcome, carrierId }: Attempt): PartTold {
  const ids = row.carrierIds?.split('\n') ?? []
  return {
    part,
    sequence,
    sentAtMs: timeOfId(row.id) + afterMs - flightMs,
    status,
    answeredAtMs: outcome === 'unknown' ? 0 : timeOfId(row.id) + afterMs,
    carrierId: outcome === 'taken' && carrierId === row.carrierId ? (ids[Math.max(1, part) - 1] ?? '') : '',
  }
}

interface Wire {
  readonly settings: unknown
  readonly rebuild: ConnectorKind['rebuild']
  explain(octets: Uint8Array): WireMessage
}

function kindOf(carrier: CarrierRow, kinds: Kinds): Wire | undefined {
  const kind = Object.hasOwn(kinds, carrier.kind) ? kinds[carrier.kind] : undefined
  const parsed = kind?.settings.safeParse(carrier.settings)
  if (!kind || !parsed?.success) return undefined
  const explain = (octets: Uint8Array) => kind.explain?.(parsed.data, octets) ?? OCTETS
  return { settings: parsed.data, rebuild: kind.rebuild, explain }
}

const OCTETS: WireMessage = { name: 'octets', sequence: 0, status: '', fields: [] }

/** A capture in words, as far as its carrier is still known. */
export function toldCapture(capture: StoredCapture, carriers: ReadonlyMap<number, CarrierRow>, kinds: Kinds): PduTold {
  const { atMs, carrierId, part, sent, why, octets, length } = capture
  const carrier = carriers.get(carrierId)
  const words = (carrier && kindOf(carrier, kinds)?.explain(octets)) ?? OCTETS
  return { ...words, atMs, carrierId, part, sent, origin: 'captured', why, octets, length }
}

/** The message as it was handed to its connector. */
function outgoingOf(row: TraceRow): Outgoing {
  const channel = channelOf(row.channel)
  return {
    id: row.id,
    channel,
    from: row.sender,
    to: row.recipient,
    content: contentOf(row),
    dcs: row.dcs < 0 ? undefined : row.dcs,
    pid: row.pid,
    messageClass: channel === 'flash' ? 0 : undefined,
    priority: row.priority,
    reference: referenceOf(row.id),
    expiresAtMs: row.expiresAtMs,
    wantsReceipt: true,
    parts: undefined,
    possibleDuplicate: row.duplicates > 0,
  }
}

/** Binary is stored as UDH length, UDH, octets; a header alone is that of a text. */
function contentOf({ octets, body }: TraceRow): Content {
  if (octets) {
    const header = 1 + (octets[0] ?? 0)
    const udh = octets.subarray(1, header)
    if (body !== null && octets.length > 1 && octets.length === header) return { kind: 'text', text: body, udh }
    return { kind: 'binary', udh, octets: octets.subarray(header) }
  }
  return body === null ? { kind: 'none' } : { kind: 'text', text: body }
}
