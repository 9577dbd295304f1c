import { hash as fastHash, randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { Refusal } from '../domain/refusal.ts'

/** What is stored of a password: a slow salted hash of each form a client may send (SMSC API, psw). */
export interface PasswordHashes {
  readonly plain: string
  readonly md5: string | null // of the lower-case hex digest; null: this form is switched off
  readonly sha1: string | null
  readonly smpp: string | null // the access password of SMPP binds
}

export type PasswordForm = keyof PasswordHashes

/** argon2id (the library's default) with 19 MiB and two passes: about 11 ms of a core (OWASP's first recommendation). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

const AT_ONCE = 2 // slow hashes under way: 38 MiB, and never all of the thread pool
const WAITING_MAX = 500 // more are turned away

export const PASSWORD_MAX = 128

/**
 * Why a password cannot be used, as a sentence; undefined: it can. Printable ASCII only, because its
 * MD5 would otherwise depend on the client's charset.
 */
export function passwordProblem(password: string): string | undefined {
  if (password.length === 0 || password.length > PASSWORD_MAX) return `A password has 1 to ${PASSWORD_MAX} characters.`
  return /^[\x20-\x7e]+$/.test(password) ? undefined : 'A password holds printable ASCII characters only.'
}

/** Shorter ones main accounts cannot give their sub-clients. */
const SUBCLIENT_PASSWORD_MIN = 8
const KINDS_OF_CHARACTERS = [/[A-Za-z]/, /\d/, /[a-z].*[A-Z]|[A-Z].*[a-z]/, /[^A-Za-z\d]/]

/** Whether a main account may give this password to a sub-client. `strong`: three of letters, digits, both cases and symbols, too. */
export function isSubclientPassword(password: string, strong: boolean): boolean {
  if (passwordProblem(password) !== undefined || password.length < SUBCLIENT_PASSWORD_MIN) return false
  return !strong || KINDS_OF_CHARACTERS.filter((kind) => kind.test(password)).length >= 3
}

/** The hashes to store for a password. About 33 ms of work, 11 without the hashed forms. */
export async function hashPassword(password: string, hashSignIn: boolean): Promise<Omit<PasswordHashes, 'smpp'>> {
  const slow = (form: string) => hash(form, COST)
  return {
    plain: await slow(password),
    md5: hashSignIn ? await slow(fastHash('md5', password)) : null,
    sha1: hashSignIn ? await slow(fastHash('sha1', password)) : null,
  }
}

export const hashAccessPassword = (password: string): Promise<string> => hash(password, COST)

// Neither 0/O nor 1/l: people read them to each other.
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A random password; SMPP allows 8 characters (SMPP 3.4, 5.2.2). */
export const makePassword = (length: number): string => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('')

/** Which forms a psw may be, by its look. */
export function formsOf(psw: string, smpp: boolean): readonly PasswordForm[] {
  const forms: PasswordForm[] = smpp ? ['smpp', 'plain'] : ['plain']
  if (/^[0-9a-f]{32}$/i.test(psw)) forms.push('md5')
  if (/^[0-9a-f]{40}$/i.test(psw)) forms.push('sha1')
  return forms
}

/** What the stored hash of a form is compared with: digests are stored in lower case, and some programs write them in upper case. */
const writtenAs = (form: PasswordForm, psw: string): string => (form === 'md5' || form === 'sha1' ? psw.toLowerCase() : psw)

/**
 * Checks passwords, few at a time. A form that is not stored, and an account that does not exist, cost as
 * much as a wrong password: nobody learns from the time which logins there are.
 * Rejects with too_many_requests when hundreds of checks are waiting.
 */
export function createPasswordCheck(checkHash: (stored: string, psw: string) => Promise<boolean> = verify) {
  const nobody = hash(makePassword(32), COST)
  const waiting: (() => void)[] = []
  let underWay = 0

  async function slowly(stored: string, psw: string): Promise<boolean> {
    if (underWay >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX) throw new Refusal('too_many_requests')
      await new Promise<void>((resume) => waiting.push(resume)) // whoever leaves hands its place on
    } else underWay += 1
    try {
      return await checkHash(stored, psw)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else underWay -= 1
    }
  }

  return async function isPassword(psw: string, hashes: PasswordHashes | undefined, smpp = false): Promise<boolean> {
    for (const form of formsOf(psw, smpp)) {
      const stored = hashes?.[form]
      const fits = await slowly(stored ?? (await nobody), writtenAs(form, psw))
      if (fits && stored) return true
    }
    return false
  }
}

export type IsPassword = ReturnType<typeof createPasswordCheck>
