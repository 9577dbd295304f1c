import { setImmediate } from 'node:timers/promises'
import { monotonic } from '../clock.ts'
import { DAY_MS } from '../domain/calendar.ts'
import { type Channel, channelOf } from '../domain/channel.ts'
import { convert, RATE_UNIT, type Rate } from '../domain/currency.ts'
import type { Money } from '../domain/money.ts'
import type { LookUp } from '../domain/number/plan.ts'
import type { PricedPlan } from '../domain/price.ts'
import { comparePrices, MOMENTS_MAX, type Moment, momentsToCome, sampleOf } from '../domain/price-compare.ts'
import { compilePriceList, inForce, type ListRow, type PriceList } from '../domain/price-list.ts'
import type { Owner } from '../store/price-lists.ts'
import { readLogins, readTraffic, type Traffic } from '../store/price-traffic.ts'
import type { Session } from '../store/session.ts'
import { listTariffs } from '../store/tariffs.ts'
import { findLosses, type Loss, type Margins, networkOf, type Sample, type Selling, unhurried } from './price-losses.ts'
import { placeName } from './price-place.ts'

/** A list as it is, and as it is to become. */
export interface Change {
  readonly owner: Owner
  readonly name: string
  readonly rate: Rate | undefined // of the currency it is to have
  readonly present: readonly ListRow[]
  readonly wanted: readonly ListRow[]
}

/** What the change means to one account's traffic of the last 30 days, in the list's currency. */
export interface AccountHit {
  readonly login: string
  readonly messages: number
  readonly was: Money
  readonly now: Money
}

export interface PricePreview {
  readonly moments: readonly Moment[]
  readonly untold: number // moments after those
  readonly sinceMs: number // the traffic was counted back to here
  readonly complete: boolean // that is 30 days; else there was more than can be counted
  readonly inForceMs: number // traffic and losses are told for the prices of this moment
  readonly hits: readonly AccountHit[] // the largest difference first
  readonly unserved: number // messages of the last 30 days that would be refused now
  readonly losses: readonly Loss[]
  readonly lossesBefore: number
}

const DAYS = 30
const BUDGET_MS = 60_000
const DIGITS_MIN = 8 // of a number tell its operator and region
const AT_ONCE = 5_000

