import { PART, partCount, partState } from '../domain/parts.ts'
import type { MessageId, Parked, ReceiptTarget } from '../store/receipts.ts'
import type { Change } from '../store/settle.ts'
import { changeOfTarget, isLookUpChannel, targetOf } from './change.ts'
import { applyReceipt } from './receipt.ts'
import { receiptOf } from './sweeps.ts'

/** attached: the message changed · known: it says nothing new · moving: the message changes at this moment, try again · gone */
export type Attached = 'attached' | 'known' | 'moving' | 'gone'

/** Gives a parked receipt to the message an operator names; part 0: the first that waits for one. */
export type AttachReceipt = (match: MessageId & { readonly parkedId: number; readonly part: number }) => Promise<Attached>

/** The same way as a receipt that finds its message by itself: final state, refund, and what follows a change. */
export const makeAttach =
  (parts: {
    readParked(ids: readonly number[]): Promise<Parked[]>
    readTarget(message: MessageId): Promise<ReceiptTarget | undefined>
    matched(parkedId: number, messageId: number): Promise<void>
    settle: { write(change: Change, waits?: 'waits'): Promise<boolean> }
  }): AttachReceipt =>
  async (match) => {
    const [parked] = await parts.readParked([match.parkedId])
    const target = await parts.readTarget(match)
    if (!parked || !target) return 'gone'
    const changed = targetOf(target)
    const part = match.part > 0 ? match.part : waitingPart(changed.partStates)
    const isNews = applyReceipt(changed, part, receiptOf(parked), isLookUpChannel(target.channel))
    if (isNews) {
      const leavesQueue = target.state === -1 && changed.state !== -1
      if (!(await parts.settle.write(changeOfTarget(changed), leavesQueue ? 'waits' : undefined))) return 'moving'
    }
    await parts.matched(match.parkedId, match.id)
    return isNews ? 'attached' : 'known'
  }

function waitingPart(states: Uint8Array | undefined | null): number {
  if (!states) return 1
  for (const wanted of [PART.taken, PART.unknown]) {
    for (let part = 1; part <= partCount(states); part++) if (partState(states, part) === wanted) return part
  }
  return 1
}
