import type { z } from 'zod'
import type { CheckPlan } from '../domain/carrier-check.ts'
import type { Channel } from '../domain/channel.ts'

/**
 * What a carrier is asked to carry. Octets are the connector's business: no two SMSCs agree on their
 * default alphabet, nor on how the parts of a long message are joined.
 */
export type Content =
  | { readonly kind: 'text'; readonly text: string; readonly udh?: Uint8Array } // udh: one part, with this header of the customer's own
  | { readonly kind: 'binary'; readonly udh: Uint8Array; readonly octets: Uint8Array } // udh without its length octet; empty: none
  | { readonly kind: 'none' } // HLR look-up, silent ping

/** One message to one recipient. A long SMS is cut into parts by the connector, which answers for each part. */
export interface Outgoing {
  readonly id: number // ours, below 2^53
  readonly accountId?: number // whose it is, for a trace of one account
  readonly channel: Channel
  readonly from: string // empty: the carrier's own default sender
  readonly to: string // E.164 without '+', an e-mail address, @name or #id
  readonly content: Content
  readonly dcs: number | undefined // asked for by the customer (bin); undefined: the connector chooses
  readonly pid: number // protocol_id
  readonly messageClass: 0 | 1 | 2 | 3 | undefined // 0: flash
  readonly priority: number // 0 bulk … 3 urgent
  readonly reference: number // 0-65535, the same for all parts of this message
  readonly expiresAtMs: number // end of the validity period, Unix ms
  readonly wantsReceipt: boolean
  /** Parts still to be sent, 1-based; undefined: all. Parts that were taken before are never sent again. */
  readonly parts: readonly number[] | undefined
  /** Sent once more after an unknown outcome: the carrier may have it already. */
  readonly possibleDuplicate: boolean
  /** Settings of the kind that hold for this message alone: messages of a carrier check, and no others. */
  readonly form?: Readonly<Record<string, unknown>>
}

/**
 * What became of one part. The four outcomes differ in what we may do next, which is all the lifecycle
 * looks at; `status` and `reason` are for people and rules.
 */
export interface PartResult {
  readonly id: number
  readonly part: number // 1-based
  readonly of: number // parts on this carrier's wire
  /** taken: wait for the receipt · rejected: never again here · busy: not taken, safe to retry · unknown: sent, never answered */
  readonly outcome: 'taken' | 'rejected' | 'busy' | 'unknown'
  readonly carrierId: string // raw, as the carrier wrote it; empty unless taken
  readonly status: number // command_status or the carrier's own number; 0 when there is none
  readonly reason: string // empty when taken
  readonly text?: string // what the carrier wrote beside its status, when it refused
  readonly atMs: number // Unix ms
  readonly sequence?: number // of the request on the wire, for people; absent or 0: it has none
  readonly sentAtMs?: number // when it was written, Unix ms; absent or 0: not known, or never
}

/** The HLR fields of the SMSC API. */
export interface HlrResult {
  readonly imsi: string
  readonly msc: string
  readonly mcc: string
  readonly mnc: string
  readonly cn: string
  readonly net: string
  readonly rcn: string
  readonly rnet: string
}

/** A delivery receipt (DLR) in our words; the raw id is kept, its other notations are domain/receipt.ts's business. */
export interface CarrierReceipt {
  /** receipted_message_id and the id in the text, when both are there and differ; else one. */
  readonly carrierIds: readonly string[]
  readonly state: 'enroute' | 'delivered' | 'read' | 'expired' | 'deleted' | 'undelivered' | 'accepted' | 'unknown' | 'rejected'
  readonly stat: string // as the carrier wrote it
  readonly err: string // as the carrier wrote it, '' when absent
  readonly to: string // the message's recipient, '' when the receipt does not say
  readonly from: string // the message's sender, '' when the receipt does not say
  readonly atMs: number // when it reached us, Unix ms
  readonly doneAtMs: number | undefined // the carrier's own date, when it can be read
  readonly queried: boolean // the answer to query(), not sent by the carrier on its own
  /** The ids as they were on the wire, where the carrier's settings say that they are written in another way. */
  readonly rawIds?: readonly string[]
  readonly text?: string // what the carrier repeats of the message
  readonly hlr?: HlrResult
}

/**
 * A message from a handset (MO), or one part of it. Numbers are as the carrier writes them; `+`: their country's code is in front.
 * A part's text may begin or end with half a character (a surrogate), where the phone has cut it.
 */
export interface Incoming {
  readonly from: string
  readonly to: string
  readonly text: string
  readonly part: { readonly reference: number; readonly number: number; readonly of: number } | undefined
  readonly atMs: number
}

export type LinkState = 'connecting' | 'up' | 'down'

/**
 * What a connector reports, always in batches: no promise, timer or signal per part (13-22 microseconds each).
 * `acknowledge` is called once everything in the batch is durable; until then the carrier is not told
 * that we have it. It may never be called (the store is down): the carrier will send it again.
 */
export interface ConnectorEvents {
  settled(results: readonly PartResult[]): void
  receipts(receipts: readonly CarrierReceipt[], acknowledge: () => void): void
  incoming(messages: readonly Incoming[], acknowledge: () => void): void
  /** The link changed; `reason` is a sentence for the operator. */
  link(state: LinkState, reason: string): void
  /** `free()` rose from 0: the window opened, a pause or the rate's wait ended, the link came up. */
  ready(): void
  /** False once the lease on this carrier has run out: then nothing may be written to a socket. */
  mayWrite(): boolean
  /** Octets as they went over the wire: errors and what can't be read, always; everything, while the tap is open. */
  captured?(frames: readonly Frame[], dropped: number): void
}

