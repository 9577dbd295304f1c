import type { Glance } from '../store/pool-session.ts'
import type { Session } from '../store/session.ts'
import { createClosing } from './closing.ts'
import { createCorrection, createTransfer } from './correction.ts'
import { createTopUp } from './topup.ts'

/** Everything the operator does with money by hand, and the books of the months. */
export const createLedger = (parts: { session: Session; glance: Glance; nextId: () => number }) => ({
  topUp: createTopUp(parts),
  correct: createCorrection(parts),
  transfer: createTransfer(parts),
  closings: createClosing(parts),
})
