import { now } from '../clock.ts'
import type { ListRow } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { readPriceLists, readRowsOf } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import { inOrder, presentRow, put, take } from './price-rows.ts'
import { createPriceVersions, type Listed } from './price-versions.ts'

/** An account's own prices are few, and all are shown at once. */
const EXCEPTIONS_MAX = 1_000

export interface SetException {
  readonly mccmnc: string // a list with commas between
  readonly price: string
  readonly channel?: string
  readonly mass?: string
  readonly from?: string
}

export interface RemoveException {
  readonly mccmnc: string
  readonly channel?: string
}

export interface Exceptions {
  readonly login: string
  readonly currency: string
  readonly prices: readonly ListRow[]
}

/** Prices of networks that one account has for itself; they go before every price of its tariff. */
export const createPriceExceptions = ({ session, changed }: { session: Session; changed: () => void }) => {
  const versions = createPriceVersions({ session, changed })

  async function listedOf(login: string): Promise<Listed<{ readonly accountId: number }>> {
    const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
    if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
    return { owner: { accountId: account.id }, name: login, currency: account.currency }
  }

  async function list(login: string): Promise<Exceptions> {
    const { owner, currency } = await listedOf(login)
    const own = (await readPriceLists(session)).find(({ accountId }) => accountId === owner.accountId)
    const rows = own ? (await readRowsOf(session, [own.id])).get(own.id) : undefined
    return { login, currency, prices: inOrder(rows ?? []) }
  }

  return {
    list,

    /** Holds for what is accepted from now on, or from a date. */
    async set(login: string, request: SetException): Promise<Exceptions> {
      await versions.change(await listedOf(login), (present) => {
        const wanted = put(present, request, now())
        if (wanted.rows.some(({ mccmnc }) => mccmnc === '')) {
          const reason = 'Name the networks: their MCC and MNC, with commas between.'
          throw new Refusal('bad_request', { field: 'mccmnc', reason })
        }
        if (wanted.rows.length <= EXCEPTIONS_MAX) return wanted
        const reason = `${login} would have ${wanted.rows.length} prices of its own; ${EXCEPTIONS_MAX} are the most. Make a tariff.`
        throw new Refusal('bad_request', { field: 'mccmnc', reason })
      })
      return list(login)
    },

    /** The tariff's prices hold there again. */
    async remove(login: string, request: RemoveException): Promise<Exceptions> {
      await versions.change(await listedOf(login), (present) => take(present, request, login))
      return list(login)
    },
  }
}

export type PriceExceptions = ReturnType<typeof createPriceExceptions>

export const presentExceptions = ({ login, currency, prices }: Exceptions) => ({
  login,
  currency,
  prices: prices.map(presentRow),
})
