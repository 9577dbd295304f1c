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

/** What one part to a destination costs; empty prefix and mccmnc: everywhere. */
export interface TariffPrice {
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly price: bigint // millionths
}

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

const SET: Statement = {
  name: 'price_set',
  text: `
with changed as (
  insert into prices (tariff_id, channel, prefix, mccmnc, price)
  select $1, p.* from unnest($2::text[], $3::text[], $4::text[], $5::int8[]) as p(channel, prefix, mccmnc, price)
  on conflict (tariff_id, channel, prefix, mccmnc) do update set price = excluded.price
  returning id
), ${BUMP}
select count(*)::int4 from changed`,
}

export async function setPrices(session: Session, tariffId: number, prices: readonly TariffPrice[]): Promise<void> {
  await session.run(SET, [
    tariffId,
    prices.map(({ channel }) => channel),
    prices.map(({ prefix }) => prefix),
    prices.map(({ mccmnc }) => mccmnc),
    prices.map(({ price }) => String(price)),
  ])
}

const REMOVE: Statement = {
  name: 'price_remove',
  text: `
with wanted as (
  select * from unnest($3::text[], $4::text[]) as w(prefix, mccmnc)
), found as (
  select p.id, p.prefix, p.mccmnc from prices p join wanted w on w.prefix = p.prefix and w.mccmnc = p.mccmnc
  where p.tariff_id = $1 and p.channel = $2
), changed as (
  delete from prices where id in (select id from found) and (select count(*) from found) = (select count(*) from wanted) returning id
), ${BUMP}
select prefix, mccmnc from wanted except select prefix, mccmnc from found`,
}

/** Removes all of them, or none: then it answers those that are not there. */
export async function removePrices(
  session: Session,
  tariffId: number,
  channel: string,
  places: readonly { readonly prefix: string; readonly mccmnc: string }[],
): Promise<{ prefix: string; mccmnc: string }[]> {
  const values = [tariffId, channel, places.map(({ prefix }) => prefix), places.map(({ mccmnc }) => mccmnc)]
  const rows = await session.run(REMOVE, values)
  return rows.map(([prefix, mccmnc]) => ({ prefix: prefix as string, mccmnc: mccmnc as string }))
}

const LIST: Statement = {
  name: 'tariff_list',
  text: `
select t.name, t.currency, t.charged, (select count(*) from accounts a where a.tariff_id = t.id)::int4, p.channel, p.prefix, p.mccmnc, p.price::text
from tariffs t left join prices p on p.tariff_id = t.id
where $1 = '' or t.name = $1
order by t.name, p.channel, p.mccmnc, p.prefix
limit 10000`,
}

export interface TariffWithPrices {
  readonly name: string
  readonly currency: string
  readonly charged: ChargedWhen
  readonly accounts: number // that pay by it
  readonly prices: readonly TariffPrice[]
}

/** All tariffs, or the one of a name. At most 10,000 prices. */
export async function listTariffs(session: Session, name = ''): Promise<TariffWithPrices[]> {
  const tariffs = new Map<string, TariffWithPrices & { prices: TariffPrice[] }>()
  for (const row of await session.run(LIST, [name])) {
    const [tariff, currency, charged, accounts, channel, prefix, mccmnc, price] = row as [
      string,
      string,
      ChargedWhen,
      number,
      ...(string | null)[],
    ]
    const entry = tariffs.get(tariff) ?? { name: tariff, currency, charged, accounts, prices: [] }
    tariffs.set(tariff, entry)
    if (typeof channel === 'string') {
      entry.prices.push({ channel, prefix: prefix ?? '', mccmnc: mccmnc ?? '', price: BigInt(price ?? 0) })
    }
  }
  return [...tariffs.values()]
}
