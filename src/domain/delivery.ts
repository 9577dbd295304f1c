import { FLAG } from './message.ts'
import { isCancelled, messageStateOf, type Reached } from './message-state.ts'

/** What a deliver_sm to a customer tells of. */
export const DELIVERY = { receipt: 1, intermediate: 2, incoming: 3 } as const

/** Its sender asked to be told of it over SMPP: then its handler is not. */
export const asksForReceipt = (flags: number): boolean => (flags & FLAG.receipt) !== 0

/** For most messages nothing else has to be looked at. */
export const ASKED = FLAG.receipt | FLAG.intermediate

/**
 * What an SMPP session is to be told when a message goes from one state to another: 0 nothing, else a kind of DELIVERY. A final
 * state is told once, and again only when the news is another: undelivered, and delivered after all.
 */
export function tellsOf(flags: number, was: number, now: Reached): number {
  const { state } = now
  if (state > 0) {
    if ((flags & FLAG.receipt) === 0 || state === was) return 0
    const isNews = was <= 0 || messageStateOf({ state: was, receipt: null }).stat !== messageStateOf(now).stat
    return isNews ? DELIVERY.receipt : 0
  }
  if ((flags & FLAG.intermediate) === 0) return 0
  if (state === was) return isOnItsWay(now) ? DELIVERY.intermediate : 0
  return state === 0 ? DELIVERY.intermediate : 0
}

/** The state that is told: what status.php has no code for is -2, and on its way at the carrier is -1. */
export const toldState = (was: number, now: Reached): number => (isCancelled(now) ? -2 : now.state === was ? -1 : now.state)

const isOnItsWay = ({ receipt }: Reached): boolean => receipt !== null && /^(ENROUTE|BUFF)/i.test(receipt)
