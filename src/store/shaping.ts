import { type ClassName, isClassName } from '../domain/throttle/classes.ts'
import type { Held, PauseKind } from '../domain/throttle/pause.ts'
import { type Action, isAction, type Rule } from '../domain/throttle/rule.ts'
import type { Session, Statement } from './session.ts'

export const RULES_MAX = 1_000

/** Raises the version that tells every node to read the rules again. */
const BUMP = `bumped as (
  insert into settings (name, value) select 'shaping_version', '1' where exists (select from changed)
  on conflict (name) do update set value = to_jsonb(settings.value::int4 + 1)
)`

const RULES: Statement = {
  name: 'shaping_rules',
  text: `select id, reacts_to, coalesce(carrier_id, 0), mccmnc, status::float8, text, stat, err, class, action, seconds, after
from shaping_rules order by id limit ${RULES_MAX}`,
}

/** The operator's rules, the oldest first. */
export const readRules = async (session: Session): Promise<Rule[]> =>
  (await session.run(RULES, [])).map(readRule).filter((rule) => isClassName(rule.class) && isAction(rule.action)) // a newer program may know more

const readRule = (row: readonly unknown[]): Rule => ({
  id: row[0] as number,
  on: row[1] as Rule['on'],
  carrierId: row[2] as number,
  mccmnc: row[3] as string,
  status: row[4] as number,
  text: row[5] as string,
  stat: row[6] as string,
  err: row[7] as string,
  class: row[8] as ClassName,
  action: row[9] as Action,
  seconds: row[10] as number,
  after: row[11] as number,
})

const ADD_RULE: Statement = {
  name: 'shaping_rule_add',
  text: `
with changed as (
  insert into shaping_rules (reacts_to, carrier_id, mccmnc, status, text, stat, err, class, action, seconds, after)
  select $1, nullif($2::int4, 0), $3, $4, $5, $6, $7, $8, $9, $10, $11
  where (select count(*) from shaping_rules) < ${RULES_MAX}
  returning id
), ${BUMP}
select id from changed`,
}

/** Undefined: there are as many as there may be. */
export async function addRule(session: Session, rule: Omit<Rule, 'id'>): Promise<number | undefined> {
  const conditions = [rule.on, rule.carrierId, rule.mccmnc, rule.status, rule.text, rule.stat, rule.err]
  const [row] = await session.run(ADD_RULE, [...conditions, rule.class, rule.action, rule.seconds, rule.after])
  return row?.[0] as number | undefined
}

const REMOVE_RULE: Statement = {
  name: 'shaping_rule_remove',
  text: `with changed as (delete from shaping_rules where id = $1 returning id), ${BUMP} select id from changed`,
}

/** What the rule has paused stays paused until its end. */
export const removeRule = async (session: Session, id: number): Promise<boolean> =>
  (await session.run(REMOVE_RULE, [id])).length === 1

/** Something that is held back at a carrier, and until when. */
export interface PauseRow extends Held {
  readonly id: number // 0: not stored yet
  readonly rate: number // parts a second, of the kind rate
  readonly ruleId: number
  readonly reason: string
  readonly fromMs: number
  readonly untilMs: number
}

const ACTIVE: Statement = {
  name: 'shaping_active',
  text: `
select coalesce((select value::int4 from settings where name = 'shaping_version'), 0),
  p.id, p.carrier_id, p.kind, p.key, p.rate, p.rule_id, p.reason, p.from_at, p.until_at
from (select) one left join shaping_pauses p on p.until_at > $1 and p.lifted_at = 0
order by p.id limit 100000`,
}

export interface ActiveShaping {
  readonly version: number // of the rules
  readonly pauses: readonly PauseRow[]
}

/** What is held back now, on every carrier. */
export async function readActive(session: Session, nowMs: number): Promise<ActiveShaping> {
  const rows = await session.run(ACTIVE, [nowMs])
  return {
    version: (rows[0]?.[0] as number | undefined) ?? 0,
    pauses: rows.flatMap(([, ...row]) => (row[0] === null ? [] : [readPause(row)])),
  }
}

