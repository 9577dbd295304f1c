import { orProblem } from './contacts.ts'
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
returning id`,
}

export interface NewGroup {
  readonly name: string
  readonly number: number | null
  readonly kind: number
}

export async function addGroup(session: Session, accountId: number, group: NewGroup): Promise<number | 'taken' | 'full'> {
  const rows = await orProblem(session.run(ADD, [accountId, group.name, group.number, group.kind]))
  return typeof rows === 'string' ? 'taken' : ((rows[0]?.[0] as number | undefined) ?? 'full')
}

const CHANGE: Statement = {
  name: 'contact_groups_change',
  text: `
update contact_groups set name = $3, number = case when $4::bool then $5::int4 else number end
where account_id = $1 and id = $2 returning id`,
}

/** Undefined leaves the number, null takes it away. False: there is no such group. */
export async function changeGroup(
  session: Session,
  accountId: number,
  { id, name, number }: { id: number; name: string; number: number | null | undefined },
): Promise<boolean | 'taken'> {
  const rows = await orProblem(session.run(CHANGE, [accountId, id, name, number !== undefined, number ?? null]))
  return typeof rows === 'string' ? 'taken' : rows.length > 0
}

const EMPTY: Statement = {
  name: 'contact_groups_empty',
  text: `
with book as materialized (select account_id from contact_books where account_id = $1 for update), members as materialized (
  select m.contact_id from group_members m where m.account_id = $1 and m.group_id = $2 order by m.contact_id limit $4
), removed as (
  delete from contacts c using members m cross join book b
  where $3::bool and c.account_id = b.account_id and c.id = m.contact_id and not exists (
    select from group_members o where o.account_id = $1 and o.contact_id = m.contact_id and o.group_id <> $2)
  returning c.id
), dropped as (
  delete from group_members g using members m cross join book b
  where g.account_id = b.account_id and g.group_id = $2 and g.contact_id = m.contact_id and m.contact_id not in (select id from removed)
), counted as (
  update contact_books set contacts = contacts - (select count(*) from removed) where account_id = (select account_id from book)
)
select count(*) from members`,
}

const REMOVE: Statement = {
  name: 'contact_groups_remove',
  text: `delete from contact_groups where account_id = $1 and id = $2 returning id`,
}

/** Of one statement when a large group is deleted. */
const SLICE = 5_000

/**
 * Deletes a group; with `contactsToo` also its contacts that are in no other. The group goes last: what a crash leaves can be
 * deleted again. False: there is no such group.
 */
export async function removeGroup(session: Session, accountId: number, id: number, contactsToo: boolean): Promise<boolean> {
  while (((await session.run(EMPTY, [accountId, id, contactsToo, SLICE]))[0]?.[0] as number) === SLICE);
  return (await session.run(REMOVE, [accountId, id])).length > 0
}

const LIST: Statement = {
  name: 'contact_groups_list',
  text: `
select g.id, g.name, g.number, g.kind, coalesce(m.members, 0) from contact_groups g
left join (select group_id, count(*) as members from group_members where account_id = $1 group by group_id) m on m.group_id = g.id
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
