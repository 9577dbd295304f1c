import { now } from '../clock.ts'
import { HISTORY, halfDayOf, type Volume } from '../domain/country-volumes.ts'
import { actionOf, type GuardAction } from '../domain/guard.ts'
import { idOfTime, timeOfId } from '../domain/message-id.ts'
import { formatMoney } from '../domain/money.ts'
import { compilePrefixes } from '../domain/number/longest-prefix.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { makePumping, type PumpingLimits, type PumpingRule, type Suspicion } from '../domain/pumping.ts'
import { Refusal } from '../domain/refusal.ts'
import { readTrafficCsv } from '../domain/traffic-csv.ts'
import { readConfirmations, readGuard, readTrusted, readVolumes } from '../store/guard.ts'
import { readLogins, readTraffic } from '../store/guard-traffic.ts'
import { type Glance, tookTooLong } from '../store/pool-session.ts'
import type { Session } from '../store/session.ts'
import { readLimits } from './guard.ts'

export interface SimulationRequest {
  readonly hours?: number
  /** Recorded traffic instead of the stored one. */
  readonly csv?: string
  /** Thresholds to try instead of those that are set. */
  readonly limits?: Readonly<Record<string, number>>
}

/** One message, or one confirmation, in the order in which they came. */
interface Event {
  readonly atMs: number
  readonly account: string
  readonly accountId: number
  readonly number: string
  readonly bulk: boolean
  readonly isCode: boolean
  readonly confirmed: boolean
  readonly price: bigint
  readonly currency: string
}

interface Found {
  readonly account: string
  readonly rule: PumpingRule
  readonly subject: string
  readonly action: GuardAction
  says: string
  readonly fromMs: number
  toMs: number
  messages: number
  price: bigint
  readonly currency: string
}

const HOUR_MS = 3_600_000
const MESSAGES_MAX = 2_000_000
/** Messages of one look, and the range of ids it takes: a minute at first. */
const ROWS = { low: 2000, high: 20_000 }
const SPAN = { first: 60_000 * 8192, least: 1000 * 8192, most: HOUR_MS * 8192 }
const LIMIT_MS = 5000
const HOURS_MAX = 24 * 14
const FOUND_MAX = 200

/**
 * Lets the rules look at traffic that is over, stored or recorded, and tells what they would have stopped in mode act.
 * Nothing is changed by it.
 */
