import { BASE_CURRENCY } from '../domain/currency.ts'
import { formatMoney, type Money } from '../domain/money.ts'
import type { PriceChange } from '../domain/price-compare.ts'
import type { ImportPlan } from './price-import.ts'
import { formatMoment, formatPrice, placeName } from './price-place.ts'

const SHOWN_MAX = 2_000

const amount = (price: Money | undefined): string | null => (price === undefined ? null : formatPrice(price))

const percent = (was: Money | undefined, now: Money | undefined): number | null =>
  was === undefined || now === undefined || was === 0n ? null : Number(((now - was) * 1000n) / was) / 10

const kindOf = (was: Money | undefined, now: Money | undefined): 'new' | 'gone' | 'dearer' | 'cheaper' | 'same' => {
  if (was === now) return 'same'
  if (was === undefined) return 'new'
  return now === undefined ? 'gone' : now > was ? 'dearer' : 'cheaper'
}

/** One line for a price; two for plain SMS whose price in the personal account changes otherwise. */
function linesOf(change: PriceChange, zoneName: (zone: number) => string) {
  const place = { zone: change.zone, zone_name: zoneName(change.zone), channel: change.channel, destination: placeName(change) }
  const line = (origin: string, was: Money | undefined, now: Money | undefined) => ({
    ...place,
    origin,
    change: kindOf(was, now),
    was: amount(was),
    now: amount(now),
    percent: percent(was, now),
  })
  if (change.was === change.massWas && change.now === change.massNow) return [line('', change.was, change.now)]
  return [line('api', change.was, change.now), line('mass', change.massWas, change.massNow)].filter(
    ({ change: kind }) => kind !== 'same',
  )
}

/** What changes in each zone, the most changes first. */
function zonesOf(lines: readonly ReturnType<typeof linesOf>[number][]) {
  const zones = new Map<number, { name: string; counts: Record<string, number>; low: number | null; high: number | null }>()
  for (const { zone, zone_name: name, change, percent: by } of lines) {
    const own = zones.get(zone) ?? { name, counts: { dearer: 0, cheaper: 0, new: 0, gone: 0 }, low: null, high: null }
    zones.set(zone, own)
    own.counts[change] = (own.counts[change] ?? 0) + 1
    if (by === null) continue
    own.low = Math.min(own.low ?? by, by)
    own.high = Math.max(own.high ?? by, by)
  }
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0)
  return [...zones]
    .sort(([, one], [, other]) => sum(other.counts) - sum(one.counts))
    .map(([zone, { name, counts, low, high }]) => ({ zone, zone_name: name, ...counts, percent_from: low, percent_to: high }))
}

/** A preview as JSON: what the command line prints from, with the largest changes first. */
export function presentPlan(plan: ImportPlan & { readonly currency: string }, namedBefore: (zone: number) => string) {
  const { preview, problems, rows, repeated, currency } = plan
  const named = new Map(plan.newZones.map((zone) => [zone.number, zone.nameEn]))
  const zoneName = (zone: number): string => named.get(zone) ?? namedBefore(zone)
  const base = { currency, base_currency: BASE_CURRENCY, problems, rows, repeated_lines: repeated }
  if (!preview) return { ...base, moments: [], traffic: null, losses: [], losses_before: 0, everywhere_else: true }
  return {
    ...base,
    everywhere_else: plan.everywhereElse,
    untold_moments: preview.untold,
    moments: preview.moments.map(({ atMs, changes }) => {
      const lines = changes.flatMap((change) => linesOf(change, zoneName))
      const count = (kind: string) => lines.filter((line) => line.change === kind).length
      const sorted = lines.sort((a, b) => weight(b) - weight(a) || (a.destination < b.destination ? -1 : 1))
      return {
        from: formatMoment(atMs),
        dearer: count('dearer'),
        cheaper: count('cheaper'),
        new: count('new'),
        gone: count('gone'),
        zones: zonesOf(lines),
        changes: sorted.slice(0, SHOWN_MAX),
      }
    }),
    traffic: {
      complete: preview.complete,
      since: formatMoment(preview.sinceMs - (preview.sinceMs % 60_000)),
      prices_of: formatMoment(preview.inForceMs - (preview.inForceMs % 60_000)),
      accounts: preview.hits.slice(0, SHOWN_MAX).map(({ login, messages, was, now }) => ({
        login,
        messages,
        was: formatMoney(was),
        now: formatMoney(now),
        difference: formatMoney(now - was),
      })),
      accounts_count: preview.hits.length,
      messages: preview.hits.reduce((sum, hit) => sum + hit.messages, 0),
      was: formatMoney(preview.hits.reduce((sum, hit) => sum + hit.was, 0n)),
      now: formatMoney(preview.hits.reduce((sum, hit) => sum + hit.now, 0n)),
      difference: formatMoney(preview.hits.reduce((sum, hit) => sum + hit.now - hit.was, 0n)),
      unserved: preview.unserved,
    },
    losses: preview.losses.slice(0, SHOWN_MAX).map(({ price, cost, ...loss }) => ({
      ...loss,
      price: formatPrice(price),
      cost: formatPrice(cost),
      loss: formatPrice(cost - price),
    })),
    losses_count: preview.losses.length,
    losses_before: preview.lossesBefore,
  }
}

/** What is gone stands first, then what rises most. */
const weight = ({ change, percent: by }: { change: string; percent: number | null }): number =>
  change === 'gone' ? 1e9 : change === 'dearer' ? 1e6 + (by ?? 1e5) : change === 'new' ? 1e5 : -(by ?? 0)
