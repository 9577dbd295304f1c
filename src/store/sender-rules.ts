import type { RegisteredNames } from '../domain/sender-rules.ts'
import { REFUSED } from './senders.ts'
import type { Session, Statement } from './session.ts'

/** Whose names may be used: the account's, and its main account's where it may. An own number, and what the operator has set, are its own too. */
const NAMES: Statement = {
  name: 'sender_names',
  text: `
with own as (
  select id, parent_id, settings from accounts where id = $1
), family as (
  select id, parent_id, settings from own
  union all
  select p.id, p.parent_id, p.settings from own o join accounts p on p.id = o.parent_id
  where o.settings ->> 'fl[29]' in ('1', 'true')
)
select s.name, case s.status when 1 then 1 else -1 end from family f join senders s on s.account_id = f.id
where s.status = 1 or f.id = $1 and ${REFUSED}
union all
select n.number, 2 from family f join numbers n on n.account_id = f.id where not n.shared
union all
select v.value, 2 from family f
cross join lateral (values
  (f.settings ->> 'sender'), (f.settings ->> 'sender2'), (regexp_replace(f.settings ->> 'phone', '\\D', '', 'g')), (lower(f.settings ->> 'email'))
) v(value)
where f.parent_id is null and v.value <> ''`,
}

/** The names that messages of an account may, and may not, come from. */
export async function readRegisteredNames(session: Session, accountId: number): Promise<RegisteredNames> {
  const found = (await session.run(NAMES, [accountId])) as [name: string, status: number][]
  const of = (status: number): string[] => found.filter((row) => row[1] === status).map(([name]) => name)
  return { active: of(1), rejected: of(-1), granted: of(2) }
}

const LENDER: Statement = {
  name: 'sender_lender',
  text: `select parent_id from accounts where id = $1 and settings ->> 'fl[29]' in ('1', 'true')`,
}

/** The main account, whose names a sub-client may use; undefined: none. */
export const readSenderLender = async (session: Session, accountId: number): Promise<number | undefined> =>
  ((await session.run(LENDER, [accountId]))[0]?.[0] as number | null | undefined) ?? undefined