export const createSimulation =
  ({ session, lookUp, glance }: { session: Session; lookUp: LookUp; glance: Glance }) =>
  async ({ hours = 24, csv, limits = {} }: SimulationRequest) => {
    if (!Number.isInteger(hours) || hours < 1 || hours > HOURS_MAX)
      throw new Refusal('bad_request', { field: 'hours', reason: `Hours are a whole number from 1 to ${HOURS_MAX}.` })
    const config = await readGuard(session)
    const tried: PumpingLimits = { ...config.limits, ...readLimits(limits) }
    const trusted = await readTrusted(session)
    const skipped = new Set([
      ...trusted.filter(({ what }) => what === 'account').map(({ value }) => value),
      ...Object.keys(config.accounts).filter((login) => config.accounts[login] === 'off'),
    ])
    const isTrusted = compilePrefixes(trusted.filter(({ what }) => what === 'number').map(({ value }) => [value, true as const]))

    const pumping = makePumping()
    const found = new Map<string, Found>()
    const totals = { messages: 0, suspicious: 0, accounts: new Set<string>() }
    const watch = (event: Event): void => {
      if (event.confirmed) {
        pumping.confirmed(event.accountId, event.number, event.atMs)
        return
      }
      totals.messages += 1
      totals.accounts.add(event.account)
      if (skipped.has(event.account) || isTrusted(event.number)) return
      const suspicion = pumping.observe({ ...event, country: lookUp(event.number).countryEn }, tried)
      if (!suspicion) return
      totals.suspicious += 1
      const noted = findingOf(found, event, suspicion, actionOf(config, 'act', suspicion.rule))
      Object.assign(noted, { toMs: event.atMs, says: suspicion.says })
      noted.messages += 1
      noted.price += event.price
    }

    const read = csv === undefined ? await watchStored(hours) : watchRecorded(csv)
    const list = [...found.values()].sort((a, b) => b.messages - a.messages)
    return {
      ...read,
      messages: totals.messages,
      accounts: totals.accounts.size,
      suspicious: totals.suspicious,
      found: list.slice(0, FOUND_MAX).map(present),
    }

    async function watchStored(past: number) {
      const startMs = now() - past * HOUR_MS
      const first = halfDayOf(startMs)
      pumping.volumes.learn(await readVolumes(session, first - HISTORY.most), startMs)
      const end = idOfTime(now() + HOUR_MS)
      const names = new Map<number, { login: string; currency: string }>()
      let confirmedTo = startMs - 24 * HOUR_MS
      let span: number = SPAN.first
      for (let from = idOfTime(startMs); from < end && totals.messages < MESSAGES_MAX; ) {
        const to = Math.min(end, from + span)
        const rows = await glance((moment) => readTraffic(moment, from, to), LIMIT_MS).catch((error: unknown) => {
          if (tookTooLong(error) && span > SPAN.least) return undefined
          throw error
        })
        if (rows === undefined) {
          span = Math.max(SPAN.least, Math.floor(span / 8))
          continue
        }
        if (rows.length > ROWS.high) span = Math.max(SPAN.least, Math.floor(span / 2))
        else if (rows.length < ROWS.low) span = Math.min(SPAN.most, span * 2)
        from = to
        const unknown = [...new Set(rows.map(({ accountId }) => accountId))].filter((id) => !names.has(id))
        if (unknown.length > 0) for (const [id, name] of await readLogins(session, unknown)) names.set(id, name)
        const lastMs = Math.min(now(), timeOfId(to))
        const confirmed = await readConfirmations(session, confirmedTo, lastMs)
        confirmedTo = lastMs
        const events = [
          ...rows.map((row) => {
            const { login: account, currency } = names.get(row.accountId) ?? { login: String(row.accountId), currency: '' }
            return { ...row, atMs: timeOfId(row.id), account, currency, confirmed: false }
          }),
          ...confirmed.map((one) => ({
            ...one,
            account: '',
            bulk: false,
            isCode: false,
            confirmed: true,
            price: 0n,
            currency: '',
          })),
        ]
        for (const event of events.sort((a, b) => a.atMs - b.atMs)) watch(event)
      }
      return { source: `the last ${past} hours`, cut: totals.messages >= MESSAGES_MAX, bad_lines: 0, problems: [] as string[] }
    }

    function watchRecorded(text: string) {
      const read = readTrafficCsv(text)
      if ('problem' in read) throw new Refusal('bad_request', { field: 'csv', reason: read.problem })
      const ids = new Map<string, number>()
      const counted = new Map<string, Volume & { messages: number }>()
      let halfDay = 0
      for (const line of read.lines) {
        const accountId = ids.get(line.account) ?? ids.size + 1
        ids.set(line.account, accountId)
        // What the recording showed before is what is usual.
        if (halfDayOf(line.atMs) !== halfDay) {
          halfDay = halfDayOf(line.atMs)
          pumping.volumes.learn([...counted.values()], line.atMs)
        }
        const country = lookUp(line.number).countryEn
        const key = `${accountId}/${country}/${halfDay}`
        const volume = counted.get(key) ?? { accountId, country, halfDay, messages: 0 }
        if (!line.confirmed) volume.messages += 1
        counted.set(key, volume)
        watch({ ...line, accountId, price: 0n, currency: '' })
      }
      return { source: 'the recording', cut: false, bad_lines: read.bad, problems: read.problems }
    }
  }

export type Simulation = ReturnType<typeof createSimulation>

function findingOf(found: Map<string, Found>, event: Event, { rule, subject, says }: Suspicion, action: GuardAction): Found {
  const key = `${event.accountId}/${rule}/${subject}`
  let finding = found.get(key)
  if (!finding) {
    const { account, atMs, currency } = event
    finding = { account, rule, subject, action, says, fromMs: atMs, toMs: atMs, messages: 0, price: 0n, currency }
    found.set(key, finding)
  }
  return finding
}

const present = ({ fromMs, toMs, price, ...finding }: Found) => ({
  ...finding,
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  price: formatMoney(price, 'two'),
})
