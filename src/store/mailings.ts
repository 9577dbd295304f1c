import type { MailingState } from '../domain/mailing.ts'
import type { Session, Statement } from './session.ts'

/** What every message of a mailing is sent with, as jobs.php was given it. */
export interface MailingMessage {
  readonly sender: string | null // null: the account's default
  readonly ref: number | string | null // the customer's own id; null: a number of the account for each run
  readonly octets: string | null // in hexadecimal, the UDH's length first
  readonly dcs: number | null
  readonly pid: number
  readonly translit: 0 | 1 | 2
  readonly shortenLinks: boolean
  readonly partsMax: number
  readonly validityMs: number
  readonly bot: string | null
  readonly deliveryControl: boolean | null // fl[5]; null: as the account says
  readonly sender2: string | null
  readonly mes2: string | null
  readonly userIp?: string // whom it is for (userip)
}

export interface MailingRow {
  readonly id: number
  readonly accountId: number
  readonly loginId: number | null // the additional login that made it; null: the account's own
  readonly name: string
  readonly state: MailingState
  readonly was: string // of a paused one: waiting or running
  readonly reason: string
  readonly reasonValue: number
  readonly message: MailingMessage
  readonly channel: number
  readonly text: string
  readonly sender: string
  readonly repeats: number
  readonly runsMax: number // 0: endless
  readonly periodHours: number // 0: all at once
  readonly freqMinutes: number
  readonly tzHours: number
  readonly offsetMinutes: number
  readonly createdAtMs: number
  readonly firstAtMs: number
  readonly startAtMs: number
  readonly baseAtMs: number
  readonly run: number
  readonly ref: number
  readonly total: number
  readonly taken: number
  readonly judgedAfter: number
}

/** In the order of `readMailingRow`. */
const COLUMNS = [
  ...['id', 'account_id', 'name', 'state', 'was', 'reason', 'reason_value', 'message', 'channel', 'text', 'sender', 'repeats'],
  ...['runs_max', 'period_hours', 'freq_minutes', 'tz_hours', 'offset_minutes', 'created_at', 'first_at', 'start_at', 'base_at'],
  ...['run', 'ref', 'total', 'taken', 'judged_after', 'login_id'],
]
export const MAILING_COLUMN_COUNT = COLUMNS.length
export const MAILING_COLUMNS = COLUMNS.map((column) => `m.${column}`).join(', ')

export const readMailingRow = (row: readonly unknown[]): MailingRow => ({
  id: Number(row[0]),
  accountId: row[1] as number,
  name: row[2] as string,
  state: row[3] as MailingState,
  was: row[4] as string,
  reason: row[5] as string,
  reasonValue: row[6] as number,
  message: row[7] as MailingMessage,
  channel: row[8] as number,
  text: row[9] as string,
  sender: row[10] as string,
  repeats: row[11] as number,
  runsMax: row[12] as number,
  periodHours: row[13] as number,
  freqMinutes: row[14] as number,
  tzHours: row[15] as number,
  offsetMinutes: row[16] as number,
  createdAtMs: Number(row[17]),
  firstAtMs: Number(row[18]),
  startAtMs: Number(row[19]),
  baseAtMs: Number(row[20]),
  run: row[21] as number,
  ref: Number(row[22]),
  total: row[23] as number,
  taken: row[24] as number,
  judgedAfter: row[25] as number,
  loginId: row[26] as number | null,
})

export type NewMailing = Omit<
  MailingRow,
  'id' | 'state' | 'was' | 'reason' | 'reasonValue' | 'startAtMs' | 'baseAtMs' | 'run' | 'ref' | 'total' | 'taken' | 'judgedAfter'
>

/** What is still loading after so long was left behind. */
const LOADING_MS = 3_600_000

const ADD: Statement = {
  name: 'mailing_add',
  text: `
insert into mailings (account_id, name, state, message, channel, text, sender, repeats, runs_max, period_hours, freq_minutes, tz_hours,
  offset_minutes, login_id, created_at, first_at, start_at, next_at)
values ($1, $2, 'loading', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $15, $13::int8, $14::int8, $14::int8, $13::int8 + ${LOADING_MS}) returning id`,
}

/** A mailing whose recipients are to be stored next; nobody sees it until it is `mailingLoaded`. */
export async function addMailing(session: Session, mailing: NewMailing): Promise<number> {
  const { accountId, name, message, channel, text, sender, repeats, runsMax, periodHours, freqMinutes } = mailing
  const [row] = await session.run(ADD, [
    ...[accountId, name, JSON.stringify(message), channel, text, sender, repeats, runsMax, periodHours, freqMinutes],
    ...[mailing.tzHours, mailing.offsetMinutes, mailing.createdAtMs, mailing.firstAtMs, mailing.loginId],
  ])
  return Number(row?.[0])
}

const LOADED: Statement = {
  name: 'mailing_loaded',
  text: `update mailings set state = 'waiting', total = $2, next_at = start_at where id = $1 and state = 'loading' returning id`,
}

