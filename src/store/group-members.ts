import type { Session, Statement } from './session.ts'

const ARE: Statement = {
  name: 'contact_groups_are',
  text: `select count(*) from contact_groups where account_id = $1 and id = any($2::int4[])`,
}

/** Whether the account has all of these groups, each named once. */
export async function areGroups(session: Session, accountId: number, groups: readonly number[]): Promise<boolean> {
  return groups.length === 0 || (await session.run(ARE, [accountId, groups]))[0]?.[0] === groups.length
}

const JOIN: Statement = {
  name: 'group_members_join',
  text: `
insert into group_members (account_id, contact_id, group_id)
select $1, c.id, g.id from unnest($2::int8[]) as c(id) cross join unnest($3::int4[]) as g(id) on conflict do nothing`,
}

/** All of the contacts into all of the groups. */
export async function joinGroups(
  session: Session,
  accountId: number,
  contacts: readonly number[],
  groups: readonly number[],
): Promise<void> {
  if (contacts.length > 0 && groups.length > 0) await session.run(JOIN, [accountId, contacts, groups])
}

const LEAVE_ALL: Statement = {
  name: 'group_members_leave_all',
  text: `delete from group_members where contact_id = any($1::int8[])`,
}

const LEAVE: Statement = {
  name: 'group_members_leave',
  text: `delete from group_members where contact_id = any($1::int8[]) and group_id = $2`,
}

/** All of the contacts out of one group, or out of all. */
export async function leaveGroups(session: Session, contacts: readonly number[], group?: number): Promise<void> {
  if (group === undefined) await session.run(LEAVE_ALL, [contacts])
  else await session.run(LEAVE, [contacts, group])
}

const RESOLVE: Statement = {
  name: 'contact_groups_resolve',
  text: `
select n.asked, g.id from unnest($2::int4[]) as n(asked) cross join lateral (
  select id from contact_groups where account_id = $1 and (number = n.asked or id = n.asked)
  order by number is not distinct from n.asked desc limit 1
) g`,
}

/** Ids by what is written behind `G`: the group's number, else its id. Unknown ones are not in the map. */
export async function resolveGroups(session: Session, accountId: number, asked: readonly number[]): Promise<Map<number, number>> {
  const rows = await session.run(RESOLVE, [accountId, asked])
  return new Map(rows.map(([number, id]) => [number as number, id as number]))
}

const MEMBERS: Statement = {
  name: 'group_members_page',
  text: `
select m.contact_id, c.address
from (select contact_id from group_members where group_id = $2 and contact_id > $3 order by contact_id limit $4) m
cross join lateral (select address from contacts where account_id = $1 and id = m.contact_id offset 0) c
order by m.contact_id`,
}

/** Numbers and e-mail addresses of a group, by rising id of their contacts. */
export async function readMembers(
  session: Session,
  accountId: number,
  { group, afterId, limit }: { group: number; afterId: number; limit: number },
): Promise<[contactId: number, address: string][]> {
  return (await session.run(MEMBERS, [accountId, group, afterId, limit])) as [number, string][]
}
