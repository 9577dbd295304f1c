import type { PhoneBook } from './account/phone-book.ts'
import type { SignIns } from './account/sign-in.ts'
import type { Numbering } from './lifecycle/numbering.ts'
import type { Path } from './lifecycle/path.ts'
import type { DedicatedClient } from './store/dedicated-client.ts'
import { hintedAccounts } from './store/notify.ts'

/** Listens to what other nodes changed. While the connection is away hints are missed: when it is back nothing known is trusted. */
export async function listenToHints(
  client: DedicatedClient,
  known: {
    readonly signing: Pick<SignIns, 'forget' | 'forgetAll'>
    readonly phoneBook: Pick<PhoneBook, 'doubt'>
    readonly numbering: Pick<Numbering, 'refresh'>
    readonly path: Pick<Path, 'refresh'>
    readonly unread: (what: string) => (error: Error) => void
  },
): Promise<void> {
  const { signing, phoneBook, numbering, path, unread } = known
  await client.ready()
  client.onReconnect(() => {
    signing.forgetAll()
    phoneBook.doubt(undefined)
  })
  await client.listen('accounts', (payload) => {
    const named = hintedAccounts(payload)
    if (named) for (const accountId of named) signing.forget(accountId)
    else signing.forgetAll()
    phoneBook.doubt(named)
  })
  await client.listen('catalogue', () => {
    numbering.refresh().catch(unread('numbering'))
    path.refresh().catch(unread('catalogue'))
  })
}
