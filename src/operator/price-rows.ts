import { withRows } from '../domain/price-change.ts'
import { type ListRow, placeKey } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { zoneOf } from '../domain/zone.ts'
import {
  formatMoment,
  formatPrice,
  type PricePlace,
  placeName,
  readMoment,
  readPlaces,
  readPrice,
  readPricedChannel,
  readZone,
} from './price-place.ts'
import type { Present, Wanted } from './price-versions.ts'

export interface PutRow extends PricePlace {
  readonly price: string
  readonly mass?: string // the price of what is sent from the personal account
  readonly from?: string // a date; without one: at once, and for good
  readonly zone?: number
}

export interface TakeRow extends PricePlace {
  readonly from?: string // only what was entered for this moment
}

/** Reads rows as an operator writes them. Refuses what is not understood. */
export function readRows(request: PutRow): ListRow[] {
  const price = readPrice('price', request.price)
  const mass = request.mass === undefined ? undefined : readPrice('mass', request.mass)
  const channel = readPricedChannel(request.channel)
  const validFromMs = request.from === undefined ? 0 : readMoment('from', request.from)
  const zone = request.zone === undefined ? undefined : readZone(request.zone)
  return readPlaces(request).map((place) => ({
    ...place,
    channel,
    price,
    mass,
    validFromMs,
    zone: zone ?? zoneOf(place),
  }))
}

/**
 * Puts rows into a list. Without a zone of its own a row stays in the zone its destination was in.
 */
export function put(present: Present, request: PutRow, nowMs: number): Wanted {
  const rows = readRows(request)
  const known = new Map(present.rows.map((row) => [placeKey(row), row.zone]))
  const placed = request.zone === undefined ? rows.map((row) => ({ ...row, zone: known.get(placeKey(row)) ?? row.zone })) : rows
  const [first] = rows
  const where = `${first?.channel} ${rows.slice(0, 3).map(placeName).join(', ')}${rows.length > 3 ? ' …' : ''}`
  const when = request.from === undefined ? '' : ` from ${formatMoment(first?.validFromMs ?? 0)}`
  return { rows: withRows(present.rows, placed, nowMs), what: `${where} set to ${formatPrice(first?.price ?? 0n)}${when}` }
}

/** Takes destinations out: all of them, or none when one is not there. */
export function take(present: Present, request: TakeRow, name: string): Wanted {
  const channel = readPricedChannel(request.channel)
  const places = readPlaces(request)
  const from = request.from === undefined ? undefined : readMoment('from', request.from)
  const keys = new Set(places.map((place) => placeKey({ ...place, channel })))
  const goes = (row: ListRow) => keys.has(placeKey(row)) && (from === undefined || row.validFromMs === from)
  const found = new Set(present.rows.filter(goes).map(placeKey))
  const missing = places.find((place) => !found.has(placeKey({ ...place, channel })))
  if (missing) {
    const when = from === undefined ? '' : ` from ${formatMoment(from)}`
    throw new Refusal('not_found', {
      field: 'prefix',
      reason: `${name} has no price of ${channel} for ${placeName(missing)}${when}.`,
    })
  }
  return {
    rows: present.rows.filter((row) => !goes(row)),
    what: `${channel} ${places.slice(0, 3).map(placeName).join(', ')} removed`,
  }
}

/** A row for people and programs. */
export const presentRow = (row: ListRow) => ({
  channel: row.channel,
  prefix: row.prefix,
  mccmnc: row.mccmnc,
  country: row.country,
  zone: row.zone,
  from: formatMoment(row.validFromMs),
  price: formatPrice(row.price),
  mass: formatPrice(row.mass ?? row.price),
})

/** Rows in the order of a printed list. */
export const inOrder = <Row extends ListRow>(rows: readonly Row[]): Row[] =>
  [...rows].sort(
    (a, b) =>
      compare(a.channel, b.channel) ||
      compare(a.country, b.country) ||
      compare(a.mccmnc, b.mccmnc) ||
      compare(a.prefix, b.prefix) ||
      a.validFromMs - b.validFromMs,
  )

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
