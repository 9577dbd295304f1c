import { type CurrencyRow, readCurrencies } from './currencies.ts'
import { type PriceListHead, readPriceLists } from './price-lists.ts'
import { type RouteSetRow, readLosses, readRouteSets } from './route-sets.ts'
import { type RouteRow, readRoutes } from './routes.ts'
import type { Session, Statement } from './session.ts'

/** What the centre sells and where it sends: read whole, kept in memory, read again when its version rises. */
export interface CatalogueRows {
  readonly version: number
  readonly carriers: readonly CarrierRow[]
  readonly routes: readonly RouteRow[]
  readonly routeSets: readonly RouteSetRow[]
  /** allow, warn or stop: where a route does not say. */
  readonly losses: string
  /** Tariffs and costs, without their rows: those of a list are read when its version rose. */
  readonly priceLists: readonly PriceListHead[]
  readonly currencies: readonly CurrencyRow[]
  /** Tariffs that charge for delivered messages only. */
  readonly chargedWhenDelivered: readonly number[]
}

export interface CarrierRow {
  readonly id: number
  readonly name: string
  readonly kind: string
  readonly settings: unknown // validated by the kind
  readonly enabled: boolean
  readonly unknown: 'auto' | 'hold' | 'resend'
  readonly queryAfterMinutes: number
  readonly receiptLimitMinutes: number
  /** What its owner last said of its links; 'down' when nobody owns it. */
  readonly link: 'connecting' | 'up' | 'down'
  readonly linkReason: string
}

const VERSION: Statement = {
  name: 'catalogue_version',
  text: `select (value)::int4 from settings where name = 'catalogue_version'`,
}

export const catalogueVersion = async (session: Session): Promise<number> =>
  ((await session.run(VERSION, []))[0]?.[0] as number | undefined) ?? 0

const CARRIERS: Statement = {
  name: 'catalogue_carriers',
  text: `select c.id, c.name, c.kind, c.settings, c.enabled, c.unknown, c.query_after_minutes, c.receipt_limit_minutes,
  case when l.until >= now() then l.link else 'down' end, coalesce(l.reason, 'no node has taken it yet')
from carriers c left join carrier_leases l on l.carrier_id = c.id order by c.id`,
}

const DELIVERED: Statement = { name: 'catalogue_delivered', text: `select id from tariffs where charged = 'delivered'` }

export async function readCatalogue(session: Session): Promise<CatalogueRows> {
  const version = await catalogueVersion(session)
  const [carriers, routes] = [await session.run(CARRIERS, []), await readRoutes(session)]
  const delivered = await session.run(DELIVERED, [])
  return {
    version,
    chargedWhenDelivered: delivered.map(([id]) => id as number),
    carriers: carriers.map(readCarrier),
    routes,
    routeSets: await readRouteSets(session),
    losses: await readLosses(session),
    priceLists: await readPriceLists(session),
    currencies: await readCurrencies(session),
  }
}

/** The carriers alone, with the state of their links on whichever node owns them. */
export const readCarriers = async (session: Session): Promise<CarrierRow[]> => (await session.run(CARRIERS, [])).map(readCarrier)

const readCarrier = ([
  id,
  name,
  kind,
  settings,
  enabled,
  unknown,
  queryAfter,
  limit,
  link,
  reason,
]: readonly unknown[]): CarrierRow => ({
  id: id as number,
  name: name as string,
  kind: kind as string,
  settings,
  enabled: enabled as boolean,
  unknown: unknown as CarrierRow['unknown'],
  queryAfterMinutes: queryAfter as number,
  receiptLimitMinutes: limit as number,
  link: link as CarrierRow['link'],
  linkReason: reason as string,
})
