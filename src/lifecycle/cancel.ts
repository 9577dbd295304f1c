import { CANCELLED } from '../domain/message-state.ts'
import { partCount, unsentParts } from '../domain/parts.ts'
import { WAITING } from '../domain/waiting.ts'
import type { HistoryRow } from '../store/history.ts'
import type { ReceiptTarget } from '../store/receipts.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import { changeOfTarget, targetOf } from './change.ts'
import type { Item } from './item.ts'
import type { RemoveMessage } from './report.ts'
import type { SettleCommit } from './settle-commit.ts'

/**
 * Takes a message out of its customer's history. One that has not been handed over is cancelled first and costs
 * nothing; one that a carrier has and that is not final cannot be removed.
 */
export function makeRemove(parts: {
  find: (accountId: number, question: { ref: number | string; phone: string }) => Promise<HistoryRow | undefined>
  read: (message: { accountId: number; id: number }) => Promise<ReceiptTarget | undefined>
  waitingReason: (id: number) => Promise<number | undefined>
  hide: (message: { accountId: number; id: number }) => Promise<void>
  owned: ReadonlyMap<number, CarrierQueue>
  settle: Pick<SettleCommit, 'changed' | 'stored' | 'write'>
  now: () => number
}): RemoveMessage {
  return async (accountId, question) => {
    const row = await parts.find(accountId, question)
    if (!row) return 'not_found'
    if (row.state <= 0 && !(row.state === -1 && (await cancel(row)))) return 'undeletable'
    await parts.hide(row)
    return 'removed'
  }

  /** True when the message will not be sent: it was taken out of the queue it stood in, and its money went back. */
  async function cancel(row: HistoryRow): Promise<boolean> {
    for (const own of parts.owned.values()) {
      const [item] = own.withdraw((queued) => queued.id === row.id && isUntouched(queued))
      if (!item) continue
      item.state = CANCELLED.state
      item.err = CANCELLED.err
      item.receipt = CANCELLED.receipt
      item.stateAtMs = parts.now()
      item.refunded = item.price
      parts.settle.changed(item)
      await parts.settle.stored()
      return true
    }
    const reason = await parts.waitingReason(row.id)
    if (reason === undefined || SENT_ALREADY.has(reason)) return false
    const target = await parts.read(row)
    if (target?.state !== -1 || target.duplicates > 0 || hasTried(target.partStates)) return false
    const change = {
      ...targetOf(target),
      state: CANCELLED.state,
      err: CANCELLED.err,
      receipt: CANCELLED.receipt,
      stateAtMs: parts.now(),
      refunded: target.price,
    }
    return parts.settle.write(changeOfTarget(change), 'waits')
  }
}

/** Nobody can say of the others that no carrier has them. */
const isUntouched = (item: Item): boolean => !item.marked && item.duplicates === 0 && item.carrierIds.length === 0
const hasTried = (parts: Uint8Array | null): boolean => parts !== null && unsentParts(parts).length < partCount(parts)
const SENT_ALREADY: ReadonlySet<number> = new Set([WAITING.held.code, WAITING.again.code])
