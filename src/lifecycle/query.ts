import { decisive, type MessageState, messageStateOf } from '../domain/message-state.ts'
import type { SubmittedRow } from '../store/submitted.ts'

/** How a message stands that was asked for by the number of its request. */
export interface Standing {
  readonly state: MessageState
  readonly err: number
  readonly finalAtMs: number | undefined // undefined: it is not final
}

/**
 * Reads how a request's message stands; of one with many recipients that of the message which waits, or fared worst.
 * `knowsScheduled`: who asks tells a message whose time has not come from one that waits. Undefined: there is none.
 * Rejects with the Refusal `overloaded`.
 */
export type QueryMessage = (accountId: number, ref: number, knowsScheduled: boolean) => Promise<Standing | undefined>

export const makeQuery =
  (find: (question: { accountId: number; ref: number }) => Promise<readonly SubmittedRow[]>, now: () => number): QueryMessage =>
  async (accountId, ref, knowsScheduled) => {
    const row = decisive(await find({ accountId, ref }))
    if (!row) return undefined
    const state = messageStateOf(row, knowsScheduled && row.dueAtMs > now())
    return { state, err: row.err, finalAtMs: state.final ? row.stateAtMs : undefined }
  }
