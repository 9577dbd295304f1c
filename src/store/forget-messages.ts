import type { Session, Statement } from './session.ts'

/** An account that keeps its messages for so many days only (users.php, ktm). */
export interface Forgetful {
  readonly accountId: number
  readonly days: number
}

const FORGETFUL: Statement = {
  name: 'forgetful_accounts',
  text: `
select id, (settings->>'ktm')::int from accounts
where jsonb_typeof(settings->'ktm') = 'number' and (settings->>'ktm')::numeric between 1 and 36600 order by id`,
}

export async function readForgetful(session: Session): Promise<Forgetful[]> {
  const rows = await session.run(FORGETFUL, [])
  return rows.map(([accountId, days]) => ({ accountId: accountId as number, days: days as number }))
}

/*
 * What waits to be sent keeps its text. A text that is stored once for a request goes with its messages: all of them were accepted
 * within the hour after it, so where it is an hour older than the bound nobody reads it any more.
 */
const FORGET: Statement = {
  name: 'messages_forget',
  text: `
with old as materialized (
  select id, text_id from messages
  where account_id = $1 and id >= $2 and id < $3 and state not in (-2, -1)
    and (flags & 8 = 0 or body is not null or octets is not null or comment is not null or text_id > 0)
  order by id limit $5
), gone as (
  update messages m set flags = m.flags | 8, body = null, octets = null, comment = null, text_id = 0
  from old where m.account_id = $1 and m.id = old.id
  returning m.id
), unread as (
  delete from texts where id in (select text_id from old where text_id > 0 and text_id < $4)
)
select count(*)::int4, max(id) from gone`,
}

/**
 * Takes messages of an account, from one id up to another, out of its history and their texts out of the store; the rows stay for the
 * books. Answers how many, at most `limit`, and the last of them.
 */
export async function forgetMessages(
  session: Session,
  range: { readonly accountId: number; readonly fromId: number; readonly toId: number; readonly textsBefore: number },
  limit: number,
): Promise<{ readonly count: number; readonly lastId: number }> {
  const { accountId, fromId, toId, textsBefore } = range
  const [row] = await session.run(FORGET, [accountId, fromId, toId, textsBefore, limit])
  return { count: (row?.[0] as number | undefined) ?? 0, lastId: Number(row?.[1] ?? 0) }
}
