import { loginsOf } from '../store/accounts.ts'
import { waitingDeliveries } from '../store/deliveries-kept.ts'
import type { Session } from '../store/session.ts'

/** Receipts and incoming messages that an account is owed over SMPP. */
export interface Owed {
  readonly login: string
  /** Kept until somebody binds who takes them, on any node. */
  readonly waiting: number
  /** When the first of those happened, Unix ms; 0: none waits. */
  readonly sinceMs: number
  /** In this node's memory, for a session that is bound: not acknowledged yet. */
  readonly going: number
}

/** What customers are owed, the most first. `going` is asked of this node, by account. */
export const createReadOwed = (session: Session, going: () => ReadonlyMap<number, number>) => async (): Promise<Owed[]> => {
  const here = going()
  const logins = await loginsOf(session, [...here.keys()])
  const owed = new Map<string, Owed>()
  for (const { login, waiting, oldestMs: sinceMs } of await waitingDeliveries(session))
    owed.set(login, { login, waiting, sinceMs, going: 0 })
  for (const [accountId, count] of here) {
    const login = logins.get(accountId)
    if (login !== undefined) owed.set(login, { ...(owed.get(login) ?? { login, waiting: 0, sinceMs: 0 }), going: count })
  }
  return [...owed.values()].sort((a, b) => b.waiting + b.going - a.waiting - a.going)
}
