import { type Account, isOn } from '../domain/account.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { readParent } from '../store/accounts.ts'
import type { ChangeBook } from '../store/contact-book.ts'
import type { Session } from '../store/session.ts'

/** What the use cases of contacts, groups and the blacklist are built from. */
export interface ContactStore {
  readonly session: Session
  readonly changeBook: ChangeBook
  readonly profile: NumberProfile
}

/**
 * Whose contacts and groups an account uses: its own, or with `fl[26]` those of its main account (SMSC API, users.php). The
 * blacklist is always its own.
 */
export async function bookOf(session: Session, account: Account): Promise<number> {
  if (!isOn(account.settings['fl[26]'])) return account.id
  return (await readParent(session, account.id)) ?? account.id
}
