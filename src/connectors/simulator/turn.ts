import { monotonic, now } from '../../clock.ts'
import type { CarrierReceipt, ConnectorEvents, Incoming, PartResult } from '../connector.ts'
import type { Receipt } from './life.ts'
import { createRedelivery } from './redelivery.ts'

export type Mo = Omit<Incoming, 'atMs'>

/** What happened in one turn of the event loop, told as one batch of each kind. */
export interface Turn {
  settled(result: Omit<PartResult, 'atMs'>): void
  /** `isEarly`: told before the answers of the same turn. */
  receipt(receipt: Receipt, isEarly: boolean): void
  incoming(messages: readonly Mo[]): void
  /** Tells all. While the line is down the carrier can't reach us: it keeps what it has for us. */
  tell(events: ConnectorEvents, isUp: boolean): void
  /** Sends again what was told that long ago and is not acknowledged. */
  repeat(afterMs: number): void
  /** Handed over and not acknowledged. */
  owed(): number
  readonly told: { receipts: number; incoming: number }
}

export function createTurn(): Turn {
  let results: Omit<PartResult, 'atMs'>[] = []
  let early: Receipt[] = []
  let receipts: Receipt[] = []
  let messages: Mo[] = []
  let listener: ConnectorEvents | undefined
  const told = { receipts: 0, incoming: 0 }
  const sentReceipts = createRedelivery<CarrierReceipt>((batch, acknowledge) => listener?.receipts(batch, acknowledge))
  const sentIncoming = createRedelivery<Incoming>((batch, acknowledge) => listener?.incoming(batch, acknowledge))

  function tellReceipts(batch: readonly Receipt[], atMs: number): void {
    if (batch.length === 0) return
    told.receipts += batch.length
    sentReceipts.deliver(
      batch.map((receipt) => ({ ...receipt, atMs })),
      monotonic(),
    )
  }

  return {
    settled: (result) => void results.push(result),
    receipt: (receipt, isEarly) => void (isEarly ? early : receipts).push(receipt),
    incoming: (batch) => void messages.push(...batch),

    tell(events, isUp) {
      listener = events
      const atMs = now()
      const [toSettle, first, then, mo] = [results, isUp ? early : [], isUp ? receipts : [], isUp ? messages : []]
      results = []
      if (isUp) {
        early = []
        receipts = []
        messages = []
      }
      tellReceipts(first, atMs)
      if (toSettle.length > 0) events.settled(toSettle.map((result) => ({ ...result, atMs })))
      tellReceipts(then, atMs)
      if (mo.length === 0) return
      told.incoming += mo.length
      sentIncoming.deliver(
        mo.map((message) => ({ ...message, atMs })),
        monotonic(),
      )
    },

    repeat(afterMs) {
      sentReceipts.repeat(monotonic(), afterMs)
      sentIncoming.repeat(monotonic(), afterMs)
    },

    owed: () => sentReceipts.owed + sentIncoming.owed,
    told,
  }
}
