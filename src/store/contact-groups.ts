import type { Book, ChangeBook } from './contact-book.ts'
import { removeById } from './contacts.ts'
import type { Session, Statement } from './session.ts'

/** One account may have so many: all of them are listed at once. */
export const GROUPS_MAX = 10_000

export interface GroupRow {
  readonly id: number
  readonly name: string
  readonly number: number | null
  readonly kind: number
  readonly members: number
}

const ADD: Statement = {
  name: 'contact_groups_add',
  text: `
insert into contact_groups (account_id, name, number, kind)
select $1, $2, $3, $4 where (select count(*) from contact_groups where account_id = $1) < ${GROUPS_MAX}
on conflict (account_id, number) do nothing returning id`,
}

export interface NewGroup {
  readonly name: string
  readonly number: number | null
  readonly kind: number
}

/** The id; undefined: another group has the number, or there is no room. */
export async function addGroup(session: Session, { accountId }: Book, group: NewGroup): Promise<number | undefined> {
  return (await session.run(ADD, [accountId, group.name, group.number, group.kind]))[0]?.[0] as number | undefined
}

const HOLDER: Statement = {
  name: 'contact_groups_holder',
  text: `select id from contact_groups where account_id = $1 and number = $2`,
}

const CHANGE: Statement = {
  name: 'contact_groups_change',
  text: `
update contact_groups set name = $3, number = case when $4::bool then $5::int4 else number end
where account_id = $1 and id = $2 returning id`,
}

/** A number of undefined stays, null goes. False: there is no such group. */
export async function changeGroup(
  session: Session,
  { accountId }: Book,
  { id, name, number }: { id: number; name: string; number: number | null | undefined },
): Promise<boolean | 'taken'> {
  const [holder] = typeof number === 'number' ? await session.run(HOLDER, [accountId, number]) : []
  if (holder && holder[0] !== id) return 'taken'
  return (await session.run(CHANGE, [accountId, id, name, number !== undefined, number ?? null])).length > 0
}

const MEMBERS: Statement = {
  name: 'contact_groups_members',
  text: `
select m.contact_id, exists (select from group_members o where o.contact_id = m.contact_id and o.group_id <> $1) from group_members m
where m.group_id = $1 order by m.contact_id limit $2`,
}

const DROP: Statement = {
  name: 'contact_groups_drop_members',
  text: `delete from group_members where group_id = $1 and contact_id = any($2::int8[])`,
}

const IS: Statement = { name: 'contact_groups_is', text: `select id from contact_groups where account_id = $1 and id = $2` }
const REMOVE: Statement = { name: 'contact_groups_remove', text: `delete from contact_groups where account_id = $1 and id = $2` }

/** Of one transaction when a large group is deleted. */
const SLICE = 2_000

/**
 * Deletes a group; with `contactsToo` also its contacts that are in no other. The group goes last: what a crash leaves can be
 * deleted again. False: there is no such group.
 */
export async function removeGroup(
  changeBook: ChangeBook,
  { accountId, id, contactsToo }: { accountId: number; id: number; contactsToo: boolean },
): Promise<boolean> {
  for (;;) {
    const left = await changeBook(accountId, async (session, book) => {
      if ((await session.run(IS, [accountId, id])).length === 0) return undefined
      const members = (await session.run(MEMBERS, [id, SLICE])) as [contactId: number, inOthers: boolean][]
      const contacts = members.map(([contactId]) => contactId)
      await session.run(DROP, [id, contacts])
      if (contactsToo) {
        const alone = members.flatMap(([contactId, inOthers]) => (inOthers ? [] : contactId))
        await removeById(session, book, alone)
      }
      if (members.length < SLICE) await session.run(REMOVE, [accountId, id])
      return members.length
    })
    if (left === undefined) return false
    if (left < SLICE) return true
  }
}

const LIST: Statement = {
  name: 'contact_groups_list',
  text: `
select g.id, g.name, g.number, g.kind, m.members from contact_groups g
cross join lateral (select count(*) as members from group_members where group_id = g.id) m
where g.account_id = $1
order by g.name, g.number nulls first, g.id`,
}

/** By name; those without a number first. */
export const listGroups = async (session: Session, accountId: number): Promise<GroupRow[]> =>
  (await session.run(LIST, [accountId])).map(([id, name, number, kind, members]) => ({
    id: id as number,
    name: name as string,
    number: number as number | null,
    kind: kind as number,
    members: members as number,
  }))
