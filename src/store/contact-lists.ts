import type { ContactFields } from '../domain/contact.ts'
import type { Session, Statement } from './session.ts'

export interface ContactRow extends ContactFields {
  readonly id: number
  readonly address: string
  readonly groups: string // ids with commas between; '' for none
}

/** Undefined: any. Texts are looked for without regard to case. */
export interface ContactFilter {
  readonly addresses: readonly string[] | undefined
  readonly group: number | undefined // 0: in no group
  readonly person: string // within the names; '': any
  readonly words: string // within anything
  readonly afterId: number
  readonly limit: number
}

/** The page first: what stands beside it is asked for its rows alone. Each way in has a statement, planned once for any values. */
const page = (name: string, from: string, id = 'c.id'): Statement => ({
  name,
  text: `
select c.id, c.address, c.name, c.last_name, c.first_name, c.middle_name, coalesce(to_char(c.birthday, 'DD.MM.YYYY'), ''), c.own_id,
  c.comment, c.tags, c.other_phones, coalesce(m.groups, '')
from (
  select c.* from ${from}
    and ($4 = '' or position($4 in c.person) > 0) and ($5 = '' or position($5 in c.person) > 0 or position($5 in c.about) > 0)
  order by ${id} limit $3
) c
cross join lateral (
  select string_agg(group_id::text, ',' order by group_id) as groups from group_members where contact_id = c.id offset 0
) m
order by c.id`,
})

/** Counted: whether one exists is looked for in the whole table while that is empty. */
const ALONE = `(select count(*) from group_members m where m.contact_id = c.id) = 0`

const ALL = page('contacts_all', `contacts c where c.account_id = $1 and c.id > $2`)

const WITHOUT_GROUP = page('contacts_without_group', `contacts c where c.account_id = $1 and c.id > $2 and ${ALONE}`)

const OF_GROUP = page(
  'contacts_of_group',
  `(select contact_id from group_members where group_id = $6 and contact_id > $2 order by contact_id) g
  cross join lateral (select * from contacts where account_id = $1 and id = g.contact_id offset 0) c where true`,
  'g.contact_id',
)

const BY_ADDRESS = page(
  'contacts_by_address',
  `unnest($6::text[]) as a(address) cross join lateral (
    select * from contacts where account_id::text || ' ' || address = $1::int4::text || ' ' || a.address offset 0
  ) c
  where c.id > $2 and ($7::int4 is null or case $7 when 0 then ${ALONE}
    else exists (select from group_members m where m.contact_id = c.id and m.group_id = $7 offset 0) end)`,
)

/** Contacts with their groups, by rising id. */
export async function listContacts(session: Session, accountId: number, filter: ContactFilter): Promise<ContactRow[]> {
  const { addresses, group, person, words, afterId, limit } = filter
  const values = [accountId, afterId, limit, person.toLowerCase(), words.toLowerCase()]
  const rows = addresses
    ? await session.run(BY_ADDRESS, [...values, addresses, group ?? null])
    : group === undefined
      ? await session.run(ALL, values)
      : group === 0
        ? await session.run(WITHOUT_GROUP, values)
        : await session.run(OF_GROUP, [...values, group])
  return rows.map(toRow)
}

const toRow = (row: unknown[]): ContactRow => ({
  id: row[0] as number,
  address: row[1] as string,
  name: row[2] as string,
  lastName: row[3] as string,
  firstName: row[4] as string,
  middleName: row[5] as string,
  birthday: row[6] as string,
  ownId: row[7] as string,
  comment: row[8] as string,
  tags: row[9] as string,
  otherPhones: row[10] as string,
  groups: row[11] as string,
})
