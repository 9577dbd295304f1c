import type { ContactFields } from '../domain/contact.ts'
import { type Book, countIn } from './contact-book.ts'
import { areGroups, joinGroups, leaveGroups } from './group-members.ts'
import type { Session, Statement } from './session.ts'

/** One account may have so many. */
export const CONTACTS_MAX = 1_000_000

/** Why nothing was changed: a number is somebody's, a group is not there, or there is no room. */
export type ContactProblem = 'taken' | 'no group' | 'full'

const FIELDS = 'name, last_name, first_name, middle_name, birthday, own_id, comment, tags, other_phones'

const FIND: Statement = {
  name: 'contacts_find',
  text: `
select c.id, c.address from unnest($2::text[]) as a(address) join contacts c on c.account_id::text || ' ' || c.address = $1::int4::text || ' ' || a.address`,
}

/** Ids by address. */
export async function findContacts(
  session: Session,
  accountId: number,
  addresses: readonly string[],
): Promise<Map<string, number>> {
  const rows = await session.run(FIND, [accountId, addresses])
  return new Map(rows.map(([id, address]) => [address as string, id as number]))
}

const ADD: Statement = {
  name: 'contacts_add',
  text: `
insert into contacts (account_id, address, ${FIELDS})
select $1, a.address, $3, $4, $5, $6, to_date(nullif($7, ''), 'DD.MM.YYYY'), $8, $9, $10, $11
from unnest($2::text[]) with ordinality as a(address, place) order by a.place
returning id`,
}

const valuesOf = (fields: { [Name in keyof ContactFields]: string | null }): unknown[] => {
  const { name, lastName, firstName, middleName, birthday, ownId, comment, tags, otherPhones } = fields
  return [name, lastName, firstName, middleName, birthday, ownId, comment, tags, otherPhones]
}

/** A contact for each address, all with these fields and groups, or none at all. The id of the first. */
export async function addContacts(
  session: Session,
  book: Book,
  contact: { addresses: readonly string[]; fields: ContactFields; groups: readonly number[] },
): Promise<number | ContactProblem> {
  const { addresses, fields, groups } = contact
  if (book.contacts + addresses.length > CONTACTS_MAX) return 'full'
  if ((await findContacts(session, book.accountId, addresses)).size > 0) return 'taken'
  if (!(await areGroups(session, book.accountId, groups))) return 'no group'
  const rows = await session.run(ADD, [book.accountId, addresses, ...valuesOf(fields)])
  const ids = rows.map(([id]) => id as number)
  await joinGroups(session, book.accountId, ids, groups)
  await countIn(session, book, { contacts: ids.length })
  return Math.min(...ids)
}

/** Out of the way of each other: no number and no address begins like this. */
const VACATE: Statement = {
  name: 'contacts_vacate',
  text: `update contacts set address = '~' || id where account_id = $1 and id = any($2::int8[])`,
}

const CHANGE: Statement = {
  name: 'contacts_change',
  text: `
update contacts c set address = coalesce(n.address, c.address), name = coalesce($4, c.name),
  last_name = coalesce($5, c.last_name), first_name = coalesce($6, c.first_name), middle_name = coalesce($7, c.middle_name),
  birthday = case when $8::text is null then c.birthday else to_date(nullif($8, ''), 'DD.MM.YYYY') end,
  own_id = coalesce($9, c.own_id), comment = coalesce($10, c.comment), tags = coalesce($11, c.tags),
  other_phones = coalesce($12, c.other_phones)
from unnest($2::int8[], $3::text[]) as n(id, address)
where c.account_id = $1 and c.id = any($2::int8[]) and c.id = n.id`,
}

const COPY: Statement = {
  name: 'contacts_copy',
  text: `
insert into contacts (account_id, address, ${FIELDS})
select c.account_id, a.address, ${FIELDS.replaceAll(/\w+/g, 'c.$&')}
from contacts c cross join unnest($3::text[]) with ordinality as a(address, place) where c.account_id = $1 and c.id = $2 order by a.place
returning id`,
}

export interface ContactChange {
  /** Contacts that stay, with their new addresses; null: the one they have. */
  readonly kept: readonly (readonly [id: number, address: string | null])[]
  readonly removed: readonly number[]
  /** Addresses of further contacts like the first of those that stay. */
  readonly copies: readonly string[]
  /** Undefined: as it is. */
  readonly fields: Partial<ContactFields>
  readonly groups: readonly number[] | undefined
}

const UNCHANGED = {
  ...{ name: null, lastName: null, firstName: null, middleName: null, birthday: null },
  ...{ ownId: null, comment: null, tags: null, otherPhones: null },
}

/** Undefined: it is done. */
export async function changeContacts(session: Session, book: Book, change: ContactChange): Promise<ContactProblem | undefined> {
  const { kept, removed, copies, fields, groups } = change
  const { accountId } = book
  const ids = kept.map(([id]) => id)
  const wanted = [...kept.flatMap(([, address]) => address ?? []), ...copies]
  const own = new Set([...ids, ...removed])
  const holders = await findContacts(session, accountId, wanted)
  if ([...holders.values()].some((id) => !own.has(id))) return 'taken'
  if (book.contacts + copies.length > CONTACTS_MAX) return 'full'
  if (groups && !(await areGroups(session, accountId, groups))) return 'no group'

  await removeById(session, book, removed)
  if (holders.size > 0) await session.run(VACATE, [accountId, kept.flatMap(([id, address]) => (address === null ? [] : id))])
  const addresses = kept.map(([, address]) => address)
  await session.run(CHANGE, [accountId, ids, addresses, ...valuesOf({ ...UNCHANGED, ...fields })])
  if (groups) {
    await leaveGroups(session, ids)
    await joinGroups(session, accountId, ids, groups)
  }
  if (copies.length > 0) await copy(session, book, ids[0] ?? 0, copies)
  return undefined
}

const GROUPS_OF: Statement = { name: 'contact_groups_of', text: `select group_id from group_members where contact_id = $1` }

async function copy(session: Session, book: Book, id: number, addresses: readonly string[]): Promise<void> {
  const copied = await session.run(COPY, [book.accountId, id, addresses])
  const groups = (await session.run(GROUPS_OF, [id])).map(([group]) => group as number)
  await joinGroups(
    session,
    book.accountId,
    copied.map(([each]) => each as number),
    groups,
  )
  await countIn(session, book, { contacts: copied.length })
}

const REMOVE: Statement = {
  name: 'contacts_remove',
  text: `delete from contacts where account_id = $1 and id = any($2::int8[])`,
}

/** Contacts with their membership. */
export async function removeById(session: Session, book: Book, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await leaveGroups(session, ids)
  await session.run(REMOVE, [book.accountId, ids])
  await countIn(session, book, { contacts: -ids.length })
}