/** False: it took so long that it was given up. */
export const mailingLoaded = async (session: Session, id: number, total: number): Promise<boolean> =>
  (await session.run(LOADED, [id, total])).length === 1

const SEEN = `m.state not in ('loading', 'deleted')`

const READ: Statement = {
  name: 'mailing_read',
  text: `select ${MAILING_COLUMNS} from mailings m where m.id = $1 and ($2::int4 is null or m.account_id = $2) and ${SEEN}`,
}

/** Of this account; undefined: of any. */
export async function readMailing(session: Session, id: number, accountId: number | undefined): Promise<MailingRow | undefined> {
  const [row] = await session.run(READ, [id, accountId ?? null])
  return row && readMailingRow(row)
}

const LOADING: Statement = {
  name: 'mailing_loading',
  text: `select ${MAILING_COLUMNS} from mailings m where m.id = $1 and m.state = 'loading'`,
}

/** One whose recipients are being stored. */
export async function readLoading(session: Session, id: number): Promise<MailingRow | undefined> {
  const [row] = await session.run(LOADING, [id])
  return row && readMailingRow(row)
}

export interface ListedMailing extends MailingRow {
  readonly price: bigint // of what it has sent so far
  readonly login: string
  readonly madeBy: string | null // the login of `loginId`
}

const LIST: Statement = {
  name: 'mailing_list',
  text: `
select ${MAILING_COLUMNS}, coalesce((select sum(s.price) from mailing_slices s where s.mailing_id = m.id), 0)::text, a.login, l.login
from mailings m join accounts a on a.id = m.account_id left join accounts l on l.id = m.login_id
where ($1::int4 is null or m.account_id = $1) and ($8::int8 is null or m.id = $8) and m.id < $2 and m.created_at >= $3 and m.created_at < $4
  and ($5::int2 is null or (m.channel = $5) = $6) and ${SEEN}
order by m.id desc limit $7`,
}

/** Newest first. */
export async function listMailings(
  session: Session,
  of: {
    readonly accountId?: number | undefined
    readonly id?: number
    readonly beforeId?: number | undefined
    readonly fromMs?: number
    readonly toMs?: number
    /** Only those of a channel, or only those of all others. */
    readonly channel?: { readonly code: number; readonly is: boolean }
    readonly limit: number
  },
): Promise<ListedMailing[]> {
  const {
    accountId = null,
    id = null,
    beforeId = Number.MAX_SAFE_INTEGER,
    fromMs = 0,
    toMs = Number.MAX_SAFE_INTEGER,
    channel,
    limit,
  } = of
  const rows = await session.run(LIST, [accountId, beforeId, fromMs, toMs, channel?.code ?? null, channel?.is ?? true, limit, id])
  return rows.map((row) => {
    const [price, login, madeBy] = row.slice(MAILING_COLUMN_COUNT) as [string, string, string | null]
    return { ...readMailingRow(row), price: BigInt(price), login, madeBy }
  })
}

const PAUSE: Statement = {
  name: 'mailing_pause',
  text: `
update mailings set state = 'paused', was = state, reason = $2, reason_value = $3, next_at = null
where id = $1 and state in ('waiting', 'running') returning id`,
}

/** False: there is nothing to pause. */
export const pauseMailing = async (session: Session, id: number, reason: string, value: number): Promise<boolean> =>
  (await session.run(PAUSE, [id, reason, value])).length === 1

/** What spoke against it until now does no longer, and a start that was missed is made now. */
const RESUME: Statement = {
  name: 'mailing_resume',
  text: `
update mailings m set state = m.was, was = '', reason = '', reason_value = 0,
  start_at = case when m.was = 'waiting' then greatest(m.start_at, $2::int8) else m.start_at end,
  next_at = case when m.was = 'waiting' then greatest(m.start_at, $2::int8) else $2::int8 end,
  judged_after = coalesce((select max(s.up_to) from mailing_slices s where s.mailing_id = m.id and s.run = m.run), 0)
where m.id = $1 and m.state = 'paused' returning m.id`,
}

/** False: it is not paused. */
export const resumeMailing = async (session: Session, id: number, nowMs: number): Promise<boolean> =>
  (await session.run(RESUME, [id, nowMs])).length === 1

const CANCEL: Statement = {
  name: 'mailing_cancel',
  text: `
update mailings set state = 'cancelled', was = '', reason = '', next_at = $2
where id = $1 and state in ('waiting', 'running', 'paused') returning id`,
}

/** What of it waits is taken back next. False: it is over. */
export const cancelMailing = async (session: Session, id: number, nowMs: number): Promise<boolean> =>
  (await session.run(CANCEL, [id, nowMs])).length === 1

const REMOVE: Statement = {
  name: 'mailing_remove',
  text: `update mailings set state = 'deleted', next_at = $2 where id = $1 and state <> 'deleted' returning id`,
}

/** Nobody sees it any more; its rows go next. */
export const removeMailing = async (session: Session, id: number, nowMs: number): Promise<boolean> =>
  (await session.run(REMOVE, [id, nowMs])).length === 1
