import type { Credentials, ForgetAccount, SignIn } from '../../account/account.ts'
import type { Account } from '../../domain/account.ts'
import { Refusal } from '../../domain/refusal.ts'
import { bindTrouble } from './bind.ts'

/** The sign-in as sessions use it. */
export interface Signing {
  readonly signInSmpp: SignIn
  /** Of who is bound: nothing is guessed, so nothing is counted. */
  readonly signInSmppAgain: SignIn
  readonly forget: ForgetAccount
}

/** Whose session it is, and whether it still may be. */
export interface Standing {
  account(): Account
  /** Asks the store anew, whatever is remembered. Rejects as a sign-in does; `ended` is called when it is not let in any more. */
  again(): Promise<Account>
  /** Looks whether the account changed; what is remembered is good enough. */
  verify(): void
}

export function createStanding(
  signing: Signing,
  credentials: Credentials,
  signedIn: Account,
  ended: (why: string) => void,
): Standing {
  let account = signedIn
  let verifying = false
  let renewing: Promise<Account> | undefined

  const ask = async (): Promise<Account> => {
    try {
      const found = await signing.signInSmppAgain(credentials)
      if (found.id !== account.id) throw new Refusal('bad_credentials', { reason: 'login' })
      account = found
      return found
    } catch (error) {
      // A store that does not answer says nothing about the account.
      if (error instanceof Refusal && error.code === 'bad_credentials') ended(bindTrouble(error))
      throw error
    }
  }

  return {
    account: () => account,

    again() {
      if (renewing) return renewing
      signing.forget(account.id)
      renewing = ask().finally(() => {
        renewing = undefined
      })
      return renewing
    },

    verify() {
      if (verifying || renewing) return
      verifying = true
      const done = (): void => {
        verifying = false
      }
      ask().then(done, done)
    },
  }
}
