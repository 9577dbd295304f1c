import type { BlacklistType } from '../domain/contact.ts'
import type { Session, Statement } from './session.ts'

/** One account may have so many: a node keeps them in memory. */
export const BLACKLIST_MAX = 1_000_000

const ADD: Statement = {
  name: 'blacklist_add',
  text: `
with fresh as materialized (
  select a.address from unnest($2::text[]) as a(address)
  where not exists (select from blacklist b where b.account_id = $1 and b.address = a.address)
), room as (
  insert into contact_books as b (account_id, blacklisted, blacklist_version) values ($1, (select count(*) from fresh), 1)
  on conflict (account_id) do update set blacklisted = b.blacklisted + excluded.blacklisted, blacklist_version = b.blacklist_version + 1
  where b.blacklisted + excluded.blacklisted <= ${BLACKLIST_MAX}
  returning account_id, blacklist_version
), put as (
  insert into blacklist (account_id, address, type, added_at)
  select r.account_id, a.address, $3, $4 from room r cross join unnest($2::text[]) with ordinality as a(address, place) order by a.place
  on conflict (account_id, address) do update set type = excluded.type
  returning id, address
)
select (select id from put where address = ($2::text[])[1]), blacklist_version from room`,
}

/** The id of the first, and the version of the list; undefined: the list is full. What is in it already gets the new type. */
export async function addToBlacklist(
  session: Session,
  accountId: number,
  entry: { addresses: readonly string[]; type: BlacklistType; atMs: number },
): Promise<{ id: number; version: number } | undefined> {
  const [row] = await session.run(ADD, [accountId, entry.addresses, entry.type, entry.atMs])
  return row && { id: row[0] as number, version: row[1] as number }
}

const REMOVE: Statement = {
  name: 'blacklist_remove',
  text: `
with book as materialized (select account_id from contact_books where account_id = $1 for update), removed as (
  delete from blacklist l using book b where l.account_id = b.account_id and l.address = any($2::text[]) returning l.id
)
update contact_books b set blacklisted = greatest(0, b.blacklisted - r.gone), blacklist_version = b.blacklist_version + 1
from (select count(*) as gone from removed) r where b.account_id = $1 and r.gone > 0
returning b.blacklist_version`,
}

/** The version of the list; undefined: none of them was in it. */
export async function removeFromBlacklist(
  session: Session,
  accountId: number,
  addresses: readonly string[],
): Promise<number | undefined> {
  return (await session.run(REMOVE, [accountId, addresses]))[0]?.[0] as number | undefined
}

export interface BlacklistRow {
  readonly id: number
  readonly address: string
  readonly type: number
}

const LIST: Statement = {
  name: 'blacklist_list',
  text: `select id, address, type from blacklist where account_id = $1 and id > $2 order by id limit $3`,
}

export const listBlacklist = async (
  session: Session,
  accountId: number,
  afterId: number,
  limit: number,
): Promise<BlacklistRow[]> =>
  (await session.run(LIST, [accountId, afterId, limit])).map(([id, address, type]) => ({
    id: id as number,
    address: address as string,
    type: type as number,
  }))

const VERSIONS: Statement = {
  name: 'blacklist_versions',
  text: `select account_id, blacklist_version from contact_books where account_id = any($1::int4[])`,
}

/** Who never had a blacklist is not in the map, or has version 0. */
export async function readBlacklistVersions(session: Session, accountIds: readonly number[]): Promise<Map<number, number>> {
  return new Map((await session.run(VERSIONS, [accountIds])) as [number, number][])
}
