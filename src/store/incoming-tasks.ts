import { int4Array, int8Array, textArray } from './binary.ts'
import { type Incoming, OWED, readTold, TOLD } from './incoming.ts'
import type { Session, Statement } from './session.ts'

/** An incoming message that something is still to be done with. */
export interface IncomingTask {
  readonly id: number
  readonly accountId: number // 0: whose it is has to be found out
  readonly attempts: number
  readonly sender: string
  readonly recipient: string
  readonly body: string
  readonly atMs: number
  readonly answeredId: number // the message it answers; 0: not known
}

/** Rows of a node that is gone are anybody's. `t`: the table with the rows. */
export const FREE = (node: string): string =>
  `(t.node < 0 or t.node = ${node} or not exists (select from nodes n where n.node = t.node and n.until >= now()))`

const CLAIM: Statement = {
  name: 'incoming_tasks_claim',
  text: `
with found as materialized (
  select t.id from incoming_tasks t
  where t.due_at <= $2 and not t.done and (t.account_id = 0) = $4 and ${FREE('$1::int2')}
  order by t.due_at, t.id limit $3 for update skip locked
), taken as (
  update incoming_tasks t set node = $1::int2 from found f where t.id = f.id returning t.id, t.account_id, t.attempts
)
select t.id, t.account_id, t.attempts, i.sender, i.recipient, i.body, i.at, i.answered_id
from taken t join incoming i on i.id = t.id order by t.id`,
}

/** What a node takes at once, of what is due. */
export interface TaskClaim {
  readonly node: number
  readonly nowMs: number
  readonly limit: number
}

/** Takes what is due and in no other node's hands: what has an account, or what has to be found one. */
export const claimTasks = async (
  session: Session,
  { node, nowMs, limit }: TaskClaim,
  nobodys: boolean,
): Promise<IncomingTask[]> =>
  (await session.run(CLAIM, [node, nowMs, limit, nobodys])).map(
    ([id, accountId, attempts, sender, recipient, body, at, answeredId]) => ({
      id: Number(id),
      accountId: accountId as number,
      attempts: attempts as number,
      sender: sender as string,
      recipient: recipient as string,
      body: body as string,
      atMs: Number(at),
      answeredId: Number(answeredId),
    }),
  )

const RETRY: Statement = {
  name: 'incoming_tasks_retry',
  text: `update incoming_tasks set node = -1, attempts = attempts + 1, due_at = $2 where id = any($1::int8[])`,
}

export async function retryTasks(session: Session, ids: readonly number[], dueAtMs: number): Promise<void> {
  await session.run(RETRY, [int8Array(ids), dueAtMs])
}

const LEAVE: Statement = {
  name: 'incoming_tasks_leave',
  text: `delete from incoming_tasks where id = any($1::int8[])`,
}

/** Nothing more is to be done with these; those of shared numbers that are nobody's wait for the operator. */
export async function leaveTasks(session: Session, ids: readonly number[]): Promise<void> {
  await session.run(LEAVE, [int8Array(ids)])
}

/** Whose a message is that came to a number of several. */
export interface Found {
  readonly id: number
  /** Ids rise with the moment at which an account gets a message: who asks for those after the last one misses none. */
  readonly newId: number
  readonly accountId: number
  readonly answeredId: number
}

/** The statement that stored the message may be tried again for so long: it must not store it anew. */
const REMEMBERED_MS = 3_600_000

const ASSIGN: Statement = {
  name: 'incoming_assign',
  text: `
with given as materialized (
  select * from unnest($1::int8[], $2::int8[], $3::int4[], $4::int8[]) as g(id, new_id, account_id, answered_id)
), kept as (
  update incoming i set id = g.new_id, account_id = g.account_id, answered_id = g.answered_id
  from given g where i.id = g.id and i.account_id = 0
  returning i.id, i.account_id, i.at, i.recipient
), ${OWED('$5', '$6')}, closed as (
  update incoming_tasks t set done = true, node = -1, due_at = $6::int8 + ${REMEMBERED_MS} from given g where t.id = g.id
)
select ${TOLD}, (select count(*) from kept)::int4`,
}

/** Gives messages that were nobody's to accounts, and what is owed for them with it. Taken twice it changes nothing. */
export async function assignIncoming(
  session: Session,
  found: readonly Found[],
  tell: readonly number[],
  nowMs: number,
): Promise<Incoming & { assigned: number }> {
  const [row] = await session.run(ASSIGN, [
    int8Array(found.map((one) => one.id)),
    int8Array(found.map((one) => one.newId)),
    int4Array(found.map((one) => one.accountId)),
    int8Array(found.map((one) => one.answeredId)),
    int4Array(tell),
    nowMs,
  ])
  return { ...readTold(row), assigned: (row?.[3] as number | undefined) ?? 0 }
}

const OWNERS: Statement = {
  name: 'incoming_owners_by_word',
  text: `
select w.word, coalesce(k.account_id, a.id) from unnest($1::text[]) as w(word)
left join number_keywords k on k.word = w.word
left join lateral (
  select min(coalesce(same_as, id)) as id from accounts where lower(login) = w.word and deleted_at is null having count(*) = 1
) a on true
where k.account_id is not null or a.id is not null`,
}

/** Whose words are: keywords, then logins, all in small letters. A word that two logins could be is nobody's. */
export const ownersOfWords = async (session: Session, words: readonly string[]): Promise<Map<string, number>> =>
  new Map((await session.run(OWNERS, [textArray(words)])) as [string, number][])
