import type { Account } from '../domain/account.ts'
import { DAY_MS, HOUR_MS } from '../domain/calendar.ts'
import { channelOf } from '../domain/channel.ts'
import { type Pause, turnOf } from '../domain/mailing.ts'
import { Refusal } from '../domain/refusal.ts'
import { nextStart, type Repeat } from '../domain/repeats.ts'
import { SLICE } from '../lifecycle/accept.ts'
import type { Accept } from '../lifecycle/request.ts'
import { log } from '../log.ts'
import { readAccountById } from '../store/accounts.ts'
import { ClaimLost, countMailingRecipients, linesWithGroups, removeMailingMembers } from '../store/mailing-recipients.ts'
import {
  beginRun,
  type ClaimedMailing,
  countAhead,
  endRun,
  noteProgress,
  readFirstHeld,
  readOutcomes,
  readReached,
  restMailing,
  takeBackAgain,
} from '../store/mailing-runs.ts'
import { pauseMailing } from '../store/mailings.ts'
import { maySendMailings } from './add.ts'
import { type Page, readPage } from './pages.ts'
import { MAILING_RECIPIENTS_MAX, makeLoadRecipients, type RecipientParts } from './recipients.ts'

/** A run looks at so many of its last slices before it takes more: if most of their messages still wait, so does it. */
const AHEAD_SLICES = 10
const AHEAD_MAX = 5_000
const AHEAD_EVERY = 5 // slices
const AHEAD_PAUSE_MS = 300
/** The centre could not take a slice just now. */
const TROUBLE_PAUSE_MS = 1_000

/** Members of its groups that are removed in one go. */
const MEMBERS_AT_ONCE = 5_000

/** All are taken, and some wait for their time: that is looked at when the first may go, and so often from then on. */
const HELD_PAUSE_MS = 5_000

/** Recipients of a mailing that is over are kept so long. */
const TIDY_MS = DAY_MS

/** How many of the last messages are judged, among how many slices they are looked for, and from how many on it means something. */
const JUDGED = { limit: 1_000, slices: 30, least: 100, everyMs: 2_000 } as const

export interface RunParts extends RecipientParts {
  readonly node: number
  readonly accept: Accept
  readonly now: () => number
  readonly monotonic: () => number
  /** More than this late, a mailing waits for somebody to decide. */
  readonly latestStartMs: number
  /** More than so many percent of its last messages refused or undeliverable, it pauses; 0: never. */
  readonly badPercent: number
}

