import { now } from '../clock.ts'
import type { ListRow } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { readPriceLists, readRowsOf } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import {
  type ChargedWhen,
  createTariff,
  findTariff,
  listTariffs,
  setCharged,
  setTariffNumber,
  type TariffSummary,
} from '../store/tariffs.ts'
import { inOrder, type PutRow, presentRow, put, readRows, type TakeRow, take } from './price-rows.ts'
import { createPriceVersions, type Listed } from './price-versions.ts'

export interface SetPrice extends PutRow {
  readonly tariff?: string // name; the default tariff without one
  readonly currency?: string // of a tariff that is new
  readonly charged?: ChargedWhen // the whole tariff's rule; absent: stays
}

export interface RemovePrice extends TakeRow {
  readonly tariff?: string
}

export interface TariffWithPrices extends TariffSummary {
  readonly prices: readonly ListRow[]
}

export const STANDARD_TARIFF = 'default'
const SHOWN_MAX = 10_000
const NUMBER_MAX = 999

/** What one part costs a customer, by the longest prefix, then the network, then the country, then the default. */
export const createTariffs = ({ session, changed }: { session: Session; changed: () => void }) => {
  const versions = createPriceVersions({ session, changed })

  /** All tariffs, or the one of a name, with at most 10,000 of their prices. */
  async function list(name = ''): Promise<TariffWithPrices[]> {
    const tariffs = await listTariffs(session, name)
    const ids = new Set(tariffs.map(({ id }) => id))
    const lists = (await readPriceLists(session)).filter(({ tariffId }) => ids.has(tariffId))
    const rows = await readRowsOf(
      session,
      lists.map(({ id }) => id),
    )
    let left = SHOWN_MAX
    return tariffs.map((tariff) => {
      const own = lists.find(({ tariffId }) => tariffId === tariff.id)
      const prices = inOrder((own && rows.get(own.id)) ?? []).slice(0, left)
      left -= prices.length
      return { ...tariff, prices }
    })
  }

  return {
    list,

    /** Sets prices, and makes the tariff where there is none of that name. Holds for what is accepted from now on, or from a date. */
    async set(request: SetPrice): Promise<TariffWithPrices> {
      readRows(request) // a tariff is not made for what cannot be read
      const listed = await tariffFor(session, request)
      await versions.change(listed, (present) => put(present, request, now()))
      if (request.charged && 'tariffId' in listed.owner) {
        await setCharged(session, listed.owner.tariffId, request.charged)
        changed()
      }
      const [report] = await list(listed.name)
      if (!report) throw new Refusal('not_found')
      return report
    },

    /** Gives a tariff the number that users.php names it by, or takes it away. */
    async number(name: string, number: number | null): Promise<TariffWithPrices> {
      if (number !== null && !(Number.isInteger(number) && number >= 0 && number <= NUMBER_MAX)) {
        throw new Refusal('bad_request', { field: 'number', reason: `The number of a tariff is 0 to ${NUMBER_MAX}.` })
      }
      const { owner, currency } = await tariffNamed(session, name)
      if ('tariffId' in owner && !(await setTariffNumber(session, owner.tariffId, number))) {
        const reason = `Another tariff in ${currency} has the number ${number}: heliogram tariff list tells which.`
        throw new Refusal('duplicate', { field: 'number', reason })
      }
      const [report] = await list(name)
      if (!report) throw new Refusal('not_found')
      return report
    },

    /** Takes prices out; a destination is then priced by the next best match, or not served. */
    async remove(request: RemovePrice): Promise<void> {
      const listed = await tariffNamed(session, request.tariff ?? STANDARD_TARIFF)
      await versions.change(listed, (present) => take(present, request, listed.name))
    },
  }
}

export type Tariffs = ReturnType<typeof createTariffs>

export async function tariffNamed(session: Session, name: string): Promise<Listed> {
  const tariff = await findTariffNamed(session, name)
  if (!tariff) throw new Refusal('not_found', { field: 'tariff', reason: `There is no tariff '${name.slice(0, 40)}'.` })
  return tariff
}

export async function findTariffNamed(session: Session, name: string): Promise<Listed | undefined> {
  const tariff = name.includes('\0') ? undefined : await findTariff(session, name)
  return tariff && { owner: { tariffId: tariff.id }, name: tariff.name, currency: tariff.currency }
}

/** The tariff of a name; made where there is none. */
export async function tariffFor(
  session: Session,
  { tariff: name = STANDARD_TARIFF, currency }: { readonly tariff?: string; readonly currency?: string },
): Promise<Listed> {
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
  return { owner: { tariffId: tariff.id }, name: tariff.name, currency: tariff.currency }
}

export const presentTariff = ({ name, number, currency, charged, accounts, prices }: TariffWithPrices) => ({
  name,
  number: number ?? null,
  currency,
  charged,
  accounts,
  prices: prices.map(presentRow),
})
