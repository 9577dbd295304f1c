import type { Money } from './money.ts'
import { compilePrefixes } from './number/longest-prefix.ts'
import type { NumberPlan } from './number/plan.ts'

/**
 * Where a line of a price list holds: where its one condition does. Of several conditions the most specific is taken
 * (prefix, then mccmnc, then country); empty strings are no condition, and a line without any is the default.
 */
export interface Place {
  readonly prefix?: string | undefined // digits a number begins with
  readonly mccmnc?: string | undefined // MCC and MNC, or an MCC alone
  readonly country?: string | undefined // in Russian or English, as the plan spells it
}

export interface PriceRow extends Place {
  readonly price: Money
}

/** What is known of a number that a price may depend on. */
export type PricedPlan = Pick<NumberPlan, 'mcc' | 'mnc' | 'country' | 'countryEn'>

/** What one part to this number costs; undefined: the tariff has no price for it. */
export type PriceOf = (number: string, plan: PricedPlan) => Money | undefined

/**
 * Compiles the lines of one channel. The longest prefix of the number wins, then MCC and MNC, then the MCC, then the country,
 * then the default. Of equal lines the last one counts.
 */
export function compilePlaces<Line extends Place>(lines: Iterable<Line>): (number: string, plan: PricedPlan) => Line | undefined {
  const byPrefix: (readonly [string, Line])[] = []
  const byNetwork = new Map<string, Line>()
  const byCountry = new Map<string, Line>()
  let byDefault: Line | undefined
  for (const line of lines) {
    const { prefix, mccmnc, country } = line
    if (prefix) byPrefix.push([prefix, line])
    else if (mccmnc) byNetwork.set(mccmnc, line)
    else if (country) byCountry.set(country.toLowerCase(), line)
    else byDefault = line
  }
  const lineOfPrefix = byPrefix.length > 0 ? compilePrefixes(byPrefix) : () => undefined
  const lineOfCountry = (country: string) => (byCountry.size > 0 ? byCountry.get(country.toLowerCase()) : undefined)

  return (number, { mcc, mnc, country, countryEn }) =>
    lineOfPrefix(number) ??
    (mnc && byNetwork.size > 0 ? byNetwork.get(mcc + mnc) : undefined) ??
    (mcc && byNetwork.size > 0 ? byNetwork.get(mcc) : undefined) ??
    lineOfCountry(country) ??
    lineOfCountry(countryEn) ??
    byDefault
}

/** Compiles a tariff of one channel, by the same rules. */
export function compilePrices(rows: Iterable<PriceRow>): PriceOf {
  const lineFor = compilePlaces(rows)
  return (number, plan) => lineFor(number, plan)?.price
}
