import type { Account, AccountSettings, AdditionalLogin } from '../domain/account.ts'
import type { Session, Statement } from './session.ts'

/** Slow hashes of what may be sent as a password; null: this form is not accepted. */
export interface StoredHashes {
  readonly plain: string
  readonly md5: string | null
  readonly sha1: string | null
  readonly smpp: string | null
}

/** An account as a sign-in needs it. */
export interface SignInRow {
  readonly account: Account
  readonly hashes: StoredHashes | undefined
  /** Set when the offered secret is one of its keys: where that key may be used from; empty: anywhere. */
  readonly keyIps: readonly string[] | undefined
}

/*
 * creditLimit is the payer's: that is what can be spent. An additional login (a) signs in to its account (m): login, clock, addresses
 * and settings are its own, and what it says nothing about is as there.
 */
const COLUMNS = `m.id, m.version, a.login, m.payer_id, m.tariff_id, m.currency, p.credit_limit::text, a.utc_offset_minutes,
  a.blocked or m.blocked or a.deleted_at is not null, case when a.allowed_ips = '{}' then m.allowed_ips else a.allowed_ips end,
  case when a.same_as is null then a.settings else m.settings || (a.settings - 'type') end, m.parent_id, a.same_as, a.id, a.version, m.login,
  case when a.same_as is not null then m.settings end, m.utc_offset_minutes`
const COLUMN_COUNT = 18
const SIGNED_IN = `join accounts m on m.id = coalesce(a.same_as, a.id)
join accounts p on p.id = m.payer_id`

const readAdditional = (row: readonly unknown[]): AdditionalLogin => ({
  id: row[13] as number,
  version: (row[14] as number) + (row[1] as number),
  accountLogin: row[15] as string,
  accountSettings: row[16] as AccountSettings,
  accountOffsetMinutes: row[17] as number,
})

const readAccount = (row: readonly unknown[]): Account => ({
  id: row[0] as number,
  version: row[1] as number,
  login: row[2] as string,
  payerId: row[3] as number,
  tariffId: row[4] as number,
  currency: row[5] as string,
  creditLimit: BigInt(row[6] as string),
  utcOffsetMinutes: row[7] as number,
  blocked: row[8] as boolean,
  allowedIps: row[9] as string[],
  settings: row[10] as AccountSettings,
  parentId: (row[11] as number | null) ?? undefined,
  additional: row[12] === null ? undefined : readAdditional(row),
})

const BY_LOGIN: Statement = {
  name: 'sign_in_by_login',
  text: `
select ${COLUMNS}, w.plain, w.md5, w.sha1, w.smpp, k.allowed_ips
from accounts a
${SIGNED_IN}
left join passwords w on w.account_id = a.id
left join api_keys k on k.account_id = a.id and k.hash = $2 and k.revoked_at is null
where a.login = $1`,
}

/** `keyHash`: SHA-256 of the offered secret, in case it is a key of this account. */
export async function readByLogin(session: Session, login: string, keyHash: Buffer): Promise<SignInRow | undefined> {
  const [row] = await session.run(BY_LOGIN, [login, keyHash])
  if (!row) return undefined
  const [plain, md5, sha1, smpp, keyIps] = row.slice(COLUMN_COUNT) as (string | null)[]
  return {
    account: readAccount(row),
    hashes: plain ? { plain, md5: md5 ?? null, sha1: sha1 ?? null, smpp: smpp ?? null } : undefined,
    keyIps: (keyIps as unknown as string[] | null) ?? undefined,
  }
}

const BY_KEY: Statement = {
  name: 'sign_in_by_key',
  text: `
select ${COLUMNS}, k.allowed_ips
from api_keys k
join accounts a on a.id = k.account_id
${SIGNED_IN}
where k.hash = $1 and k.revoked_at is null`,
}

export async function readByKey(session: Session, keyHash: Buffer): Promise<SignInRow | undefined> {
  const [row] = await session.run(BY_KEY, [keyHash])
  return row && { account: readAccount(row), hashes: undefined, keyIps: row[COLUMN_COUNT] as string[] }
}

const BY_IDS: Statement = {
  name: 'accounts_by_ids',
  text: `select ${COLUMNS} from accounts a ${SIGNED_IN} where a.id = any($1::int4[])`,
}

