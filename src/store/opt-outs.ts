import type { BlacklistType } from '../domain/contact.ts'
import { BLACKLIST_MAX, type BlacklistRow } from './blacklist.ts'
import { type Book, countIn } from './contact-book.ts'
import type { Session, Statement } from './session.ts'

/** By what a subscriber asked for no more messages. */
export interface OptOut {
  readonly atMs: number
  readonly text: string
  readonly number: string // he wrote to
  readonly answeredId: number // the message he answered; 0: none was found
}

/** Another STOP takes the place of the first; what was entered by hand is remembered. */
const ENTER: Statement = {
  name: 'opt_out_enter',
  text: `
insert into blacklist as b (account_id, address, type, added_at, opted_out_at, opt_out_text, opt_out_number, answered_id)
values ($1, $2, 0, $3, $3, $4, $5, $6)
on conflict ((account_id::text || ' ' || address)) do update set
  type_before = case when b.opted_out_at is null then b.type else b.type_before end, type = 0,
  opted_out_at = excluded.opted_out_at, opt_out_text = excluded.opt_out_text, opt_out_number = excluded.opt_out_number,
  answered_id = excluded.answered_id
returning (xmax = 0)`,
}

/** The version of the list; undefined: it is full. */
export async function enterOptOut(
  session: Session,
  book: Book,
  address: string,
  { atMs, text, number, answeredId }: OptOut,
): Promise<number | undefined> {
  if (book.blacklisted >= BLACKLIST_MAX) return undefined
  const [row] = await session.run(ENTER, [book.accountId, address, atMs, text, number, answeredId])
  await countIn(session, book, { blacklisted: row?.[0] === true ? 1 : 0, blacklistChanged: true })
  return book.blacklistVersion + 1
}

const BY_ADDRESS = `(account_id::text || ' ' || address) = $1::int4::text || ' ' || $2`

const RESTORE: Statement = {
  name: 'opt_out_restore',
  text: `
update blacklist set type = type_before, type_before = null, opted_out_at = null, opt_out_text = null, opt_out_number = null, answered_id = null
where ${BY_ADDRESS} and opted_out_at is not null and type_before is not null returning type`,
}
const REVOKE: Statement = {
  name: 'opt_out_revoke',
  text: `delete from blacklist where ${BY_ADDRESS} and opted_out_at is not null returning id`,
}

/** Takes an opt-out back: the entry goes, or is what it was by hand. Undefined: there is none. */
export async function revokeOptOut(
  session: Session,
  book: Book,
  address: string,
): Promise<{ version: number; type: BlacklistType | undefined } | undefined> {
  const { accountId } = book
  const [restored] = await session.run(RESTORE, [accountId, address])
  const gone = restored ? 0 : (await session.run(REVOKE, [accountId, address])).length
  if (!restored && gone === 0) return undefined
  await countIn(session, book, { blacklisted: -gone, blacklistChanged: true })
  return { version: book.blacklistVersion + 1, type: restored?.[0] as BlacklistType | undefined }
}

const ONE: Statement = {
  name: 'opt_out_one',
  text: `
select opted_out_at, opt_out_text, opt_out_number, coalesce(answered_id, 0) from blacklist
where ${BY_ADDRESS} and opted_out_at is not null`,
}

/** Undefined: the address is not on the list, or by hand. */
export async function readOptOut(session: Session, accountId: number, address: string): Promise<OptOut | undefined> {
  const [row] = await session.run(ONE, [accountId, address])
  return row && { atMs: Number(row[0]), text: row[1] as string, number: row[2] as string, answeredId: Number(row[3]) }
}

export interface ListedOptOut extends OptOut {
  readonly id: number
  readonly address: string
  /** The number that the message has for its customer; undefined: it is not known, or not stored any more. */
  readonly answeredRef: string | undefined
}

const LIST: Statement = {
  name: 'opt_out_list',
  text: `
select l.id, l.address, l.opted_out_at, l.opt_out_text, l.opt_out_number, coalesce(l.answered_id, 0), coalesce(m.ref_text, m.ref::text)
from (
  select * from blacklist where account_id = $1 and id > $2 and opted_out_at is not null order by account_id, id limit $3
) l
left join lateral (select ref, ref_text from messages where account_id = $1 and id = l.answered_id and l.answered_id > 0 offset 0) m on true
order by l.id`,
}

/** By rising id, after one of them. */
export const listOptOuts = async (session: Session, accountId: number, afterId: number, limit: number): Promise<ListedOptOut[]> =>
  (await session.run(LIST, [accountId, afterId, limit])).map(([id, address, at, text, number, answeredId, ref]) => ({
    id: id as number,
    address: address as string,
    atMs: Number(at),
    text: text as string,
    number: number as string,
    answeredId: Number(answeredId),
    answeredRef: (ref as string | null) ?? undefined,
  }))

/** An entry of a blacklist, and how it came there. */
export interface BarredRow extends BlacklistRow {
  /** Undefined: by hand. */
  readonly optOut?: (OptOut & { readonly answeredRef: string | undefined }) | undefined
}

const BARRED: Statement = {
  name: 'blacklist_list_in_full',
  text: `
select l.id, l.address, l.type, l.opted_out_at, l.opt_out_text, l.opt_out_number, coalesce(l.answered_id, 0), coalesce(m.ref_text, m.ref::text)
from (select * from blacklist where account_id = $1 and id > $2 order by id limit $3) l
left join lateral (select ref, ref_text from messages where account_id = $1 and id = l.answered_id and l.answered_id > 0 offset 0) m on true
order by l.id`,
}

/** The whole list by rising id, after one of them, with what subscribers wrote. */
export const listBarred = async (session: Session, accountId: number, afterId: number, limit: number): Promise<BarredRow[]> =>
  (await session.run(BARRED, [accountId, afterId, limit])).map(([id, address, type, at, text, number, answeredId, ref]) => ({
    id: id as number,
    address: address as string,
    type: type as number,
    ...(at !== null && {
      optOut: {
        atMs: Number(at),
        text: text as string,
        number: number as string,
        answeredId: Number(answeredId),
        answeredRef: (ref as string | null) ?? undefined,
      },
    }),
  }))
