import type { Channel } from '../domain/channel.ts'
import { type Candidates, compileRoutes } from '../domain/route.ts'
import { log } from '../log.ts'
import { type CarrierRow, type CatalogueRows, catalogueVersion, readCarriers, readCatalogue } from '../store/catalogue.ts'
import type { Session } from '../store/session.ts'
import { makePriceBook, type Prices } from './price-book.ts'

/** What the centre sells and where it sends, in memory: replaced whole when somebody changed it. */
export interface Catalogue extends Prices {
  readonly version: number
  /** A message that is not delivered costs nothing. */
  refundsUndelivered(tariffId: number): boolean
  /** Carriers that may take a message, best first. */
  candidates(channel: Channel, number: string, mccmnc: string): readonly number[]
  carrier(id: number): CarrierRow | undefined
  readonly carriers: readonly CarrierRow[]
}

export interface CatalogueKeeper {
  current(): Catalogue
  /** Reads it again when its version rose, and the state of the carriers' links always. */
  refresh(): Promise<void>
}

export async function openCatalogue(session: Session): Promise<CatalogueKeeper> {
  const book = makePriceBook(session)
  const read = async (): Promise<Catalogue> => {
    const rows = await readCatalogue(session)
    await book.read(rows.priceLists, rows.currencies)
    return compile(rows, book)
  }
  let current = await read()
  await book.readPayers()
  return {
    current: () => current,
    async refresh() {
      if ((await catalogueVersion(session)) !== current.version) {
        current = await read()
        log.info('catalogue read', { count: current.carriers.length })
      } else current = withCarriers(current, await readCarriers(session))
      await book.readPayers()
    },
  }
}

function withCarriers(catalogue: Catalogue, carriers: readonly CarrierRow[]): Catalogue {
  const byId = new Map(carriers.map((carrier) => [carrier.id, carrier]))
  return { ...catalogue, carriers, carrier: (id) => byId.get(id) }
}

function compile(rows: CatalogueRows, prices: Prices): Catalogue {
  const enabled = new Set(rows.carriers.filter((carrier) => carrier.enabled).map((carrier) => carrier.id))
  const routes: Candidates = compileRoutes(
    rows.routes.filter((route) => enabled.has(route.carrierId)).map((route) => ({ ...route, channel: route.channel as Channel })),
  )
  const delivered = new Set(rows.chargedWhenDelivered)
  const { priceOf, costOf, hasCosts, inBase, inCurrencyOf } = prices
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
    candidates(channel: Channel, number: string, mccmnc: string) {
      const found = routes(channel, number, mccmnc)
      return found.length < 2 ? found.map((route) => route.carrierId) : [...new Set(found.map((route) => route.carrierId))]
    },
  }
  return withCarriers(catalogue, rows.carriers)
}
