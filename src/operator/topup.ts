import { formatBalance, formatMoney, parseMoney } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { POSTING, post } from '../store/postings.ts'
import type { Session } from '../store/session.ts'

const NOTE_MAX = 200

export interface ToppedUp {
  readonly login: string
  readonly amount: string
  readonly balance: string // after it
  readonly currency: string
}

/**
 * Adds an amount of money to a balance, or takes it off again when it is negative; a balance may so go below
 * its limit. The posting and the balance change together.
 */
export const createTopUp =
  ({ session, nextId }: { session: Session; nextId: () => number }) =>
  async (login: string, written: string, note = ''): Promise<ToppedUp> => {
    const amount = parseMoney(written)
    if (typeof amount !== 'bigint' || amount === 0n) {
      throw new Refusal('bad_request', {
        field: 'amount',
        reason: `'${written.slice(0, 40)}' is no amount of money: write 100 or 99.50.`,
      })
    }
    if (note.length > NOTE_MAX || note.includes('\0')) {
      throw new Refusal('bad_request', { field: 'note', reason: `A note has at most ${NOTE_MAX} characters.` })
    }
    const account = await readDetailsOf(session, login)
    if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
    if (account.payerId !== account.id) {
      const reason = `${login} spends the balance of ${account.payer}: top up ${account.payer}.`
      throw new Refusal('bad_request', { field: 'login', reason })
    }
    const balance = await post(session, { accountId: account.id, id: nextId(), kind: POSTING.topUp, amount, note })
    return {
      login,
      amount: formatMoney(amount, amount % 10_000n === 0n ? 'two' : 'trim'),
      balance: formatBalance(balance ?? 0n),
      currency: account.currency,
    }
  }
