import { POSTING, post } from '../store/postings.ts'
import type { Session } from '../store/session.ts'
import { checkNote, findPayer, type Posted, presentPosted, readAmount, readPurse } from './purse.ts'

/**
 * Adds an amount of money to a purse (1 main, 2 electronic), or takes it off again when it is negative; a balance may so
 * go below its limit. The posting and the balance change together.
 */
export const createTopUp =
  ({ session, nextId }: { session: Session; nextId: () => number }) =>
  async (login: string, written: string, note = '', named?: number): Promise<Posted> => {
    const amount = readAmount(written)
    const purse = readPurse(named)
    checkNote('note', note)
    const account = await findPayer(session, login)
    const posting = { accountId: account.id, purse, id: nextId(), kind: POSTING.topUp, amount, note }
    return presentPosted(account, purse, amount, (await post(session, posting)) ?? 0n)
  }
