/** How long a call is waited for. */
export const CALL_AWAITED_MS = 600_000

/** So often may an account ask for calls of one subscriber within that time. */
export const CALLS_ASKED_MAX = 3

/** A call of one subscriber that somebody waits for, or that came while it was waited for. */
export interface AwaitedCall {
  readonly id: number
  readonly accountId: number
  /** Those that the subscriber may call. */
  readonly numbers: readonly string[]
  readonly asked: number
  readonly came: boolean
}

export type CallPlan =
  | { readonly again: AwaitedCall }
  | { readonly numbers: readonly string[] }
  | { readonly problem: 'no numbers' | 'all in use' | 'too often' }

/**
 * Which numbers a subscriber is asked to call. `pool`: all that the account may use; `awaited`: the subscriber's calls, anybody's.
 * A number is told to one account at a time, for who calls it confirms whatever that account has asked: half of what is free, so
 * that others find some. Who asks again is told the same.
 */
export function planCall(pool: readonly string[], awaited: readonly AwaitedCall[], accountId: number): CallPlan {
  const own = awaited.filter((each) => each.accountId === accountId)
  if (own.reduce((sum, { asked }) => sum + asked, 0) >= CALLS_ASKED_MAX) return { problem: 'too often' }
  const again = own.find(({ came, numbers }) => !came && numbers.every((number) => pool.includes(number)))
  if (again) return { again }
  if (pool.length === 0) return { problem: 'no numbers' }
  const inUse = new Set(awaited.filter(({ came }) => !came).flatMap(({ numbers }) => numbers))
  const free = pool.filter((number) => !inUse.has(number))
  return free.length === 0 ? { problem: 'all in use' } : { numbers: free.slice(0, Math.ceil(free.length / 2)) }
}
