import type { Money } from './money.ts'
import { lookUp } from './number/plan.ts'
import type { Place, PricedPlan } from './price.ts'
import { compilePriceList, type ListRow, type PriceList, placeKey, priceIn } from './price-list.ts'
import { countryNamed, countryOfMcc } from './zone.ts'

/** What one destination costs before and after. Undefined: it is not served. */
export interface PriceChange {
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly country: string // all three empty: everywhere else
  readonly zone: number
  readonly was: Money | undefined
  readonly now: Money | undefined
  readonly massWas: Money | undefined
  readonly massNow: Money | undefined
}

/** What changes at one moment: against what held until then, or against what had been entered for it before. */
export interface Moment {
  readonly atMs: number // 0: at once
  readonly changes: readonly PriceChange[]
}

/** Moments that are compared; what begins after them is imported, and not told. */
export const MOMENTS_MAX = 20
const PLACES_A_STEP = 2_000
const NOWHERE: PricedPlan = { mcc: '', mnc: '', country: '', countryEn: '' }

/** A number, as far as it goes, and a plan that stand for a whole destination. */
export function sampleOf({ prefix, mccmnc, country }: Place): { number: string; plan: PricedPlan } {
  if (prefix) return { number: prefix, plan: lookUp(prefix) }
  if (mccmnc) {
    const [mcc, mnc] = [mccmnc.slice(0, 3), mccmnc.slice(3)]
    const found = countryOfMcc(mcc)
    return { number: '', plan: { mcc, mnc, country: found?.name ?? '', countryEn: found?.nameEn ?? '' } }
  }
  if (!country) return { number: '', plan: NOWHERE }
  const found = countryNamed(country)
  return { number: '', plan: { mcc: found?.mcc ?? '', mnc: '', country: found?.name ?? country, countryEn: country } }
}

/** When rows of either list begin that have not begun yet. */
export const momentsToCome = (present: readonly ListRow[], wanted: readonly ListRow[], nowMs: number): number[] => {
  const moments = new Set<number>()
  for (const list of [present, wanted]) for (const { validFromMs } of list) if (validFromMs > nowMs) moments.add(validFromMs)
  return [...moments].sort((a, b) => a - b)
}

/**
 * Compares two states of a list for every destination that one of them names: now, and at each moment at which a row entered in
 * advance takes force. A destination that has no row of its own any more is compared with what it falls back to. In steps, between
 * which others may work.
 */
export function* comparePrices(
  present: readonly ListRow[],
  wanted: readonly ListRow[],
  nowMs: number,
): Generator<void, Moment[]> {
  let compared = 0
  const places = new Map<string, ListRow>()
  for (const row of [...present, ...wanted]) places.set(placeKey(row), row)
  const later = momentsToCome(present, wanted, nowMs)
  const told = new Map<string, string>()
  let [oldBefore, nextBefore]: (PriceList | undefined)[] = []
  const moments: Moment[] = []
  for (const atMs of [0, ...later.slice(0, MOMENTS_MAX)]) {
    const old = compilePriceList(present, Math.max(atMs, nowMs))
    const next = compilePriceList(wanted, Math.max(atMs, nowMs))
    const changes: PriceChange[] = []
    for (const [key, place] of places) {
      if (++compared % PLACES_A_STEP === 0) yield
      const { number, plan } = sampleOf(place)
      const [entered, after] = [old.rowFor(place.channel, number, plan), next.rowFor(place.channel, number, plan)]
      // Of a later moment the step is told, unless it is one that was entered and now does not come.
      const until = nextBefore?.rowFor(place.channel, number, plan)
      const isStep = nextBefore !== undefined && samePrice(entered, oldBefore?.rowFor(place.channel, number, plan))
      const before = isStep ? until : entered
      const change: PriceChange = {
        channel: place.channel,
        prefix: place.prefix,
        mccmnc: place.mccmnc,
        country: place.country,
        zone: place.zone,
        was: before?.price,
        now: after?.price,
        massWas: before && priceIn(before, 'mass'),
        massNow: after && priceIn(after, 'mass'),
      }
      const mark = samePrice(entered, after) ? '' : `${change.now} ${change.massNow} ${entered?.price}`
      if (mark !== '' && mark !== told.get(key) && !samePrice(before, after)) changes.push(change)
      told.set(key, mark)
    }
    if (changes.length > 0) moments.push({ atMs, changes })
    ;[oldBefore, nextBefore] = [old, next]
  }
  return moments
}

const samePrice = (one: ListRow | undefined, other: ListRow | undefined): boolean =>
  one?.price === other?.price && (one && priceIn(one, 'mass')) === (other && priceIn(other, 'mass'))