/** Accounts as they stand now, by the ids they were asked for; one that is gone is not in the map. */
export const readAccounts = async (session: Session, ids: readonly number[]): Promise<Map<number, Account>> =>
  new Map((await session.run(BY_IDS, [ids])).map((row) => [row[13] as number, readAccount(row)] as const))

const OWNER: Statement = { name: 'account_owner', text: `select coalesce(same_as, id), login from accounts where login = $1` }

/** Whose messages and numbers those of a login are: of an additional login its account's. */
export async function ownerOf(session: Session, login: string): Promise<{ id: number; login: string } | undefined> {
  const [row] = login.includes('\0') ? [] : await session.run(OWNER, [login])
  return row && { id: row[0] as number, login: row[1] as string }
}

const AS_IT_IS: Statement = {
  name: 'account_by_id',
  text: `select ${COLUMNS} from accounts a ${SIGNED_IN} where a.id = $1`,
}

/** As it stands now; undefined: it is gone. */
export async function readAccountById(session: Session, id: number): Promise<Account | undefined> {
  const [row] = await session.run(AS_IT_IS, [id])
  return row && readAccount(row)
}

const SUBCLIENT: Statement = {
  name: 'account_subclient',
  text: `select ${COLUMNS} from accounts a ${SIGNED_IN} where a.deleted_at is null and a.login = $2 and a.parent_id = $1`,
}

/** A sub-client of an account's own; undefined: it has none of this login. */
export async function readSubclient(session: Session, parentId: number, login: string): Promise<Account | undefined> {
  const [row] = await session.run(SUBCLIENT, [parentId, login])
  return row && readAccount(row)
}

const LOGINS: Statement = { name: 'account_logins', text: `select id, login from accounts where id = any($1::int4[])` }

export async function loginsOf(session: Session, accountIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = accountIds.length === 0 ? [] : await session.run(LOGINS, [accountIds])
  return new Map(rows.map(([id, login]) => [id as number, login as string]))
}

const VERSIONS: Statement = {
  name: 'account_versions',
  text: `
select a.id, a.version + coalesce(m.version, 0) from accounts a left join accounts m on m.id = a.same_as where a.id = any($1::int4[])`,
}

/** The versions that stand now, of additional logins with their account's; an account that is gone is not in the map. */
export async function readVersions(session: Session, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await session.run(VERSIONS, [ids])
  return new Map(rows.map(([id, version]) => [id as number, version as number]))
}

const PARENT: Statement = { name: 'account_parent', text: `select parent_id from accounts where id = $1` }

/** Undefined: the account has no main account. */
export const readParent = async (session: Session, id: number): Promise<number | undefined> =>
  ((await session.run(PARENT, [id]))[0]?.[0] as number | null) ?? undefined

export interface NewAccount {
  readonly login: string
  readonly parentId: number | undefined
  readonly payerId: number | undefined // undefined: itself
  /** It is an additional login of that account. */
  readonly sameAs?: number | undefined
  readonly utcOffsetMinutes?: number | undefined
  readonly blocked?: boolean | undefined
  readonly tariffId: number
  readonly currency: string
  readonly balance: bigint // millionths, posted
  readonly settings: AccountSettings
  readonly hashes: Omit<StoredHashes, 'smpp'>
  readonly postingId: number
}

const ADD: Statement = {
  name: 'account_add',
  text: `
with added as (
  insert into accounts (id, login, parent_id, payer_id, tariff_id, currency, balance, settings, same_as, utc_offset_minutes, blocked)
  select n.id, $1, $2, coalesce($3, n.id), $4, $5, $6, $7, $12, coalesce($13, 180), coalesce($14, false)
  from (select nextval(pg_get_serial_sequence('accounts', 'id'))::int4 as id) n
  on conflict (login) do nothing
  returning id
), secret as (
  insert into passwords (account_id, plain, md5, sha1) select id, $8, $9, $10 from added
), posted as (
  insert into postings (account_id, id, kind, amount, note) select id, $11, 1, $6, 'opening balance' from added where $6::int8 <> 0
)
select id from added`,
}

