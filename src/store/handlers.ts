import { int4Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** An account with a handler, as it is configured. */
export interface HandlerRow {
  readonly accountId: number
  readonly url: string // as configured, secret words included
  readonly statuses: boolean
  readonly passed: boolean // of statuses also 0: passed to the operator
  readonly incoming: boolean
  readonly utcOffsetMinutes: number
  readonly webhookKey: string // empty: no Standard Webhooks headers
  readonly stoppedUrl: string
  readonly tracksParts?: boolean // fl[23]
}

const MARK: Statement = {
  name: 'handlers_mark',
  text: `
select coalesce(md5(string_agg(concat_ws(' ', a.id, a.version, h.webhook_key, h.stopped_url), ',' order by a.id)), '')
from accounts a left join handlers h on h.account_id = a.id where a.settings ? 'url'`,
}

/** Changes with every change of any handler's configuration. */
export const handlersMark = async (session: Session): Promise<string> => (await session.run(MARK, []))[0]?.[0] as string

const CONFIGURED = `
select a.id, a.settings ->> 'url', coalesce(a.settings ->> 'fl[10]', '') in ('1', 'true'), coalesce(a.settings ->> 'url_passed', '') in ('1', 'true'),
  coalesce(a.settings ->> 'fl[11]', '') in ('1', 'true'), a.utc_offset_minutes, coalesce(h.webhook_key, ''), coalesce(h.stopped_url, ''),
  coalesce(a.settings ->> 'fl[23]', '') in ('1', 'true')
from accounts a left join handlers h on h.account_id = a.id where a.settings ? 'url'`

const ALL: Statement = { name: 'handlers_all', text: CONFIGURED }
const ONE: Statement = { name: 'handlers_one', text: `${CONFIGURED} and a.id = $1` }

const read = (row: readonly unknown[]): HandlerRow => ({
  accountId: row[0] as number,
  url: row[1] as string,
  statuses: row[2] as boolean,
  passed: row[3] as boolean,
  incoming: row[4] as boolean,
  utcOffsetMinutes: row[5] as number,
  webhookKey: row[6] as string,
  stoppedUrl: row[7] as string,
  tracksParts: row[8] as boolean,
})

export const readHandlers = async (session: Session): Promise<HandlerRow[]> => (await session.run(ALL, [])).map(read)

export const readHandler = async (session: Session, accountId: number): Promise<HandlerRow | undefined> =>
  (await session.run(ONE, [accountId])).map(read)[0]

/** How a handler has done lately. */
export interface HandlerState {
  readonly accountId: number
  readonly nextAtMs: number
  readonly probes: number
  readonly downSinceMs: number
  readonly reason: string
  readonly stoppedUrl: string
}

const STATE = 'account_id, next_at, probes, down_since, reason, stopped_url'

const readState = ([accountId, nextAt, probes, downSince, reason, stoppedUrl]: readonly unknown[]): HandlerState => ({
  accountId: accountId as number,
  nextAtMs: Number(nextAt),
  probes: probes as number,
  downSinceMs: Number(downSince),
  reason: reason as string,
  stoppedUrl: stoppedUrl as string,
})

/** Its node is silent about it, or gone. */
const LEFT = `h.until < $2 or not exists (select from nodes n where n.node = h.node and n.until >= now())`

const CLAIM = (source: string): string => `
with recursive waiting as (${source}), free as materialized (
  select w.account_id from waiting w left join handlers h on h.account_id = w.account_id
  where w.due_at <= $2 and coalesce(h.next_at, 0) <= $2 and (h.node is null or h.node = $1 or ${LEFT})
    and w.account_id <> all($4::int4[])
  order by w.account_id limit $5
)
insert into handlers as h (account_id, node, until) select account_id, $1, $3 from free
on conflict (account_id) do update set node = excluded.node, until = excluded.until where h.node = excluded.node or ${LEFT}
returning ${STATE}`

/** One look at each account that has rows, by the index, however many rows it has. */
const CLAIM_WAITING: Statement = {
  name: 'handlers_claim',
  text: CLAIM(`
  (select account_id, due_at from outbox order by account_id, due_at limit 1)
  union all
  select n.account_id, n.due_at from waiting w
  cross join lateral (select account_id, due_at from outbox where account_id > w.account_id order by account_id, due_at limit 1) n`),
}

const CLAIM_NAMED: Statement = {
  name: 'handlers_claim_named',
  text: CLAIM(`select account_id, 0::int8 as due_at from unnest($6::int4[]) as w(account_id)`),
}

export interface HandlerClaim {
  readonly node: number
  readonly nowMs: number
  readonly untilMs: number
  /** Accounts that need not be claimed: this node is at them. */
  readonly except: readonly number[]
  readonly limit: number
}

/** Takes accounts that have something due, and that no other node is at: all there are, or those named. */
export async function claimHandlers(session: Session, claim: HandlerClaim, named?: readonly number[]): Promise<HandlerState[]> {
  const { node, nowMs, untilMs, except, limit } = claim
  const values = [node, nowMs, untilMs, int4Array(except), limit]
  const rows = named ? await session.run(CLAIM_NAMED, [...values, int4Array(named)]) : await session.run(CLAIM_WAITING, values)
  return rows.map(readState)
}

const RENEW: Statement = {
  name: 'handlers_renew',
  text: `update handlers set until = $3 where node = $1 and account_id = any($2::int4[]) returning account_id`,
}

/** Keeps, or with 0 gives back, accounts of this node; answers those that still are its own. */
export const renewHandlers = async (
  session: Session,
  node: number,
  accountIds: readonly number[],
  untilMs: number,
): Promise<number[]> =>
  (await session.run(RENEW, [node, int4Array(accountIds), untilMs])).map(([accountId]) => accountId as number)

const NOTE: Statement = {
  name: 'handlers_note',
  text: `update handlers set next_at = $2, probes = $3, down_since = $4, reason = $5, stopped_url = $6 where account_id = $1`,
}

export async function noteHandler(session: Session, state: HandlerState): Promise<void> {
  const { accountId, nextAtMs, probes, downSinceMs, reason, stoppedUrl } = state
  await session.run(NOTE, [accountId, nextAtMs, probes, downSinceMs, reason.slice(0, 400), stoppedUrl])
}

const ONE_STATE: Statement = { name: 'handlers_state', text: `select ${STATE} from handlers where account_id = $1` }

export const readHandlerState = async (session: Session, accountId: number): Promise<HandlerState | undefined> =>
  (await session.run(ONE_STATE, [accountId])).map(readState)[0]

const RESUME: Statement = {
  name: 'handlers_resume',
  text: `update handlers set next_at = 0, probes = 0, down_since = 0, reason = '', stopped_url = '' where account_id = $1`,
}

/** A handler that is down or stopped is called again, from now on. */
export async function resumeHandler(session: Session, accountId: number): Promise<void> {
  await session.run(RESUME, [accountId])
}

const KEY: Statement = {
  name: 'handlers_key',
  text: `
insert into handlers (account_id, webhook_key) values ($1, $2)
on conflict (account_id) do update set webhook_key = excluded.webhook_key`,
}

/** The key of the Standard Webhooks headers; empty: none. */
export async function setWebhookKey(session: Session, accountId: number, key: string): Promise<void> {
  await session.run(KEY, [accountId, key])
}

const FIGURES: Statement = {
  name: 'handlers_figures',
  text: `
select (select count(*) from (select from outbox limit 100000) o)::int4,
  (select count(*) from handlers where probes > 0 and stopped_url = '')::int4, (select count(*) from handlers where stopped_url <> '')::int4`,
}

export async function readHandlerFigures(session: Session): Promise<{ waiting: number; down: number; stopped: number }> {
  const [row] = await session.run(FIGURES, [])
  return { waiting: row?.[0] as number, down: row?.[1] as number, stopped: row?.[2] as number }
}
