import { hash } from 'node:crypto'
import { monotonic as monotonicNow, sleep } from '../clock.ts'
import { type Account, isOn } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import { readByKey, readByLogin, readVersions, type SignInRow } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'
import type { Credentials, SignIn } from './account.ts'
import type { IpBlock } from './ip-block.ts'
import type { IsPassword } from './password.ts'
import { createSignInCache, loginOf, mayComeFrom, type Proof, versionOf } from './sign-in-cache.ts'

const SECRET_MAX = 256
const REFRESH_MS = 2_000 // well within TRUST_MS, so a busy account never waits for the store

const SAY_AGAIN_MS = 10_000

interface Secret {
  readonly digest: string
  readonly login: string // empty: the secret alone tells
  readonly secret: string
  readonly isKey: boolean // offered as an API key, not as a password
  readonly smpp: boolean
}

/**
 * Signs customers in, for all listeners: a login with its password (plain, MD5 or SHA-1 in hex),
 * an API key alone, or an API key in place of the password with an empty or its own login (SMSC API, authorisation).
 */
export function createSignIn(parts: { session: Session; ipBlock: IpBlock; isPassword: IsPassword; monotonic?: () => number }) {
  const { session, ipBlock, isPassword, monotonic = monotonicNow } = parts
  const cache = createSignInCache()
  const underWay = new Map<string, Promise<Proof | Wrong>>()
  const stopping = new AbortController()
  let outageSaidAtMs = Number.NEGATIVE_INFINITY

  async function signIn(credentials: Credentials, smpp: boolean, guessing = true): ReturnType<SignIn> {
    const { ip } = credentials
    if (guessing && ipBlock.isBlocked(ip)) throw new Refusal('ip_blocked')
    const offered = secretOf(credentials, smpp)
    if (!offered) throw refusal(smpp, 'password') // nothing was guessed, so nothing is counted

    const proof = cache.find(offered.digest, monotonic()) ?? (await prove(offered))
    const reason = typeof proof === 'string' ? proof : obstacle(proof, smpp, ip)
    if (reason === undefined) return (proof as Proof).cached.account
    if (guessing) ipBlock.failed(ip)
    throw refusal(smpp, reason)
  }

  function secretOf({ login = '', psw = '', apikey = '' }: Credentials, smpp: boolean): Secret | undefined {
    const secret = apikey || psw
    if (secret === '' || secret.length > SECRET_MAX || login.length > SECRET_MAX || login.includes('\0')) return undefined
    const isKey = apikey !== '' || login === ''
    // A key, a password and a bind's password may look alike: what is right as one is not right as another.
    return { digest: cache.digest(login, `${isKey ? 'k' : smpp ? 's' : 'p'}${secret}`), login, secret, isKey, smpp }
  }

  /** Many requests of one client wait for one slow hash. */
  function prove(offered: Secret): Promise<Proof | Wrong> {
    const known = underWay.get(offered.digest)
    if (known) return known
    const proving = askStore(offered).finally(() => underWay.delete(offered.digest))
    underWay.set(offered.digest, proving)
    return proving
  }

  async function askStore({ digest, login, secret, isKey, smpp }: Secret): Promise<Proof | Wrong> {
    const askedAtMs = monotonic()
    const keyHash = hash('sha256', secret, 'buffer')
    const row = await (isKey ? readByKey(session, keyHash) : readByLogin(session, login, keyHash)).catch(unavailable)
    if (row?.keyIps && (login === '' || login === row.account.login)) {
      return cache.keep(digest, row.account, row.keyIps, askedAtMs)
    }
    if (isKey) return 'password' // keys are random: a wrong one is cheap to tell

    const standing = row ? standingOf(row.account) : ''
    const wrong = row ? 'password' : 'login'
    if (cache.isWrong(digest, standing)) return wrong
    const right = provenBefore(digest, row) || (await isPassword(secret, row?.hashes, smpp))
    if (row && right) return cache.keep(digest, row.account, [], askedAtMs)
    cache.keepWrong(digest, standing)
    return wrong
  }

  /** The password was right for this very version: only the answer had grown old. */
  function provenBefore(digest: string, row: SignInRow | undefined): boolean {
    const stale = cache.findStale(digest)?.cached.account
    return row !== undefined && stale !== undefined && standingOf(stale) === standingOf(row.account)
  }

  /** Asks for the versions of all accounts that were used lately, in one question. */
  async function refresh(): Promise<void> {
    const askedAtMs = monotonic()
    const ids = cache.usedSince(askedAtMs - 2 * REFRESH_MS)
    if (ids.length === 0) return
    const versions = await readVersions(session, ids)
    for (const id of ids) cache.confirm(id, versions.get(id), askedAtMs)
  }

  async function keepFresh(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(REFRESH_MS, stopping.signal)
      await refresh().catch((error) => {
        if (!stopping.signal.aborted) log.warn('the versions of accounts could not be read', { error })
      })
    }
  }

  /** One line for an outage now and then, not one for each request. */
  function unavailable(error: unknown): never {
    if (monotonic() - outageSaidAtMs > SAY_AGAIN_MS) {
      outageSaidAtMs = monotonic()
      log.warn('sign-ins cannot be checked', { error })
    }
    throw new Refusal('unavailable')
  }

  return {
    /** For whoever shows a password again. */
    isPassword,
    /** What `start` does every other second. */
    refresh,
    /** For HTTP and everything that speaks like it. */
    signIn: ((credentials) => signIn(credentials, false)) satisfies SignIn,
    /** For binds: the short access password is right as well; only for accounts with SMPP access. */
    signInSmpp: ((credentials) => signIn(credentials, true)) satisfies SignIn,
    /** For a session that is bound: whether it still may be. No guess, so it is not counted, and a block of its address does not end it. */
    signInSmppAgain: ((credentials) => signIn(credentials, true, false)) satisfies SignIn,
    /** The account changed, or its version was found stale. */
    forget: cache.forget,
    /** Hints were lost (LISTEN was reconnected): nothing of what is known is trusted. */
    forgetAll: cache.clear,
    start: (): void => void keepFresh(),
    stop: (): void => stopping.abort(),
  }
}

/** A login as it stands: another one after any change of it. */
const standingOf = (account: Account): string => `${loginOf(account)}:${versionOf(account)}`

/** A secret that is not right: of a login that there is, or of none. */
type Wrong = 'login' | 'password'

/** Why a bind is refused, as SMPP tells it apart (`detail.reason`); over HTTP all of these are one answer. */
export type BindObstacle = Wrong | 'smpp_off' | 'ip' | 'blocked'

const refusal = (smpp: boolean, reason: BindObstacle): Refusal => new Refusal('bad_credentials', smpp ? { reason } : {})

/** What stands in the way of somebody whose secret is right. */
function obstacle(proof: Proof, smpp: boolean, ip: string): BindObstacle | undefined {
  const { account } = proof.cached
  if (account.blocked) return 'blocked'
  if (smpp && !hasSmpp(account)) return 'smpp_off'
  return mayComeFrom(proof, ip) ? undefined : 'ip'
}

/** SMPP access is a switch of the account (users.php, fl[2]). */
const hasSmpp = (account: Account): boolean => isOn(account.settings['fl[2]'])

export type SignIns = ReturnType<typeof createSignIn>
