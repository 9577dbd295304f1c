import type { Channel } from '../domain/channel.ts'
import { isShortMessage } from '../domain/channel.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { compilePrices, type PriceOf } from '../domain/price.ts'
import { type Candidates, compileRoutes } from '../domain/route.ts'
import { log } from '../log.ts'
import { type CarrierRow, catalogueVersion, readCarriers, readCatalogue } from '../store/catalogue.ts'
import type { Session } from '../store/session.ts'

/** What the centre sells and where it sends, in memory: replaced whole when somebody changed it. */
export interface Catalogue {
  readonly version: number
  /** Price of one part in millionths; undefined: the tariff has none for it. */
  priceOf(tariffId: number, channel: Channel, number: string, plan: NumberPlan): bigint | undefined
  /** A message that is not delivered costs nothing. */
  refundsUndelivered(tariffId: number): boolean
  /** Carriers that may take a message, best first. */
  candidates(channel: Channel, number: string, mccmnc: string): readonly number[]
  carrier(id: number): CarrierRow | undefined
  readonly carriers: readonly CarrierRow[]
}

/** A channel without prices of its own costs what plain SMS does where it travels as one. */
const fallback = (channel: Channel): Channel => (isShortMessage(channel) && channel !== 'ping' ? 'sms' : channel)

export interface CatalogueKeeper {
  current(): Catalogue
  /** Reads it again when its version rose, and the state of the carriers' links always. */
  refresh(): Promise<void>
}

export async function openCatalogue(session: Session): Promise<CatalogueKeeper> {
  let current = compile(await readCatalogue(session))
  return {
    current: () => current,
    async refresh() {
      if ((await catalogueVersion(session)) !== current.version) {
        current = compile(await readCatalogue(session))
        log.info('catalogue read', { count: current.carriers.length })
      } else current = withCarriers(current, await readCarriers(session))
    },
  }
}

function withCarriers(catalogue: Catalogue, carriers: readonly CarrierRow[]): Catalogue {
  const byId = new Map(carriers.map((carrier) => [carrier.id, carrier]))
  return { ...catalogue, carriers, carrier: (id) => byId.get(id) }
}

function compile(rows: Awaited<ReturnType<typeof readCatalogue>>): Catalogue {
  const enabled = new Set(rows.carriers.filter((carrier) => carrier.enabled).map((carrier) => carrier.id))
  const routes: Candidates = compileRoutes(
    rows.routes.filter((route) => enabled.has(route.carrierId)).map((route) => ({ ...route, channel: route.channel as Channel })),
  )
  const delivered = new Set(rows.chargedWhenDelivered)
  const prices = new Map<string, PriceOf>()
  for (const key of new Set(rows.prices.map((row) => `${row.tariffId}/${row.channel}`))) {
    prices.set(key, compilePrices(rows.prices.filter((row) => `${row.tariffId}/${row.channel}` === key)))
  }
  const catalogue = {
    version: rows.version,
    carriers: rows.carriers,
    carrier: () => undefined,
    priceOf(tariffId: number, channel: Channel, number: string, plan: NumberPlan) {
      const own = prices.get(`${tariffId}/${channel}`)?.(number, plan)
      return own ?? prices.get(`${tariffId}/${fallback(channel)}`)?.(number, plan)
    },
    refundsUndelivered: (tariffId: number) => delivered.has(tariffId),
    candidates(channel: Channel, number: string, mccmnc: string) {
      const found = routes(channel, number, mccmnc)
      return found.length < 2 ? found.map((route) => route.carrierId) : [...new Set(found.map((route) => route.carrierId))]
    },
  }
  return withCarriers(catalogue, rows.carriers)
}
