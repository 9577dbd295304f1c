import { type Account, limitOf } from '../../domain/account.ts'

/** Sessions bound at this moment, by account, on this node. */
export interface AccountBinds {
  /** Counts one in; false when the account has as many as it may. */
  enter(account: Account): boolean
  leave(accountId: number): void
}

export function createAccountBinds(): AccountBinds {
  const counts = new Map<number, number>()

  return {
    enter(account) {
      const count = counts.get(account.id) ?? 0
      const limit = limitOf(account, 'binds')
      if (limit > 0 && count >= limit) return false
      counts.set(account.id, count + 1)
      return true
    },

    leave(accountId) {
      const left = (counts.get(accountId) ?? 0) - 1
      if (left > 0) counts.set(accountId, left)
      else counts.delete(accountId)
    },
  }
}
