import { Refusal } from '../domain/refusal.ts'
import { readBalanceOf } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'
import type { ReadBalance } from './account.ts'

/** What the account can spend: its payer's balance, as it stands in the store now. */
export const createReadBalance =
  (session: Session): ReadBalance =>
  async ({ payerId }) => {
    const report = await readBalanceOf(session, payerId).catch(() => {
      throw new Refusal('unavailable')
    })
    if (!report) throw new Refusal('not_found')
    return report
  }
