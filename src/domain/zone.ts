import { COUNTRIES, type Country } from './number/countries.ts'
import { lookUp } from './number/plan.ts'
import type { Place } from './price.ts'

/** A part of the world in a price list: customers know it by its number, which never changes. */
export interface Zone {
  readonly number: number
  readonly name: string // in Russian
  readonly nameEn: string
}

export const ELSEWHERE: Zone = { number: 0, name: 'Остальные направления', nameEn: 'Everywhere else' }
export const ZONE_MAX = 99_999

const byMcc = new Map<string, Country>()
/** A few codes belong to two countries: their zone is both. */
const namesOfMcc = new Map<string, { readonly name: string; readonly nameEn: string }[]>()
const byName = new Map<string, Country>()
for (const [, country] of COUNTRIES) {
  if (!byMcc.has(country.mcc)) byMcc.set(country.mcc, country)
  const names = namesOfMcc.get(country.mcc) ?? []
  if (!names.some(({ nameEn }) => nameEn === country.nameEn)) namesOfMcc.set(country.mcc, [...names, country])
  byName.set(country.name.toLowerCase(), country)
  byName.set(country.nameEn.toLowerCase(), country)
}

/** A country by its name in Russian or English, in any case. */
export const countryNamed = (name: string): Country | undefined => byName.get(name.trim().toLowerCase())

/** The country that a mobile country code belongs to, as the plan knows it. */
export const countryOfMcc = (mcc: string): Country | undefined => byMcc.get(mcc)

/** The zone of a destination that was put into none: its country's, which has the number of the country's MCC. */
export function zoneOf({ prefix, mccmnc, country }: Place): number {
  if (mccmnc) return Number(mccmnc.slice(0, 3))
  if (prefix) return Number(lookUp(prefix).mcc)
  if (country) return Number(countryNamed(country)?.mcc ?? 0)
  return ELSEWHERE.number
}

/** The names of a zone that nobody has named. */
export function zoneByNumber(number: number): Zone {
  if (number === ELSEWHERE.number) return ELSEWHERE
  const countries = namesOfMcc.get(String(number)) ?? []
  if (countries.length === 0) return { number, name: `Зона ${number}`, nameEn: `Zone ${number}` }
  const shown = countries.length === 2 ? countries : countries.slice(0, 1)
  return { number, name: shown.map(({ name }) => name).join(', '), nameEn: shown.map(({ nameEn }) => nameEn).join(', ') }
}
