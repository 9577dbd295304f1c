import type { Account } from '../domain/account.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/calendar.ts'
import { asRead } from '../domain/number/recipient.ts'
import { Refusal } from '../domain/refusal.ts'
import { VALID_DEFAULT_MINUTES } from '../domain/validity.ts'
import { log } from '../log.ts'
import { type ClaimedFollowUp, FOLLOW_UP, type FollowUp } from '../store/follow-ups.ts'
import { type ClaimedWork, makeClaimedWork } from './claimed-work.ts'
import type { Accept, SendRequest } from './request.ts'

export interface FollowUpStore {
  claim(limit: number): Promise<ClaimedFollowUp[]>
  end(ids: readonly number[]): Promise<void>
  retry(ids: readonly number[], dueAtMs: number): Promise<void>
  accounts(ids: readonly number[]): Promise<ReadonlyMap<number, Account>>
}

const AT_ONCE = 100
const RETRY_MS = { first: 2_000, most: 600_000 }
/** Of what is not accepted by then nothing comes any more. */
const GIVE_UP_MS: Readonly<Record<number, number>> = { [FOLLOW_UP.reply]: HOUR_MS }
/** Who forwards messages pays for them: a long one is cut. */
const PARTS_MAX = 10

/**
 * Sends what the centre owes in accounts' names: ordinary messages, priced and charged as the account's own. A message has the
 * follow-up's id as its number, so one whose answer was lost is found and not sent again.
 */
export function startFollowUps(parts: { store: FollowUpStore; accept: Accept; now: () => number }): ClaimedWork {
  const { store, accept, now } = parts

  async function send(followUp: ClaimedFollowUp, account: Account | undefined): Promise<void> {
    const { id, sent } = followUp
    if (sent || !account || account.blocked) return store.end([id])
    try {
      await accept(requestOf(followUp, account))
    } catch (error) {
      return notSent(followUp, error)
    }
    await store.end([id])
  }

  async function notSent({ id, accountId, kind, atMs, attempts }: ClaimedFollowUp, error: unknown): Promise<void> {
    const never = error instanceof Refusal && error.code === 'bad_request'
    if (never || now() - atMs > (GIVE_UP_MS[kind] ?? DAY_MS)) {
      log.warn('a message of the centre for an account is given up', { id, account: accountId, error })
      return store.end([id])
    }
    await store.retry([id], now() + Math.min(RETRY_MS.first * 2 ** Math.min(attempts, 20), RETRY_MS.most))
  }

  return makeClaimedWork({
    limit: AT_ONCE,
    claim: store.claim,
    async work(rows) {
      const accounts = await store.accounts([...new Set(rows.map(({ accountId }) => accountId))])
      await Promise.all(rows.map((row) => send(row, accounts.get(row.accountId))))
    },
  })
}

function requestOf({ id, kind, recipient, body }: FollowUp, account: Account): SendRequest {
  const isMail = kind === FOLLOW_UP.mail || recipient.includes('@')
  const { email } = account.settings
  return {
    account,
    channel: isMail ? 'mail' : 'sms',
    lines: [{ phones: [asRead(recipient)], text: body, comment: '', sender: undefined, dueAtMs: 0 }],
    sender: isMail && email ? String(email) : undefined,
    ref: id,
    octets: undefined,
    dcs: undefined,
    pid: 0,
    translit: 0,
    shortenLinks: false,
    partsMax: isMail ? 0 : PARTS_MAX,
    validityMs: VALID_DEFAULT_MINUTES * MINUTE_MS,
    spread: undefined,
    bot: undefined,
    hash: 0n,
  }
}
