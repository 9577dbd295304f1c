import { DAY_MS } from './calendar.ts'
import { type CountryVolumes, HALF_DAY_MS, halfDayOf, makeCountryVolumes } from './country-volumes.ts'
import { makePrefixTable, type PrefixTable, prefixOf, suffixOf } from './prefix-table.ts'

/**
 * Traffic pumping (artificially inflated traffic): somebody makes a site send codes to numbers whose operator shares the
 * money. It shows as many messages to one small block of numbers, numbers in a row, codes that nobody enters, and countries
 * the account never wrote to. These are the rules; what is done about it is the operator's choice.
 */
export const PUMPING_RULES = ['velocity', 'sequence', 'unconfirmed', 'country'] as const
export type PumpingRule = (typeof PUMPING_RULES)[number]

/** The thresholds; 0 switches a rule off. */
export interface PumpingLimits {
  readonly velocity: number // messages of an account to one prefix, and one in 200 of all it sends …
  readonly windowMinutes: number // … within so many minutes
  readonly sequence: number // numbers of one prefix behind each other, each a small step from the last
  readonly codes: number // codes to one prefix …
  readonly confirmedPercent: number // … of which fewer were entered
  readonly countryMessages: number // messages to a country in a half-day, at least …
  readonly deviations: number // … and so many standard deviations above the usual
}

export const PUMPING_LIMITS: PumpingLimits = {
  velocity: 50,
  windowMinutes: 10,
  sequence: 8,
  codes: 20,
  confirmedPercent: 5,
  countryMessages: 1000,
  deviations: 6,
}

export interface Sending {
  readonly accountId: number
  readonly number: string // digits
  readonly country: string
  readonly atMs: number
  /** One of many in a request: only its country is looked at, since a list in the order of its numbers is no attack. */
  readonly bulk: boolean
  readonly isCode: boolean
}

export interface Suspicion {
  readonly rule: PumpingRule
  /** A number without its last four digits, or a country. */
  readonly subject: string
  readonly says: string
}

export interface Pumping {
  /** Notes a message and answers what is suspicious about it; undefined: nothing. */
  observe(sending: Sending, limits: PumpingLimits): Suspicion | undefined
  /** A subscriber entered a code of this account, clicked its link or replied. */
  confirmed(accountId: number, number: string, atMs: number): void
  /** Whether enough is confirmed for the rule of unconfirmed codes to speak. */
  hasSignal(accountId: number, atMs: number): boolean
  readonly volumes: CountryVolumes
  readonly prefixes: PrefixTable
}

/** Of an account that writes to everybody, a block gets more than the threshold too: it must also be this share of its messages. */
const SHARE = 1 / 200
/** Steps between numbers that look like counting; the same number again is a resend, not a step. */
const STEP_MAX = 5
const RUN_PAUSE_S = 3600
const CODES_PAUSE_S = 86_400
/** An account confirms when it told of so many within a day: without them the rule of unconfirmed codes is silent. */
const SIGNAL_LEAST = 20
const COUNTERS_MAX = 60_000
const ACCOUNTS_MAX = 20_000

/** A code is a message with a number of 4 to 8 digits in it. */
export const CODE = /(?<!\d)\d{4,8}(?!\d)/

