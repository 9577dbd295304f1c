import type { Account } from '../domain/account.ts'
import { type PriceCode, type PriceZone, tableCodes, tablePrices } from '../domain/price-zones.ts'
import type { Language } from '../domain/status.ts'
import { readPriceLists, readRowsOf } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import { nameZones } from '../store/zones.ts'

export interface NamedZone extends PriceZone {
  readonly name: string
}

export interface Prices {
  readonly zones: readonly NamedZone[]
  /** Networks with a price that the account has for itself. */
  readonly codes: readonly PriceCode[]
  readonly mail: bigint | undefined
}

/** More destinations than a customer's program can want at once. */
const ZONES_MAX = 10_000

/** What an account pays, by its tariff and its own prices as they hold now. Money in millionths of the account's currency. */
export const createReadPrices =
  ({ session, now }: { readonly session: Session; readonly now: () => number }) =>
  async ({ id, tariffId }: Account, language: Language): Promise<Prices> => {
    const heads = await readPriceLists(session)
    const [tariff, own] = [heads.find((each) => each.tariffId === tariffId), heads.find((each) => each.accountId === id)]
    const rowsOf = await readRowsOf(
      session,
      [tariff, own].flatMap((head) => head?.id ?? []),
    )
    const rows = rowsOf.get(tariff?.id ?? 0) ?? []
    const zoneOf = await nameZones(session)
    const { zones, mail } = tablePrices(rows, now())
    const named = zones.slice(0, ZONES_MAX).map((zone): NamedZone => {
      const { name, nameEn } = zoneOf(zone.zone)
      const called = language === 'en' ? nameEn : name
      return { ...zone, name: zone.within === '' ? called : `${called} (${zone.within})` }
    })
    return { zones: named, codes: tableCodes(rowsOf.get(own?.id ?? 0) ?? [], now()), mail }
  }

export type ReadPrices = ReturnType<typeof createReadPrices>
