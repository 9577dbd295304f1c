import { channelOf } from '../domain/channel.ts'
import { newParts, PART, partCount, partState } from '../domain/parts.ts'
import { WAITING } from '../domain/waiting.ts'
import type { Change } from '../store/settle.ts'
import type { TakenMessage } from '../store/sweeps.ts'
import { askingOf, candidatesFor, isBound, networkOf, type Routed, triedIn } from './candidates.ts'
import type { Catalogue } from './catalogue.ts'
import { changeOfTarget, targetOf } from './change.ts'

/**
 * A message that a carrier took so many minutes ago and has not reported on, where the route it went by says that it is then
 * sent anew: all of it, over the next carrier, marked as a possible duplicate. Undefined: it stays as it is. One whose outcome
 * was ever unknown stays, and so does one of which a part arrived.
 */
export function sendAnew(catalogue: Catalogue, message: TakenMessage, minutes: number, nowMs: number): Change | undefined {
  if (
    message.state !== 0 ||
    message.expiresAtMs <= nowMs ||
    isBound({ ...message, control: message.controlled?.control }) ||
    hasArrived(message)
  )
    return undefined
  const routed = routedOf(message)
  const { channel, to } = routed
  const sentBy = catalogue.routing.table
    .routes(channel, to, networkOf(routed), askingOf(routed, message.sentAtMs, catalogue.wishOf(message.accountId)))
    .find(({ carrierId }) => carrierId === message.carrierId)
  if (sentBy?.noReceiptMinutes !== minutes) return undefined
  const tried = [...routed.tried, message.carrierId]
  if (candidatesFor(catalogue, { ...routed, tried }, nowMs).length === 0) return undefined
  return {
    ...changeOfTarget(targetOf(message)),
    state: -1,
    stateAtMs: nowMs,
    carrierId: 0,
    carrierIds: '',
    duplicates: message.duplicates + 1,
    partStates: message.partStates && newParts(partCount(message.partStates)),
    move: { carrierId: 0, lane: message.lane, dueAtMs: nowMs, reason: WAITING.anew.code },
  }
}

function hasArrived({ partStates }: TakenMessage): boolean {
  if (!partStates) return false
  for (let part = 1; part <= partCount(partStates); part++) if (partState(partStates, part) !== PART.taken) return true
  return false
}

const routedOf = (message: TakenMessage): Routed => ({
  channel: channelOf(message.channel),
  to: message.recipient,
  from: message.sender,
  mccmnc: message.mccmnc,
  accountId: message.accountId,
  payerId: message.payerId,
  price: message.price,
  charged: message.charged,
  tried: triedIn({ ...message, control: message.controlled?.control }),
  control: message.controlled?.control,
})
