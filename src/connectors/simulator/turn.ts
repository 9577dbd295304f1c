import { monotonic, now } from '../../clock.ts'
import type { CarrierReceipt, ConnectorEvents, Incoming, PartResult } from '../connector.ts'
import { createRedelivery } from './redelivery.ts'

/** What happened in one turn of the event loop, told as one batch of each kind. */
export interface Turn {
  settled(result: PartResult): void
  /** `isEarly`: told before the answers of the same turn. */
  receipt(receipt: CarrierReceipt, isEarly: boolean): void
  incoming(messages: readonly Incoming[]): void
  /** Tells all. While the line is down the carrier can't reach us: it keeps what it has for us. */
  tell(events: ConnectorEvents, isUp: boolean): void
  /** Sends again what was told that long ago and is not acknowledged. */
  repeat(afterMs: number): void
  /** Handed over and not acknowledged. */
  owed(): number
  readonly told: { readonly receipts: number; readonly incoming: number }
}

export function createTurn(): Turn {
  let results: PartResult[] = []
  let early: CarrierReceipt[] = []
  let receipts: CarrierReceipt[] = []
  let messages: Incoming[] = []
  let listener: ConnectorEvents | undefined
  let isLate = false // something waited for the line
  const told = { receipts: 0, incoming: 0 }
  const sentReceipts = createRedelivery<CarrierReceipt>((batch, acknowledge) => listener?.receipts(batch, acknowledge))
  const sentIncoming = createRedelivery<Incoming>((batch, acknowledge) => listener?.incoming(batch, acknowledge))

  function tellReceipts(batch: readonly CarrierReceipt[]): void {
    if (batch.length === 0) return
    told.receipts += batch.length
    sentReceipts.deliver(batch, monotonic())
  }

  return {
    settled: (result) => void results.push(result),
    receipt: (receipt, isEarly) => void (isEarly ? early : receipts).push(receipt),
    incoming: (batch) => void messages.push(...batch),

    tell(events, isUp) {
      listener = events
      // Emptied before anybody is told, who may submit at once and so begin the next turn.
      const answered = results
      results = []
      if (!isUp) {
        isLate = true
        if (answered.length > 0) events.settled(answered)
        return
      }
      const [first, then, arrived] = isLate ? [restamp(early), restamp(receipts), restamp(messages)] : [early, receipts, messages]
      isLate = false
      early = []
      receipts = []
      messages = []
      tellReceipts(first)
      if (answered.length > 0) events.settled(answered)
      tellReceipts(then)
      if (arrived.length === 0) return
      told.incoming += arrived.length
      sentIncoming.deliver(arrived, monotonic())
    },

    repeat(afterMs) {
      sentReceipts.repeat(monotonic(), afterMs)
      sentIncoming.repeat(monotonic(), afterMs)
    },

    owed: () => sentReceipts.owed + sentIncoming.owed,
    told,
  }
}

/** What waited reaches us only now. */
const restamp = <Item extends { readonly atMs: number }>(items: readonly Item[]): Item[] => {
  const atMs = now()
  return items.map((item) => ({ ...item, atMs }))
}
