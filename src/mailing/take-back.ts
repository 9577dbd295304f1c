import type { Orders } from '../lifecycle/orders.ts'
import { forgetMailing, removeMailingRecipients } from '../store/mailing-recipients.ts'
import { priceSlice, readNextSlice, restMailing } from '../store/mailing-runs.ts'
import { type MailingRow, removeMailing } from '../store/mailings.ts'
import type { Session } from '../store/session.ts'

const REMOVED_AT_ONCE = 5_000

/**
 * What is left to do with a mailing that is over, was cancelled or deleted, or never became one: messages that wait are taken back, its
 * recipients go, and after `keptMs` all of it. Answers whether there is more to do at once.
 */
export function makeTakeBack(parts: { session: Session; withdraw: Orders['withdraw']; now: () => number; keptMs: number }) {
  const { session, withdraw, now, keptMs } = parts
  return (mailing: MailingRow): (() => Promise<boolean>) => {
    let behind = { run: 0, after: -1 }
    let withdrawn = mailing.state === 'finished'

    /** Messages that no carrier has seen are taken back, slice by slice. */
    async function messages(): Promise<boolean> {
      const slice = await readNextSlice(session, mailing.id, behind)
      if (!slice) return false
      await Promise.all(slice.waiting.map((id) => withdraw({ accountId: mailing.accountId, id })))
      if (slice.waiting.length > 0) await priceSlice(session, mailing.id, slice)
      behind = slice
      return true
    }

    return async function turn(): Promise<boolean> {
      if (mailing.state === 'loading') {
        await removeMailing(session, mailing.id, now())
        return false
      }
      if (!withdrawn) {
        if (await messages()) return true
        withdrawn = true
      }
      if ((await removeMailingRecipients(session, mailing.id, REMOVED_AT_ONCE)) > 0) return true
      if (mailing.state === 'deleted') await forgetMailing(session, mailing.id)
      else if (now() < mailing.startAtMs + keptMs) await restMailing(session, mailing, mailing.startAtMs + keptMs)
      else await removeMailing(session, mailing.id, now())
      return false
    }
  }
}
