import { WAITING } from '../domain/waiting.ts'
import { CLAIM_MS } from './mailing-recipients.ts'
import { MAILING_COLUMN_COUNT, MAILING_COLUMNS, type MailingRow, readMailingRow } from './mailings.ts'
import type { Session, Statement } from './session.ts'

/* Whatever becomes of a claim, a slice is taken once: its key says so. */

const CLAIM: Statement = {
  name: 'mailing_claim',
  text: `
update mailings m set node = $1, until = now() + interval '${CLAIM_MS} ms'
where m.id = any(array(
  select id from mailings
  where next_at <= $2 and (node = $1 or until < now() or node <> all(array(select n.node from nodes n where n.until >= now())))
  order by next_at limit $3 for update skip locked
))
returning ${MAILING_COLUMNS}, m.next_at`,
}

export interface ClaimedMailing extends MailingRow {
  readonly dueAtMs: number // since when there is something to do
}

/** Mailings with something to do, which no other living node does. A program that was restarted has another number than before. */
export async function claimMailings(session: Session, node: number, nowMs: number, limit: number): Promise<ClaimedMailing[]> {
  const rows = await session.run(CLAIM, [node, nowMs, limit])
  return rows.map((row) => ({ ...readMailingRow(row), dueAtMs: Number(row[MAILING_COLUMN_COUNT]) }))
}

/** A run begins: its messages get a number of the account, unless the customer gave one. */
const BEGIN: Statement = {
  name: 'mailing_begin',
  text: `
with counted as (
  update accounts a set last_ref = a.last_ref + 1 from mailings m
  where m.id = $1 and m.state = 'waiting' and a.id = m.account_id and $4 returning a.last_ref
)
update mailings m set state = 'running', run = m.run + 1, base_at = $2, total = $3, taken = 0, judged_after = 0, next_at = $2,
  ref = coalesce((select last_ref from counted), 0)
where m.id = $1 and m.state = 'waiting' returning m.id`,
}

export const beginRun = async (
  session: Session,
  id: number,
  { nowMs, total, wantsRef }: { readonly nowMs: number; readonly total: number; readonly wantsRef: boolean },
): Promise<boolean> => (await session.run(BEGIN, [id, nowMs, total, wantsRef])).length === 1

const REACHED: Statement = {
  name: 'mailing_reached',
  text: `
select coalesce(max(up_to), 0), coalesce(sum(recipients), 0)::int4 from mailing_slices where mailing_id = $1 and run = $2`,
}

/** Up to which place a run was taken, and how many recipients that are. */
export async function readReached(session: Session, id: number, run: number): Promise<{ after: number; taken: number }> {
  const [row] = await session.run(REACHED, [id, run])
  return { after: row?.[0] as number, taken: row?.[1] as number }
}

const NOTE: Statement = {
  name: 'mailing_note',
  text: `
update mailings set taken = greatest(taken, $2), base_at = $3, next_at = $4, until = case when $5 then now() + interval '${CLAIM_MS} ms' else now() end
where id = $1 and state = 'running' returning id`,
}

/** Notes how far it is and when it goes on; false: it is not to go on. `keep`: this node goes on with it at once. */
export const noteProgress = async (
  session: Session,
  id: number,
  of: { readonly taken: number; readonly baseMs: number; readonly nextMs: number; readonly keep: boolean },
): Promise<boolean> => (await session.run(NOTE, [id, of.taken, of.baseMs, of.nextMs, of.keep])).length === 1

const END: Statement = {
  name: 'mailing_end',
  text: `
update mailings set taken = $2, state = case when $3::int8 is null then 'finished' else 'waiting' end,
  start_at = coalesce($3, start_at), next_at = coalesce($3, $4), until = now()
where id = $1 and state = 'running' returning id`,
}

/** A run is over. Without a next start it was the last, and `tidyMs` is when its recipients are no longer needed. */
export const endRun = async (
  session: Session,
  id: number,
  of: { readonly taken: number; readonly nextStartMs: number | undefined; readonly tidyMs: number },
): Promise<boolean> => (await session.run(END, [id, of.taken, of.nextStartMs ?? null, of.tidyMs])).length === 1

/** Ids of one account's messages between two, made by the node that took the slice; by the primary key. */
export const OF_SLICE = `m.account_id = s.account_id and m.id >= s.low and m.id <= s.high
  and (m.id % 8192) / 256 = (s.low % 8192) / 256`

