import type { Content } from '../connectors/connector.ts'
import type { Channel } from '../domain/channel.ts'
import type { Control } from '../domain/delivery-control.ts'

/** One recipient's message, checked, priced and routed, before it has an id. */
export interface Draft {
  readonly recipient: string
  readonly sender: string
  readonly channel: Channel
  readonly content: Content
  /** The text stands once for the whole request. */
  readonly sharesText: boolean
  readonly octets: Uint8Array | null
  readonly historyText: string | null // of a message that travels as octets, as its customer wrote it
  readonly comment: string | null
  readonly dcs: number | undefined
  readonly pid: number
  readonly messageClass: 0 | undefined
  readonly priority: number
  readonly lane: number
  readonly parts: number // charged
  readonly mccmnc: string
  readonly flags: number
  /** Carriers that may take it, best first. */
  readonly candidates: readonly number[]
  readonly routeVersion: number
  readonly dueAtMs: number // 0: now
  /** Short links in its text; the redirect finds the message by them. */
  readonly links: readonly { readonly code: string; readonly url: string }[] | undefined
  readonly validityMs: number
  /** The guard holds it until somebody releases it or its validity ends. */
  held?: true
  /** Its moment is the beginning of its sending hours. */
  outside?: true
  /** Sent once more when it is not delivered. */
  readonly control?: Control | undefined
  price: bigint // 0n once refused
  state: number // -1, or the code it is refused with
  err: number
}

/** Stores a draft as refused instead: it costs nothing and is never sent. */
export function refuse(draft: Draft, state: number, err: number): void {
  draft.price = 0n
  draft.state = state
  draft.err = err
}
