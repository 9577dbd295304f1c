import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { Account } from '../domain/account.ts'
import { DAY_MS, MINUTE_MS } from '../domain/calendar.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { Refusal } from '../domain/refusal.ts'
import { parseSenderName, possibleNames } from '../domain/sender-name.ts'
import { readAccountById } from '../store/accounts.ts'
import type { SenderCodes } from '../store/sender-codes.ts'
import type { Session } from '../store/session.ts'
import type { SenderFeeDesk } from './sender-fees.ts'

const CODE_MINUTES = 10
const TRIES_MAX = 3
const CODES_A_DAY_MAX = 10
const SITE_CHARACTERS_MAX = 30

/** What is sent to a number: the code itself, and what of it the history shows. */
export interface CodeText {
  readonly text: string
  readonly shown: string
}

export interface SenderCodeParts {
  readonly session: Session
  readonly codes: SenderCodes
  readonly fees: SenderFeeDesk
  readonly profile: NumberProfile
  readonly language: 'ru' | 'en'
  readonly now: () => number
  /** Sends a message for the account, at its price. Rejects with the Refusal that it met. */
  readonly send: (account: Account, number: string, text: CodeText) => Promise<void>
  readonly changed: (accountIds: readonly number[]) => void
}

const WORDS = {
  ru: { code: 'Код подтверждения', hidden: '****' },
  en: { code: 'Your code', hidden: '****' },
} as const

export type SenderCodeDesk = ReturnType<typeof createSenderCodes>

/**
 * Confirms that a number is the customer's own (SMSC API, senders.php, send_code and check_code). A code has four digits, lives ten
 * minutes and three tries, and is stored as a slow hash; no more than ten a day go to one number for one account.
 */
export function createSenderCodes(parts: SenderCodeParts) {
  const { session, codes, fees, profile, language, now, send, changed } = parts

  return {
    /** Adds the name where it is not there. Refuses with bad_request what is no number, denied what has no code to wait for or cannot be sent. */
    async sendCode(account: Account, sender: string, site: string): Promise<void> {
      const parsed = parseSenderName(sender, false, profile)
      if ('problem' in parsed || !parsed.callable) throw new Refusal('bad_request', { field: 'sender' })
      const code = String(randomInt(10_000)).padStart(4, '0')
      const hashed = await hash(code)
      const nowMs = now()
      const put = await codes.put(account.id, {
        ...{ name: parsed.name, hash: hashed, untilMs: nowMs + CODE_MINUTES * MINUTE_MS, nowMs, comment: parsed.name },
        ...{ day: Math.floor(nowMs / DAY_MS), codesMax: CODES_A_DAY_MAX },
      })
      if (!put) throw new Refusal('denied', { field: 'sender' })
      changed(put.touched)
      const { code: words, hidden } = WORDS[language]
      const behind = siteOf(site)
      try {
        const asNow = await readAccountById(session, account.id)
        if (!asNow) throw new Refusal('not_found')
        await send(asNow, parsed.name, { text: `${words}: ${code}${behind}`, shown: `${words}: ${hidden}${behind}` })
      } catch (error) {
        await codes.drop(account.id, put.result, hashed)
        throw error
      }
    },

    /** Puts the name in use. Refuses with denied a wrong code, and with not_found where none is waited for any more. */
    async checkCode(account: Account, sender: string, code: string): Promise<void> {
      const tried = await codes.takeTry(account.id, possibleNames(sender, false, profile), now(), TRIES_MAX)
      if (!tried) throw new Refusal('not_found', { field: 'sender' })
      if (!(await verify(tried.hash, code))) throw new Refusal('denied', { field: 'code' })
      const done = await fees.activate(account.id, tried.id, (standing) => standing.code === tried.hash)
      if (!done) throw new Refusal('not_found', { field: 'sender' })
    },
  }
}

/** It stays one part of a message, and within one line. */
function siteOf(written: string): string {
  const site = written.replace(/\s+/g, ' ').trim().slice(0, SITE_CHARACTERS_MAX)
  return site === '' ? '' : ` (${site})`
}
