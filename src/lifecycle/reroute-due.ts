import { channelOf } from '../domain/channel.ts'
import type { DueMessage, DuePlace } from '../store/due-reroute.ts'
import { isBound, type Routed, triedIn } from './candidates.ts'

export interface RerouteStore {
  walkDue(carrierId: number, after: DuePlace, limit: number): Promise<{ messages: DueMessage[]; next: DuePlace | undefined }>
  unroute(carrierId: number, ids: readonly number[]): Promise<number>
}

const SLICE = 500
/** A sweep goes on while whole slices find another way. */
const SLICES_MAX = 10
const BEGINNING: DuePlace = { lane: -1, accountId: 0, dueAtMs: 0, id: 0 }

/**
 * Walks through the rows that wait for a carrier that is down, a slice at a time and round and round, and gives back to routing
 * those whose own routes have another carrier: no others, since they would only come back.
 */
export function makeRerouteDue(
  store: RerouteStore,
  hasOtherWay: (message: Routed, carrierId: number) => boolean,
): (carrierId: number) => Promise<number> {
  const places = new Map<number, DuePlace>()

  return async (carrierId) => {
    let moved = 0
    for (let slice = 0; slice < SLICES_MAX; slice++) {
      const { messages, next } = await store.walkDue(carrierId, places.get(carrierId) ?? BEGINNING, SLICE)
      if (next) places.set(carrierId, next)
      else places.delete(carrierId)
      const free = messages.filter((message) => !isBound(message) && hasOtherWay(routedOf(message), carrierId))
      moved += await store.unroute(
        carrierId,
        free.map(({ id }) => id),
      )
      if (!next || free.length === 0) break
    }
    return moved
  }
}

const routedOf = (message: DueMessage): Routed => ({
  channel: channelOf(message.channel),
  to: message.recipient,
  from: message.sender,
  mccmnc: message.mccmnc,
  accountId: message.accountId,
  payerId: message.payerId,
  price: message.price,
  charged: message.parts,
  tried: triedIn(message),
  control: message.control ?? undefined,
})
