import { idOfTime } from '../domain/message-id.ts'
import * as deliveries from '../store/deliveries.ts'
import * as kept from '../store/deliveries-kept.ts'
import type { Session } from '../store/session.ts'

/** What delivering to customers' SMPP sessions asks of the store. */
export interface DeliveryStore {
  claim(wants: readonly deliveries.Want[]): Promise<deliveries.Delivery[]>
  /** Rows that are this node's: after a claim whose answer was lost. */
  own(wants: readonly deliveries.Want[]): Promise<(deliveries.Key & { readonly attempts: number })[]>
  remove(rows: readonly deliveries.Delivery[]): Promise<void>
  release(rows: readonly (deliveries.Key & { attempts: number })[]): Promise<void>
  /** What these nodes had in memory is anybody's again. */
  free(nodes: readonly number[]): Promise<number>
  silentNodes(): Promise<{ node: number; sinceMs: number }[]>
  /** Drops what is older than an instant, and the oldest of accounts that have more than so many. */
  prune(beforeMs: number, most: number): Promise<{ expired: number; surplus: number }>
  waiting(upTo: number): Promise<kept.WaitingDeliveries[]>
}

const SLICE = 5_000

/** `session`: a connection of its own, planned for looks by key; `general`: for what reads more. */
export function deliveryStore(session: Session, general: Session, node: number): DeliveryStore {
  const sumOf = (counts: ReadonlyMap<number, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0)

  return {
    claim: (wants) => deliveries.claimDeliveries(session, node, wants),
    own: (wants) => deliveries.ownDeliveries(session, node, wants),
    remove: (rows) => deliveries.removeDeliveries(session, rows),
    release: (rows) => deliveries.releaseDeliveries(session, node, rows),
    free: (nodes) => deliveries.freeDeliveries(general, nodes),
    silentNodes: () => deliveries.silentNodes(general, node),
    async prune(beforeMs, most) {
      const total = { expired: 0, surplus: 0 }
      for (let count = SLICE; count >= SLICE; total.expired += count)
        count = sumOf(await kept.expireDeliveries(general, idOfTime(beforeMs), SLICE))
      const counts = await kept.countDeliveries(general, most + SLICE)
      const over = counts
        .filter(({ count }) => count > most)
        .map(({ accountId, count }) => ({ accountId, count: Math.min(count - most, SLICE) }))
      if (over.length > 0) total.surplus = sumOf(await kept.trimDeliveries(general, over))
      return total
    },
    waiting: (upTo) => kept.countDeliveries(general, upTo),
  }
}
