import type { ListRow } from '../domain/price-list.ts'
import { bigintArray, int4Array, int8Array, textArray } from './binary.ts'
import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

/** Whose list it is: a tariff's prices, or a carrier's costs. */
export type Owner = { readonly tariffId: number } | { readonly carrierId: number }
/** The same, or an account's own prices, which go before its tariff's. */
export type ListOwner = Owner | { readonly accountId: number }

export interface PriceListHead {
  readonly id: number
  readonly tariffId: number // 0: none's
  readonly carrierId: number // 0: none's
  readonly accountId: number // 0: none's
  readonly currency: string
  readonly version: number // 0: nothing was ever written
}

export interface StoredRow extends ListRow {
  readonly id: number
}

/** To_version of a row that is in the list now. */
const NOW = 2_147_483_647

const HEADS: Statement = {
  name: 'price_list_heads',
  text: `select id, coalesce(tariff_id, 0), coalesce(carrier_id, 0), coalesce(account_id, 0), currency, version from price_lists order by id`,
}

const readHead = ([id, tariffId, carrierId, accountId, currency, version]: readonly unknown[]): PriceListHead => ({
  id: id as number,
  tariffId: tariffId as number,
  carrierId: carrierId as number,
  accountId: accountId as number,
  currency: currency as string,
  version: version as number,
})

export const readPriceLists = async (session: Session): Promise<PriceListHead[]> => (await session.run(HEADS, [])).map(readHead)

const ENSURE: Statement = {
  name: 'price_list_ensure',
  text: `
with made as (
  insert into price_lists (tariff_id, carrier_id, account_id, currency) values (nullif($1, 0), nullif($2, 0), nullif($3, 0), $4)
  on conflict do nothing returning id, tariff_id, carrier_id, account_id, currency, version
)
select id, coalesce(tariff_id, 0), coalesce(carrier_id, 0), coalesce(account_id, 0), currency, version from made
union all
select id, coalesce(tariff_id, 0), coalesce(carrier_id, 0), coalesce(account_id, 0), currency, version
from price_lists where tariff_id = $1 or carrier_id = $2 or account_id = $3`,
}

/** The list of a tariff, a carrier or an account; an empty one in `currency` is made where there is none. */
export async function ensurePriceList(session: Session, owner: ListOwner, currency: string): Promise<PriceListHead> {
  const ids = { tariffId: 0, carrierId: 0, accountId: 0, ...owner }
  const values = [ids.tariffId, ids.carrierId, ids.accountId, currency]
  // Of two that make it at once the second sees neither its own row nor the other's; the next look does.
  const [row] = (await session.run(ENSURE, values)) ?? []
  const [found] = row ? [row] : await session.run(ENSURE, values)
  if (!found) throw new Error('a price list is neither made nor found')
  return readHead(found)
}

const ROWS: Statement = {
  name: 'price_list_rows',
  text: `
select list_id, id, channel, prefix, mccmnc, country, valid_from, zone, price::text, mass::text
from price_rows where list_id = any($1::int4[]) and from_version <= $2 and to_version > $2 order by id`,
}

/** The rows of lists as they are now, by list. */
export async function readRowsOf(session: Session, listIds: readonly number[]): Promise<Map<number, StoredRow[]>> {
  const byList = new Map<number, StoredRow[]>(listIds.map((id) => [id, []]))
  if (listIds.length === 0) return byList
  for (const [listId, ...row] of await session.run(ROWS, [int4Array(listIds), NOW - 1]))
    byList.get(listId as number)?.push(readRow(row))
  return byList
}

/** The rows of one list as they were in a version. */
export const readRowsAt = async (session: Session, listId: number, version: number): Promise<StoredRow[]> =>
  (await session.run(ROWS, [int4Array([listId]), version])).map(([, ...row]) => readRow(row))

