import type { Volume } from '../domain/country-volumes.ts'
import { GUARD_DEFAULTS, type GuardConfig } from '../domain/guard.ts'
import { idOfTime } from '../domain/message-id.ts'
import { int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** As it is kept; `version` rises with every change, also of those who are trusted. */
export interface StoredGuard extends GuardConfig {
  readonly version: number
}

const READ: Statement = { name: 'guard_read', text: `select value from settings where name = 'guard'` }
const WRITE: Statement = {
  name: 'guard_write',
  text: `insert into settings (name, value) values ('guard', $1::jsonb) on conflict (name) do update set value = excluded.value`,
}

export async function readGuard(session: Session): Promise<StoredGuard> {
  const stored = (await session.run(READ, []))[0]?.[0] as Partial<StoredGuard> | undefined
  return {
    version: stored?.version ?? 0,
    mode: stored?.mode ?? GUARD_DEFAULTS.mode,
    actions: { ...GUARD_DEFAULTS.actions, ...stored?.actions },
    limits: { ...GUARD_DEFAULTS.limits, ...stored?.limits },
    accounts: stored?.accounts ?? {},
  }
}

export async function writeGuard(session: Session, config: GuardConfig): Promise<void> {
  const { version } = await readGuard(session)
  await session.run(WRITE, [JSON.stringify({ ...config, version: version + 1 })])
}

export interface Trusted {
  readonly what: 'account' | 'number'
  readonly value: string
  readonly note: string
}

const TRUSTED: Statement = { name: 'guard_trusted', text: `select what, value, note from guard_trusted order by what, value` }
const TRUST: Statement = {
  name: 'guard_trust',
  text: `insert into guard_trusted (what, value, note) values ($1, $2, $3) on conflict (what, value) do update set note = excluded.note`,
}
const DISTRUST: Statement = {
  name: 'guard_distrust',
  text: `delete from guard_trusted where what = $1 and value = $2 returning value`,
}

export const readTrusted = async (session: Session): Promise<Trusted[]> =>
  (await session.run(TRUSTED, [])).map(([what, value, note]) => ({
    what: what as Trusted['what'],
    value: value as string,
    note: note as string,
  }))

export const addTrusted = async (session: Session, { what, value, note }: Trusted): Promise<void> =>
  void (await session.run(TRUST, [what, value, note]))

/** False: it was not trusted. */
export const removeTrusted = async (session: Session, what: Trusted['what'], value: string): Promise<boolean> =>
  (await session.run(DISTRUST, [what, value])).length > 0

const VOLUMES: Statement = {
  name: 'guard_volumes',
  text: `select account_id, country, half_day, messages from guard_volumes where half_day >= $1`,
}
const ADD_VOLUMES: Statement = {
  name: 'guard_volumes_add',
  text: `
insert into guard_volumes (account_id, country, half_day, messages)
select * from unnest($1::int4[], $2::text[], $3::int4[], $4::int8[]) as v(account_id, country, half_day, messages)
order by 1, 2, 3
on conflict (account_id, country, half_day) do update set messages = guard_volumes.messages + excluded.messages
returning account_id, country, half_day, messages`,
}
const FORGET_VOLUMES: Statement = { name: 'guard_volumes_forget', text: `delete from guard_volumes where half_day < $1` }
const FORGET_CASES: Statement = { name: 'guard_cases_forget', text: `delete from guard_cases where last_at < $1` }
const FORGET_CODES: Statement = { name: 'guard_codes_forget', text: `delete from guard_confirmations where at < $1` }

const readVolume = ([accountId, country, halfDay, messages]: readonly unknown[]): Volume => ({
  accountId: accountId as number,
  country: country as string,
  halfDay: halfDay as number,
  messages: Number(messages),
})

export const readVolumes = async (session: Session, sinceHalfDay: number): Promise<Volume[]> =>
  (await session.run(VOLUMES, [sinceHalfDay])).map(readVolume)

/** Adds what a node counted, and answers what all nodes together did. */
export async function addVolumes(session: Session, volumes: readonly Volume[]): Promise<Volume[]> {
  const rows = await session.run(ADD_VOLUMES, [
    int4Array(volumes.map((volume) => volume.accountId)),
    textArray(volumes.map((volume) => volume.country)),
    int4Array(volumes.map((volume) => volume.halfDay)),
    int8Array(volumes.map((volume) => volume.messages)),
  ])
  return rows.map(readVolume)
}

/** A case is kept for so long after its end. */
const CASES_KEPT_MS = 365 * 86_400_000

/** What is too old to be of use. */
export async function forgetOld(session: Session, beforeHalfDay: number, confirmedBeforeMs: number): Promise<void> {
  await session.run(FORGET_CASES, [confirmedBeforeMs - CASES_KEPT_MS])
  await session.run(FORGET_VOLUMES, [beforeHalfDay])
  await session.run(FORGET_CODES, [confirmedBeforeMs])
}

export interface Confirmation {
  readonly accountId: number
  readonly number: string // digits
  readonly atMs: number
}

const CONFIRM: Statement = {
  name: 'guard_confirm',
  text: `insert into guard_confirmations (account_id, number, at) select $1, n, $3 from unnest($2::text[]) as n`,
}
export const addConfirmations = async (
  session: Session,
  accountId: number,
  numbers: readonly string[],
  atMs: number,
): Promise<void> => void (await session.run(CONFIRM, [accountId, textArray(numbers), atMs]))

/** Told by accounts, by replies to numbers of theirs, and by people's clicks on links in their messages. */
const CONFIRMED: Statement = {
  name: 'guard_confirmed',
  text: `
select account_id, number, at from guard_confirmations where at > $1 and at <= $2
union all
select account_id, regexp_replace(sender, '[^0-9]', '', 'g'), at from incoming
where id >= $3 and at > $1 and at <= $2 and account_id > 0
union all
select l.account_id, m.recipient, c.at
from clicks c join short_links l on l.id = c.link_id join messages m on m.account_id = l.account_id and m.id = l.message_id
where c.at > $1 and c.at <= $2 and not c.machine and l.message_id > 0
order by 3 limit $4`,
}

const CONFIRMED_MAX = 100_000
const INCOMING_LATE_MS = 900_000

/** Between two instants, the earlier one not included. */
export async function readConfirmations(session: Session, afterMs: number, toMs: number): Promise<Confirmation[]> {
  const rows = await session.run(CONFIRMED, [afterMs, toMs, idOfTime(afterMs - INCOMING_LATE_MS), CONFIRMED_MAX])
  return rows.map(([accountId, number, at]) => ({
    accountId: accountId as number,
    number: number as string,
    atMs: Number(at),
  }))
}
