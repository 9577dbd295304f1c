import type { AccountSettings } from '../domain/account.ts'
import { int4Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A sub-client as its main account changes it. Money in millionths, of its own purses even when it spends another's balance. */
export interface SubclientRow {
  readonly id: number
  readonly login: string
  readonly type: number // users.php, type
  readonly payerId: number
  readonly tariffId: number
  readonly tariffNumber: number | undefined
  readonly currency: string
  readonly balance: bigint
  readonly balance2: bigint
  readonly blocked: boolean
  readonly utcOffsetMinutes: number
  readonly settings: AccountSettings
  readonly deleted: boolean
}

const COLUMNS = `a.id, a.login, coalesce((a.settings ->> 'type')::int4, 0), a.payer_id, a.tariff_id, t.number, a.currency, a.balance::text,
  a.balance2::text, a.blocked, a.utc_offset_minutes, a.settings, a.deleted_at is not null`
const FROM = `from accounts a left join tariffs t on t.id = a.tariff_id`

const read = (row: readonly unknown[]): SubclientRow => ({
  id: row[0] as number,
  login: row[1] as string,
  type: row[2] as number,
  payerId: row[3] as number,
  tariffId: row[4] as number,
  tariffNumber: (row[5] as number | null) ?? undefined,
  currency: row[6] as string,
  balance: BigInt(row[7] as string),
  balance2: BigInt(row[8] as string),
  blocked: row[9] as boolean,
  utcOffsetMinutes: row[10] as number,
  settings: row[11] as AccountSettings,
  deleted: row[12] as boolean,
})

/** A sub-client by its login or its id, of its own main account only. */
export type WhichSubclient = { readonly login: string } | { readonly id: number }

const BY_LOGIN: Statement = {
  name: 'subclient_by_login',
  text: `select ${COLUMNS} ${FROM} where a.login = $2 and a.parent_id = $1`,
}
const BY_ID: Statement = { name: 'subclient_by_id', text: `select ${COLUMNS} ${FROM} where a.id = $2 and a.parent_id = $1` }

export async function findSubclient(session: Session, mainId: number, which: WhichSubclient): Promise<SubclientRow | undefined> {
  const [row] = 'id' in which ? await session.run(BY_ID, [mainId, which.id]) : await session.run(BY_LOGIN, [mainId, which.login])
  return row && read(row)
}

const LIST: Statement = {
  name: 'subclient_list',
  text: `select ${COLUMNS} ${FROM} where a.parent_id = $1 order by a.login limit $2`,
}

/** By login, those that were deleted among them. */
export const listSubclients = async (session: Session, mainId: number, limit: number): Promise<SubclientRow[]> =>
  (await session.run(LIST, [mainId, limit])).map(read)

const BELOW: Statement = {
  name: 'subclient_below',
  text: `select exists (select from accounts where parent_id = $1 and deleted_at is null)`,
}

/** Whether an account has sub-clients of its own. */
export const hasSubclients = async (session: Session, id: number): Promise<boolean> =>
  (await session.run(BELOW, [id]))[0]?.[0] === true

/** What sub-clients take over from their main account. */
export interface MainAccount {
  readonly id: number
  readonly login: string
  readonly payerId: number
  readonly tariffId: number
  readonly currency: string
  readonly utcOffsetMinutes: number
}

const MAIN: Statement = {
  name: 'subclient_main',
  text: `select id, login, payer_id, tariff_id, currency, utc_offset_minutes from accounts where id = $1`,
}

export async function readMain(session: Session, id: number): Promise<MainAccount | undefined> {
  const [row] = await session.run(MAIN, [id])
  if (!row) return undefined
  const [, login, payerId, tariffId, currency, utcOffsetMinutes] = row as [number, string, number, number, string, number]
  return { id, login, payerId, tariffId, currency, utcOffsetMinutes }
}

const LOCK: Statement = {
  name: 'subclient_lock',
  text: `
with recursive family as (
  select id from accounts where id = $1
  union all
  select a.id from accounts a join family f on a.parent_id = f.id
)
select id from accounts where id in (select id from family) or id = any($2::int4[]) order by id for update`,
}

/** Locks a sub-client with all below it, and others beside them, in the order in which accounts are always locked. */
export async function lockFamily(session: Session, id: number, others: readonly number[]): Promise<void> {
  await session.run(LOCK, [id, int4Array(others)])
}

const PLACE: Statement = {
  name: 'subclient_place',
  text: `
with recursive payers as (
  select id from accounts where id = $1
  union all
  select a.id from accounts a join payers p on a.parent_id = p.id where a.settings ->> 'type' in ('2', '3', '4')
), tariffs as (
  select id from accounts where id = $1
  union all
  select a.id from accounts a join tariffs t on a.parent_id = t.id where a.settings ->> 'type' in ('1', '2', '4')
)
update accounts a set version = version + 1,
  payer_id = case when a.id in (select id from payers) then $3 else a.payer_id end,
  tariff_id = case when a.id in (select id from tariffs) then $4 else a.tariff_id end,
  same_as = case when a.id = $1 then $5 else a.same_as end,
  settings = case when a.id = $1 then a.settings || jsonb_build_object('type', $2::int4) else a.settings end
where a.id in (select id from payers union select id from tariffs)
returning a.id`,
}

/** Gives a sub-client its type, with who pays for it and by which tariff; those below it that share them follow. Answers all that changed. */
export async function placeSubclient(
  session: Session,
  id: number,
  place: { readonly type: number; readonly payerId: number; readonly tariffId: number; readonly sameAs: number | undefined },
): Promise<number[]> {
  const values = [id, place.type, place.payerId, place.tariffId, place.sameAs ?? null]
  return (await session.run(PLACE, values)).map(([changed]) => changed as number)
}

const RENAME: Statement = {
  name: 'account_rename',
  text: `
update accounts a set login = $2, version = version + 1
where a.id = $1 and not exists (select from accounts b where b.login = $2 and b.id <> $1) returning id`,
}

/** False: the login is taken. */
export const renameAccount = async (session: Session, id: number, login: string): Promise<boolean> =>
  (await session.run(RENAME, [id, login])).length === 1

const PLAIN: Statement = {
  name: 'account_hashes',
  text: `select plain, md5, sha1, smpp from passwords where account_id = $1`,
}

/** Hashes of the forms of its password; undefined: it has none. */
export async function readHashes(session: Session, id: number) {
  const [row] = (await session.run(PLAIN, [id])) as [string, string | null, string | null, string | null][]
  return row && { plain: row[0], md5: row[1], sha1: row[2], smpp: row[3] }
}
