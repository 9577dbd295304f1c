import type { CarrierReceipt, PartResult } from '../connectors/connector.ts'

/** A check of a carrier, while it runs: the answers and receipts of its own messages come to it and go no further. */
export interface ProbeTap {
  settled(result: PartResult): void
  owns(id: number): boolean
  /** True: it took it. */
  receipt(receipt: CarrierReceipt): boolean
}

/** Stands before settle: keeps what belongs to checks apart from customers' messages. */
export interface Probing {
  /** One check at a time for a carrier. Returns how to end it. */
  watch(carrierId: number, tap: ProbeTap): () => void
  /** What is left for customers' messages: the same array where no check runs. */
  settled(carrierId: number, results: readonly PartResult[]): readonly PartResult[]
  receipts(carrierId: number, receipts: readonly CarrierReceipt[]): readonly CarrierReceipt[]
}

export function makeProbing(): Probing {
  const taps = new Map<number, ProbeTap>()
  return {
    watch(carrierId, tap) {
      taps.set(carrierId, tap)
      return () => {
        if (taps.get(carrierId) === tap) taps.delete(carrierId)
      }
    },
    settled(carrierId, results) {
      const tap = taps.get(carrierId)
      if (!tap) return results
      return results.filter((result) => {
        const own = tap.owns(result.id)
        if (own) tap.settled(result)
        return !own
      })
    },
    receipts(carrierId, receipts) {
      const tap = taps.get(carrierId)
      return tap ? receipts.filter((receipt) => !tap.receipt(receipt)) : receipts
    },
  }
}
