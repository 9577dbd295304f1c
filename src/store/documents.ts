import type { AccountSettings } from '../domain/account.ts'
import type { Parties, Seller } from '../domain/document.ts'
import { POSTING } from './postings.ts'
import type { Session, Statement } from './session.ts'

/** A sub-client, or the account itself, with the account it belongs to. */
export interface Client {
  readonly id: number
  readonly login: string
  readonly hasOwnBalance: boolean
  readonly isDeleted: boolean
  readonly currency: string
  readonly utcOffsetMinutes: number
  readonly settings: AccountSettings
  /** Of its main account; undefined: it has none. */
  readonly parentSettings: AccountSettings | undefined
}

const CLIENT: Statement = {
  name: 'document_client',
  text: `
select a.id, a.login, a.payer_id = a.id, a.currency, a.utc_offset_minutes, a.settings, p.settings, a.deleted_at is not null
from accounts a left join accounts p on p.id = a.parent_id
where (a.parent_id = $1 or a.id = $1) and case when $2 <> '' then a.login = $2 else a.id = $3 end`,
}

/** By its login, or where that is '' by its id. */
export async function readClient(session: Session, accountId: number, login: string, id: number): Promise<Client | undefined> {
  const [row] = await session.run(CLIENT, [accountId, login, id])
  return (
    row && {
      id: row[0] as number,
      login: row[1] as string,
      hasOwnBalance: row[2] as boolean,
      currency: row[3] as string,
      utcOffsetMinutes: row[4] as number,
      settings: row[5] as AccountSettings,
      parentSettings: (row[6] as AccountSettings | null) ?? undefined,
      isDeleted: row[7] as boolean,
    }
  )
}

export interface StoredInvoice {
  readonly day: number // since 1970-01-01
  readonly amount: bigint
  readonly currency: string
  readonly service: string
  readonly parties: Parties
}

/** One account has at most so many. */
export const INVOICES_MAX = 10_000

const ADD: Statement = {
  name: 'invoice_add',
  text: `
insert into invoices (account_id, day, amount, currency, service, parties) select $1, $2, $3, $4, $5, $6::jsonb
where (select count(*) from invoices where account_id = $1) < ${INVOICES_MAX} returning id`,
}

/** The invoice's id; undefined: the account has too many. */
export async function addInvoice(session: Session, accountId: number, invoice: StoredInvoice): Promise<number | undefined> {
  const { day, amount, currency, service, parties } = invoice
  const [row] = await session.run(ADD, [accountId, day, String(amount), currency, service, JSON.stringify(parties)])
  return row && Number(row[0])
}

const ONE: Statement = {
  name: 'invoice_one',
  text: `select day, amount::text, currency, service, parties from invoices where account_id = $1 and id = $2`,
}

export async function readInvoice(session: Session, accountId: number, id: number): Promise<StoredInvoice | undefined> {
  const [row] = await session.run(ONE, [accountId, id])
  return (
    row && {
      day: row[0] as number,
      amount: BigInt(row[1] as string),
      currency: row[2] as string,
      service: row[3] as string,
      parties: row[4] as Parties,
    }
  )
}

/** What a closed month came to, of both purses together. Money in millionths. */
export interface ClosedMonth {
  readonly untilId: number // the next month's first
  readonly charged: bigint // for messages, less what was given back
  readonly messages: number
  readonly fees: bigint
}

const MONTHS: Statement = {
  name: 'act_months',
  text: `
select c.until_id, c.charged::text, c.messages, coalesce((
  select -sum(p.amount) from postings p where p.account_id = $1 and p.kind = ${POSTING.fee} and p.id >= c.from_id and p.id < c.until_id
), 0)::text
from (
  select until_id, max(from_id) as from_id, sum(charges_posted - refunds_posted) as charged, sum(messages)::int8 as messages
  from closings where account_id = $1 group by until_id
) c order by c.until_id`,
}

/** The months that an account has closings of, the oldest first. */
export const readClosedMonths = async (session: Session, accountId: number): Promise<ClosedMonth[]> =>
  (await session.run(MONTHS, [accountId])).map(([untilId, charged, messages, fees]) => ({
    untilId: Number(untilId),
    charged: BigInt(charged as string),
    messages: Number(messages),
    fees: BigInt(fees as string),
  }))

const ACT: Statement = {
  name: 'act_parties',
  text: `
with first as (
  insert into acts (account_id, until_id, parties) values ($1, $2, $3::jsonb) on conflict do nothing returning parties
)
select parties from first union all select parties from acts where account_id = $1 and until_id = $2`,
}

/** Who stands on an act: who stood there when it was printed first. */
export async function keepParties(session: Session, accountId: number, untilId: number, parties: Parties): Promise<Parties> {
  const values = [accountId, untilId, JSON.stringify(parties)]
  const [row] = await session.run(ACT, values)
  // Of two who print it first at the same moment, one sees neither its own row nor the other's.
  return ((row ?? (await session.run(ACT, values))[0])?.[0] as Parties | undefined) ?? parties
}

const SELLER: Statement = { name: 'seller_read', text: `select value from settings where name = 'seller'` }
const SET_SELLER: Statement = {
  name: 'seller_set',
  text: `insert into settings values ('seller', $1::jsonb) on conflict (name) do update set value = excluded.value`,
}

/** The operator's own company; undefined: nobody has said. */
export const readSeller = async (session: Session): Promise<Seller | undefined> =>
  (await session.run(SELLER, []))[0]?.[0] as Seller | undefined

export const writeSeller = async (session: Session, seller: Seller): Promise<void> => {
  await session.run(SET_SELLER, [JSON.stringify(seller)])
}
