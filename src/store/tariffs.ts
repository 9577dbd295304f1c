import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

export interface TariffRow {
  readonly id: number
  readonly name: string
  readonly currency: string
  readonly charged: ChargedWhen
  /** By which users.php names it; in each currency a number has one tariff. */
  readonly number: number | undefined
}

/** When a message costs its price: once accepted, or only when delivered (else it goes back). */
export type ChargedWhen = 'accepted' | 'delivered'

const FIND: Statement = { name: 'tariff_find', text: `select id, name, currency, charged, number from tariffs where name = $1` }
/** The first one of the name that everybody has without a word is number 0. */
const CREATE: Statement = {
  name: 'tariff_create',
  text: `
insert into tariffs (name, currency, number)
select $1, $2, case when $1 = 'default' and not exists (select from tariffs where number = 0 and currency = $2) then 0 end
on conflict (name) do nothing`,
}

const readTariff = ([id, name, currency, charged, number]: readonly unknown[]): TariffRow => ({
  id: id as number,
  name: name as string,
  currency: currency as string,
  charged: charged as ChargedWhen,
  number: (number as number | null) ?? undefined,
})

export async function findTariff(session: Session, name: string): Promise<TariffRow | undefined> {
  const [row] = await session.run(FIND, [name])
  return row && readTariff(row)
}

const BY_NUMBER: Statement = {
  name: 'tariff_by_number',
  text: `
select id, name, currency, charged, number from tariffs where number = $1 and ($3 = '' or currency = $3)
order by currency <> $2, id limit 1`,
}

/** The tariff of a public number, of several the one in the currency preferred. `only`: in no other currency. */
export async function findTariffByNumber(
  session: Session,
  number: number,
  { preferred, only = '' }: { readonly preferred: string; readonly only?: string | undefined },
): Promise<TariffRow | undefined> {
  const [row] = await session.run(BY_NUMBER, [number, preferred, only])
  return row && readTariff(row)
}

const NUMBER: Statement = {
  name: 'tariff_number',
  text: `
update tariffs t set number = $2 where t.id = $1
  and not exists (select from tariffs o where o.number = $2 and o.currency = t.currency and o.id <> t.id)
returning id`,
}

/** False: another tariff of its currency has the number. */
export const setTariffNumber = async (session: Session, id: number, number: number | null): Promise<boolean> =>
  (await session.run(NUMBER, [id, number])).length === 1

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
select t.id, t.name, t.currency, t.charged, t.number, (select count(*) from accounts a where a.tariff_id = t.id)::int4
from tariffs t where $1 = '' or t.name = $1
order by t.name
limit 1000`,
}

export interface TariffSummary extends TariffRow {
  readonly accounts: number // that pay by it
}

/** All tariffs, or the one of a name. */
export const listTariffs = async (session: Session, name = ''): Promise<TariffSummary[]> =>
  (await session.run(LIST, [name])).map((row) => ({ ...readTariff(row), accounts: row[5] as number }))
