import type { HistoryRow } from '../store/history.ts'
import type { Cancel } from './cancel.ts'
import type { MessageQuestion, RemoveMessage } from './report.ts'

/**
 * Takes a message out of its customer's history. One that has not been handed over is cancelled first and costs
 * nothing; one that a carrier has and that is not final cannot be removed.
 */
export const makeRemove =
  (parts: {
    find: (accountId: number, question: MessageQuestion) => Promise<HistoryRow | undefined>
    cancel: Cancel
    hide: (message: { accountId: number; id: number }) => Promise<void>
  }): RemoveMessage =>
  async (accountId, question) => {
    const row = await parts.find(accountId, question)
    if (!row) return 'not_found'
    if (row.state <= 0 && !(row.state === -1 && (await parts.cancel(row)))) return 'undeletable'
    await parts.hide(row)
    return 'removed'
  }
