import type { BlacklistType } from '../domain/contact.ts'
import { type Book, countIn } from './contact-book.ts'
import type { Session, Statement } from './session.ts'

/** One account may have so many: a node keeps them in memory. */
export const BLACKLIST_MAX = 1_000_000

const FIND: Statement = {
  name: 'blacklist_find',
  text: `
select l.id, l.address from unnest($2::text[]) as a(address)
join blacklist l on (l.account_id::text || ' ' || l.address) = $1::int4::text || ' ' || a.address`,
}

async function find(session: Session, accountId: number, addresses: readonly string[]): Promise<Map<string, number>> {
  const rows = await session.run(FIND, [accountId, addresses])
  return new Map(rows.map(([id, address]) => [address as string, id as number]))
}

const ADD: Statement = {
  name: 'blacklist_add',
  text: `
insert into blacklist (account_id, address, type, added_at)
select $1, a.address, $3, $4 from unnest($2::text[]) with ordinality as a(address, place) order by a.place
returning id, address`,
}

const CHANGE: Statement = {
  name: 'blacklist_change',
  text: `update blacklist set type = $3 where account_id = $1 and id = any($2::int8[])`,
}

/** The id of the first, and the version of the list; undefined: the list is full. What is in it already gets the new type. */
export async function addToBlacklist(
  session: Session,
  book: Book,
  { addresses, type, atMs }: { addresses: readonly string[]; type: BlacklistType; atMs: number },
): Promise<{ id: number; version: number } | undefined> {
  const { accountId } = book
  const known = await find(session, accountId, addresses)
  const fresh = addresses.filter((address) => !known.has(address))
  if (book.blacklisted + fresh.length > BLACKLIST_MAX) return undefined
  if (known.size > 0) await session.run(CHANGE, [accountId, [...known.values()], type])
  const added = fresh.length > 0 ? await session.run(ADD, [accountId, fresh, type, atMs]) : []
  await countIn(session, book, { blacklisted: fresh.length, blacklistChanged: true })
  const ids = new Map([...known, ...added.map(([id, address]) => [address as string, id as number] as const)])
  return { id: ids.get(addresses[0] ?? '') ?? 0, version: book.blacklistVersion + 1 }
}

const REMOVE: Statement = {
  name: 'blacklist_remove',
  text: `delete from blacklist where account_id = $1 and id = any($2::int8[])`,
}

/** The version of the list; undefined: none of them was in it. */
export async function removeFromBlacklist(
  session: Session,
  book: Book,
  addresses: readonly string[],
): Promise<number | undefined> {
  const known = await find(session, book.accountId, addresses)
  if (known.size === 0) return undefined
  await session.run(REMOVE, [book.accountId, [...known.values()]])
  await countIn(session, book, { blacklisted: -known.size, blacklistChanged: true })
  return book.blacklistVersion + 1
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
