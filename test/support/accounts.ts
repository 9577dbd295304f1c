import { createAccess } from '../../src/account/access.ts'
import { createAddAccount } from '../../src/account/add.ts'
import { createIpBlock, type IpBlock } from '../../src/account/ip-block.ts'
import { createKeys } from '../../src/account/keys.ts'
import { createPasswordCheck, type IsPassword } from '../../src/account/password.ts'
import { createShowAccounts } from '../../src/account/show.ts'
import { createSignIn } from '../../src/account/sign-in.ts'
import type { Notifier } from '../../src/store/notify.ts'
import type { Session } from '../../src/store/session.ts'

/** Ids that differ within a test's database. */
export function countIds(from = 1_000): () => number {
  let last = from
  return () => {
    last += 1
    return last
  }
}

/** The use cases of accounts over one database, as main.ts puts them together. */
export function openAccounts(session: Session, parts: { [Name in keyof Parts]?: Parts[Name] } = {}) {
  const { ipBlock = createIpBlock({ exemptLoopback: false }), isPassword = createPasswordCheck(), notifier } = parts
  const signIn = createSignIn({ session, ipBlock, isPassword, ...(parts.monotonic && { monotonic: parts.monotonic }) })
  const changed = (id: number) => {
    signIn.forget(id)
    notifier?.accountChanged(id)
  }
  const store = { session, nextId: countIds(), changed }
  return {
    ...signIn,
    ipBlock,
    addAccount: createAddAccount(store),
    accounts: createShowAccounts(session),
    access: createAccess(store),
    keys: createKeys(store),
  }
}

interface Parts {
  readonly ipBlock: IpBlock
  readonly isPassword: IsPassword
  readonly notifier: Notifier
  readonly monotonic: () => number
}
