import type { ReceiptTarget } from '../store/receipts.ts'
import { changeOfTarget, targetOf } from './change.ts'
import { DENIED } from './guard.ts'
import type { SettleCommit } from './settle-commit.ts'

/** Ends messages that wait and will not be sent: denied, and given back whole. Answers how many still waited. */
export type DropWaiting = (messages: readonly { accountId: number; id: number }[]) => Promise<number>

export const makeDrop =
  (parts: {
    read: (message: { accountId: number; id: number }) => Promise<ReceiptTarget | undefined>
    settle: Pick<SettleCommit, 'write'>
    now: () => number
  }): DropWaiting =>
  async (messages) => {
    const written = await Promise.all(
      messages.map(async (message) => {
        const target = await parts.read(message)
        if (target?.state !== -1) return false
        const denied = { ...targetOf(target), ...DENIED, stateAtMs: parts.now(), refunded: target.price }
        return parts.settle.write(changeOfTarget(denied), 'waits')
      }),
    )
    return written.filter((done) => done).length
  }
