import { countryOf } from './countries.ts'

/** Whose habits of writing numbers the account's users have. */
export type NumberProfile = 'russia' | 'kazakhstan' | 'ukraine' | 'belarus'

/** A number in E.164 without `+`, or what was meant to be one: its digits as given, for the answer and the history. */
export type ParsedNumber = { readonly number: string } | { readonly problem: 'bad_number'; readonly digits: string }

/** Digits of the longest number E.164 allows, and of what we keep of a longer one. */
const DIGITS_MAX = 15
const DIGITS_KEPT = 20

type Correction = readonly [written: RegExp, meant: string]

/** `8~10` is how Russia dials abroad, `00` how most others do; what follows is international already. */
const ABROAD = /^(?:810(?=\d{8})|00)/

/** The first that fits is applied. */
const CORRECTIONS: Readonly<Record<NumberProfile, readonly Correction[]>> = {
  russia: [
    [/^8(\d{10})$/, '7$1'],
    [/^(9\d{9})$/, '7$1'],
  ],
  kazakhstan: [
    [/^8(\d{10})$/, '7$1'],
    [/^(7\d{9})$/, '7$1'],
  ],
  ukraine: [
    [/^8?0(\d{9})$/, '380$1'],
    [/^([3-9]\d{8})$/, '380$1'],
  ],
  belarus: [
    [/^8?0((?:25|29|33|44)\d{7})$/, '375$1'],
    [/^((?:25|29|33|44)\d{7})$/, '375$1'],
  ],
}

export const NUMBER_PROFILES = Object.keys(CORRECTIONS) as readonly NumberProfile[]

/**
 * Reads a number as people write it (SMSC API, phones): everything but digits is dropped, and without a leading `+` the
 * habits of the profile are corrected. A number is refused when no country has its code or its length is not that country's.
 *
 *     parseNumber('8 (916) 123-45-67', 'russia')  // { number: '79161234567' }
 *     parseNumber('80 29 123 45 67', 'belarus')   // { number: '375291234567' }
 *     parseNumber('7123', 'russia')               // { problem: 'bad_number', digits: '7123' }
 */
export function parseNumber(raw: string, profile: NumberProfile): ParsedNumber {
  const digits = ONLY_DIGITS.test(raw) ? raw : raw.replace(/\D+/g, '')
  const number = isWhole(digits) || LEADING_PLUS.test(raw) ? digits : correct(digits, profile)
  return isPossible(number) ? { number } : { problem: 'bad_number', digits: digits.slice(0, DIGITS_KEPT) }
}

const ONLY_DIGITS = /^\d+$/
const LEADING_PLUS = /^[^\d+]*\+/

/** The usual case, spared the rules: eleven digits that begin with the 7 of Russia and Kazakhstan are never corrected. */
const isWhole = (digits: string): boolean => digits.length === 11 && digits.startsWith('7')

function correct(digits: string, profile: NumberProfile): string {
  const international = digits.replace(ABROAD, '')
  if (international !== digits) return international
  const correction = CORRECTIONS[profile].find(([written]) => written.test(digits))
  return correction ? digits.replace(...correction) : digits
}

function isPossible(number: string): boolean {
  const country = countryOf(number)
  if (!country || number.length > DIGITS_MAX) return false
  return number.length >= country.digitsMin && number.length <= country.digitsMax
}
