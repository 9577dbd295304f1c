import type { Session } from '../store/session.ts'
import { createAudit } from './audit.ts'
import type { Reader } from './books.ts'
import { createClosing } from './closing.ts'
import { createCorrection, createTransfer } from './correction.ts'
import { createTopUp } from './topup.ts'

/** Everything the operator does with money by hand, and the books of the months. */
export const createLedger = (parts: { session: Session; nextId: () => number } & Reader) => ({
  topUp: createTopUp(parts),
  correct: createCorrection(parts),
  transfer: createTransfer(parts),
  closings: createClosing(parts),
  audit: createAudit(parts),
})
