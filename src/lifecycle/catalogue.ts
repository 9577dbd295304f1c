import type { Channel } from '../domain/channel.ts'
import type { Asking, Wish } from '../domain/route.ts'
import { log } from '../log.ts'
import { type CarrierRow, type CatalogueRows, catalogueVersion, readCarriers, readCatalogue } from '../store/catalogue.ts'
import type { Session } from '../store/session.ts'
import { makePriceBook, type Prices } from './price-book.ts'
import { makeQualityKeeper, type QualityKeeper } from './quality.ts'
import { makeRouteWishes, type RouteWishes } from './route-wishes.ts'
import { compileRouting, type Routing } from './routing.ts'

/** What the centre sells and where it sends, in memory: replaced whole when somebody changed it. */
export interface Catalogue extends Prices {
  readonly version: number
  /** A message that is not delivered costs nothing. */
  refundsUndelivered(tariffId: number): boolean
  /** Carriers that may take a message, best first. Without `asking` only routes for everybody are looked at. */
  candidates(channel: Channel, number: string, mccmnc: string, asking?: Asking): readonly number[]
  /** What an account wishes of its routes. */
  wishOf(accountId: number): Wish | undefined
  /** The routes themselves. */
  readonly routing: Routing
  carrier(id: number): CarrierRow | undefined
  readonly carriers: readonly CarrierRow[]
}

export interface CatalogueKeeper {
  current(): Catalogue
  /** Reads it again when its version rose, and the state of the carriers' links always. */
  refresh(): Promise<void>
  /** Reads how well carriers deliver: done by itself where routes are chosen by it. */
  refreshQuality(): Promise<void>
}

export async function openCatalogue(session: Session): Promise<CatalogueKeeper> {
  const book = makePriceBook(session)
  const quality = makeQualityKeeper(session)
  const wishes = makeRouteWishes(session)
  const read = async (): Promise<Catalogue> => {
    const rows = await readCatalogue(session)
    await book.read(rows.priceLists, rows.currencies)
    return compile(rows, book, quality, wishes)
  }
  let current = await read()
  await book.readPayers()
  await wishes.refresh()
  const refreshQuality = async () => {
    if (current.routing.usesQuality || wishes.useQuality) await quality.refresh()
  }
  await refreshQuality()
  return {
    current: () => current,
    async refresh() {
      if ((await catalogueVersion(session)) !== current.version) {
        current = await read()
        log.info('catalogue read', { count: current.carriers.length })
      } else current = withCarriers(current, await readCarriers(session))
      await book.readPayers()
      await wishes.refresh()
      await refreshQuality()
    },
    refreshQuality: quality.refresh,
  }
}

function withCarriers(catalogue: Catalogue, carriers: readonly CarrierRow[]): Catalogue {
  const byId = new Map(carriers.map((carrier) => [carrier.id, carrier]))
  return { ...catalogue, carriers, carrier: (id) => byId.get(id) }
}

function compile(rows: CatalogueRows, prices: Prices, { qualityOf }: QualityKeeper, wishes: RouteWishes): Catalogue {
  const delivered = new Set(rows.chargedWhenDelivered)
  const { priceOf, costOf, hasCosts, inBase, inCurrencyOf } = prices
  const areCostsKnown = rows.priceLists.some(({ carrierId }) => carrierId > 0)
  const routing = compileRouting(rows, { qualityOf, ...(areCostsKnown && { costOf, hasCosts, inCurrencyOf }) })
  const catalogue = {
    priceOf,
    costOf,
    hasCosts,
    inBase,
    inCurrencyOf,
    version: rows.version,
    carriers: rows.carriers,
    carrier: () => undefined,
    refundsUndelivered: (tariffId: number) => delivered.has(tariffId),
    routing,
    candidates: routing.table.carriers,
    wishOf: wishes.of,
  }
  return withCarriers(catalogue, rows.carriers)
}