const readRow = ([id, channel, prefix, mccmnc, country, validFrom, zone, price, mass]: readonly unknown[]): StoredRow => ({
  id: id as number,
  channel: channel as string,
  prefix: prefix as string,
  mccmnc: mccmnc as string,
  country: country as string,
  validFromMs: Number(validFrom),
  zone: zone as number,
  price: BigInt(price as string),
  mass: mass === '-1' ? undefined : BigInt(mass as string),
})

export interface NewVersion {
  readonly listId: number
  readonly version: number // that it was decided on: written over no other
  readonly sameAs: number | undefined // an older version that is brought back
  readonly atMs: number
  readonly what: string
  readonly currency: string
  readonly added: readonly ListRow[]
  readonly removed: readonly number[] // ids of rows
}

/** Versions of a list that are kept, with their rows. */
export const VERSIONS_MAX = 1_000

/*
 * The rows that go are closed before the new ones are written, or the index of the living would see both.
 * `changed` has the list's row, if nobody was faster.
 */
const WRITE: Statement = {
  name: 'price_list_write',
  text: `
with changed as materialized (
  update price_lists set version = version + 1, currency = $4 where id = $1 and version = $2 returning id, version
), closed as materialized (
  update price_rows r set to_version = c.version from changed c where r.list_id = c.id and r.to_version = ${NOW} and r.id = any($3::int4[])
  returning r.id
), added as (
  insert into price_rows (list_id, channel, prefix, mccmnc, country, valid_from, zone, price, mass, from_version)
  select c.id, n.*, c.version from changed c, unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::int8[], $13::int4[], $14::int8[], $15::int8[])
    as n(channel, prefix, mccmnc, country, valid_from, zone, price, mass)
  where (select count(*) from closed) >= 0
  returning id
), noted as (
  insert into price_versions (list_id, version, same_as, at, what, currency, added, removed)
  select c.id, c.version, case when $5 > 0 then $5 else c.version end, $6, $7, $4, (select count(*) from added), (select count(*) from closed)
  from changed c
), forgotten as (
  delete from price_rows r using changed c where r.list_id = c.id and r.to_version <= c.version - ${VERSIONS_MAX}
), forgotten_versions as (
  delete from price_versions v using changed c where v.list_id = c.id and v.version <= c.version - ${VERSIONS_MAX}
), ${BUMP}
select version from changed`,
}

/** Writes the next version whole, or nothing when the list is no longer at `version`; answers the new version's number. */
export async function writeVersion(session: Session, change: NewVersion): Promise<number | undefined> {
  const { added } = change
  const [row] = await session.run(WRITE, [
    change.listId,
    change.version,
    int4Array(change.removed),
    change.currency,
    change.sameAs ?? 0,
    change.atMs,
    change.what,
    textArray(added.map((each) => each.channel)),
    textArray(added.map((each) => each.prefix)),
    textArray(added.map((each) => each.mccmnc)),
    textArray(added.map((each) => each.country)),
    int8Array(added.map((each) => each.validFromMs)),
    int4Array(added.map((each) => each.zone)),
    bigintArray(added.map((each) => each.price)),
    bigintArray(added.map((each) => each.mass ?? -1n)),
  ])
  return row?.[0] as number | undefined
}

export interface PriceVersion {
  readonly version: number
  readonly sameAs: number
  readonly atMs: number
  readonly what: string
  readonly currency: string
  readonly added: number
  readonly removed: number
}

const VERSIONS: Statement = {
  name: 'price_list_versions',
  text: `
select version, same_as, at, what, currency, added, removed from price_versions where list_id = $1 order by version desc limit $2`,
}

/** The newest first. */
export const readVersions = async (session: Session, listId: number, limit: number): Promise<PriceVersion[]> =>
  (await session.run(VERSIONS, [listId, limit])).map(([version, sameAs, at, what, currency, added, removed]) => ({
    version: version as number,
    sameAs: sameAs as number,
    atMs: Number(at),
    what: what as string,
    currency: currency as string,
    added: added as number,
    removed: removed as number,
  }))
