import type { PhoneBook } from './account/phone-book.ts'
import type { SignIns } from './account/sign-in.ts'
import type { Numbering } from './lifecycle/numbering.ts'
import type { Path } from './lifecycle/path.ts'
import { log } from './log.ts'
import type { Store } from './store/connect.ts'
import { hintedAccounts } from './store/notify.ts'

/** Hears what other nodes have changed. Hints may be lost: whoever keeps something asks for its version too. */
export async function followHints(parts: {
  readonly store: Store
  readonly signing: SignIns
  readonly phoneBook: PhoneBook
  readonly numbering: Numbering
  readonly path: Path
}): Promise<void> {
  const { store, signing, phoneBook, numbering, path } = parts
  const listening = store.client('hints')
  await listening.ready()
  listening.onReconnect(() => {
    signing.forgetAll()
    phoneBook.doubt(undefined)
  })
  await listening.listen('accounts', (payload) => {
    const named = hintedAccounts(payload)
    if (named) for (const accountId of named) signing.forget(accountId)
    else signing.forgetAll()
    phoneBook.doubt(named)
  })
  await listening.listen('catalogue', () => {
    numbering.refresh().catch(unread('numbering'))
    path.refresh().catch(unread('catalogue'))
  })
}

/** What was changed is read again at the next beat. */
export const unread = (what: string) => (error: Error) => log.warn(`the ${what} could not be read`, { reason: error.message })
