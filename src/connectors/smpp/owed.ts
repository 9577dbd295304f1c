import type { Delivery } from './incoming.ts'

/** Enough of a delivery to answer it. */
export type DeliveryHead = Pick<Delivery, 'command' | 'sequence'>

/** Deliveries that came in one read, and that the carrier was not yet told we have. */
export interface Batch {
  readonly list: readonly DeliveryHead[]
  readonly since: number
}

/** The deliveries of one connection that still need an answer. They are bounded by who reads, and by time. */
export interface Owed {
  count(): number
  add(list: readonly DeliveryHead[], now: number): Batch
  /** False when the batch was answered already. */
  settle(batch: Batch): boolean
  /** Takes the batches that came before. */
  takeBefore(time: number): readonly Batch[]
}

export function createOwed(): Owed {
  const batches = new Set<Batch>() // in the order they came
  let count = 0

  const settle = (batch: Batch): boolean => {
    if (!batches.delete(batch)) return false
    count -= batch.list.length
    return true
  }

  return {
    count: () => count,
    settle,

    add(list, since) {
      const batch = { list, since }
      batches.add(batch)
      count += list.length
      return batch
    },

    takeBefore(time) {
      const taken: Batch[] = []
      for (const batch of batches) {
        if (batch.since >= time) break
        settle(batch)
        taken.push(batch)
      }
      return taken
    },
  }
}
