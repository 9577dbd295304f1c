import type { Account } from '../domain/account.ts'

/** What a client offers to prove who it is. `psw` may be the password, its MD5 or SHA-1 in hex, or an API key. */
export interface Credentials {
  readonly login: string | undefined
  readonly psw: string | undefined
  readonly apikey: string | undefined
  readonly ip: string // the client's address, after trusted proxies
}

/**
 * Who is asking. Rejects with a Refusal: bad_credentials (also: address not allowed, account blocked),
 * ip_blocked after many failures from one address, unavailable.
 * A wrong sign-in costs the address; a right one is cached, so a busy client does not pay the slow hash each time.
 */
export type SignIn = (credentials: Credentials) => Promise<Account>

/** Forget what is cached of an account: its version was found stale. */
export type ForgetAccount = (accountId: number) => void

/** Limits that count requests of one kind within a minute; those for the history within an hour. */
export type WindowName =
  | 'identical'
  | 'identical_cost'
  | 'status'
  | 'status_mass'
  | 'balance'
  | 'identical_other'
  | 'history'
  | 'statistics'
  | 'operator'
  | 'jobs'
  | 'subclients'
  | 'documents'
  | 'events'

/** The limits of a client's requests, for all listeners (per node, in memory, bounded). */
export interface Limits {
  /** Counts a request in; false when too many of this login are under way. Call `leave` once for each true. */
  enter(account: Account): boolean
  leave(account: Account): void
  /** One sliding minute, or hour, per (account, limit, key); false when the limit is used up. A refused request does not extend it. */
  allow(account: Account, limit: WindowName, key: string | bigint): boolean
  /** Undoes an `allow`: the request came to nothing, so the same one is not a repetition. */
  giveBack(account: Account, limit: WindowName, key: string | bigint): void
}

/** What balance.php prints: the paying account's, in millionths. */
export interface BalanceReport {
  readonly balance: bigint
  readonly credit: bigint
  readonly currency: string
}
export type ReadBalance = (account: Account) => Promise<BalanceReport>
