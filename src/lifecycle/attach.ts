import type { CarrierReceipt } from '../connectors/connector.ts'
import { PART, partCount, partState } from '../domain/parts.ts'
import type { MessageId, Parked, ReceiptTarget } from '../store/receipts.ts'
import { changeOfTarget, isLookUpChannel, targetOf } from './change.ts'
import { applyReceipt } from './receipt.ts'
import type { SettleCommit } from './settle-commit.ts'
import { receiptOf } from './sweeps.ts'

/** attached: the message changed · known: it says nothing new · moving: the message changes at this moment, try again · gone */
export type Attached = 'attached' | 'known' | 'moving' | 'gone'

/** Gives a parked receipt to the message an operator names. */
export type AttachReceipt = (
  match: MessageId & {
    readonly parkedId: number
    readonly part: number // 0: the first that waits for a receipt
    readonly carrierIds: readonly string[] // of the message, raw, by part
  },
) => Promise<Attached>

/**
 * The same way as a receipt that finds its message by itself: final state, refund, and what follows a change. Where the
 * message has an id of the carrier's, the receipt is read as if it bore that id, so that it meets other receipts in one place;
 * where it has none (its answer never came), the message is changed as it stands.
 */
export function makeAttach(parts: {
  readParked(ids: readonly number[]): Promise<Parked[]>
  readTarget(message: MessageId): Promise<ReceiptTarget | undefined>
  matched(parkedId: number, messageId: number): Promise<void>
  settle: Pick<SettleCommit, 'write' | 'found' | 'stored'>
}): AttachReceipt {
  const { settle } = parts

  async function changeRow(row: ReceiptTarget, part: number, receipt: CarrierReceipt, parkedId: number): Promise<Attached> {
    const changed = targetOf(row)
    const isNews = applyReceipt(changed, part, receipt, isLookUpChannel(row.channel))
    const leavesQueue = row.state === -1 && changed.state !== -1
    if (isNews && !(await settle.write(changeOfTarget(changed), leavesQueue ? 'waits' : undefined))) return 'moving'
    await parts.matched(parkedId, row.id)
    return isNews ? 'attached' : 'known'
  }

  return async (match) => {
    const [parked] = await parts.readParked([match.parkedId])
    const row = await parts.readTarget(match)
    if (!parked || !row) return 'gone'
    const part = match.part > 0 ? match.part : waitingPart(row.partStates)
    const receipt = { ...receiptOf(parked), to: row.recipient }
    const carrierId = match.carrierIds[part - 1] ?? ''
    if (carrierId === '' || row.state === -1) return changeRow(row, part, receipt, parked.id)
    settle.found(parked.carrierId, { ...receipt, carrierIds: [carrierId] }, parked.id)
    await settle.stored()
    const now = await parts.readTarget(match)
    if (!now) return 'gone'
    return differ(row, now) ? 'attached' : changeRow(now, part, receipt, parked.id)
  }
}

const differ = (one: ReceiptTarget, other: ReceiptTarget): boolean =>
  one.state !== other.state || one.err !== other.err || String(one.partStates) !== String(other.partStates)

function waitingPart(states: Uint8Array | null): number {
  if (!states) return 1
  for (const wanted of [PART.taken, PART.unknown]) {
    for (let part = 1; part <= partCount(states); part++) if (partState(states, part) === wanted) return part
  }
  return 1
}
