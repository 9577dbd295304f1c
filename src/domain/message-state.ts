import { isFinal } from './status.ts'

/** What a message must be known by to say how it stands in SMPP's words. */
export interface Reached {
  readonly state: number // status.php's code
  readonly receipt: string | null // what came with its last state: a carrier's words, or ours
}

/** A state in the words of a delivery receipt (SMPP 3.4, appendix B) and of message_state (3.4, 5.2.28; 5.0, 4.7.15). */
export interface MessageState {
  readonly stat: 'SCHEDULED' | 'ENROUTE' | 'ACCEPTD' | 'DELIVRD' | 'EXPIRED' | 'DELETED' | 'UNDELIV' | 'REJECTD'
  readonly state: number
  readonly final: boolean // no other is to come, but for a late good one
}

/**
 * How a message ends that its sender cancels: the API has no code for it, so it is undeliverable without an error, and what
 * stands in the place of a carrier's receipt tells it apart. No carrier writes such a stat.
 */
export const CANCELLED = { state: 20, err: 0, receipt: 'cancelled by its sender' } as const

/** What stands there of a message whose sender has put another in its place, under the same number. */
export const replacedBy = (id: number): string => `replaced by ${id}`

/** The message in its place; undefined: it was not replaced. */
export const replacementOf = ({ state, receipt }: Reached): number | undefined => {
  const id = state === CANCELLED.state ? /^replaced by (\d+)$/.exec(receipt ?? '')?.[1] : undefined
  return id === undefined ? undefined : Number(id)
}

/** Whether its sender has cancelled it, and no carrier ever had it. */
export const isCancelled = ({ state, receipt }: Reached): boolean => state === CANCELLED.state && receipt === CANCELLED.receipt

/** What stands in the place of a carrier's receipt is of our own writing. */
export const isOurs = (message: Reached): boolean => isCancelled(message) || replacementOf(message) !== undefined

/**
 * The SMPP state of a message. `scheduled`: its time has not come, and the asker knows the word (SCHEDULED is new in 5.0; for
 * an older one such a message is ENROUTE).
 */
export function messageStateOf(message: Reached, scheduled = false): MessageState {
  if (scheduled && message.state === -1) return SCHEDULED
  if (isCancelled(message)) return DELETED
  return STATES[message.state] ?? (isFinal(message.state) ? UNDELIVERABLE : ENROUTE)
}

const SCHEDULED: MessageState = { stat: 'SCHEDULED', state: 0, final: false }
const ENROUTE: MessageState = { stat: 'ENROUTE', state: 1, final: false }
const DELIVERED: MessageState = { stat: 'DELIVRD', state: 2, final: true }
const DELETED: MessageState = { stat: 'DELETED', state: 4, final: true }
const UNDELIVERABLE: MessageState = { stat: 'UNDELIV', state: 5, final: true }
const REJECTED: MessageState = { stat: 'REJECTD', state: 8, final: true }

const STATES: { readonly [status: number]: MessageState } = {
  [-2]: DELETED, // stopped
  [-1]: ENROUTE,
  0: { stat: 'ACCEPTD', state: 6, final: false },
  1: DELIVERED,
  2: DELIVERED,
  3: { stat: 'EXPIRED', state: 3, final: true },
  4: DELIVERED,
  20: UNDELIVERABLE,
  22: REJECTED,
  23: REJECTED,
  24: REJECTED,
  25: UNDELIVERABLE,
}

/**
 * Of several messages that are spoken of as one, the one whose state is that of all: while one waits, it; while one is with
 * its carrier, it; then the one that fared worst. Undefined: there are none.
 */
export function decisive<M extends Pick<Reached, 'state'>>(messages: readonly M[]): M | undefined {
  let found: M | undefined
  for (const message of messages) if (!found || rankOf(message.state) > rankOf(found.state)) found = message
  return found
}

/** Delivered, clicked, read, expired, undeliverable, refused; then what is not final. */
const RANKS: readonly number[] = [1, 4, 2, 3, 20, 25, 24, 23, 22, 0, -2, -1]
const rankOf = (state: number): number => RANKS.indexOf(state)

/** error_code of a query_sm_resp is one octet (SMPP 3.4, 4.8.2): what does not fit is 255. */
export const errorCodeOf = (err: number): number => (err >= 0 && err <= 255 ? err : 255)
