import type { Account } from '../domain/account.ts'
import type { Channel } from '../domain/channel.ts'
import type { Interface } from '../domain/message.ts'
import type { Origin } from '../domain/price-list.ts'
import type { RefusalCode } from '../domain/refusal.ts'

/** One text for some recipients, as a listener read it: not yet checked, priced or routed. */
export interface Line {
  /** Recipients as written: numbers in any spelling, e-mail addresses, @names, #ids, G<group>. */
  readonly phones: readonly string[]
  readonly text: string
  readonly comment: string // for the customer's history; '' when there is none
  readonly sender: string | undefined // undefined: the request's
  readonly dueAtMs: number // Unix ms; 0: now
  /** Bits of the operators' template that the text is one of; 'none': the sender may send nothing else, and it is of none. */
  readonly template?: number | 'none'
}

/** A part of a long message that was submitted by itself: charged, answered and reported by itself too. */
export interface CustomersPart {
  readonly reference: number // 0-65535, the same for all parts
  readonly total: number // 2-255
  readonly number: number // 1-based
}

/** Recipients of a mailing's run, from the place after `after` to `upTo`. */
export interface MailingSlice {
  readonly mailingId: number
  readonly run: number
  readonly after: number
  readonly upTo: number
}

/** A request to send, in the centre's words. Every listener makes one; `accept` and `estimate` take it. */
export interface SendRequest {
  readonly account: Account
  readonly channel: Channel
  /** Undefined: a machine interface; what is sent from the personal account may cost otherwise. */
  readonly origin?: Origin | undefined
  readonly lines: readonly Line[]
  readonly sender: string | undefined // undefined: the account's default; '' or '.': none
  /** The customer's own id: a number above 0, or a text. Undefined: the account's counter gives one. */
  readonly ref: number | string | undefined
  /** UDH length octet, UDH, payload: sent instead of the lines' texts, which only the history shows then. */
  readonly octets: Uint8Array | undefined
  /** A header of the customer's own before the text, its length octet included: the text is one part, whatever the carrier. */
  readonly udh?: Uint8Array | undefined
  /** Which part of a long message of the customer's own this is. */
  readonly part?: CustomersPart | undefined
  readonly dcs: number | undefined
  readonly pid: number
  readonly translit: 0 | 1 | 2
  readonly shortenLinks: boolean
  readonly partsMax: number // cut the text to this many parts; 0: no limit
  readonly validityMs: number
  /** Spread over a span: portion k goes out `k × everyMs` after the rest of its timing. */
  readonly spread: { readonly portions: number; readonly everyMs: number } | undefined
  readonly bot: string | undefined // the bot's name, for channel bot
  readonly via?: Interface // how it came
  /** Part of a mailing, however few its recipients are; more than BULK_ABOVE of them always are one. */
  readonly mailing?: boolean
  /** It is this slice of a mailing, which is stored once and never again, and wholly paid for or refused (insufficient_funds). */
  readonly slice?: MailingSlice | undefined
  /** The centre's own words, for its customer: no template is asked of them, and no signature stands under them. */
  readonly ofCentre?: boolean
  /** It was sent to groups of contacts; such a request is a mailing, but goes at any hour, as one to many numbers does. */
  readonly toGroups?: boolean
  /** Its customer says that it is advertising (SMSC API, flag: the template's class). */
  readonly advertising?: boolean
  /** The end user that the customer sends for, by an address of his (SMSC API, userip). */
  readonly userIp?: string | undefined
  /** FLAG.receipt and FLAG.intermediate, as the customer asked for them over SMPP. */
  readonly wanted?: number
  /** What is not delivered goes out once more; undefined: as the account says (users.php fl[5]). */
  readonly deliveryControl?: boolean
  /** Sender of that second attempt; undefined: the account's reserve sender. */
  readonly sender2?: string
  /** For the carrier, 0 to 3: it moves no message before another here. Undefined: by the number of recipients. */
  readonly priority?: number
  /** An 8-byte hash of what makes requests identical, as a signed integer; 0n: not asked for. */
  readonly hash: bigint
}

/** What became of one recipient. `status` and `err` are set for a refused one only. */
export interface RecipientOutcome {
  readonly phone: string // normalised where it could be
  readonly mccmnc: string // '' when unknown
  readonly price: bigint // millionths; 0n when refused
  readonly parts: number
  readonly status: number // 22, 23, 24, 25 …; 0: accepted
  readonly err: number
}

/** The answer to a request that was stored, in whole or in part. */
export interface Accepted {
  readonly ref: number | string
  readonly parts: number // parts × accepted recipients
  readonly price: bigint
  readonly balance: bigint // of the paying account, after this request
  readonly recipients: readonly RecipientOutcome[]
  /** Set when no recipient was accepted: why, by the first of them. All of them are stored under `ref`. */
  readonly refusal: RefusalCode | undefined
}

/** The answer to a question for the price: nothing is stored. */
export interface Estimate {
  readonly parts: number
  readonly price: bigint
  readonly recipients: readonly RecipientOutcome[]
  readonly refusal: RefusalCode | undefined
}

/**
 * Checks, prices, charges and stores a request; resolves when it is durable.
 * Rejects with a Refusal: bad_request, denied, overloaded, unavailable, bad_credentials (the account changed meanwhile).
 */
export type Accept = (request: SendRequest) => Promise<Accepted>

/** What `accept` would charge. Rejects with a Refusal as `accept` does. */
export type EstimateRequest = (request: SendRequest) => Promise<Estimate>

/**
 * The connection to the store was lost during the commit, and nobody can tell in time whether the request was stored.
 * A listener answers nothing and closes the connection: "no" might be a lie, and so might "yes".
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}
