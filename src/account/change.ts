import { Refusal } from '../domain/refusal.ts'
import { type AccountDetails, readDetailsOf } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'

/** What every use case that changes an account is given. */
export interface AccountStore {
  readonly session: Session
  /** An id of this node, for postings. */
  readonly nextId: () => number
  /** Called after the commit: this node forgets the account at once, the others are told. */
  readonly changed: (accountId: number) => void
  /** Handlers may be on this machine, as in the sandbox. */
  readonly loopbackHandlers?: boolean
}

/** Rejects with not_found, in a sentence. */
export async function findAccount(session: Session, login: string): Promise<AccountDetails> {
  const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
  if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
  return account
}
