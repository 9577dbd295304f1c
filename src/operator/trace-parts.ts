import { messageStateOf } from '../domain/message-state.ts'
import { statusName } from '../domain/status.ts'
import { wholeOf } from '../domain/whole-message.ts'
import type { Session } from '../store/session.ts'
import type { TraceRow } from '../store/trace.ts'
import { readPartsOf } from '../store/whole-message.ts'
import { amount } from './trace-story.ts'

/** The message that a row is a part of, which its customer submitted part by part. */
export interface PartOf {
  readonly number: number
  readonly of: number
  readonly text: string // of all parts that came
  readonly price: string // of them together, refunds taken off
  readonly state: number
  readonly state_name: string
  readonly final: boolean
  /** All that came, by their numbers. */
  readonly parts: readonly {
    readonly number: number
    readonly id: number
    readonly ref: number | string
    readonly state_name: string
  }[]
}

/** Undefined: it is a message by itself. */
export async function partOf(session: Session, row: TraceRow): Promise<PartOf | undefined> {
  const whole = wholeOf(await readPartsOf(session, row.accountId, row.id))
  const own = whole?.parts.find((part) => part.row.id === row.id)
  if (!whole || !own) return undefined
  const { decided } = whole
  return {
    number: own.number,
    of: whole.total,
    text: whole.text,
    price: amount(whole.price),
    state: decided.state,
    state_name: statusName(decided.state, 'en'),
    final: messageStateOf({ state: decided.state, receipt: null }).final,
    parts: whole.parts.map(({ number, row: { id, ref, refText, state } }) => ({
      number,
      id,
      ref: refText ?? ref,
      state_name: statusName(state, 'en'),
    })),
  }
}
