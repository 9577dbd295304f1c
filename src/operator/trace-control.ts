import { timeOfId } from '../domain/message-id.ts'
import { deliveryErrorName, statusName } from '../domain/status.ts'
import type { TraceRow } from '../store/trace.ts'

interface Moment {
  readonly atMs: number
  readonly says: string
}

/** `Cannot be delivered (20), err 6: Subscriber is out of reach; the receipt said UNDELIV 006.` */
export function sayEnd({ state, err, receipt }: Pick<TraceRow, 'state' | 'err' | 'receipt'>): string {
  const why = err === 0 ? '' : `, err ${err}: ${deliveryErrorName(err, 'en') || 'a number of the carrier’s own'}`
  return `${statusName(state, 'en')} (${state})${why}${receipt === null || state === 0 ? '' : `; the receipt said ${receipt}`}.`
}

/** What delivery control means to do with a message, and did. */
export function controlStory({ id, control }: TraceRow): Moment[] {
  if (!control) return []
  const { on, sender, first } = control
  const from = sender === '' ? 'without a sender' : `from ${sender}`
  const plan =
    on === 'failure'
      ? `Under delivery control: if it ends as expired (3) or undeliverable (20), it is sent once more, ${from}, over the next route.`
      : 'If it ends as undeliverable (20), it is sent once more over the next dearer route.'
  const told = 'Its customer is not told of this, and pays nothing more: delivery control'
  return [
    { atMs: timeOfId(id), says: plan },
    ...(first
      ? [{ atMs: first.atMs, says: `The first attempt ended: ${sayEnd(first)} ${told} sends it a second time, ${from}.` }]
      : []),
  ]
}

/** Of a message that was sent twice the end is the second attempt's. */
export const sayWhoseEnd = ({ control, state }: TraceRow): string =>
  control?.first && state > 0 ? ' So the second attempt ended, and there is no third.' : ''
