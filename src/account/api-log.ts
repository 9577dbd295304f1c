import { LRUCache } from 'lru-cache'
import { now } from '../clock.ts'
import { type Account, isOn } from '../domain/account.ts'
import { loginOf } from './sign-in-cache.ts'

/** A request as the log keeps it: without passwords, keys and texts. */
export interface LoggedRequest {
  readonly atMs: number // Unix ms, of the answer
  readonly script: string
  readonly ip: string
  /** `name=value`, in the order in which they came. */
  readonly parameters: readonly string[]
  readonly error: number // the error number of the answer; 0: none
  readonly ms: number // until the answer
}

const REQUESTS_MAX = 20
const KEPT_MS = 600_000
const ACCOUNTS_MAX = 1_000

/**
 * The API log (users.php, fl[30]): an account's last 20 requests over HTTP, kept for ten minutes after the last of them. In this node's
 * memory, and for at most 1,000 accounts at once.
 */
export function createApiLog(clock = now) {
  const logs = new LRUCache<number, LoggedRequest[]>({ max: ACCOUNTS_MAX, ttl: KEPT_MS, ttlResolution: 0, perf: { now: clock } })

  return {
    isKeptFor: ({ settings }: Account): boolean => isOn(settings['fl[30]']),

    note(account: Account, request: LoggedRequest): void {
      const id = loginOf(account)
      logs.set(id, [...(logs.get(id) ?? []), request].slice(-REQUESTS_MAX))
      logs.purgeStale()
    },

    /** Of an account, or of an additional login; the latest first. */
    of: (accountId: number): readonly LoggedRequest[] => [...(logs.get(accountId) ?? [])].reverse(),
  }
}

export type ApiLog = ReturnType<typeof createApiLog>