export function makePumping(prefixes: PrefixTable = makePrefixTable()): Pumping {
  const volumes = makeCountryVolumes()
  /** Confirmations of an account in the day that began at `sinceMs`, and in the one before. */
  const signals = new Map<number, { sinceMs: number; now: number; before: number }>()

  /** Messages of an account within a window, fading away. */
  const flows = new Map<number, { level: number; atMs: number }>()

  function flowOf(accountId: number, atMs: number, windowMs: number): number {
    let flow = flows.get(accountId)
    if (!flow) {
      const first = flows.keys().next()
      if (flows.size >= ACCOUNTS_MAX && !first.done) flows.delete(first.value)
      flow = { level: 0, atMs }
      flows.set(accountId, flow)
    }
    const quietMs = Math.max(0, atMs - flow.atMs)
    flow.level = flow.level * Math.max(0, 1 - quietMs / windowMs) + 1
    flow.atMs = atMs
    return flow.level
  }

  function signalOf(accountId: number, atMs: number) {
    const signal = signals.get(accountId)
    if (signal && atMs - signal.sinceMs >= DAY_MS) {
      signal.before = atMs - signal.sinceMs < 2 * DAY_MS ? signal.now : 0
      signal.now = 0
      signal.sinceMs = atMs
    }
    return signal
  }

  const hasSignal = (accountId: number, atMs: number): boolean => {
    const signal = signalOf(accountId, atMs)
    return signal !== undefined && signal.now + signal.before >= SIGNAL_LEAST
  }

  function ofPrefix({ accountId, number, atMs, isCode }: Sending, limits: PumpingLimits): Suspicion | undefined {
    const seconds = Math.floor(atMs / 1000)
    const at = prefixes.place(accountId, number, seconds)
    const quietS = Math.max(0, seconds - (prefixes.seconds[at] ?? seconds))
    prefixes.seconds[at] = seconds

    const most = Math.max(limits.velocity, SHARE * flowOf(accountId, atMs, limits.windowMinutes * 60_000))
    const leaked = (quietS * most) / (limits.windowMinutes * 60)
    // Not higher than twice the threshold: after a flood a block is looked at like any other within one window more.
    const level = Math.min(2 * most, Math.max(0, (prefixes.level[at] ?? 0) - leaked) + 1)
    prefixes.level[at] = level

    const suffix = suffixOf(number)
    const step = Math.abs(suffix - (prefixes.last[at] ?? 0))
    const run = prefixes.run[at] ?? 0
    const next = quietS > RUN_PAUSE_S || run === 0 ? 1 : step === 0 ? run : step <= STEP_MAX ? Math.min(255, run + 1) : 1
    prefixes.run[at] = next
    prefixes.last[at] = suffix

    if (isCode) countCode(at, quietS)
    const codes = prefixes.codes[at] ?? 0
    const entered = prefixes.confirmed[at] ?? 0

    const subject = prefixOf(number)
    if (limits.velocity > 0 && level > most) {
      const says = `more than ${Math.floor(most)} messages to numbers of ${subject}… within ${limits.windowMinutes} minutes`
      return { rule: 'velocity', subject, says }
    }
    if (limits.sequence > 0 && next >= limits.sequence) {
      return {
        rule: 'sequence',
        subject,
        says: `${next} or more numbers of ${subject}… in a row, each a small step from the last`,
      }
    }
    if (limits.codes > 0 && isCode && codes >= limits.codes && hasSignal(accountId, atMs)) {
      if (entered * 100 < codes * limits.confirmedPercent)
        return { rule: 'unconfirmed', subject, says: `${entered} of ${codes} codes to numbers of ${subject}… were entered` }
    }
    return undefined
  }

  function countCode(at: number, quietS: number): void {
    const forget = quietS > CODES_PAUSE_S ? 0 : (prefixes.codes[at] ?? 0) >= COUNTERS_MAX ? 0.5 : 1
    if (forget < 1) {
      prefixes.codes[at] = (prefixes.codes[at] ?? 0) * forget
      prefixes.confirmed[at] = (prefixes.confirmed[at] ?? 0) * forget
    }
    prefixes.codes[at] = (prefixes.codes[at] ?? 0) + 1
  }

  function ofCountry({ accountId, country, atMs }: Sending, limits: PumpingLimits): Suspicion | undefined {
    if (limits.countryMessages <= 0 || country === '') return undefined
    const { messages, usual } = volumes.count(accountId, country, atMs)
    if (usual === undefined || messages <= limits.countryMessages) return undefined
    if (messages <= usual.mean + limits.deviations * usual.deviation) return undefined
    const since = new Date(halfDayOf(atMs) * HALF_DAY_MS).toISOString().slice(11, 16)
    const usually = usual.mean < 1 ? 'usually hardly any' : `usually ${Math.round(usual.mean)} a half-day`
    const says = `more than ${limits.countryMessages} messages to ${country} since ${since} UTC, ${usually}`
    return { rule: 'country', subject: country, says }
  }

  return {
    volumes,
    prefixes,
    hasSignal,
    observe(sending, limits) {
      const country = ofCountry(sending, limits)
      return (sending.bulk ? undefined : ofPrefix(sending, limits)) ?? country
    },
    confirmed(accountId, number, atMs) {
      const signal = signalOf(accountId, atMs)
      if (signal) signal.now += 1
      else {
        const first = signals.keys().next()
        if (signals.size >= ACCOUNTS_MAX && !first.done) signals.delete(first.value)
        signals.set(accountId, { sinceMs: atMs, now: 1, before: 0 })
      }
      const at = prefixes.find(accountId, number)
      if (at >= 0 && (prefixes.confirmed[at] ?? 0) < (prefixes.codes[at] ?? 0))
        prefixes.confirmed[at] = (prefixes.confirmed[at] ?? 0) + 1
    },
  }
}
