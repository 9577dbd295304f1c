import type { ContactFields } from '../domain/contact.ts'
import type { Session, Statement } from './session.ts'

export interface ContactRow extends ContactFields {
  readonly id: number
  readonly address: string
  readonly groups: readonly number[]
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

const SELECT = `
select c.id, c.address, c.name, c.last_name, c.first_name, c.middle_name, coalesce(to_char(c.birthday, 'DD.MM.YYYY'), ''), c.own_id,
  c.comment, c.tags, c.other_phones,
  array(select m.group_id from group_members m where m.account_id = c.account_id and m.contact_id = c.id order by m.group_id)`

const MATCHES = `
  and ($4 = '' or position($4 in c.person) > 0) and ($5 = '' or position($5 in c.person) > 0 or position($5 in c.about) > 0)
order by c.id limit $3`

/** Statements are planned once, for any values: one for each way in. */
const ALL: Statement = {
  name: 'contacts_all',
  text: `${SELECT} from contacts c where c.account_id = $1 and c.id > $2 ${MATCHES}`,
}

const WITHOUT_GROUP: Statement = {
  name: 'contacts_without_group',
  text: `${SELECT} from contacts c where c.account_id = $1 and c.id > $2
  and not exists (select from group_members m where m.account_id = c.account_id and m.contact_id = c.id) ${MATCHES}`,
}

const OF_GROUP: Statement = {
  name: 'contacts_of_group',
  text: `${SELECT} from group_members g join contacts c on c.account_id = g.account_id and c.id = g.contact_id
where g.account_id = $1 and g.contact_id > $2 and g.group_id = $6 ${MATCHES.replace('order by c.id', 'order by g.contact_id')}`,
}

const BY_ADDRESS: Statement = {
  name: 'contacts_by_address',
  text: `${SELECT} from contacts c where c.account_id = $1 and c.id > $2 and c.address = any($6::text[])
  and ($7::int4 is null or case $7 when 0
    then not exists (select from group_members m where m.account_id = c.account_id and m.contact_id = c.id)
    else exists (select from group_members m where m.account_id = c.account_id and m.contact_id = c.id and m.group_id = $7) end) ${MATCHES}`,
}

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

function toRow(row: unknown[]): ContactRow {
  const [name = '', lastName = '', firstName = '', middleName = '', birthday = ''] = row.slice(2) as string[]
  const [ownId = '', comment = '', tags = '', otherPhones = ''] = row.slice(7) as string[]
  return {
    ...{ id: row[0] as number, address: row[1] as string, groups: row[11] as number[] },
    ...{ name, lastName, firstName, middleName, birthday, ownId, comment, tags, otherPhones },
  }
}