const readPause = (row: readonly unknown[]): PauseRow => ({
  id: row[0] as number,
  carrierId: row[1] as number,
  kind: row[2] as PauseKind,
  key: row[3] as string,
  rate: row[4] as number,
  ruleId: row[5] as number,
  reason: row[6] as string,
  fromMs: Number(row[7]),
  untilMs: Number(row[8]),
})

export const WAITING_SHOWN = 10_000

const WAITING: Statement = {
  name: 'shaping_waiting',
  text: `
select (select count(*) from (select from due_queue d where d.reason = 12 and d.due_at = u.at limit ${WAITING_SHOWN}) q)::int4
from unnest($1::int8[]) with ordinality as u(at, place) order by u.place`,
}

/** How many messages wait for each of these instants, counted up to WAITING_SHOWN. */
export const countPaused = async (session: Session, untilMs: readonly number[]): Promise<number[]> =>
  (await session.run(WAITING, [untilMs])).map(([count]) => count as number)

const KEPT_MS = 86_400_000

/** In place of the one that holds the same back, if there is one. What ended a day ago is dropped on the way. */
const ADD_PAUSE: Statement = {
  name: 'shaping_pause_add',
  text: `
with dropped as (
  delete from shaping_pauses where until_at < $8::int8 - ${KEPT_MS}
), replaced as (
  update shaping_pauses set until_at = least(until_at, $8) where carrier_id = $1 and kind = $2 and key = $3 and until_at > $8 and lifted_at = 0
)
insert into shaping_pauses (carrier_id, kind, key, rate, rule_id, reason, from_at, until_at)
select $1, $2, $3, $4, $5, $6, $7, $9 where exists (select from carriers where id = $1)
returning id`,
}

/** Answers its number; 0 when the carrier is gone. */
export async function addPause(session: Session, pause: PauseRow, nowMs: number): Promise<number> {
  const { carrierId, kind, key, rate, ruleId, reason, fromMs, untilMs } = pause
  const [row] = await session.run(ADD_PAUSE, [carrierId, kind, key, rate, ruleId, reason, fromMs, nowMs, untilMs])
  return (row?.[0] as number | undefined) ?? 0
}

const LIFT: Statement = {
  name: 'shaping_lift',
  text: `
update shaping_pauses set lifted_at = $2 where id = $1 and until_at > $2 and lifted_at = 0
returning id, carrier_id, kind, key, rate, rule_id, reason, from_at, until_at`,
}

/** Undefined: there is none of that number, or it has ended. */
export async function liftPause(session: Session, id: number, nowMs: number): Promise<PauseRow | undefined> {
  const [row] = await session.run(LIFT, [id, nowMs])
  return row && readPause(row)
}

const RELEASE: Statement = {
  name: 'shaping_release',
  text: `
with picked as materialized (
  select id from due_queue where reason = 12 and due_at > $1 and due_at <= $2 order by due_at limit $3 for update skip locked
)
update due_queue d set due_at = $1 from picked p where d.id = p.id returning d.id`,
}

/**
 * Messages that wait for the end of a pause are looked at again at another moment: those still held back go on waiting.
 * A slice; answers how many it had.
 */
export const releasePaused = async (session: Session, atMs: number, untilMs: number, limit: number): Promise<number> =>
  (await session.run(RELEASE, [atMs, untilMs, limit])).length

const ABOUT: Statement = {
  name: 'shaping_about',
  text: `
select m.id, m.mccmnc, m.sender from unnest($1::int4[], $2::int8[]) as q(account_id, id)
cross join lateral (select * from messages where account_id = q.account_id and id = q.id offset 0) m`,
}

/** Network and sender of messages, for receipts that came when these were no longer in memory. */
export async function readAbout(
  session: Session,
  messages: readonly { readonly accountId: number; readonly id: number }[],
): Promise<Map<number, { mccmnc: string; sender: string }>> {
  const rows = await session.run(ABOUT, [messages.map(({ accountId }) => accountId), messages.map(({ id }) => id)])
  return new Map(rows.map(([id, mccmnc, sender]) => [Number(id), { mccmnc: mccmnc as string, sender: sender as string }]))
}