const HELD: Statement = {
  name: 'mailing_held',
  text: `
select min(q.due_at)::text from mailings r
join mailing_slices s on s.mailing_id = r.id and s.run = r.run
cross join lateral (
  select min(m.due_at) as due_at from due_queue m where ${OF_SLICE} and m.reason in (${WAITING.scheduled.code}, ${WAITING.hours.code})
) q
where r.id = $1`,
}

/** When the first of its run's messages that wait for their time or their sending hours may go (Unix ms); undefined: none waits for that. */
export async function readFirstHeld(session: Session, id: number): Promise<number | undefined> {
  const at = (await session.run(HELD, [id]))[0]?.[0] as string | null | undefined
  return at ? Number(at) : undefined
}

const AHEAD: Statement = {
  name: 'mailing_ahead',
  text: `
select coalesce(sum(c.waiting), 0)::int4 from mailings r
cross join lateral (
  select * from mailing_slices where mailing_id = r.id and run = r.run order by after desc limit $2
) s
cross join lateral (
  select count(*) filter (where m.state = -1 and m.due_at <= $3) as waiting from messages m where ${OF_SLICE}
) c
where r.id = $1`,
}

/** How many messages of the last slices wait to be sent. */
export const countAhead = async (session: Session, id: number, slices: number, nowMs: number): Promise<number> =>
  (await session.run(AHEAD, [id, slices, nowMs]))[0]?.[0] as number

/** Not a join: the planner would read all messages of a big mailing, again and again. */
const OUTCOMES: Statement = {
  name: 'mailing_outcomes',
  text: `
select count(*)::int4, (count(*) filter (where o.state in (20, 22, 23, 25)))::int4 from (
  select c.state from mailings r
  cross join lateral (
    select * from mailing_slices where mailing_id = r.id and run = r.run and after >= r.judged_after order by after desc limit $2
  ) s
  cross join lateral (select m.id, m.state from messages m where ${OF_SLICE} and m.state not in (-1, 0) offset 0) c
  where r.id = $1
  order by s.after desc, c.id desc limit $3
) o`,
}

/** Of the newest messages whose outcome is known: how many they are, and how many were refused or undeliverable. */
export async function readOutcomes(
  session: Session,
  id: number,
  { slices, limit }: { readonly slices: number; readonly limit: number },
): Promise<{ known: number; bad: number }> {
  const [row] = await session.run(OUTCOMES, [id, slices, limit])
  return { known: row?.[0] as number, bad: row?.[1] as number }
}

const NEXT_SLICE: Statement = {
  name: 'mailing_waiting',
  text: `
select s.run, s.after, coalesce((select array_agg(m.id) from messages m where ${OF_SLICE} and m.state = -1), '{}')
from mailings r
cross join lateral (
  select * from mailing_slices where mailing_id = r.id and (run, after) > ($2, $3) order by run, after limit 1
) s
where r.id = $1`,
}

/** The next slice behind another, with the ids of its messages that wait; undefined: there is none. */
export async function readNextSlice(
  session: Session,
  id: number,
  behind: { readonly run: number; readonly after: number },
): Promise<{ run: number; after: number; waiting: number[] } | undefined> {
  const [row] = await session.run(NEXT_SLICE, [id, behind.run, behind.after])
  return row && { run: row[0] as number, after: row[1] as number, waiting: (row[2] as unknown[]).map(Number) }
}

const TAKE_BACK: Statement = {
  name: 'mailing_take_back',
  text: `update mailings set next_at = $2 where id = $1 and state in ('cancelled', 'deleted')`,
}

/** A slice was stored after its mailing had been cancelled, and perhaps after what waited was taken back: that is done once more. */
export const takeBackAgain = async (session: Session, id: number, nowMs: number): Promise<void> => {
  await session.run(TAKE_BACK, [id, nowMs])
}

const PRICE: Statement = {
  name: 'mailing_slice_price',
  text: `
update mailing_slices s set price = (select coalesce(sum(m.price - m.refunded), 0) from messages m where ${OF_SLICE})
where s.mailing_id = $1 and s.run = $2 and s.after = $3`,
}

/** After some of a slice was taken back it has cost less. */
export const priceSlice = async (
  session: Session,
  id: number,
  of: { readonly run: number; readonly after: number },
): Promise<void> => {
  await session.run(PRICE, [id, of.run, of.after])
}

const REST: Statement = {
  name: 'mailing_rest',
  text: `update mailings set next_at = $2, until = now() where id = $1 and state = $3`,
}

/** Sets when there is something to do again; undefined: never. Unless it has become another state's. */
export const restMailing = async (session: Session, { id, state }: MailingRow, nextMs: number | undefined): Promise<void> => {
  await session.run(REST, [id, nextMs ?? null, state])
}
