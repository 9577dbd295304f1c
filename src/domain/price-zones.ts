import type { Money } from './money.ts'
import { lookUp } from './number/plan.ts'
import type { PricedPlan } from './price.ts'
import { compilePriceList, inForce, type ListRow, type PriceList } from './price-list.ts'
import { countryNamed, countryOfMcc } from './zone.ts'

/** Prices of one destination that a tariff names; undefined: the tariff has none. */
export interface PriceZone {
  readonly zone: number
  /** What the destination is narrower than its zone by: a network, the beginning of a number, or ''. */
  readonly within: string
  readonly api: Money | undefined // of a part of an SMS, over machine interfaces
  readonly mass: Money | undefined // the same from the personal account
  readonly mms: Money | undefined
  readonly hlr: Money | undefined
  readonly call: Money | undefined
}

export interface PriceTable {
  readonly zones: readonly PriceZone[]
  readonly mail: Money | undefined
}

const CHANNELS = ['sms', 'mms', 'hlr', 'call'] as const
const NOWHERE: PricedPlan = { mcc: '', mnc: '', country: '', countryEn: '' }

/** A network in which an account pays a price of its own. */
export interface PriceCode {
  readonly mccmnc: string
  readonly cost: Money
}

/** The prices of a part of an SMS that an account has for itself, by network. */
export const tableCodes = (rows: readonly ListRow[], nowMs: number): PriceCode[] =>
  inForce(rows, nowMs)
    .filter(({ channel, mccmnc }) => channel === 'sms' && mccmnc !== '')
    .map(({ mccmnc, price }) => ({ mccmnc, cost: price }))
    .sort((a, b) => (a.mccmnc < b.mccmnc ? -1 : 1))

/**
 * A tariff as its customers read it: a line for each destination that it names, by zones, wider ones before narrower ones. A price
 * that a destination does not name itself is the one that counts there.
 */
export function tablePrices(rows: readonly ListRow[], nowMs: number): PriceTable {
  const list = compilePriceList(rows, nowMs)
  const places = new Map<string, ListRow[]>()
  for (const row of inForce(rows, nowMs)) {
    if (!CHANNELS.some((channel) => channel === row.channel)) continue
    const key = `${row.prefix}/${row.mccmnc}/${row.country}`
    const known = places.get(key)
    if (known) known.push(row)
    else places.set(key, [row])
  }
  const zones = [...places.values()].map((own) => lineOf(own, list))
  zones.sort((a, b) => a.zone - b.zone || a.within.length - b.within.length || (a.within < b.within ? -1 : 1))
  return { zones, mail: list.rowFor('mail', '', NOWHERE)?.price }
}

function lineOf(own: readonly ListRow[], list: PriceList): PriceZone {
  const [number, plan] = somebodyThere(own[0])
  const rowOf = (channel: string): ListRow | undefined =>
    own.find((row) => row.channel === channel) ?? list.rowFor(channel, number, plan)
  const [sms, mms, hlr, call] = CHANNELS.map(rowOf)
  const first = CHANNELS.flatMap((channel) => own.find((row) => row.channel === channel) ?? [])[0]
  const isNetwork = first !== undefined && first.prefix === '' && first.mccmnc.length > 3
  return {
    zone: first?.zone ?? 0,
    within: first?.prefix ? `+${first.prefix}` : isNetwork ? first.mccmnc : '',
    api: sms?.price,
    mass: sms && (sms.mass ?? sms.price),
    mms: mms?.price,
    hlr: hlr?.price,
    call: call?.price,
  }
}

/** A number and a plan that the destination fits, and no narrower one. */
function somebodyThere(row: ListRow | undefined): [number: string, plan: PricedPlan] {
  if (row?.prefix) return [row.prefix, lookUp(row.prefix)]
  if (row?.mccmnc) {
    const mcc = row.mccmnc.slice(0, 3)
    const { name: country = '', nameEn: countryEn = '' } = countryOfMcc(mcc) ?? {}
    return ['', { mcc, mnc: row.mccmnc.slice(3), country, countryEn }]
  }
  const country = row?.country ? countryNamed(row.country) : undefined
  return ['', country ? { mcc: country.mcc, mnc: '', country: country.name, countryEn: country.nameEn } : NOWHERE]
}
