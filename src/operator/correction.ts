import { formatBalance } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { POSTING, post, transfer } from '../store/postings.ts'
import type { Session } from '../store/session.ts'
import { checkNote, findPayer, type Posted, presentPosted, readAmount, readPurse } from './purse.ts'

interface Parts {
  readonly session: Session
  readonly nextId: () => number
}

/**
 * Corrects a balance by hand, up or down, with the reason that the statement will show. It may take a balance below its
 * limit: what is wrong is wrong. A correction is never changed; a wrong one is corrected by another.
 */
export const createCorrection =
  ({ session, nextId }: Parts) =>
  async (login: string, written: string, reason: string, named?: number): Promise<Posted> => {
    const amount = readAmount(written)
    const purse = readPurse(named)
    const note = reason.trim()
    if (note === '') {
      throw new Refusal('bad_request', {
        field: 'reason',
        reason: 'A correction needs its reason: --reason "paid twice in May".',
      })
    }
    checkNote('reason', note)
    const account = await findPayer(session, login)
    const posting = { accountId: account.id, purse, id: nextId(), kind: POSTING.correction, amount, note }
    return presentPosted(account, purse, amount, (await post(session, posting)) ?? 0n)
  }

/** Moves money from one purse of an account to its other one. Refuses more than there is. */
export const createTransfer =
  ({ session, nextId }: Parts) =>
  async (login: string, written: string, fromNamed: number, note = '') => {
    const amount = readAmount(written)
    const from = readPurse(fromNamed)
    checkNote('note', note)
    if (amount < 0n) throw new Refusal('bad_request', { field: 'amount', reason: 'Name the purse it comes from, and how much.' })
    const account = await findPayer(session, login)
    const moved = await transfer(session, { accountId: account.id, from, id: nextId(), amount, note })
    if (!moved) {
      const held = from === 1 ? account.balance : account.balance2
      const reason = `Purse ${from} of ${login} holds ${formatBalance(held)} ${account.currency}, which is less.`
      throw new Refusal('insufficient_funds', { field: 'amount', reason })
    }
    const { amount: written2 } = presentPosted(account, from, amount, 0n)
    const balances = { balance: formatBalance(moved.balance), balance2: formatBalance(moved.balance2) }
    return { login, from, amount: written2, ...balances, currency: account.currency }
  }
