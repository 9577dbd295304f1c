import type { Session, Statement } from './session.ts'

/** A notification, told or waiting, with every call that was made for it. */
export interface KeptNotification {
  readonly accountId: number
  readonly id: number
  readonly kind: number
  readonly messageId: number
  readonly state: number
  readonly err: number
  readonly atMs: number
  readonly detail: string | null
  readonly tries: readonly Try[]
  readonly result: 'waiting' | 'delivered' | 'given up'
  readonly nextAtMs: number // of one that waits
  readonly doneAtMs: number // of one that doesn't
  /** Of the message: the customer's number or text for it, and the subscriber. Empty when it is no longer stored. */
  readonly ref: string
  readonly phone: string
}

/** One call of a handler. */
export interface Try {
  readonly atMs: number
  readonly ms: number
  readonly code: number // HTTP status; 0: no answer
  readonly reason: string // a sentence; empty: told
}

/** A call in one line, as it is stored; `readTry` is the inverse. */
export const writeTry = ({ atMs, ms, code, reason }: Try): string =>
  `${Math.floor(atMs)},${Math.round(ms)},${code},${reason.replace(/\s+/g, ' ').slice(0, REASON_MAX)}`

const REASON_MAX = 300

function readTry(line: string): Try {
  const [, at = 0, ms = 0, code = 0, reason = ''] = /^(\d+),(\d+),(\d+),(.*)$/.exec(line) ?? []
  return { atMs: Number(at), ms: Number(ms), code: Number(code), reason }
}

const WAITING = `
select account_id, id, kind, message_id, state, err, at, detail, tries, null::boolean as delivered, due_at as moment from outbox`
const KEPT = `
select account_id, id, kind, message_id, state, err, at, detail, tries, delivered, done_at as moment from notifications`

/** The messages are looked up for what was found, one by one: a page is short. */
const WITH_MESSAGES = (found: string): string => `
select n.*, coalesce(m.ref_text, m.ref::text, ''), coalesce(m.recipient, i.sender, '')
from (${found}) n
left join lateral (select * from messages where account_id = n.account_id and id = n.message_id and n.kind = 1 offset 0) m on true
left join lateral (select * from incoming where id = n.message_id and n.kind = 2 offset 0) i on true
order by n.id`

export const OF_MESSAGE: Statement = {
  name: 'notifications_of_message',
  text: WITH_MESSAGES(`
(${WAITING} where account_id = $1 and message_id = $2 order by id limit 100)
union all (${KEPT} where account_id = $1 and message_id = $2 order by id limit 100)`),
}

export function keptOf(row: readonly unknown[]): KeptNotification {
  const [accountId, id, kind, messageId, state, err, at, detail, tries, delivered, moment, ref, phone] = row
  const result = delivered === null ? 'waiting' : delivered ? 'delivered' : 'given up'
  return {
    accountId: accountId as number,
    id: Number(id),
    kind: kind as number,
    messageId: Number(messageId),
    state: state as number,
    err: err as number,
    atMs: Number(at),
    detail: detail as string | null,
    tries: tries === null || tries === '' ? [] : (tries as string).split('\n').map(readTry),
    result,
    nextAtMs: result === 'waiting' ? Number(moment) : 0,
    doneAtMs: result === 'waiting' ? 0 : Number(moment),
    ref: ref as string,
    phone: detail === null ? (phone as string) : ((detail as string).split('\n')[0] ?? ''),
  }
}

const LIST: Statement = {
  name: 'notifications_list',
  text: WITH_MESSAGES(`
select * from (
  (${WAITING} where account_id = $1 and id < $2 and (not $3 or attempts > 0) order by id desc limit $4)
  union all (${KEPT} where account_id = $1 and id < $2 and (not $3 or not delivered) order by id desc limit $4)
) either order by id desc limit $4`),
}

/** An account's newest before an id, newest first. `failed`: given up, or waiting for another try. */
export async function listNotifications(
  session: Session,
  look: { accountId: number; beforeId: number; failed: boolean; limit: number },
): Promise<KeptNotification[]> {
  const rows = await session.run(LIST, [look.accountId, look.beforeId, look.failed, look.limit])
  return rows.map(keptOf).reverse()
}

const ONE: Statement = {
  name: 'notification_one',
  text: WITH_MESSAGES(`(${WAITING} where id = $1 limit 1) union all (${KEPT} where id = $1 limit 1)`),
}

export async function readNotification(session: Session, id: number): Promise<KeptNotification | undefined> {
  const [row] = await session.run(ONE, [id])
  return row && keptOf(row)
}

/** Once more, as if it had just happened: first those that are kept, then those that wait. Their tries stay with them. */
const REPLAY: Statement = {
  name: 'notifications_replay',
  text: `
with chosen as materialized (
  select account_id, id from notifications
  where account_id = $1 and id >= $2 and id < $3 and (not $4 or not delivered) order by id limit $5
), gone as (
  delete from notifications n using chosen c where n.account_id = c.account_id and n.id = c.id returning n.*
)
insert into outbox (account_id, due_at, id, kind, message_id, state, err, at, detail, tries)
select account_id, $6, id, kind, message_id, state, err, at, detail, tries from gone returning id`,
}

const HURRY: Statement = {
  name: 'notifications_hurry',
  text: `
update outbox set due_at = $4, first_at = 0, attempts = 0 where account_id = $1 and id >= $2 and id < $3 and due_at > $4 returning id`,
}

/** A slice of a replay of those with `fromId <= id < toId`; answers how many it had: `limit` means there may be more. */
export async function replayKept(
  session: Session,
  which: { accountId: number; fromId: number; toId: number; failed: boolean; limit: number; nowMs: number },
): Promise<number> {
  const { accountId, fromId, toId, failed, limit, nowMs } = which
  return (await session.run(REPLAY, [accountId, fromId, toId, failed, limit, nowMs])).length
}

/** Those that wait for another try are told now. Answers how many. */
export async function replayWaiting(
  session: Session,
  which: { accountId: number; fromId: number; toId: number; nowMs: number },
): Promise<number> {
  return (await session.run(HURRY, [which.accountId, which.fromId, which.toId, which.nowMs])).length
}

const COUNT: Statement = {
  name: 'notifications_count',
  text: `
select (select count(*) from (select from outbox where account_id = $1 limit 100000) o)::int4,
  (select count(*) from (select from notifications where account_id = $1 and not delivered limit 100000) n)::int4`,
}

/** How many of an account's wait, and how many were given up; counting ends at 100,000. */
export async function countNotifications(session: Session, accountId: number): Promise<{ waiting: number; givenUp: number }> {
  const [row] = await session.run(COUNT, [accountId])
  return { waiting: row?.[0] as number, givenUp: row?.[1] as number }
}

const FORGET: Statement = {
  name: 'notifications_forget',
  text: `
delete from notifications n using (select account_id, id from notifications where id < $1 limit $2) old
where n.account_id = old.account_id and n.id = old.id returning n.id`,
}

/** Drops what was told before an id, at most `limit`; answers how many. */
export const forgetBefore = async (session: Session, id: number, limit: number): Promise<number> =>
  (await session.run(FORGET, [id, limit])).length
