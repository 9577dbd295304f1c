import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { addNumber, listNumbers, type NumberRow, removeNumber } from '../store/numbers.ts'
import type { Session } from '../store/session.ts'

export interface AddNumber {
  readonly number: string
  readonly account?: string // login: what subscribers write to it is the account's
  readonly shared?: boolean // of several accounts, told apart by keywords
}

/** The numbers subscribers write to, and whose they are. Messages that come from now on go by it. */
export const createNumbers = (session: Session) => ({
  list: (): Promise<NumberRow[]> => listNumbers(session),

  async add({ number: written, account: login, shared = false }: AddNumber): Promise<NumberRow> {
    const number = asNumber(written)
    const account = login === undefined ? undefined : await readDetailsOf(session, login)
    if (login !== undefined && !account) {
      throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    }
    if (!(await addNumber(session, number, account?.id, shared))) {
      throw new Refusal('duplicate', { field: 'number', reason: `The number ${number} is there already: remove it first.` })
    }
    return { number, account: account?.login, shared }
  },

  async remove(written: string): Promise<void> {
    const number = asNumber(written)
    if (!(await removeNumber(session, number))) {
      throw new Refusal('not_found', { field: 'number', reason: `There is no number ${number}.` })
    }
  },
})

export type Numbers = ReturnType<typeof createNumbers>

/** As carriers write it: digits alone. */
function asNumber(written: string): string {
  const number = written.replace(/^\+/, '')
  if (!/^\d{2,15}$/.test(number)) {
    const reason = `'${written.slice(0, 30)}' is no number: write 2 to 15 digits, like 79161234567 or 1234.`
    throw new Refusal('bad_request', { field: 'number', reason })
  }
  return number
}

export const presentNumber = ({ number, account, shared }: NumberRow) => ({ number, account: account ?? null, shared })
