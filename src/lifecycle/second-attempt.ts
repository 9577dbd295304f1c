import { inTestMode } from '../domain/account.ts'
import { answersIn, unpackTrace } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { type Control, controlOf, type FirstAttempt, isRepeated, refundOfBoth, secondAt } from '../domain/delivery-control.ts'
import { newParts, partCount } from '../domain/parts.ts'
import type { MaySend } from '../domain/sender-rules.ts'
import { WAITING } from '../domain/waiting.ts'
import { candidatesFor, type Routed, triedIn } from './candidates.ts'
import type { Catalogue } from './catalogue.ts'
import type { Target } from './change.ts'
import type { Item } from './item.ts'
import type { SendRequest } from './request.ts'
import { storable } from './storable.ts'

/**
 * Delivery control (users.php fl[5], fl2[24]): a message that is about to end as not delivered is sent once more instead. It
 * goes back to waiting with the commit that would have ended it, so nobody is told of the first end, no restart loses the second
 * attempt, and what stands in the row keeps it from a third.
 */
export interface SecondAttempts {
  /** A message in memory, as it is about to be written. */
  ofItem(item: Item, control: Control): void
  /** One that was read back because receipts came. */
  ofTarget(target: Target, control: Control): void
}

export function makeSecondAttempts(parts: {
  catalogue: () => Catalogue
  counted: (what: 'second', count: number) => void
  now: () => number
}): SecondAttempts {
  /** The control it goes on with; undefined: nobody takes it a second time. */
  function begin(message: Routed, control: Control, first: FirstAttempt): Control | undefined {
    const second = { ...control, first }
    const routed = { ...message, from: control.sender, tried: [], control: second }
    if (candidatesFor(parts.catalogue(), routed, parts.now()).length === 0) return undefined
    parts.counted('second', 1)
    return second
  }

  const moved = (control: Control) => ({
    carrierId: 0,
    dueAtMs: secondAt(control, parts.now()),
    reason: WAITING.second.code,
  })

  return {
    ofItem(item, control) {
      if (control.first) return end(item, control.first)
      if (item.unanswered !== 0 || item.storedState > 0 || item.move !== undefined || !isRepeated(control, item)) return
      const second = begin(item, control, {
        ...endOf(item, item.from, parts.now()),
        carrierId: item.carrierId,
        carrierIds: item.carrierIds.length === 0 ? null : storable(item.carrierIds.join('\n')),
        carriers: [...new Set([...item.tried, item.carrierId])],
        answers: answersIn(item.trace),
      })
      if (!second) return
      item.control = second
      item.state = -1
      item.err = 0
      item.stateAtMs = parts.now()
      item.refunded = item.storedRefunded
      item.duplicates = 0
      item.partStates = item.partStates && newParts(partCount(item.partStates))
      item.move = moved(second)
    },
    ofTarget(target, control) {
      const { row } = target
      if (control.first) return end(target, control.first)
      if (row.state > 0 || !isRepeated(control, { ...target, sentAtMs: row.sentAtMs })) return
      const trace = row.controlled?.trace ?? null
      const tried = triedIn({ ...row, trace })
      const message = { ...row, channel: channelOf(row.channel), to: row.recipient, from: row.sender, tried }
      const second = begin(message, control, {
        ...endOf({ ...target, cost: row.cost }, row.sender, parts.now()),
        carrierId: row.carrierId,
        carrierIds: row.controlled?.carrierIds ?? null,
        carriers: [...new Set([...tried, row.carrierId])],
        answers: trace === null ? 0 : unpackTrace(Buffer.from(trace)).length,
      })
      if (!second) return
      target.second = { control: second, move: moved(second) }
      target.state = -1
      target.err = 0
      target.stateAtMs = parts.now()
      target.refunded = row.refunded
      target.partStates = row.partStates && newParts(partCount(row.partStates))
    },
  }
}

/**
 * What a request's messages from a sender are sent under. Parts of a longer message that its customer sends one by one are not
 * joined by handsets when one of them has another sender, so they are not.
 */
export function controlFor(
  request: SendRequest,
  sender: { readonly sender: string; readonly bad: boolean },
  maySend?: MaySend | undefined,
): Control | undefined {
  if (request.part || sender.bad || inTestMode(request.account)) return undefined
  const control = controlOf({
    settings: request.account.settings,
    deliveryControl: request.deliveryControl,
    sender2: request.sender2,
    channel: request.channel,
    sender: sender.sender,
    validityMs: request.validityMs,
  })
  // A second sender that may not be used is no sender: the first stays.
  return control && maySend && !maySend(control.sender) ? { ...control, sender: sender.sender } : control
}

interface Ended {
  state: number
  err: number
  refunded: bigint
  receipt: string | null
}

const endOf = ({ state, err, receipt, refunded, cost }: Ended & { cost: bigint }, sender: string, atMs: number) => ({
  sender,
  state,
  err,
  atMs,
  receipt: receipt === null ? null : storable(receipt),
  refunded: String(refunded),
  cost: String(cost),
})

const NO_ROUTE = 25

/** The second attempt is over: where nobody took it, what came of the first stands. */
function end(message: Ended, first: FirstAttempt): void {
  if (message.state <= 0) return
  if (message.state === NO_ROUTE) Object.assign(message, { state: first.state, err: first.err, receipt: first.receipt })
  message.refunded = refundOfBoth(first, message.state, message.refunded)
}
