import type { AccountSettings } from '../domain/account.ts'
import type { StoredHashes } from './accounts.ts'
import type { Session, Statement } from './session.ts'

/*
 * Whatever decides who may do what raises the account's version: a request that signed in with an older one
 * is not stored.
 */

const PASSWORD: Statement = {
  name: 'account_password',
  text: `
with changed as (update accounts set version = version + 1 where id = $1 returning id)
insert into passwords (account_id, plain, md5, sha1) select id, $2, $3, $4 from changed
on conflict (account_id) do update set plain = excluded.plain, md5 = excluded.md5, sha1 = excluded.sha1`,
}

export async function setPasswordHashes(session: Session, id: number, hashes: Omit<StoredHashes, 'smpp'>): Promise<void> {
  await session.run(PASSWORD, [id, hashes.plain, hashes.md5, hashes.sha1])
}

const SMPP_PASSWORD: Statement = {
  name: 'account_smpp_password',
  text: `
with changed as (update accounts set version = version + 1 where id = $1 returning id)
update passwords w set smpp = $2 from changed c where w.account_id = c.id`,
}

export async function setSmppPasswordHash(session: Session, id: number, hash: string): Promise<void> {
  await session.run(SMPP_PASSWORD, [id, hash])
}

/** What `account set` may change; absent: stays. */
export interface SettingsChange {
  readonly set: AccountSettings
  readonly clear: readonly string[] // names to take out
  readonly blocked: boolean | undefined
  readonly creditLimit: bigint | undefined
  readonly utcOffsetMinutes: number | undefined
  readonly tariffId: number | undefined
  readonly forgetHashedForms: boolean // MD5 and SHA-1 of the password are not accepted any more
}

/** A new tariff holds for sub-clients that pay by their parent's as well (types 1 and 2), and for theirs. */
const SETTINGS: Statement = {
  name: 'account_settings',
  text: `
with recursive family as (
  select id from accounts where id = $1
  union all
  select a.id from accounts a join family f on a.parent_id = f.id where $7::int4 is not null and a.settings ->> 'type' in ('1', '2')
), locked as materialized (
  select id from accounts where id in (select id from family) order by id for update
), changed as (
  update accounts a set version = version + 1, settings = (settings || $2::jsonb) - $3::text[], blocked = coalesce($4, blocked),
    credit_limit = coalesce($5, credit_limit), utc_offset_minutes = coalesce($6, utc_offset_minutes), tariff_id = coalesce($7, tariff_id)
  from locked l
  where a.id = l.id and a.id = $1
  returning a.id
), followed as (
  update accounts a set version = version + 1, tariff_id = $7 from locked l where a.id = l.id and a.id <> $1 returning a.id
), forgotten as (
  update passwords w set md5 = null, sha1 = null from changed c where w.account_id = c.id and $8
)
select id from changed union all select id from followed`,
}

/** Answers all accounts that changed with it. */
export async function changeSettings(session: Session, id: number, change: SettingsChange): Promise<number[]> {
  const { blocked = null, creditLimit = null, utcOffsetMinutes = null, tariffId = null } = change
  const columns = [blocked, creditLimit, utcOffsetMinutes, tariffId]
  const values = [id, JSON.stringify(change.set), change.clear, ...columns, change.forgetHashedForms]
  return (await session.run(SETTINGS, values)).map(([changed]) => changed as number)
}

const REMOVE: Statement = {
  name: 'account_remove',
  text: `
with a as materialized (
  select id, balance <> 0 or balance2 <> 0 as has_money,
    exists (select from accounts c where c.parent_id = $1 and c.deleted_at is null) as has_subclients
  from accounts where id = $1 for update
), removed as (
  update accounts b set version = version + 1, blocked = true, deleted_at = now()
  from a where b.id = a.id and not a.has_money and not a.has_subclients and b.deleted_at is null returning b.id
), freed as (
  update numbers n set account_id = null, paid_until = null, connected_at = null, prolong = true from removed r where n.account_id = r.id
), words as (
  delete from number_keywords k using removed r where k.account_id = r.id
)
select has_money, has_subclients from a`,
}

/** Blocks an account for good. Its numbers and keywords are nobody's then: what is written to them is the operator's. */
export async function removeAccount(session: Session, id: number): Promise<'removed' | 'has money' | 'has sub-clients'> {
  const [[hasMoney, hasSubclients] = []] = await session.run(REMOVE, [id])
  return hasMoney ? 'has money' : hasSubclients ? 'has sub-clients' : 'removed'
}

const IPS: Statement = {
  name: 'account_ips',
  text: `update accounts set version = version + 1, allowed_ips = $3 where id = $1 and version = $2 returning id`,
}

/** False when the account changed since `version` was read: read again. */
export async function setAllowedIps(session: Session, id: number, version: number, ips: readonly string[]): Promise<boolean> {
  return (await session.run(IPS, [id, version, ips])).length === 1
}

export interface KeyRow {
  readonly id: number
  readonly name: string
  readonly prefix: string
  readonly allowedIps: readonly string[]
  readonly createdAt: Date
  readonly revokedAt: Date | undefined
}

const ADD_KEY: Statement = {
  name: 'key_add',
  text: `
with changed as (update accounts set version = version + 1 where id = $1 returning id)
insert into api_keys (account_id, name, hash, prefix, allowed_ips) select id, $2, $3, $4, $5 from changed returning id`,
}

export interface NewKey {
  readonly name: string
  readonly hash: Buffer // SHA-256
  readonly prefix: string
  readonly allowedIps: readonly string[]
}

export async function addKey(session: Session, accountId: number, key: NewKey): Promise<number> {
  const [row] = await session.run(ADD_KEY, [accountId, key.name, key.hash, key.prefix, key.allowedIps])
  return row?.[0] as number
}

const LIST_KEYS: Statement = {
  name: 'key_list',
  text: `select id, name, prefix, allowed_ips, created_at, revoked_at from api_keys where account_id = $1 order by id limit 1000`,
}

export async function listKeys(session: Session, accountId: number): Promise<KeyRow[]> {
  const rows = await session.run(LIST_KEYS, [accountId])
  return rows.map(([id, name, prefix, allowedIps, createdAt, revokedAt]) => ({
    id: id as number,
    name: name as string,
    prefix: prefix as string,
    allowedIps: allowedIps as string[],
    createdAt: createdAt as Date,
    revokedAt: (revokedAt as Date | null) ?? undefined,
  }))
}

const REVOKE_KEY: Statement = {
  name: 'key_revoke',
  text: `
with revoked as (
  update api_keys set revoked_at = now() where account_id = $1 and id = $2 and revoked_at is null returning account_id
), changed as (
  update accounts a set version = version + 1 from revoked r where a.id = r.account_id
)
select account_id from revoked`,
}

/** False when the account has no such key in use. */
export const revokeKey = async (session: Session, accountId: number, keyId: number): Promise<boolean> =>
  (await session.run(REVOKE_KEY, [accountId, keyId])).length === 1

const TOUCH: Statement = { name: 'account_touch', text: `update accounts set version = version + 1 where id = $1` }

/** Something that belongs to the account was changed elsewhere: every node reads it anew. */
export async function touchAccount(session: Session, id: number): Promise<void> {
  await session.run(TOUCH, [id])
}
