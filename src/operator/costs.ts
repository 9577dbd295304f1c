import { now } from '../clock.ts'
import { BASE_CURRENCY, isCurrency } from '../domain/currency.ts'
import type { ListRow } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { listCarriers } from '../store/carriers.ts'
import { readCurrencies } from '../store/currencies.ts'
import { readPriceLists, readRowsOf } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import { inOrder, type PutRow, presentRow, put, readRows, type TakeRow, take } from './price-rows.ts'
import { createPriceVersions, type Listed } from './price-versions.ts'

export interface SetCost extends PutRow {
  readonly carrier: string
  readonly currency?: string // of a carrier that has no costs yet
}

export interface RemoveCost extends TakeRow {
  readonly carrier: string
}

export interface CarrierCosts {
  readonly carrier: string
  readonly currency: string
  readonly costs: readonly ListRow[]
}

const SHOWN_MAX = 10_000

/** What carriers take for one part: found like a price, compared with prices, and kept with each message. */
export const createCosts = ({ session, changed }: { session: Session; changed: () => void }) => {
  const versions = createPriceVersions({ session, changed })

  /** Carriers whose costs are known, or the one of a name, with at most 10,000 rows. */
  async function list(name = ''): Promise<CarrierCosts[]> {
    const carriers = (await listCarriers(session)).filter((carrier) => name === '' || carrier.name === name)
    const heads = await readPriceLists(session)
    const own = carriers.flatMap((carrier) => {
      const head = heads.find(({ carrierId }) => carrierId === carrier.id)
      return head ? [{ head, carrier: carrier.name }] : []
    })
    const rows = await readRowsOf(
      session,
      own.map(({ head }) => head.id),
    )
    let left = SHOWN_MAX
    return own.flatMap(({ head, carrier }) => {
      const costs = inOrder(rows.get(head.id) ?? []).slice(0, left)
      left -= costs.length
      return costs.length > 0 ? [{ carrier, currency: head.currency, costs }] : []
    })
  }

  return {
    list,

    /** Sets costs; they count for what the carrier takes from now on, or from a date. */
    async set(request: SetCost): Promise<CarrierCosts> {
      readRows(request)
      if (request.mass !== undefined)
        throw new Refusal('bad_request', {
          field: 'mass',
          reason: 'A carrier takes one price, wherever a message was sent from.',
        })
      const listed = await carrierNamed(session, request.carrier, request.currency)
      await versions.change(listed, (present) => ({
        ...put(present, request, now()),
        currency: currencyOf(listed, present, request.currency),
      }))
      const [report] = await list(listed.name)
      return report ?? { carrier: listed.name, currency: listed.currency, costs: [] }
    },

    async remove(request: RemoveCost): Promise<void> {
      const listed = await carrierNamed(session, request.carrier)
      await versions.change(listed, (present) => take(present, request, listed.name))
    },
  }
}

export type Costs = ReturnType<typeof createCosts>

/** A carrier as the owner of a list. A currency that its costs are to be in must have a rate. */
export async function carrierNamed(session: Session, name: string, currency?: string): Promise<Listed> {
  const carrier = (await listCarriers(session)).find((each) => each.name === name)
  if (!carrier) throw new Refusal('not_found', { field: 'carrier', reason: `There is no carrier '${name.slice(0, 40)}'.` })
  if (currency !== undefined) {
    if (!isCurrency(currency))
      throw new Refusal('bad_request', { field: 'currency', reason: 'A currency has three capital letters, like RUR or EUR.' })
    if (!(await readCurrencies(session)).some(({ code }) => code === currency)) {
      const reason = `There is no rate for ${currency} yet: heliogram currency set ${currency}=…`
      throw new Refusal('bad_request', { field: 'currency', reason })
    }
  }
  return { owner: { carrierId: carrier.id }, name: carrier.name, currency: currency ?? BASE_CURRENCY }
}

/** All rows of a list are in one currency: it is chosen with the first, or when none is left. */
export function currencyOf(
  { name }: Listed,
  { head, rows }: { readonly head: { readonly currency: string }; readonly rows: readonly unknown[] },
  wanted: string | undefined,
): string {
  if (wanted === undefined || wanted === head.currency || rows.length === 0) return wanted ?? head.currency
  const reason = `The costs of ${name} are in ${head.currency}: remove them before you enter some in ${wanted}.`
  throw new Refusal('bad_request', { field: 'currency', reason })
}

export const presentCosts = ({ carrier, currency, costs }: CarrierCosts) => ({
  carrier,
  currency,
  costs: costs.map((row) => {
    const { mass: _, price, ...place } = presentRow(row)
    return { ...place, cost: price }
  }),
})
