import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

export interface TariffRow {
  readonly id: number
  readonly name: string
  readonly currency: string
  readonly charged: ChargedWhen
}

/** When a message costs its price: once accepted, or only when delivered (else it goes back). */
export type ChargedWhen = 'accepted' | 'delivered'

const FIND: Statement = { name: 'tariff_find', text: `select id, name, currency, charged from tariffs where name = $1` }
const CREATE: Statement = {
  name: 'tariff_create',
  text: `insert into tariffs (name, currency) values ($1, $2) on conflict (name) do nothing`,
}

export async function findTariff(session: Session, name: string): Promise<TariffRow | undefined> {
  const [row] = await session.run(FIND, [name])
  return row && { id: row[0] as number, name: row[1] as string, currency: row[2] as string, charged: row[3] as ChargedWhen }
}

/** Does nothing when there is one of that name. */
export async function createTariff(session: Session, name: string, currency: string): Promise<void> {
  await session.run(CREATE, [name, currency])
}

const CHARGED: Statement = {
  name: 'tariff_charged',
  text: `with changed as (update tariffs set charged = $2 where id = $1 and charged <> $2 returning id), ${BUMP} select count(*)::int4 from changed`,
}

/** Holds for what is accepted from now on: a message keeps the rule it was sold under. */
export async function setCharged(session: Session, tariffId: number, charged: ChargedWhen): Promise<void> {
  await session.run(CHARGED, [tariffId, charged])
}

const LIST: Statement = {
  name: 'tariff_list',
  text: `
select t.id, t.name, t.currency, t.charged, (select count(*) from accounts a where a.tariff_id = t.id)::int4
from tariffs t where $1 = '' or t.name = $1
order by t.name
limit 1000`,
}

export interface TariffSummary extends TariffRow {
  readonly accounts: number // that pay by it
}

/** All tariffs, or the one of a name. */
export const listTariffs = async (session: Session, name = ''): Promise<TariffSummary[]> =>
  (await session.run(LIST, [name])).map(([id, tariff, currency, charged, accounts]) => ({
    id: id as number,
    name: tariff as string,
    currency: currency as string,
    charged: charged as ChargedWhen,
    accounts: accounts as number,
  }))
