import type { Content } from '../connectors/connector.ts'
import { readTrace } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { referenceOf } from '../domain/message.ts'
import { newParts, PART, partState, setPart, unsentParts } from '../domain/parts.ts'
import type { LoadedMessage } from '../store/loaded.ts'
import { isBound, triedIn } from './candidates.ts'
import type { Item, Owed } from './item.ts'

/** The UDH without its length octet, and what follows it. */
export function splitOctets(octets: Uint8Array): { udh: Uint8Array; octets: Uint8Array } {
  const udhLength = octets[0] ?? 0
  return { udh: octets.subarray(1, 1 + udhLength), octets: octets.subarray(1 + udhLength) }
}

/** As it is stored: UDH length, UDH, octets. */
export const joinOctets = ({ udh, octets }: { readonly udh: Uint8Array; readonly octets: Uint8Array }): Uint8Array =>
  Buffer.concat([Uint8Array.of(udh.length), udh, octets])

/** Octets that end with their UDH are the header of a text. */
export function contentOf({ body, octets }: { readonly body: string | null; readonly octets: Uint8Array | null }): Content {
  if (octets === null) return body === null ? { kind: 'none' } : { kind: 'text', text: body }
  const binary = splitOctets(octets)
  const isHeader = body !== null && octets.length > 1 && binary.octets.length === 0
  return isHeader ? { kind: 'text', text: body, udh: binary.udh } : { kind: 'binary', ...binary }
}

/**
 * A stored message back in memory, to be sent. Parts that were taken stay taken; parts whose outcome is unknown go
 * once more, marked, when that was decided and counted (`duplicates`).
 */
export function itemOf(row: LoadedMessage, journal: Owed, weigh: (content: Content) => number): Item {
  const content = contentOf(row)
  const channel = channelOf(row.channel)
  const partStates = row.partStates ? Uint8Array.from(row.partStates) : undefined
  if (partStates && row.duplicates > 0) {
    for (let part = 1; part <= partStates.length / 2; part++)
      if (partState(partStates, part) === PART.unknown) setPart(partStates, part, PART.unsent)
  }
  const weight = weigh(content)
  return {
    id: row.id,
    channel,
    from: row.sender,
    to: row.recipient,
    content,
    dcs: row.dcs < 0 ? undefined : row.dcs,
    pid: row.pid,
    messageClass: channel === 'flash' ? 0 : undefined,
    priority: row.priority,
    reference: referenceOf(row.id),
    expiresAtMs: row.expiresAtMs,
    wantsReceipt: true,
    parts: partStates && unsentParts(partStates).length < partStates.length / 2 ? unsentParts(partStates) : undefined,
    possibleDuplicate: row.duplicates > 0,
    ref: row.ref,
    accountId: row.accountId,
    payerId: row.payerId,
    lane: row.lane,
    mccmnc: row.mccmnc,
    flags: row.flags,
    charged: row.parts,
    price: row.price,
    journal,
    weight,
    carrierId: row.carrierId,
    hops: row.hops,
    attempts: row.attempts,
    duplicates: row.duplicates,
    sentAtMs: row.sentAtMs,
    tried: triedIn(row),
    bound: isBound(row),
    trace: row.trace ? readTrace(row.id, row.trace) : [],
    control: row.control ?? undefined,
    state: row.state,
    err: row.err,
    stateAtMs: 0,
    refunded: row.refunded,
    cost: row.cost,
    partStates: partStates ?? (weight > 1 ? newParts(weight) : undefined),
    carrierIds: row.carrierIds ? row.carrierIds.split('\n') : [],
    receipt: null,
    hlr: null,
    move: undefined,
    storedState: row.state,
    storedRefunded: row.refunded,
    stateInCommit: row.state,
    refundedInCommit: row.refunded,
    dirty: false,
    done: false,
    marked: false,
    handed: undefined,
    window: undefined,
    unanswered: 0,
    newIds: [],
    lastRefusal: 0,
  }
}
