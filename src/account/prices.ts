import type { Account } from '../domain/account.ts'
import { type PriceZone, tablePrices } from '../domain/price-zones.ts'
import type { Language } from '../domain/status.ts'
import { readPriceLists, readRowsOf } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import { nameZones } from '../store/zones.ts'

export interface NamedZone extends PriceZone {
  readonly name: string
}

export interface Prices {
  readonly zones: readonly NamedZone[]
  readonly mail: bigint | undefined
}

/** More destinations than a customer's program can want at once. */
const ZONES_MAX = 10_000

/** What an account pays, by its tariff as it holds now. Money in millionths of the account's currency. */
export const createReadPrices =
  ({ session, now }: { readonly session: Session; readonly now: () => number }) =>
  async ({ tariffId }: Account, language: Language): Promise<Prices> => {
    const list = (await readPriceLists(session)).find((each) => each.tariffId === tariffId)
    const rows = list ? ((await readRowsOf(session, [list.id])).get(list.id) ?? []) : []
    const zoneOf = await nameZones(session)
    const { zones, mail } = tablePrices(rows, now())
    const named = zones.slice(0, ZONES_MAX).map((zone): NamedZone => {
      const { name, nameEn } = zoneOf(zone.zone)
      const called = language === 'en' ? nameEn : name
      return { ...zone, name: zone.within === '' ? called : `${called} (${zone.within})` }
    })
    return { zones: named, mail }
  }

export type ReadPrices = ReturnType<typeof createReadPrices>
