import type { Channel } from '../domain/channel.ts'
import { isShortMessage } from '../domain/channel.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { compilePrices, type PriceOf } from '../domain/price.ts'
import type { Asking } from '../domain/route.ts'
import { log } from '../log.ts'
import { type CarrierRow, catalogueVersion, readCarriers, readCatalogue } from '../store/catalogue.ts'
import type { Session } from '../store/session.ts'
import { makeQualityKeeper, type QualityKeeper } from './quality.ts'
import { compileRouting, type Routing } from './routing.ts'

/** What the centre sells and where it sends, in memory: replaced whole when somebody changed it. */
export interface Catalogue {
  readonly version: number
  /** Price of one part in millionths; undefined: the tariff has none for it. */
  priceOf(tariffId: number, channel: Channel, number: string, plan: NumberPlan): bigint | undefined
  /** A message that is not delivered costs nothing. */
  refundsUndelivered(tariffId: number): boolean
  /** Carriers that may take a message, best first. Without `asking` only routes for everybody are looked at. */
  candidates(channel: Channel, number: string, mccmnc: string, asking?: Asking): readonly number[]
  /** The routes themselves. */
  readonly routing: Routing
  carrier(id: number): CarrierRow | undefined
  readonly carriers: readonly CarrierRow[]
}

/** A channel without prices of its own costs what plain SMS does where it travels as one. */
const fallback = (channel: Channel): Channel => (isShortMessage(channel) && channel !== 'ping' ? 'sms' : channel)

export interface CatalogueKeeper {
  current(): Catalogue
  /** Reads it again when its version rose, and the state of the carriers' links always. */
  refresh(): Promise<void>
  /** Reads how well carriers deliver: done by itself where routes are chosen by it. */
  refreshQuality(): Promise<void>
}

export async function openCatalogue(session: Session): Promise<CatalogueKeeper> {
  const quality = makeQualityKeeper(session)
  let current = compile(await readCatalogue(session), quality)
  const refreshQuality = async () => {
    if (current.routing.usesQuality) await quality.refresh()
  }
  await refreshQuality()
  return {
    current: () => current,
    async refresh() {
      if ((await catalogueVersion(session)) !== current.version) {
        current = compile(await readCatalogue(session), quality)
        log.info('catalogue read', { count: current.carriers.length })
      } else current = withCarriers(current, await readCarriers(session))
      await refreshQuality()
    },
    refreshQuality: quality.refresh,
  }
}

function withCarriers(catalogue: Catalogue, carriers: readonly CarrierRow[]): Catalogue {
  const byId = new Map(carriers.map((carrier) => [carrier.id, carrier]))
  return { ...catalogue, carriers, carrier: (id) => byId.get(id) }
}

function compile(rows: Awaited<ReturnType<typeof readCatalogue>>, { qualityOf }: QualityKeeper): Catalogue {
  const routing = compileRouting(rows, { qualityOf })
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
    routing,
    candidates: routing.table.carriers,
  }
  return withCarriers(catalogue, rows.carriers)
}
