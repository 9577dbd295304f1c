import { int2Array, int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** Something suspicious that went on for a while, as one node saw it. */
export interface GuardCase {
  readonly node: number
  readonly accountId: number
  readonly rule: string
  readonly subject: string
  readonly says: string
  readonly startedAtMs: number
  readonly lastAtMs: number
  readonly messages: number
  readonly held: number
  readonly refused: number
}

const WRITE: Statement = {
  name: 'guard_cases_write',
  text: `
insert into guard_cases (node, account_id, rule, subject, says, started_at, last_at, messages, held, refused)
select * from unnest($1::int2[], $2::int4[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::int8[], $9::int8[], $10::int8[]) as c
on conflict (node, account_id, rule, subject, started_at) do update
set says = excluded.says, last_at = excluded.last_at, messages = excluded.messages, held = excluded.held, refused = excluded.refused,
  decided = case when excluded.held > guard_cases.held then '' else guard_cases.decided end`,
}

export async function writeCases(session: Session, cases: readonly GuardCase[]): Promise<void> {
  await session.run(WRITE, [
    int2Array(cases.map((c) => c.node)),
    int4Array(cases.map((c) => c.accountId)),
    textArray(cases.map((c) => c.rule)),
    textArray(cases.map((c) => c.subject)),
    textArray(cases.map((c) => c.says)),
    int8Array(cases.map((c) => c.startedAtMs)),
    int8Array(cases.map((c) => c.lastAtMs)),
    int8Array(cases.map((c) => c.messages)),
    int8Array(cases.map((c) => c.held)),
    int8Array(cases.map((c) => c.refused)),
  ])
}

export interface StoredCase extends GuardCase {
  readonly id: number
  readonly login: string
  readonly decided: string
}

const LIST: Statement = {
  name: 'guard_cases_list',
  text: `
select c.id, a.login, c.node, c.account_id, c.rule, c.subject, c.says, c.started_at, c.last_at, c.messages, c.held, c.refused, c.decided
from guard_cases c join accounts a on a.id = c.account_id
where c.last_at >= $1 and ($2 = '' or a.login = $2) and ($3::int8 = 0 or c.id = $3)
order by c.last_at desc, c.id desc limit $4`,
}

/** The latest first. login '': of all accounts; id 0: all. */
export async function listCases(
  session: Session,
  look: { sinceMs: number; login: string; id: number; limit: number },
): Promise<StoredCase[]> {
  const rows = await session.run(LIST, [look.sinceMs, look.login, look.id, look.limit])
  return rows.map((row) => ({
    id: Number(row[0]),
    login: row[1] as string,
    node: row[2] as number,
    accountId: row[3] as number,
    rule: row[4] as string,
    subject: row[5] as string,
    says: row[6] as string,
    startedAtMs: Number(row[7]),
    lastAtMs: Number(row[8]),
    messages: Number(row[9]),
    held: Number(row[10]),
    refused: Number(row[11]),
    decided: row[12] as string,
  }))
}

const DECIDE: Statement = { name: 'guard_cases_decide', text: `update guard_cases set decided = $2 where id = $1` }
export const decideCase = async (session: Session, id: number, decided: string): Promise<void> =>
  void (await session.run(DECIDE, [id, decided]))

/** A message that the guard holds. */
export interface HeldMessage {
  readonly accountId: number
  readonly id: number
  readonly recipient: string
  readonly untilMs: number
}

const HELD: Statement = {
  name: 'guard_held',
  text: `
select d.account_id, d.id, m.recipient, d.due_at from due_queue d join messages m on m.account_id = d.account_id and m.id = d.id
where d.reason = 10 and ($1::int4 = 0 or d.account_id = $1) and ($2::int8 = 0 or d.id = $2) and d.id > $3 and m.recipient like $4
order by d.id limit $5`,
}

/** Held messages by id, after one of them; accountId 0: of all accounts. `prefix`: of numbers that begin so. */
export async function readHeld(
  session: Session,
  look: { accountId: number; messageId: number; afterId: number; prefix: string; limit: number },
): Promise<HeldMessage[]> {
  const like = `${look.prefix.replace(/[^0-9]/g, '')}%`
  const rows = await session.run(HELD, [look.accountId, look.messageId, look.afterId, like, look.limit])
  return rows.map(([accountId, id, recipient, dueAt]) => ({
    accountId: accountId as number,
    id: Number(id),
    recipient: recipient as string,
    untilMs: Number(dueAt),
  }))
}

const COUNT_HELD: Statement = { name: 'guard_held_count', text: `select count(*)::int8 from due_queue where reason = 10` }
export const countHeld = async (session: Session): Promise<number> => Number((await session.run(COUNT_HELD, []))[0]?.[0] ?? 0)

/** Back among what waits for its time: what is due goes at once. */
const RELEASE: Statement = {
  name: 'guard_release',
  text: `
update due_queue d set reason = 1, due_at = greatest($2, m.due_at)
from messages m
where d.id = any($1::int8[]) and d.reason = 10 and m.account_id = d.account_id and m.id = d.id
returning d.id`,
}

/** Answers how many were still held. */
export const releaseHeld = async (session: Session, ids: readonly number[], nowMs: number): Promise<number> =>
  (await session.run(RELEASE, [int8Array(ids), nowMs])).length

const WHY: Statement = {
  name: 'guard_why',
  text: `
select says from guard_cases
where account_id = $1 and held > 0 and (rule = 'country' or $2 like subject || '%')
order by rule = 'country', last_at desc limit 1`,
}

/** Why an account's message to a number is held; undefined: the case is not kept yet. */
export const readWhyHeld = async (session: Session, accountId: number, recipient: string): Promise<string | undefined> =>
  (await session.run(WHY, [accountId, recipient]))[0]?.[0] as string | undefined
