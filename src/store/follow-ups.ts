import { int2Array, int4Array, int8Array, textArray } from './binary.ts'
import { FREE, type TaskClaim } from './incoming-tasks.ts'
import type { Session, Statement } from './session.ts'

/** What a message of the centre's own is for. */
export const FOLLOW_UP = { phone: 1, mail: 2, reply: 3, notice: 4 } as const

/** A message that the centre owes in an account's name. */
export interface FollowUp {
  readonly id: number // the number that the message will have
  readonly accountId: number
  readonly kind: number
  readonly recipient: string
  readonly body: string
  readonly atMs: number
}

/** The columns of new rows, for statements that write them with what they follow from; the parameters begin at `first`. */
export const NEW_FOLLOW_UPS = (first: number): string =>
  `unnest($${first}::int8[], $${first + 1}::int4[], $${first + 2}::int2[], $${first + 3}::text[], $${first + 4}::text[], $${first + 5}::int8[])
    as f(id, account_id, kind, recipient, body, at)`

export const followUpValues = (rows: readonly FollowUp[]): unknown[] => [
  int8Array(rows.map((row) => row.id)),
  int4Array(rows.map((row) => row.accountId)),
  int2Array(rows.map((row) => row.kind)),
  textArray(rows.map((row) => row.recipient)),
  textArray(rows.map((row) => row.body)),
  int8Array(rows.map((row) => row.atMs)),
]

/** An auto-reply goes to one subscriber at most this often. */
const REPLY_PAUSE_MS = 600_000

/*
 * What is owed is written only by who still has the task: the statement may be tried again after its answer was lost, and then finds
 * nothing to do. An auto-reply is owed only where none was lately.
 */
const FINISH: Statement = {
  name: 'incoming_tasks_finish',
  text: `
with done as (
  delete from incoming_tasks where id = $1 and not done returning id
), replies as (
  insert into auto_replies as r (account_id, subscriber, at)
  select f.account_id, f.recipient, $2 from ${NEW_FOLLOW_UPS(3)} where f.kind = ${FOLLOW_UP.reply} and exists (select from done)
  on conflict (account_id, subscriber) do update set at = excluded.at where r.at <= excluded.at - ${REPLY_PAUSE_MS}
  returning account_id
), owed as (
  insert into follow_ups (id, account_id, kind, recipient, body, at, due_at)
  select f.id, f.account_id, f.kind, f.recipient, f.body, f.at, $2 from ${NEW_FOLLOW_UPS(3)}
  where exists (select from done) and (f.kind <> ${FOLLOW_UP.reply} or exists (select from replies))
  returning id
)
select (select count(*) from done)::int4, (select count(*) from owed)::int4`,
}

/** Ends an incoming message's task with what is owed for it. Answers whether the task was still there, and how much is owed now. */
export async function finishTask(
  session: Session,
  taskId: number,
  followUps: readonly FollowUp[],
  nowMs: number,
): Promise<{ finished: boolean; owed: number }> {
  const [row] = await session.run(FINISH, [taskId, nowMs, ...followUpValues(followUps)])
  return { finished: row?.[0] === 1, owed: (row?.[1] as number | undefined) ?? 0 }
}

/** Ids of 10 s: a message may be made by another node than the one that called for it. */
const CLOCKS_APART = 10_000 * 8192

const CLAIM: Statement = {
  name: 'follow_ups_claim',
  text: `
with found as materialized (
  select t.id from follow_ups t
  where t.due_at <= $2 and ${FREE('$1::int2')}
  order by t.due_at, t.id limit $3 for update skip locked
)
update follow_ups t set node = $1::int2 from found f where t.id = f.id
returning t.id, t.account_id, t.kind, t.recipient, t.body, t.at, t.attempts,
  exists (select from messages m where m.ref = t.id and m.account_id = t.account_id and m.id > t.id - ${CLOCKS_APART})`,
}

export interface ClaimedFollowUp extends FollowUp {
  readonly attempts: number
  /** It was sent, and nobody noted it. */
  readonly sent: boolean
}

/** Takes what is due and in no other node's hands. */
export async function claimFollowUps(session: Session, { node, nowMs, limit }: TaskClaim): Promise<ClaimedFollowUp[]> {
  const rows = await session.run(CLAIM, [node, nowMs, limit])
  return rows.map(([id, accountId, kind, recipient, body, at, attempts, sent]) => ({
    id: Number(id),
    accountId: accountId as number,
    kind: kind as number,
    recipient: recipient as string,
    body: body as string,
    atMs: Number(at),
    attempts: attempts as number,
    sent: sent as boolean,
  }))
}

const DONE: Statement = { name: 'follow_ups_done', text: `delete from follow_ups where id = any($1::int8[])` }

export async function endFollowUps(session: Session, ids: readonly number[]): Promise<void> {
  await session.run(DONE, [int8Array(ids)])
}

const RETRY: Statement = {
  name: 'follow_ups_retry',
  text: `update follow_ups set node = -1, attempts = attempts + 1, due_at = $2 where id = any($1::int8[])`,
}

export async function retryFollowUps(session: Session, ids: readonly number[], dueAtMs: number): Promise<void> {
  await session.run(RETRY, [int8Array(ids), dueAtMs])
}

const FORGET: Statement = {
  name: 'follow_ups_forget',
  text: `
with replies as (delete from auto_replies where at <= $1::int8 - ${REPLY_PAUSE_MS})
delete from incoming_tasks where done and due_at < $1`,
}

/** What was remembered long enough: when subscribers were answered, and the former ids of messages. */
export async function forgetIncoming(session: Session, nowMs: number): Promise<void> {
  await session.run(FORGET, [nowMs])
}