/** The new account's id; undefined when the login is taken. */
export async function addAccount(session: Session, account: NewAccount): Promise<number | undefined> {
  const { login, parentId, payerId, tariffId, currency, balance, settings, hashes, postingId } = account
  const values = [login, parentId ?? null, payerId ?? null, tariffId, currency, balance, JSON.stringify(settings)]
  const more = [account.sameAs ?? null, account.utcOffsetMinutes ?? null, account.blocked ?? null]
  const [row] = await session.run(ADD, [...values, hashes.plain, hashes.md5, hashes.sha1, postingId, ...more])
  return row?.[0] as number | undefined
}

/** An account as its operator sees it. Money in millionths. */
export interface AccountDetails {
  readonly id: number
  readonly login: string
  readonly version: number
  readonly parent: string | undefined
  readonly payerId: number
  readonly payer: string // login
  readonly tariffId: number
  readonly tariff: string
  readonly currency: string
  readonly balance: bigint // the payer's
  readonly balance2: bigint
  readonly creditLimit: bigint
  readonly utcOffsetMinutes: number
  readonly blocked: boolean
  readonly allowedIps: readonly string[]
  readonly settings: AccountSettings
  readonly hasSmppPassword: boolean
  readonly keys: number
  readonly createdAt: Date
  readonly deletedAt: Date | undefined
}

// What an additional login pays by, and from, is its account's.
const DETAILS = `
select a.id, a.login, a.version, b.login, p.id, p.login, t.id, t.name, m.currency, p.balance::text, p.balance2::text,
  p.credit_limit::text, a.utc_offset_minutes, a.blocked, a.allowed_ips, a.settings, coalesce(w.smpp is not null, false),
  (select count(*) from api_keys k where k.account_id = a.id and k.revoked_at is null)::int4, a.created_at, a.deleted_at
from accounts a
${SIGNED_IN}
join tariffs t on t.id = m.tariff_id
left join accounts b on b.id = a.parent_id
left join passwords w on w.account_id = a.id`

const readDetails = (row: readonly unknown[]): AccountDetails => ({
  id: row[0] as number,
  login: row[1] as string,
  version: row[2] as number,
  parent: (row[3] as string | null) ?? undefined,
  payerId: row[4] as number,
  payer: row[5] as string,
  tariffId: row[6] as number,
  tariff: row[7] as string,
  currency: row[8] as string,
  balance: BigInt(row[9] as string),
  balance2: BigInt(row[10] as string),
  creditLimit: BigInt(row[11] as string),
  utcOffsetMinutes: row[12] as number,
  blocked: row[13] as boolean,
  allowedIps: row[14] as string[],
  settings: row[15] as AccountSettings,
  hasSmppPassword: row[16] as boolean,
  keys: row[17] as number,
  createdAt: row[18] as Date,
  deletedAt: (row[19] as Date | null) ?? undefined,
})

const ONE: Statement = { name: 'account_details', text: `${DETAILS} where a.login = $1` }
const LIST: Statement = { name: 'account_list', text: `${DETAILS} where a.login > $1 order by a.login limit $2` }

export async function readDetailsOf(session: Session, login: string): Promise<AccountDetails | undefined> {
  const [row] = await session.run(ONE, [login])
  return row && readDetails(row)
}

const BY_ID: Statement = { name: 'account_details_by_id', text: `${DETAILS} where a.id = any($1::int4[]) order by a.id` }

export const readDetailsById = async (session: Session, ids: readonly number[]): Promise<AccountDetails[]> =>
  (await session.run(BY_ID, [ids])).map(readDetails)

/** Accounts by login, after one of them: a page at a time. */
export const listAccounts = async (session: Session, afterLogin: string, limit: number): Promise<AccountDetails[]> =>
  (await session.run(LIST, [afterLogin, limit])).map(readDetails)

const BALANCE: Statement = {
  name: 'account_balance',
  text: `select balance::text, credit_limit::text, currency from accounts where id = $1`,
}

export async function readBalanceOf(session: Session, accountId: number) {
  const [row] = await session.run(BALANCE, [accountId])
  return row && { balance: BigInt(row[0] as string), credit: BigInt(row[1] as string), currency: row[2] as string }
}
