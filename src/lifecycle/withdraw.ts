import { partCount, unsentParts } from '../domain/parts.ts'
import { WAITING } from '../domain/waiting.ts'
import type { ReceiptTarget } from '../store/receipts.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import type { Item } from './item.ts'

/** Nobody can say of the others that no carrier has them. */
export const isUntouched = (item: Item): boolean =>
  !item.marked && item.duplicates === 0 && item.carrierIds.length === 0 && !item.control?.first

/** Takes messages that no carrier has seen out of the queues of this node. */
export function withdrawUntouched(owned: ReadonlyMap<number, CarrierQueue>, wanted: (item: Item) => boolean): Item[] {
  const items: Item[] = []
  for (const own of owned.values()) {
    if (own.queue.size > 0) items.push(...own.withdraw((queued) => isUntouched(queued) && wanted(queued)))
  }
  return items
}

/** The same of a stored message that is not in memory. */
export const isUntouchedRow = ({ state, duplicates, partStates, controlled }: ReceiptTarget): boolean =>
  state === -1 &&
  duplicates === 0 &&
  !controlled?.control.first &&
  !(partStates !== null && unsentParts(partStates).length < partCount(partStates))

/** Reasons to stand in the due queue for which a carrier may have the message. */
export const SENT_ALREADY: ReadonlySet<number> = new Set([WAITING.held.code, WAITING.again.code, WAITING.anew.code])
