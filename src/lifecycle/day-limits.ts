import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Account } from '../domain/account.ts'
import { DAY_MS, MINUTE_MS } from '../domain/calendar.ts'
import { type DayLimits, sendingRulesOf } from '../domain/sending-rules.ts'
import { dayCountStore, type WantedCount } from '../store/day-counts.ts'
import type { Session } from '../store/session.ts'
import { makeDayGrants } from './day-grants.ts'
import { type Draft, refuse } from './draft.ts'
import type { SendRequest } from './request.ts'

/** What was counted for one request. `settle` when its outcome is known: what was refused after all, or all of it, counts for nothing. */
export interface Counted {
  settle(outcome: 'stored' | 'lost'): Promise<void>
}

/** Counts a request's messages on the account's day, and refuses those that are over a limit. */
export type CountDay = (request: SendRequest, drafts: readonly Draft[], limits: DayLimits) => Promise<Counted>

/** A count of the day in one request: what it wants, and what it has got and not used. */
interface Tally extends WantedCount {
  wanted: number
  left: number
  readonly err: number
}

interface Counting {
  readonly draft: Draft
  readonly tallies: readonly Tally[]
}

/** So many messages are looked at in one go. */
const TURN = 1_000

/**
 * Limits of a day (users.php: dlim, plim, tlim, ilim) are counted in the store: they hold on every node and after a restart. A question
 * for the price counts nothing.
 */
export function makeCountDay(session: Session, now: () => number): CountDay {
  const grants = makeDayGrants(dayCountStore(session))

  return async (request, drafts, limits) => {
    const scopes = scopesOf(request.account, limits, now())
    const tallies = new Map<string, Tally>()
    const counting: Counting[] = []
    for (const [at, draft] of drafts.entries()) {
      if (at % TURN === TURN - 1) await turn()
      if (!isGood(draft)) continue
      const own = scopes.flatMap(({ accountId, day, limits: most }) =>
        placesOf(draft, request, most).map((place) => {
          const id = `${accountId} ${place.kind} ${place.key}`
          const known = tallies.get(id)
          const tally = known ?? { accountId, day, ...place, wanted: 0, left: 0 }
          if (!known) tallies.set(id, tally)
          tally.wanted += 1
          return tally
        }),
      )
      counting.push({ draft, tallies: own })
    }

    const all = [...tallies.values()]
    const granted = await grants.take(all)
    for (const [at, tally] of all.entries()) tally.left = granted[at] ?? 0
    const taken: Counting[] = []
    for (const counted of counting) {
      const over = counted.tallies.find(({ left }) => left === 0)
      if (over) refuse(counted.draft, 23, over.err)
      else {
        for (const tally of counted.tallies) tally.left -= 1
        taken.push(counted)
      }
    }
    const giveBack = () => grants.giveBack(all.map(({ left, ...count }) => ({ ...count, unused: left })))
    await giveBack()

    return {
      async settle(outcome) {
        for (const tally of all) tally.left = 0
        for (const { draft, tallies: own } of taken)
          if (outcome === 'lost' || !isGood(draft)) for (const tally of own) tally.left += 1
        await giveBack()
      },
    }
  }
}

/** Limits of a day that an account's messages are held to; undefined: none. Those of an additional login's account hold for it, too. */
export function dayLimitsOf(account: Account): DayLimits | undefined {
  const { additional } = account
  const own = sendingRulesOf(account)?.limits
  if (own || !additional) return own
  return sendingRulesOf({ settings: additional.accountSettings })?.limits && NO_LIMITS
}

/** Whose day a message counts on, and by which limits. */
interface Scope {
  readonly accountId: number
  readonly day: number // since 1970, of its zone
  readonly limits: DayLimits
}

/** All that an account sends counts on its day; what comes by an additional login with limits of its own counts on the login's as well. */
function scopesOf({ id, utcOffsetMinutes, additional }: Account, limits: DayLimits, nowMs: number): Scope[] {
  const dayAt = (offsetMinutes: number): number => Math.floor((nowMs + offsetMinutes * MINUTE_MS) / DAY_MS)
  const day = dayAt(utcOffsetMinutes)
  if (!additional) return [{ accountId: id, day, limits }]
  const shared = sendingRulesOf({ settings: additional.accountSettings })?.limits ?? NO_LIMITS
  const but = (name: keyof DayLimits): number => (limits[name] === shared[name] ? 0 : limits[name])
  const own = { messages: but('messages'), number: but('number'), text: but('text'), address: but('address') }
  return [
    { accountId: id, day: dayAt(additional.accountOffsetMinutes), limits: shared },
    { accountId: additional.id, day, limits: own },
  ]
}

const NO_LIMITS: DayLimits = { messages: 0, number: 0, text: 0, address: 0 }

const isGood = (draft: Draft): boolean => draft.state < 22

interface Place {
  readonly kind: number // as it is stored: append only
  readonly key: number
  readonly most: number
  readonly err: number // of a message that is over it (SMSC API, status 23)
}

const ACCOUNTS_LIMIT = 247
const NUMBERS_LIMIT = 251

/** What a message counts in, the widest first. A look-up reaches nobody: it counts for the account alone. */
function placesOf(draft: Draft, { userIp }: SendRequest, limits: DayLimits): Place[] {
  const places: Place[] = []
  const { recipient, channel } = draft
  if (limits.messages > 0) places.push({ kind: 1, key: 0, most: limits.messages, err: ACCOUNTS_LIMIT })
  if (limits.address > 0 && userIp) places.push({ kind: 4, key: digest(userIp), most: limits.address, err: ACCOUNTS_LIMIT })
  if (channel === 'hlr') return places
  if (limits.number > 0) places.push({ kind: 2, key: numberKey(recipient), most: limits.number, err: NUMBERS_LIMIT })
  if (limits.text > 0) {
    places.push({ kind: 3, key: digest(`${recipient} ${contentOf(draft)}`), most: limits.text, err: NUMBERS_LIMIT })
  }
  return places
}

const numberKey = (to: string): number => (/^\d{1,15}$/.test(to) ? Number(to) : digest(to))

const contentOf = ({ content, octets }: Draft): string =>
  content.kind === 'text' ? content.text : Buffer.from(octets ?? []).toString('base64')

/** 52 bits: exact as a number. */
const digest = (text: string): number => Number.parseInt(hash('sha1', text, 'hex').slice(0, 13), 16)
