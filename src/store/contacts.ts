import type { ContactFields } from '../domain/contact.ts'
import type { Session, Statement } from './session.ts'

/** One account may have so many. */
export const CONTACTS_MAX = 1_000_000

/** What the database says no with. */
const UNIQUE = '23505'
const NO_REFERENCE = '23503'

export type ContactProblem = 'taken' | 'no group' | 'full'

const FIELDS = 'name, last_name, first_name, middle_name, birthday, own_id, comment, tags, other_phones'

/** A statement's outcome, or why there is none. */
export async function orProblem<T>(asked: Promise<T>): Promise<T | 'taken' | 'no group'> {
  try {
    return await asked
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === UNIQUE) return 'taken'
    if (code === NO_REFERENCE) return 'no group'
    throw error
  }
}

const ADD: Statement = {
  name: 'contacts_add',
  text: `
with room as (
  insert into contact_books as b (account_id, contacts) values ($1, cardinality($2::text[]))
  on conflict (account_id) do update set contacts = b.contacts + excluded.contacts
  where b.contacts + excluded.contacts <= ${CONTACTS_MAX}
  returning b.account_id
), added as (
  insert into contacts (account_id, address, ${FIELDS})
  select r.account_id, a.address, $3, $4, $5, $6, to_date(nullif($7, ''), 'DD.MM.YYYY'), $8, $9, $10, $11
  from room r cross join unnest($2::text[]) with ordinality as a(address, place) order by a.place
  returning id
), placed as (
  insert into group_members (account_id, group_id, contact_id) select $1, g.id, a.id from added a cross join unnest($12::int4[]) as g(id)
)
select min(id) from added`,
}

const valuesOf = (fields: { [Name in keyof ContactFields]: string | null }): unknown[] => {
  const { name, lastName, firstName, middleName, birthday, ownId, comment, tags, otherPhones } = fields
  return [name, lastName, firstName, middleName, birthday, ownId, comment, tags, otherPhones]
}

/** A contact for each address, all with these fields and groups, or none at all. The id of the first. */
export async function addContacts(
  session: Session,
  accountId: number,
  addresses: readonly string[],
  fields: ContactFields,
  groups: readonly number[],
): Promise<number | ContactProblem> {
  const rows = await orProblem(session.run(ADD, [accountId, addresses, ...valuesOf(fields), groups]))
  return typeof rows === 'string' ? rows : ((rows[0]?.[0] as number | null) ?? 'full')
}

const FIND: Statement = {
  name: 'contacts_find',
  text: `select id, address from contacts where account_id = $1 and address = any($2::text[])`,
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

const CHANGE: Statement = {
  name: 'contacts_change',
  text: `
with room as materialized (
  select account_id from contact_books where account_id = $1 and contacts + cardinality($5::text[]) <= ${CONTACTS_MAX} for update
), removed as (
  delete from contacts c using room r where c.account_id = r.account_id and c.id = any($4::int8[]) returning c.id
), changed as (
  update contacts c set address = coalesce(n.address, c.address), name = coalesce($6, c.name),
    last_name = coalesce($7, c.last_name), first_name = coalesce($8, c.first_name), middle_name = coalesce($9, c.middle_name),
    birthday = case when $10::text is null then c.birthday else to_date(nullif($10, ''), 'DD.MM.YYYY') end,
    own_id = coalesce($11, c.own_id), comment = coalesce($12, c.comment), tags = coalesce($13, c.tags),
    other_phones = coalesce($14, c.other_phones)
  from room r cross join unnest($2::int8[], $3::text[]) as n(id, address)
  where c.account_id = r.account_id and c.id = n.id
  returning c.*
), copied as (
  insert into contacts (account_id, address, ${FIELDS})
  select c.account_id, a.address, ${FIELDS.replaceAll(/\w+/g, 'c.$&')}
  from (select * from changed order by id limit 1) c cross join unnest($5::text[]) as a(address)
  returning id
), dropped as (
  delete from group_members m using changed c
  where $15::int4[] is not null and m.account_id = c.account_id and m.contact_id = c.id and m.group_id <> all($15)
), groups as (
  select g.id from unnest($15::int4[]) as g(id)
  union all
  select m.group_id from group_members m join (select min(id) as id from changed) c on m.contact_id = c.id
  where m.account_id = $1 and $15 is null and exists (select from copied)
), placed as (
  insert into group_members (account_id, group_id, contact_id)
  select $1, g.id, c.id from groups g cross join (select id from copied union all select id from changed where $15 is not null) c
  on conflict do nothing
), counted as (
  update contact_books set contacts = contacts - (select count(*) from removed) + (select count(*) from copied)
  where account_id = (select account_id from room) and ((select count(*) from removed) > 0 or (select count(*) from copied) > 0)
)
select count(*) from changed`,
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

/** How many contacts were changed. */
export async function changeContacts(
  session: Session,
  accountId: number,
  { kept, removed, copies, fields, groups }: ContactChange,
): Promise<number | 'taken' | 'no group'> {
  const blank = { name: null, lastName: null, firstName: null, middleName: null, birthday: null }
  const values = valuesOf({ ...blank, ownId: null, comment: null, tags: null, otherPhones: null, ...fields })
  const ids = kept.map(([id]) => id)
  const addresses = kept.map(([, address]) => address)
  const rows = await orProblem(session.run(CHANGE, [accountId, ids, addresses, removed, copies, ...values, groups ?? null]))
  return typeof rows === 'string' ? rows : (rows[0]?.[0] as number)
}

const REMOVE: Statement = {
  name: 'contacts_remove',
  text: `
with book as materialized (select account_id from contact_books where account_id = $1 for update), removed as (
  delete from contacts c using book b where c.account_id = b.account_id and c.address = any($2::text[]) returning c.id
), counted as (
  update contact_books set contacts = contacts - (select count(*) from removed) where account_id = (select account_id from book)
)
select count(*) from removed`,
}

/** How many there were. */
export const removeContacts = async (session: Session, accountId: number, addresses: readonly string[]): Promise<number> =>
  (await session.run(REMOVE, [accountId, addresses]))[0]?.[0] as number
