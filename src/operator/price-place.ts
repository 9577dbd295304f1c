import { DAY_MS, dateOf, daysOf, isDate, MINUTE_MS } from '../domain/calendar.ts'
import { CHANNELS } from '../domain/channel.ts'
import { formatMoney, parseMoney } from '../domain/money.ts'
import type { ListRow } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { countryNamed, ZONE_MAX } from '../domain/zone.ts'
import { readDestinations } from './destination.ts'

/** Where a price or a cost holds, as an operator writes it. */
export interface PricePlace {
  readonly channel?: string
  readonly prefix?: string // a list with commas between
  readonly mccmnc?: string // likewise
  readonly country?: string // likewise, in Russian or English
  readonly default?: boolean // everywhere else
}

export type Destination = Pick<ListRow, 'prefix' | 'mccmnc' | 'country'>

/** Channels that a list may price: those of messages, and whatsapp, which travels as a bot until it has a channel of its own. */
export const PRICED_CHANNELS: readonly string[] = [...Object.keys(CHANNELS), 'whatsapp']

const PRICE_STEP = 100n // millionths: a price has at most 4 decimals
const PRICE_MAX = 1_000_000_000_000n // a million

const refuse = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

export function readPricedChannel(written = 'sms'): string {
  if (PRICED_CHANNELS.includes(written)) return written
  throw refuse('channel', `There is no channel '${written.slice(0, 30)}'. There are: ${PRICED_CHANNELS.join(', ')}.`)
}

/** "Everywhere" has to be said: a forgotten prefix would price the whole world. */
export function readPlaces({ prefix, mccmnc, country, default: everywhere = false }: PricePlace): Destination[] {
  const named = [prefix, mccmnc, country].filter((each) => each !== undefined)
  if (named.length + (everywhere ? 1 : 0) !== 1) {
    throw refuse(
      'prefix',
      named.length > 1
        ? 'Name prefixes, networks or countries, not several of them.'
        : 'Say where the price holds: a prefix, an mccmnc, a country, or default for everywhere else.',
    )
  }
  if (country !== undefined) return namesIn(country).map((name) => ({ prefix: '', mccmnc: '', country: readCountry(name) }))
  const places = readDestinations({ ...(prefix !== undefined && { prefix }), ...(mccmnc !== undefined && { mccmnc }) })
  return places.map((place) => ({ ...place, country: '' }))
}

/** With commas between; one country may have a comma in its name. */
const namesIn = (list: string): string[] => (countryNamed(list) ? [list] : [...new Set(list.split(','))])

function readCountry(name: string): string {
  const country = countryNamed(name)
  if (country) return country.nameEn
  throw refuse(
    'country',
    `There is no country '${name.trim().slice(0, 40)}' in the numbering plan: write its name in English or Russian.`,
  )
}

/** An amount of money with at most four decimals, or undefined. */
export function parsePrice(text: string): bigint | undefined {
  const price = parseMoney(text)
  return typeof price === 'bigint' && price >= 0n && price <= PRICE_MAX && price % PRICE_STEP === 0n ? price : undefined
}

export function readPrice(field: string, text: string): bigint {
  const price = parsePrice(text)
  if (price !== undefined) return price
  throw refuse(field, `'${text.slice(0, 30)}' is no price: write an amount from 0 to 1000000 with at most 4 decimals.`)
}

export function readZone(zone: number): number {
  if (Number.isInteger(zone) && zone >= 0 && zone <= ZONE_MAX) return zone
  throw refuse('zone', `A zone has a number from 0 to ${ZONE_MAX}.`)
}

/** Moscow's: moments written without an offset are told in it, whatever the machine's own. */
export const OPERATOR_OFFSET_MINUTES = 180

const MOMENT = /^(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)\.(\d\d)\.(\d{4}))(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?(Z|[+-]\d\d:\d\d)?$/

/** 2026-12-01, 2026-12-01 08:00, 01.12.2026, and with +05:00 behind it another zone than Moscow's. Undefined: not a moment. */
export function parseMoment(text: string): number | undefined {
  const found = MOMENT.exec(text.trim())
  if (!found) return undefined
  const [, y1, m1, d1, d2, m2, y2, hour = '0', minute = '0', second = '0', zone] = found
  const date = { year: Number(y1 ?? y2), month: Number(m1 ?? m2), day: Number(d1 ?? d2) }
  if (!isDate(date) || date.year < 2000 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = zone === undefined ? OPERATOR_OFFSET_MINUTES : zone === 'Z' ? 0 : minutesOf(zone)
  const clock = (Number(hour) * 60 + Number(minute)) * MINUTE_MS + Number(second) * 1000
  return daysOf(date) * DAY_MS + clock - offset * MINUTE_MS
}

const minutesOf = (zone: string): number =>
  (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))

export function readMoment(field: string, text: string): number {
  const moment = parseMoment(text)
  if (moment !== undefined) return moment
  throw refuse(
    field,
    `'${text.slice(0, 30)}' is no date: write 2026-12-01 or '2026-12-01 08:00', in Moscow's time or with an offset (+05:00).`,
  )
}

/** As `parseMoment` reads it; '' for always. */
export function formatMoment(ms: number): string {
  if (ms === 0) return ''
  const local = ms + OPERATOR_OFFSET_MINUTES * MINUTE_MS
  const days = Math.floor(local / DAY_MS)
  const { year, month, day } = dateOf(days)
  const seconds = Math.floor((local - days * DAY_MS) / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, ...(seconds % 60 ? [seconds % 60] : [])]
  const date = `${year}-${two(month)}-${two(day)}`
  return seconds === 0 ? date : `${date} ${clock.map(two).join(':')}`
}

/** At least two decimals, and as many more as the price has. */
export const formatPrice = (price: bigint): string => formatMoney(price, price % 10_000n === 0n ? 'two' : 'trim')

export const placeName = ({ prefix, mccmnc, country }: Destination): string => prefix || mccmnc || country || 'everywhere'
