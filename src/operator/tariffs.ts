import { formatMoney, parseMoney } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Session } from '../store/session.ts'
import {
  type ChargedWhen,
  createTariff,
  findTariff,
  listTariffs,
  removePrices,
  setCharged,
  setPrices,
  type TariffRow,
  type TariffWithPrices,
} from '../store/tariffs.ts'
import { type Destination, readChannel, readDestinations } from './destination.ts'

export interface PricePlace {
  readonly tariff?: string // name; the default tariff without one
  readonly channel?: string
  readonly prefix?: string // a list with commas between
  readonly mccmnc?: string // likewise
  readonly default?: boolean // everywhere else
}

export interface SetPrice extends PricePlace {
  readonly price: string
  readonly currency?: string // of a tariff that is new
  readonly charged?: ChargedWhen // the whole tariff's rule; absent: stays
}

const STANDARD = 'default'
const PRICE_STEP = 100n // millionths: a price has at most 4 decimals
const PRICE_MAX = 1_000_000_000_000n // a million

/** What one part costs, by the longest prefix, then the network, then the country, then the default. */
export const createTariffs = ({ session, changed }: { session: Session; changed: () => void }) => ({
  list: (name = ''): Promise<TariffWithPrices[]> => listTariffs(session, name),

  /** Sets prices, and makes the tariff where there is none of that name. Holds for what is accepted from now on. */
  async set(request: SetPrice): Promise<TariffWithPrices> {
    const price = parseMoney(request.price)
    if (typeof price !== 'bigint' || price < 0n || price > PRICE_MAX || price % PRICE_STEP !== 0n) {
      const reason = `'${request.price.slice(0, 30)}' is no price: write an amount from 0 to 1000000 with at most 4 decimals.`
      throw new Refusal('bad_request', { field: 'price', reason })
    }
    const channel = readChannel(request.channel)
    const places = placesOf(request)
    const tariff = await tariffFor(session, request)
    await setPrices(
      session,
      tariff.id,
      places.map((place) => ({ ...place, channel, price })),
    )
    if (request.charged) await setCharged(session, tariff.id, request.charged)
    changed()
    const [report] = await listTariffs(session, tariff.name)
    if (!report) throw new Refusal('not_found')
    return report
  },

  /** Takes prices out; a destination is then priced by the next best match, or not served. */
  async remove(place: PricePlace): Promise<void> {
    const channel = readChannel(place.channel)
    const places = placesOf(place)
    const tariff = await findTariff(session, place.tariff ?? STANDARD)
    if (!tariff) throw new Refusal('not_found', { field: 'tariff', reason: `There is no tariff '${place.tariff ?? STANDARD}'.` })
    const [missing] = await removePrices(session, tariff.id, channel, places)
    if (missing) {
      const where = missing.prefix || missing.mccmnc || 'everywhere'
      throw new Refusal('not_found', { field: 'prefix', reason: `${tariff.name} has no price of ${channel} for ${where}.` })
    }
    changed()
  },
})

export type Tariffs = ReturnType<typeof createTariffs>

/** "Everywhere" has to be said: a forgotten prefix would price the whole world. */
function placesOf({ prefix, mccmnc, default: everywhere = false }: PricePlace): Destination[] {
  if (everywhere !== (prefix === undefined && mccmnc === undefined)) {
    const reason = 'Say where the price holds: a prefix, an mccmnc, or default for everywhere else.'
    throw new Refusal('bad_request', { field: 'prefix', reason })
  }
  return readDestinations({ ...(prefix !== undefined && { prefix }), ...(mccmnc !== undefined && { mccmnc }) })
}

async function tariffFor(session: Session, { tariff: name = STANDARD, currency }: SetPrice): Promise<TariffRow> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(name)) {
    throw new Refusal('bad_request', {
      field: 'tariff',
      reason: 'The name of a tariff has 1 to 40 letters, digits, spaces and . _ -',
    })
  }
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    throw new Refusal('bad_request', { field: 'currency', reason: 'A currency has three capital letters, like RUR or EUR.' })
  }
  await createTariff(session, name, currency ?? 'RUR')
  const tariff = await findTariff(session, name)
  if (!tariff) throw new Refusal('not_found')
  if (currency !== undefined && tariff.currency !== currency) {
    throw new Refusal('bad_request', { field: 'currency', reason: `The tariff ${name} is in ${tariff.currency}.` })
  }
  return tariff
}

export const presentTariff = ({ name, currency, charged, accounts, prices }: TariffWithPrices) => ({
  name,
  currency,
  charged,
  accounts,
  prices: prices.map((each) => ({ ...each, price: formatPrice(each.price) })),
})

/** At least two decimals, and as many more as the price has. */
const formatPrice = (price: bigint): string => formatMoney(price, price % 10_000n === 0n ? 'two' : 'trim')
