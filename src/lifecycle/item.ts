import type { Outgoing } from '../connectors/connector.ts'
import type { Control } from '../domain/delivery-control.ts'

/** A row of the journal, or of the handed table, that is deleted when all its messages are settled. */
export interface Owed {
  readonly id: number
  left: number
}

/**
 * A message in a node's memory, from the commit that stored it to the one that settles it.
 * It is what a connector takes (Outgoing) and what settle needs, in one object: the path allocates it once.
 */
export interface Item extends Outgoing {
  ref: number // the customer's number; known when it is stored
  readonly accountId: number
  readonly payerId: number
  readonly lane: number
  readonly mccmnc: string
  readonly flags: number
  readonly charged: number // parts that were charged
  readonly price: bigint // for all parts
  readonly journal: Owed
  weight: number // parts on the carrier's wire: what windows and shares count
  parts: readonly number[] | undefined
  possibleDuplicate: boolean
  carrierId: number
  hops: number
  attempts: number
  duplicates: number
  sentAtMs: number
  tried: readonly number[] // carriers that refused it, or took it and never reported
  readonly bound: boolean // sent and never answered: to this carrier again, or to none
  trace: number[] // answers of carriers, flat: domain/attempts.ts
  control: Control | undefined // sent once more when it is not delivered

  state: number
  err: number
  stateAtMs: number // 0: as stored
  refunded: bigint
  cost: bigint // of the parts taken so far, in the payer's currency
  partStates: Uint8Array | undefined // domain/parts.ts; undefined for a message of one part
  carrierIds: string[] // raw, one per wire part
  receipt: string | null
  hlr: string | null
  move: { readonly carrierId: number; readonly dueAtMs: number; readonly reason: number } | undefined // leaves memory for the due queue

  storedState: number // as the database has it: what the next change is written over
  storedRefunded: bigint
  stateInCommit: number // as the commit under way writes it
  refundedInCommit: bigint
  dirty: boolean // waits for the next settle commit
  done: boolean // the journal no longer counts it
  marked: boolean // stored as handed: after a crash its outcome is unknown
  handed: Owed | undefined // the row that says so, unless the accept commit did
  window: WindowUse | undefined // counts it from its hand-over until its outcome is durable
  unanswered: number // parts a connector owes an answer for; -1: it will say how many
  newIds: number[] // parts taken since the last settle commit
  lastRefusal: number // class of the last refusal (domain/throttle/classes.ts)
}

/** Parts that are with a carrier and not settled in the store: after a crash their outcome is unknown, so they are at most its window. */
export interface WindowUse {
  parts: number
}

/** Its outcome is durable, or it goes elsewhere: it no longer counts against the window it was sent in. */
export function leaveWindow(item: Item): void {
  if (item.window) item.window.parts -= item.weight
  item.window = undefined
}

/** Octets a queued item is taken to need, for the memory limit: its text and a fixed share for the rest. */
export const memoryOf = (item: Outgoing): number =>
  900 +
  (item.content.kind === 'text' ? item.content.text.length * 2 : item.content.kind === 'binary' ? item.content.octets.length : 0)
