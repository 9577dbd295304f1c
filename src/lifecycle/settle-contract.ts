import type { CarrierReceipt, PartResult } from '../connectors/connector.ts'
import type { MessageId, ReceiptTarget } from '../store/receipts.ts'
import type { Change, SettleBatch, SettleResult } from '../store/settle.ts'
import type { Item } from './item.ts'
import type { MatchStore } from './receipt-matching.ts'
import type { ResolveCounters } from './receipt-resolving.ts'
import type { WriteCounters } from './settle-writer.ts'

/**
 * Writes what settle and receipt decide: batched, and coalesced where both come within a batch (one update a
 * message). One commit is under way; what happens meanwhile is the next one. Receipts are acknowledged to the
 * carrier only after the commit that holds them.
 */
export interface SettleCommit {
  /** Messages now with a connector. */
  submitted(items: readonly Item[]): void
  /** A message read back into memory of which a carrier has a part: its receipts meet it here. */
  keep(item: Item): void
  settled(results: readonly PartResult[]): void
  receipts(carrierId: number, receipts: readonly CarrierReceipt[], acknowledge: () => void): void
  /** A parked receipt whose message has appeared. */
  found(carrierId: number, receipt: CarrierReceipt, parkedId: number): void
  /** A message in memory changed for another reason: moved, expired, cancelled. */
  changed(item: Item): void
  /** Resolves when everything that has changed in memory until now is durable. */
  stored(): Promise<void>
  /**
   * A change of a message that is not in memory, decided on what was read. `waits`: only if it still stands in the due
   * queue, which it leaves. False: somebody was faster, nothing was written.
   */
  write(change: Change, waits?: 'waits'): Promise<boolean>
  journalDone(id: number): void
  /** Writes at once what has changed: a carrier's window waits for it. */
  hurry(): void
  /** Forgets a carrier's ids: it left this node. */
  forgetCarrier(carrierId: number): void
  readonly counters: SettleCounters
  readonly pending: number
  drained(): Promise<void>
}

export type SettleCounters = ResolveCounters &
  WriteCounters & {
    inMemory: number // receipts that met their message in memory
  }

export interface SettleStore extends MatchStore {
  settle(batch: SettleBatch): Promise<SettleResult>
  readTarget(message: MessageId): Promise<ReceiptTarget | undefined>
}
