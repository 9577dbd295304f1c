import { log } from './log.ts'
import type { Store } from './store/connect.ts'
import { hintedAccounts } from './store/notify.ts'

/** What a node remembers, and doubts when another one says that it has changed. */
export interface Remembered {
  readonly signing: { forget(accountId: number): void; forgetAll(): void }
  /** Of these accounts; undefined: of all. */
  readonly phoneBook: { doubt(accountIds: readonly number[] | undefined): void }
  readonly numbering: { refresh(): Promise<unknown> }
  readonly catalogue: { refresh(): Promise<unknown> }
}

/** Listens to what the other nodes change. While nothing can be heard everything is doubted, once it can be again. */
export async function hearHints(store: Store, { signing, phoneBook, numbering, catalogue }: Remembered): Promise<void> {
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
    catalogue.refresh().catch(unread('catalogue'))
  })
}

/** What was changed is read again at the next beat. */
export const unread = (what: string) => (error: Error) => log.warn(`the ${what} could not be read`, { reason: error.message })
