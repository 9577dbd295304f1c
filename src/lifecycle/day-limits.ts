import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { DAY_MS, MINUTE_MS } from '../domain/calendar.ts'
import type { DayLimits } from '../domain/sending-rules.ts'
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
    const { account } = request
    const day = Math.floor((now() + account.utcOffsetMinutes * MINUTE_MS) / DAY_MS)
    const tallies = new Map<string, Tally>()
    const counting: Counting[] = []
    for (const [at, draft] of drafts.entries()) {
      if (at % TURN === TURN - 1) await turn()
      if (!isGood(draft)) continue
      const own = placesOf(draft, request, limits).map(({ kind, key, most, err }) => {
        const id = `${kind} ${key}`
        const known = tallies.get(id)
        const tally = known ?? { accountId: account.id, day, kind, key, most, err, wanted: 0, left: 0 }
        if (!known) tallies.set(id, tally)
        tally.wanted += 1
        return tally
      })
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
