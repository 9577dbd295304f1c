import { CANCELLED } from '../domain/message-state.ts'
import type { MessageId, ReceiptTarget } from '../store/receipts.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import { changeOfTarget, targetOf } from './change.ts'
import { gather } from './gather.ts'
import type { Item } from './item.ts'
import type { SettleCommit } from './settle-commit.ts'
import { isUntouchedRow, SENT_ALREADY, withdrawUntouched } from './withdraw.ts'

/**
 * Takes messages out of the queues they stand in, for good: they cost nothing. True for each that will not be sent; false for
 * one that a carrier may have, that is final, or that waits in the memory of another node.
 */
export interface Cancel {
  (message: MessageId): Promise<boolean>
  /** All of an account from one address to another, at most `CANCELLED_MAX`. Answers how many. */
  between(of: { accountId: number; sender: string; recipient: string }): Promise<number>
}

export interface CancelStore {
  waitingReasons(ids: readonly number[]): Promise<ReadonlyMap<number, number>>
  readTargets(messages: readonly MessageId[]): Promise<readonly ReceiptTarget[]>
  waitingBetween(of: { accountId: number; sender: string; recipient: string }, limit: number): Promise<readonly MessageId[]>
}

const CANCELLED_MAX = 1_000

export function makeCancel(parts: {
  store: CancelStore
  owned: ReadonlyMap<number, CarrierQueue>
  settle: Pick<SettleCommit, 'changed' | 'stored' | 'write'>
  now: () => number
}): Cancel {
  const { store, owned, settle } = parts

  function end(items: readonly Item[]): void {
    for (const item of items) {
      Object.assign(item, CANCELLED)
      item.stateAtMs = parts.now()
      item.refunded = item.price
      settle.changed(item)
    }
  }

  async function cancelAll(messages: readonly MessageId[]): Promise<boolean[]> {
    const wanted = new Set(messages.map(({ id }) => id))
    const items = withdrawUntouched(owned, ({ id }) => wanted.has(id))
    end(items)
    const ended = new Set(items.map(({ id }) => id))
    const waiting = await cancelWaiting(messages.filter(({ id }) => !ended.has(id)))
    if (items.length > 0) await settle.stored()
    // Asked for twice at once it is cancelled for the first who asked.
    return messages.map(({ id }) => ended.delete(id) || waiting.delete(id))
  }

  /** Those in the due queue; answers which of them were still there. */
  async function cancelWaiting(messages: readonly MessageId[]): Promise<Set<number>> {
    const ended = new Set<number>()
    if (messages.length === 0) return ended
    const reasons = await store.waitingReasons([...new Set(messages.map(({ id }) => id))])
    const free = messages.filter(({ id }) => {
      const reason = reasons.get(id)
      return reason !== undefined && !SENT_ALREADY.has(reason)
    })
    if (free.length === 0) return ended
    const targets = (await store.readTargets(free)).filter(isUntouchedRow)
    await Promise.all(
      targets.map(async (target) => {
        const change = { ...targetOf(target), ...CANCELLED, stateAtMs: parts.now(), refunded: target.price }
        if (await settle.write(changeOfTarget(change), 'waits')) ended.add(target.id)
      }),
    )
    return ended
  }

  return Object.assign(gather(cancelAll), {
    async between(of: { accountId: number; sender: string; recipient: string }): Promise<number> {
      let left = CANCELLED_MAX
      const fits = (item: Item) => item.accountId === of.accountId && item.from === of.sender && item.to === of.recipient
      const items = withdrawUntouched(owned, (item) => left > 0 && fits(item) && left-- > 0)
      end(items)
      const waiting = left === 0 ? [] : await store.waitingBetween(of, left)
      const ended = await cancelWaiting(waiting)
      if (items.length > 0) await settle.stored()
      return items.length + ended.size
    },
  })
}
