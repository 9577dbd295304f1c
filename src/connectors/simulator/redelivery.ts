/**
 * A carrier sends a receipt again until we say that we have it. Batches are repeated whole, oldest first:
 * what a batch holds became durable together or not at all.
 */
export interface Redelivery<Item> {
  /** Hands a batch over; until it is acknowledged it is owed. */
  deliver(items: readonly Item[], nowMs: number): void
  /** Hands over again what was handed over that long ago and is still owed. */
  repeat(nowMs: number, afterMs: number): void
  /** Items handed over and not acknowledged. */
  readonly owed: number
}

export function createRedelivery<Item>(hand: (items: readonly Item[], acknowledge: () => void) => void): Redelivery<Item> {
  const batches = new Map<() => void, { readonly items: readonly Item[]; handedAtMs: number }>()
  let owed = 0

  return {
    deliver(items, nowMs) {
      const acknowledge = () => {
        if (batches.delete(acknowledge)) owed -= items.length
      }
      batches.set(acknowledge, { items, handedAtMs: nowMs })
      owed += items.length
      hand(items, acknowledge)
    },

    repeat(nowMs, afterMs) {
      for (const [acknowledge, batch] of [...batches]) {
        if (nowMs - batch.handedAtMs < afterMs) continue
        batch.handedAtMs = nowMs
        hand(batch.items, acknowledge)
      }
    },

    get owed() {
      return owed
    },
  }
}
