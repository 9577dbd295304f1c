import { timeOfId } from '../domain/message-id.ts'
import { loginsOf } from '../store/accounts.ts'
import { countDeliveries } from '../store/deliveries-kept.ts'
import type { Session } from '../store/session.ts'

/** Receipts and incoming messages that an account is owed over SMPP. */
export interface Owed {
  readonly login: string
  /** Kept until somebody binds who takes them, on any node; counted up to a million. */
  readonly waiting: number
  /** When the first of those happened, Unix ms; 0: none waits. */
  readonly sinceMs: number
  /** In this node's memory for a session that is bound: not acknowledged yet. */
  readonly going: number
}

const COUNTED_MAX = 1_000_000

/** What customers are owed, by login. `going` is asked of this node. */
export const createReadOwed = (session: Session, going: () => ReadonlyMap<number, number>) => async (): Promise<Owed[]> => {
  const waiting = new Map((await countDeliveries(session, COUNTED_MAX)).map((one) => [one.accountId, one]))
  const here = going()
  const logins = await loginsOf(session, [...new Set([...waiting.keys(), ...here.keys()])])
  return [...logins]
    .map(([accountId, login]) => {
      const kept = waiting.get(accountId)
      const sinceMs = kept && kept.firstId > 0 ? timeOfId(kept.firstId) : 0
      return { login, waiting: kept?.count ?? 0, sinceMs, going: here.get(accountId) ?? 0 }
    })
    .filter((one) => one.waiting + one.going > 0)
    .sort((a, b) => b.waiting + b.going - a.waiting - a.going)
}
