/** A carrier's batch of receipts that waits for the commit of all that came of it. */
export interface Owing {
  /** Receipts that are still to be looked up. */
  left: number
  /** The settle queue has to be durable up to this entry. */
  after: number
  readonly acknowledge: () => void
}

/** What carriers are to be told, and when: once everything in a batch of receipts is durable. */
export function makeAcknowledgements() {
  let owings: Owing[] = []
  return {
    get size() {
      return owings.length
    },
    add: (owing: Owing): void => void owings.push(owing),
    /** Entries of the settle queue up to `durable` are stored. */
    release(durable: number): void {
      if (owings.length === 0) return
      const waiting: Owing[] = []
      for (const owing of owings) {
        if (owing.left === 0 && owing.after <= durable) owing.acknowledge()
        else waiting.push(owing)
      }
      owings = waiting
    },
  }
}