/** A run of a mailing on this node, from one claim to its end or its next rest. */
export function makeRun(parts: RunParts): (claimed: ClaimedMailing) => () => Promise<boolean> {
  const { session, accept, node, now, monotonic } = parts
  const load = makeLoadRecipients(parts)
  const latestHours = Math.round(parts.latestStartMs / HOUR_MS)

  async function pause(mailing: ClaimedMailing, reason: Pause, value = 0): Promise<false> {
    if (await pauseMailing(session, mailing.id, reason, value)) {
      log.warn('a mailing is paused', { id: mailing.id, account: mailing.accountId, reason })
    }
    return false
  }

  /** Its account as it stands now, under the login that made the mailing, or why it may not go on. */
  async function accountOf({ accountId, loginId }: ClaimedMailing): Promise<Account | Pause> {
    const account = await readAccountById(session, loginId ?? accountId)
    if (!account || account.blocked) return 'blocked'
    if (account.id !== accountId) return 'login'
    return maySendMailings(account) ? account : 'forbidden'
  }

  /** Who is in its groups now. */
  async function refreshGroups(mailing: ClaimedMailing, account: Account): Promise<void> {
    const lines = await linesWithGroups(session, mailing.id)
    if (lines.length === 0) return
    while ((await removeMailingMembers(session, mailing.id, MEMBERS_AT_ONCE, node)) > 0);
    const { last, count } = await countMailingRecipients(session, mailing.id)
    const asked = { account, channel: channelOf(mailing.channel), lines, by: node }
    await load.members(mailing.id, asked, { stored: count, good: 0, last })
  }

  async function begin(mailing: ClaimedMailing): Promise<false> {
    const account = await accountOf(mailing)
    if (typeof account === 'string') return pause(mailing, account)
    try {
      if (mailing.run > 0) await refreshGroups(mailing, account)
    } catch (error) {
      if (error instanceof ClaimLost) return false
      if (error instanceof Refusal && error.code === 'bad_request') return pause(mailing, 'many', MAILING_RECIPIENTS_MAX)
      throw error
    }
    const { count } = await countMailingRecipients(session, mailing.id)
    await beginRun(session, mailing.id, { nowMs: now(), total: count, wantsRef: mailing.message.ref === null })
    return false // it is claimed again at once, as it stands now
  }

  return (claimed) => {
    let mailing = claimed
    let account: Account | undefined
    let reached: { after: number; taken: number } | undefined
    let size = SLICE
    let slices = 0
    let judgedAt = Number.NEGATIVE_INFINITY

    const rest = async (ms: number): Promise<false> => {
      await restMailing(session, mailing, now() + ms)
      return false
    }

    async function turn(): Promise<boolean> {
      const isLate = now() - claimed.dueAtMs > parts.latestStartMs
      if (mailing.state === 'waiting') return isLate ? pause(mailing, 'late', latestHours) : begin(mailing)

      reached ??= await readReached(session, mailing.id, mailing.run)
      const { after, taken } = reached
      if (taken >= mailing.total) return end(taken)
      if (isLate) return pause(mailing, 'late', latestHours)
      if (slices % AHEAD_EVERY === 0 && (await countAhead(session, mailing.id, AHEAD_SLICES, now())) >= AHEAD_MAX) {
        return rest(AHEAD_PAUSE_MS)
      }
      if (await isBad()) return false
      const { total, baseAtMs, periodHours, freqMinutes } = mailing
      const pace = periodHours > 0 ? { periodHours, freqMinutes } : undefined
      const { most, nextMs, baseMs } = turnOf({ total, taken, baseMs: baseAtMs }, pace, now())
      if (most === 0) {
        await noteProgress(session, mailing.id, { taken, baseMs, nextMs, keep: false })
        return false
      }
      if (baseMs !== baseAtMs) mailing = { ...mailing, baseAtMs: baseMs }
      const found = await accountOf(mailing)
      if (typeof found === 'string') return pause(mailing, found)
      if (!account || versionOf(found) !== versionOf(account)) account = found // what is known of an account is kept by this object
      const page = await readPage(session, { mailing, account, after, limit: Math.min(size, most) })
      if (!page) return end(taken)
      return take(page, reached)
    }

    async function take(page: Page, { after, taken }: { after: number; taken: number }): Promise<boolean> {
      const { id, run, baseAtMs } = mailing
      try {
        await accept({ ...page.request, slice: { mailingId: id, run, after, upTo: page.upTo } })
      } catch (error) {
        return fell(error, page, after)
      }
      slices += 1
      size = SLICE
      reached = { after: page.upTo, taken: taken + page.recipients }
      const progress = { taken: reached.taken, baseMs: baseAtMs, nextMs: now(), keep: true }
      if (await noteProgress(session, id, progress)) return true
      await takeBackAgain(session, id, now()) // somebody has stopped it
      return false
    }

    /** A slice was not stored: less of it, later, or not at all. */
    async function fell(error: unknown, page: Page, after: number): Promise<boolean> {
      const code = error instanceof Refusal ? error.code : undefined
      reached = undefined // the table knows, whatever became of the answer
      if (code === 'bad_credentials') return true // the account has changed: it is read again
      if (code === 'insufficient_funds' || code === 'bad_request') {
        reached = await readReached(session, mailing.id, mailing.run)
        if (reached.after !== after) return true // another node was faster
        if (page.recipients > 1) {
          size = Math.ceil(page.recipients / 2)
          return true
        }
        return pause(mailing, code === 'bad_request' ? 'trouble' : 'money')
      }
      if (code !== 'overloaded' && code !== 'unavailable') log.warn('a mailing could not go on', { id: mailing.id, error })
      return rest(TROUBLE_PAUSE_MS)
    }

    async function isBad(): Promise<boolean> {
      if (parts.badPercent === 0 || monotonic() - judgedAt < JUDGED.everyMs) return false
      judgedAt = monotonic()
      const { known, bad } = await readOutcomes(session, mailing.id, JUDGED)
      if (known < JUDGED.least || bad * 100 <= parts.badPercent * known) return false
      await pause(mailing, 'quality', Math.floor((bad * 100) / known))
      return true
    }

    async function end(taken: number): Promise<false> {
      const { id, run, runsMax, repeats, firstAtMs, startAtMs, offsetMinutes } = mailing
      const goesOn = runsMax === 0 || run < runsMax
      const after = Math.max(now(), startAtMs)
      const nextStartMs = goesOn ? nextStart(repeats as Repeat, firstAtMs, after, offsetMinutes) : undefined
      // Until the last messages have their time it can be cancelled.
      const heldMs = nextStartMs === undefined ? await readFirstHeld(session, id) : undefined
      if (heldMs !== undefined) return rest(Math.max(heldMs - now(), HELD_PAUSE_MS))
      await endRun(session, id, { taken, nextStartMs, tidyMs: now() + TIDY_MS })
      return false
    }

    return turn
  }
}

/** Of an additional login both count: what it says itself, and what its account says. */
const versionOf = ({ version, additional }: Account): number => additional?.version ?? version