/** Says what a change of a list would do, and changes nothing. */
export const createPricePreview =
  (session: Session, current: () => Selling, lookUp: LookUp) =>
  async (change: Change, nowMs: number): Promise<PricePreview> => {
    const selling = current()
    const { owner, present, wanted } = change
    const moments = await unhurried(comparePrices(present, wanted, nowMs))
    await setImmediate()
    const inForceMs = wanted.reduce((latest, row) => Math.max(latest, row.validFromMs), nowMs)
    const before = compilePriceList(present, nowMs)
    const after = compilePriceList(wanted, inForceMs)

    const digits = [...present, ...wanted].reduce((most, row) => Math.max(most, row.prefix.length), DIGITS_MIN)
    const startedMs = monotonic()
    const { traffic, sinceMs } = await readTraffic(session, {
      owner,
      digits,
      fromMs: nowMs - DAYS * DAY_MS,
      toMs: nowMs + 1,
      goesOn: () => monotonic() - startedMs < BUDGET_MS,
    })
    const accounts = await readLogins(session, [...new Set(traffic.map(({ accountId }) => accountId))])

    const hits = new Map<number, { messages: number; was: Money; now: Money }>()
    let unserved = 0
    const samples: Sample[] = []
    const tariffOf = new Map<Sample, number>()
    for (const [at, each] of traffic.entries()) {
      if (at % AT_ONCE === AT_ONCE - 1) await setImmediate()
      const sample = sampleOfTraffic(each, lookUp)
      const [old, next] = [rowFor(before, sample), rowFor(after, sample)]
      const named = { ...sample, destination: next ? placeName(next) : sample.destination }
      samples.push(named)
      const tariffId = accounts.get(each.accountId)?.tariffId
      if (tariffId !== undefined) tariffOf.set(named, tariffId)
      if (old && !next) unserved += each.messages
      if (!next || old?.price === next.price) continue
      const hit = hits.get(each.accountId) ?? { messages: 0, was: 0n, now: 0n }
      hits.set(each.accountId, hit)
      hit.messages += each.messages
      hit.was += (old?.price ?? 0n) * BigInt(each.parts)
      hit.now += next.price * BigInt(each.parts)
    }
    const places = inForce(wanted, inForceMs).map(
      (row): Sample => ({
        ...sampleOf(row),
        channel: row.channel,
        destination: placeName(row),
        messages: 0,
      }),
    )
    const marginsOf = 'tariffId' in owner ? marginsSold : await carried(owner.carrierId)
    const { losses, before: lossesBefore } = await findLosses([...samples, ...places], marginsOf)

    return {
      moments,
      untold: Math.max(0, momentsToCome(present, wanted, nowMs).length - MOMENTS_MAX),
      sinceMs,
      complete: sinceMs <= nowMs - DAYS * DAY_MS,
      inForceMs,
      hits: [...hits]
        .map(([id, hit]) => ({ login: accounts.get(id)?.login ?? `account ${id}`, ...hit }))
        .sort((a, b) => size(b.now - b.was) - size(a.now - a.was)),
      unserved,
      losses,
      lossesBefore,
    }

    /** A tariff changes: its new prices against what the first carrier takes. */
    function marginsSold(sample: Sample): Margins[] {
      const [old, next] = [rowFor(before, sample), rowFor(after, sample)]
      const carrierId = candidatesOf(sample)[0]
      if (!next || carrierId === undefined || change.rate === undefined) return []
      const cost = selling.costOf(carrierId, sample.channel as Channel, sample.number, sample.plan)
      if (cost === undefined) return []
      const price = convert(next.price, change.rate, RATE_UNIT)
      const wasLoss = old !== undefined && convert(old.price, change.rate, RATE_UNIT) < cost
      return [{ tariff: change.name, carrier: selling.carrier(carrierId)?.name ?? `carrier ${carrierId}`, price, cost, wasLoss }]
    }

    /** A carrier's costs change: what the tariffs sell for against them, where the carrier may be asked at all. */
    async function carried(carrierId: number): Promise<(sample: Sample) => Margins[]> {
      const tariffs = await listTariffs(session)
      const inUse = tariffs.filter((tariff) => tariff.accounts > 0)
      return (sample) => {
        const [old, next] = [rowFor(before, sample), rowFor(after, sample)]
        if (!next || change.rate === undefined || !candidatesOf(sample).includes(carrierId)) return []
        const cost = convert(next.price, change.rate, RATE_UNIT)
        const oldCost = old && convert(old.price, change.rate, RATE_UNIT)
        const own = tariffOf.get(sample)
        return inUse
          .filter(({ id }) => own === undefined || id === own)
          .flatMap(({ id, name }) => {
            const amount = selling.priceOf(id, sample.channel as Channel, sample.number, sample.plan)
            const price = amount === undefined ? undefined : selling.inBase(id, amount)
            if (price === undefined) return []
            return [{ tariff: name, carrier: change.name, price, cost, wasLoss: oldCost !== undefined && price < oldCost }]
          })
      }
    }

    function candidatesOf({ channel, number, plan }: Sample): readonly number[] {
      return selling.candidates(channel as Channel, number, networkOf(plan))
    }
  }

const rowFor = (list: PriceList, { channel, number, plan }: Sample): ListRow | undefined => list.rowFor(channel, number, plan)

/** Numbers of one beginning; the rest of them is filled up, since a plan may want the whole length. */
function sampleOfTraffic({ channel, mccmnc, digits, length, messages }: Traffic, lookUp: LookUp): Sample {
  const number = digits === '' ? '' : digits.padEnd(length, '0')
  const found = lookUp(number)
  const plan: PricedPlan = mccmnc === '' ? found : { ...found, mcc: mccmnc.slice(0, 3), mnc: mccmnc.slice(3) }
  return { channel: channelOf(channel), number, plan, destination: mccmnc || found.countryEn || digits, messages }
}

const size = (amount: Money): number => Number(amount < 0n ? -amount : amount)
