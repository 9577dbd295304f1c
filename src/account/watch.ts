import type { DedicatedClient } from '../store/dedicated-client.ts'
import { hintedAccounts } from '../store/notify.ts'
import type { SignIns } from './sign-in.ts'

/**
 * Listens for the hints that other nodes send when they change an account. While the connection is away hints
 * are missed, so when it is back nothing that is known is trusted.
 */
export async function watchAccounts(client: DedicatedClient, signIns: Pick<SignIns, 'forget' | 'forgetAll'>): Promise<void> {
  client.onReconnect(signIns.forgetAll)
  await client.ready()
  await client.listen('accounts', (payload) => {
    const accounts = hintedAccounts(payload)
    if (accounts) for (const id of accounts) signIns.forget(id)
    else signIns.forgetAll()
  })
}
