import { orProblem } from './contacts.ts'
import type { Session, Statement } from './session.ts'

/** 1 the contact's only group, 2 one more, 3 not in it any longer (SMSC API, move_group). */
export type Move = 1 | 2 | 3

const MOVE: Statement = {
  name: 'group_members_move',
  text: `
with book as materialized (select account_id from contact_books where account_id = $1 for update), found as (
  select c.id from book b join contacts c on c.account_id = b.account_id and c.address = any($2::text[])
), dropped as (
  delete from group_members m using found f
  where m.account_id = $1 and m.contact_id = f.id and (($4::int4 = 1 and m.group_id <> $3) or ($4 = 3 and m.group_id = $3))
), placed as (
  insert into group_members (account_id, group_id, contact_id) select $1, $3, id from found where $4 in (1, 2) on conflict do nothing
)
select (select count(*) from found), exists (select from contact_groups where account_id = $1 and id = $3)`,
}

/** How many contacts it was done with; undefined: there is no such group. */
export async function moveContacts(
  session: Session,
  accountId: number,
  { addresses, group, move }: { addresses: readonly string[]; group: number; move: Move },
): Promise<number | undefined> {
  const rows = await orProblem(session.run(MOVE, [accountId, addresses, group, move]))
  if (typeof rows === 'string') return undefined
  const [found, isGroup] = rows[0] as [number, boolean]
  return isGroup ? found : undefined
}

const RESOLVE: Statement = {
  name: 'groups_resolve',
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
select m.contact_id, c.address from group_members m join contacts c on c.account_id = m.account_id and c.id = m.contact_id
where m.account_id = $1 and m.group_id = $2 and m.contact_id > $3 and (position('@' in c.address) > 0) = $4
order by m.contact_id limit $5`,
}

/** The numbers of a group, or its e-mail addresses, by rising id of their contacts. */
export async function readMembers(
  session: Session,
  accountId: number,
  { group, mail, afterId, limit }: { group: number; mail: boolean; afterId: number; limit: number },
): Promise<[contactId: number, address: string][]> {
  return (await session.run(MEMBERS, [accountId, group, afterId, mail, limit])) as [number, string][]
}