/** One message of a carrier's protocol as it went over the wire. Its octets are a copy, and passwords in them are masked. */
export interface Frame {
  readonly atMs: number // Unix ms
  readonly sent: boolean // by us; false: by the carrier
  readonly why: 'asked' | 'error' | 'unreadable' // asked: the tap is open
  readonly octets: Uint8Array // the beginning, where it is long
  readonly length: number // octets on the wire
  /** Where in the octets texts of people stand, from and to: whoever stores them may mask them. */
  readonly texts: readonly (readonly [from: number, to: number])[]
  readonly accountId: number // 0: not known
  readonly messageId: number // ours; 0: not known
  readonly part: number
  /** The carrier's ids in it, raw: by them a receipt's octets find their message. */
  readonly carrierIds: readonly string[]
}

/** A message of a carrier's protocol in words. Octets that were stored say so; others are made again from what is known. */
export interface WireMessage {
  readonly name: string // as the standard calls it; what can't be read has a name that says so
  readonly sequence: number
  readonly status: string // empty where it has none
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Where it is a receipt: how it was understood. */
  readonly receipt?: Pick<CarrierReceipt, 'carrierIds' | 'state' | 'stat' | 'err' | 'doneAtMs'>
}

/** What is known of one part's way to a carrier. */
export interface PartTold {
  readonly part: number // 1-based; 0: not known, of a message of one part
  readonly sequence: number
  readonly sentAtMs: number // Unix ms
  readonly status: number
  readonly answeredAtMs: number // 0: never
  readonly carrierId: string // empty unless taken
}

/** What an operator sees of a link. Counters only grow; gauges are of this moment. */
export interface LinkStats {
  readonly state: LinkState
  readonly reason: string
  readonly window: number // parts that may be unanswered now, as learned from the answers
  readonly windowMax: number // by the settings
  readonly unanswered: number // parts sent and not answered
  readonly held: number // parts inside the connector, not yet written
  readonly pausedUntilMs: number | undefined // Unix ms; pushed back by the carrier
  readonly submitted: number
  readonly taken: number
  readonly rejected: number
  readonly busy: number
  readonly unknown: number
  readonly receipts: number
  readonly incoming: number
  readonly reconnects: number
}

/** One carrier: all its links (binds). It heals itself until `stop`. */
export interface Connector {
  /** Starts connecting and returns. */
  start(events: ConnectorEvents): void
  /** Parts that would be written at once: window and rate left, link up, not paused. 0 when nothing can go. */
  free(): number
  /**
   * Takes responsibility for the batch: every part is answered once by `settled`, whatever happens to the link.
   * Parts beyond `free()` wait inside, in order. Never throws for something a carrier can do.
   */
  submit(batch: readonly Outgoing[]): void
  /** Asks for the state of taken parts (query_sm); answers come as receipts with `queried`. Absent: it can't. */
  query?(batch: readonly { readonly carrierId: string; readonly from: string }[]): void
  /**
   * Open: everything that goes over the wire is told by `captured`, until it is closed again; of requests and their answers only
   * those of these accounts, where some are named. Absent: there is no wire.
   */
  tap?(open: boolean, accounts?: ReadonlySet<number>): void
  /** Takes no more, waits up to `graceMs` for answers still owed (the rest are unknown), then closes. */
  stop(graceMs: number): Promise<void>
  stats(): LinkStats
}

/** A kind of connector: what an operator configures, and how a link is made of it. */
export interface ConnectorKind<Settings extends z.ZodType = z.ZodType> {
  readonly title: string
  /** Validates the settings; CLI help and docs are generated from it. */
  readonly settings: Settings
  /** Channels it carries: routing never offers it another. */
  carries(settings: z.output<Settings>): readonly Channel[]
  /** Parts on this carrier's wire for a content, so that windows and rates count what is really sent. */
  partsOf(settings: z.output<Settings>, content: Content): number
  create(settings: z.output<Settings>, name: string): Connector
  /**
   * The octets that carried a message, made again from the message and today's settings: of each part that is told, what we sent
   * and what was answered. Absent: there is no wire. Answers a sentence where these settings can't carry it.
   */
  rebuild?(settings: z.output<Settings>, message: Outgoing, told: readonly PartTold[]): readonly Rebuilt[] | string
  /** Octets of the wire in words. Never throws, whatever they are. */
  explain?(settings: z.output<Settings>, octets: Uint8Array): WireMessage
  /** A status of its protocol in words. */
  statusName?(status: number): string
  /** How `carrier check` tries a carrier of this kind. Absent: with three texts. */
  readonly check?: CheckPlan<z.output<Settings>>
}

/** Octets that were made again. */
export interface Rebuilt {
  readonly part: number
  readonly sent: boolean // by us; false: by the carrier
  readonly atMs: number
  readonly octets: Uint8Array
}

/** Gives `create` the type of its own settings. */
export const defineConnector = <S extends z.ZodType>(kind: ConnectorKind<S>): ConnectorKind<S> => kind
