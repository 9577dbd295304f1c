import type { Account, AccountSettings } from '../domain/account.ts'
import { DAY_MS, dateOf, MINUTE_MS } from '../domain/calendar.ts'
import { type Act, type Buyer, type Invoice, NO_SELLER, numberActs, type Parties, payable } from '../domain/document.ts'
import { Refusal } from '../domain/refusal.ts'
import {
  addInvoice,
  type Client,
  keepParties,
  readClient,
  readClosedMonths,
  readInvoice,
  readSeller,
} from '../store/documents.ts'
import type { Session } from '../store/session.ts'

const ID_MAX = 2 ** 31 - 1

/** Whose document is meant: a sub-client, or the account itself; a login goes before an id. */
export interface ClientName {
  readonly user: string
  readonly userId: number | undefined
}

/** Which act: by its month (202611), or by its number within a year, the latest year that has it. */
export type ActName = { readonly id: number } | { readonly num: number }

/**
 * Invoices and acts of an account's sub-clients, and of its own (SMSC API, documents.php). Refuses with no_subclient a client who is
 * not its own, with not_found what is not there, with denied what cannot be made.
 */
export function createDocuments({ session, now }: { readonly session: Session; readonly now: () => number }) {
  async function clientOf(account: Account, { user, userId = 0 }: ClientName): Promise<Client> {
    const found = userId > ID_MAX ? undefined : await readClient(session, account.id, user, userId)
    if (!found) throw new Refusal('no_subclient', { field: 'user' })
    return found
  }

  /** A main account that has told its company's details sells to its sub-clients itself; otherwise the operator does. */
  async function partiesOf({ login, settings, parentSettings }: Client): Promise<Parties> {
    const [name, details] = [text(parentSettings, 'fio'), text(parentSettings, 'props')]
    const seller = name !== '' && details !== '' ? { ...NO_SELLER, name, details } : await readSeller(session)
    if (!seller || seller.name === '') throw new Refusal('denied', { field: 'seller' })
    return { seller, buyer: buyerOf(login, settings) }
  }

  return {
    /** Writes an invoice; resolves with its id. `amount` in millionths. */
    async addInvoice(
      account: Account,
      name: ClientName,
      { amount, service }: { amount: bigint; service: string },
    ): Promise<number> {
      const client = await clientOf(account, name)
      if (client.isDeleted) throw new Refusal('no_subclient', { field: 'user' })
      if (!client.hasOwnBalance) throw new Refusal('denied', { field: 'user' })
      const day = Math.floor((now() + client.utcOffsetMinutes * MINUTE_MS) / DAY_MS)
      const { currency } = client
      const id = await addInvoice(session, client.id, { day, amount, currency, service, parties: await partiesOf(client) })
      if (id === undefined) throw new Refusal('denied', { field: 'add_account' })
      return id
    },

    async invoice(account: Account, name: ClientName, id: number): Promise<Invoice> {
      const client = await clientOf(account, name)
      const found = await readInvoice(session, client.id, id)
      if (!found) throw new Refusal('not_found', { field: 'id' })
      const { day, parties, ...more } = found
      return { id, date: dateOf(day), ...more, ...parties }
    },

    /** What was done for the client in a closed month; of a month that is still open there is none. */
    async act(account: Account, name: ClientName, asked: ActName): Promise<Act> {
      const client = await clientOf(account, name)
      const acts = numberActs(await readClosedMonths(session, client.id))
      const act = acts.findLast((each) => ('id' in asked ? each.id === asked.id : each.num === asked.num))
      if (!act) throw new Refusal('not_found', { field: 'id' })
      const { id, num, start, end, messages } = act
      const parties = await keepParties(session, client.id, act.untilId, await partiesOf(client))
      const [charged, fees] = [payable(act.charged), payable(act.fees)]
      return { id, num, start, end, messages, charged, fees, amount: charged + fees, currency: client.currency, ...parties }
    },
  }
}

export type Documents = ReturnType<typeof createDocuments>

const text = (settings: AccountSettings | undefined, name: string): string => String(settings?.[name] ?? '').trim()

const buyerOf = (login: string, settings: AccountSettings): Buyer => ({
  login,
  name: text(settings, 'fio') || login,
  details: text(settings, 'props'),
  contract: text(settings, 'cntr'),
})
