import { hash, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Account } from '../domain/account.ts'
import { type IpRange, isInRanges, parseIpRange } from '../domain/ip.ts'

/** No answer about an account is older than this without asking the store again (core: sign-in cache). */
export const TRUST_MS = 5_000

const ACCOUNTS_MAX = 20_000
const PROOFS_MAX = 50_000
const WRONG_MAX = 50_000
const ADDRESSES_MAX = 1_000 // remembered of one account; then they are looked at anew

/** An account as it stood when the store was last asked. */
export interface CachedAccount {
  readonly account: Account
  readonly ips: readonly IpRange[]
  readonly allowed: Map<string, boolean> // by address
  askedAtMs: number // monotonic, before the question was sent
  usedAtMs: number
  dropped: boolean
}

/** A secret that was found right. */
export interface Proof {
  readonly cached: CachedAccount
  readonly keyIps: readonly IpRange[] // an API key may have a list of its own
}

/**
 * What this process knows of sign-ins. A secret is kept only as its SHA-256 keyed with a value of this
 * process, and is found by it in one look: 0.3 microseconds, and nothing to learn from the time it takes.
 */
export function createSignInCache() {
  const salt = randomBytes(32).toString('hex')
  const proofs = new LRUCache<string, Proof>({ max: PROOFS_MAX })
  const wrong = new LRUCache<string, string>({ max: WRONG_MAX })
  const accounts = new LRUCache<number, CachedAccount>({
    max: ACCOUNTS_MAX,
    dispose: (cached) => {
      cached.dropped = true
    },
  })

  /** Additional logins by the account that they sign in to. */
  const additional = new Map<number, Set<number>>()

  function noteAdditional({ id, additional: login }: Account): void {
    if (!login) return
    const known = additional.get(id)
    if (known) known.add(login.id)
    else additional.set(id, new Set([login.id]))
  }

  return {
    /** The name a pair is kept under. The length keeps ("a", "bc") and ("ab", "c") apart. */
    digest: (login: string, secret: string): string => hash('sha256', `${salt}${login.length}:${login}${secret}`, 'base64'),

    /** A right secret whose account was asked about less than TRUST_MS ago. */
    find(digest: string, nowMs: number): Proof | undefined {
      const proof = proofs.get(digest)
      if (!proof || proof.cached.dropped || nowMs - proof.cached.askedAtMs >= TRUST_MS) return undefined
      proof.cached.usedAtMs = nowMs
      return proof
    },

    /** A right secret, however old the answer about its account. */
    findStale(digest: string): Proof | undefined {
      const proof = proofs.get(digest)
      return proof?.cached.dropped ? undefined : proof
    },

    keep(digest: string, account: Account, keyIps: readonly string[], askedAtMs: number): Proof {
      const [login, version] = [loginOf(account), versionOf(account)]
      const known = accounts.get(login)
      const proof = { cached: cachedOf(account, askedAtMs), keyIps: rangesOf(keyIps) }
      if (known && versionOf(known.account) > version) return proof // it changed meanwhile: right this once
      if (!known || versionOf(known.account) !== version) {
        accounts.set(login, proof.cached)
        noteAdditional(account)
      } else {
        known.askedAtMs = Math.max(known.askedAtMs, askedAtMs)
        proof.cached = known
      }
      proofs.set(digest, proof)
      return proof
    },

    /** A pair that was found wrong stays so until the account changes: `standing` is its id and version. */
    keepWrong: (digest: string, standing: string): void => void wrong.set(digest, standing),
    isWrong: (digest: string, standing: string): boolean => wrong.get(digest) === standing,

    /** Accounts, and additional logins, used since `sinceMs`, for the question whether they changed. */
    usedSince: (sinceMs: number): number[] =>
      [...accounts.entries()].filter(([, cached]) => cached.usedAtMs >= sinceMs).map(([id]) => id),

    /** The store was asked about an account at `askedAtMs` and answered this version; undefined: it is gone. */
    confirm(accountId: number, version: number | undefined, askedAtMs: number): void {
      const cached = accounts.peek(accountId)
      if (!cached) return
      if (versionOf(cached.account) === version) cached.askedAtMs = Math.max(cached.askedAtMs, askedAtMs)
      // A newer account than the question knew of is no reason to drop it.
      else if (cached.askedAtMs <= askedAtMs) accounts.delete(accountId)
    },

    /** An account with its additional logins, or one of these. */
    forget(accountId: number): void {
      accounts.delete(accountId)
      const logins = additional.get(accountId)
      if (!logins) return
      for (const login of logins) accounts.delete(login)
      additional.delete(accountId)
    },

    clear(): void {
      additional.clear()
      accounts.clear()
      proofs.clear()
      wrong.clear()
    },
  }
}

export type SignInCache = ReturnType<typeof createSignInCache>

/** Who signed in: the account, or an additional login of it. */
export const loginOf = ({ id, additional }: Account): number => additional?.id ?? id

/** What rises with whatever decides about this login. */
export const versionOf = ({ version, additional }: Account): number => additional?.version ?? version

/** Whether a secret may be used from an address, by the account's list and the key's. */
export function mayComeFrom({ cached, keyIps }: Proof, ip: string): boolean {
  if (keyIps.length > 0 && !isInRanges(ip, keyIps)) return false
  if (cached.ips.length === 0) return true
  const known = cached.allowed.get(ip)
  if (known !== undefined) return known
  if (cached.allowed.size >= ADDRESSES_MAX) cached.allowed.clear()
  const allowed = isInRanges(ip, cached.ips)
  cached.allowed.set(ip, allowed)
  return allowed
}

const cachedOf = (account: Account, askedAtMs: number): CachedAccount => ({
  account,
  ips: rangesOf(account.allowedIps),
  allowed: new Map(),
  askedAtMs,
  usedAtMs: askedAtMs,
  dropped: false,
})

const rangesOf = (list: readonly string[]): IpRange[] => list.flatMap((text) => parseIpRange(text) ?? [])
