import type { Money } from './money.ts'
import { compilePrefixes } from './number/longest-prefix.ts'
import type { NumberPlan } from './number/plan.ts'

/**
 * A line of a tariff: what a part costs where its one condition holds. Of several conditions the most specific is taken
 * (prefix, then mccmnc, then country); empty strings are no condition, and a line without any is the default.
 */
export interface PriceRow {
  readonly prefix?: string | undefined // digits a number begins with
  readonly mccmnc?: string | undefined // MCC and MNC, or an MCC alone
  readonly country?: string | undefined // in Russian or English, as the plan spells it
  readonly price: Money
}

/** What one part to this number costs; undefined: the tariff has no price for it. */
export type PriceOf = (number: string, plan: Pick<NumberPlan, 'mcc' | 'mnc' | 'country' | 'countryEn'>) => Money | undefined

/**
 * Compiles a tariff of one channel. The longest prefix of the number wins, then MCC and MNC, then the MCC, then the country,
 * then the default. Of equal lines the last one counts.
 */
export function compilePrices(rows: Iterable<PriceRow>): PriceOf {
  const byPrefix: (readonly [string, Money])[] = []
  const byNetwork = new Map<string, Money>()
  const byCountry = new Map<string, Money>()
  let byDefault: Money | undefined
  for (const { prefix, mccmnc, country, price } of rows) {
    if (prefix) byPrefix.push([prefix, price])
    else if (mccmnc) byNetwork.set(mccmnc, price)
    else if (country) byCountry.set(country.toLowerCase(), price)
    else byDefault = price
  }
  const priceOfPrefix = byPrefix.length > 0 ? compilePrefixes(byPrefix) : () => undefined
  const priceOfCountry = (country: string) => (byCountry.size > 0 ? byCountry.get(country.toLowerCase()) : undefined)

  return (number, { mcc, mnc, country, countryEn }) =>
    priceOfPrefix(number) ??
    (mnc ? byNetwork.get(mcc + mnc) : undefined) ??
    (mcc ? byNetwork.get(mcc) : undefined) ??
    priceOfCountry(country) ??
    priceOfCountry(countryEn) ??
    byDefault
}
