import type pg from 'pg'
import type { Session, Statement } from './session.ts'
import { sessionOf, transaction } from './transaction.ts'

/** What an account has of contacts and of its blacklist, as long as it is locked. */
export interface Book {
  readonly accountId: number
  readonly contacts: number
  readonly blacklisted: number
  readonly blacklistVersion: number
}

/** Runs `work` in a transaction that nobody else changes the account's contacts or blacklist in. */
export type ChangeBook = <T>(accountId: number, work: (session: Session, book: Book) => Promise<T>) => Promise<T>

/**
 * The row is made with the first change. Statements of the transaction are planned once for ever: none may read a whole table,
 * which is cheapest while it is empty.
 */
const LOCK: Statement = {
  name: 'contact_book_lock',
  text: `
insert into contact_books as b (account_id) values ($1) on conflict (account_id) do update set account_id = b.account_id
returning contacts, blacklisted, blacklist_version, set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
}

/** Of one account one change after the other: those that wait for the row would each hold a connection of the pool. */
export function bookChanges(pool: pg.Pool): ChangeBook {
  const last = new Map<number, Promise<unknown>>()

  return async (accountId, work) => {
    const before = last.get(accountId)
    const change = (before ? before.catch(() => undefined) : Promise.resolve()).then(() =>
      transaction(pool, async (tx) => {
        const session = sessionOf(tx)
        const [row] = await session.run(LOCK, [accountId])
        const [contacts = 0, blacklisted = 0, blacklistVersion = 0] = (row ?? []) as number[]
        return work(session, { accountId, contacts, blacklisted, blacklistVersion })
      }),
    )
    last.set(accountId, change)
    try {
      return await change
    } finally {
      if (last.get(accountId) === change) last.delete(accountId)
    }
  }
}

const COUNT: Statement = {
  name: 'contact_book_count',
  text: `
update contact_books set contacts = contacts + $2, blacklisted = blacklisted + $3, blacklist_version = blacklist_version + $4
where account_id = $1`,
}

/** Notes how many rows came or went; any change of the blacklist gives it the next version. */
export async function countIn(
  session: Session,
  { accountId }: Book,
  {
    contacts = 0,
    blacklisted = 0,
    blacklistChanged = false,
  }: { contacts?: number; blacklisted?: number; blacklistChanged?: boolean },
): Promise<void> {
  await session.run(COUNT, [accountId, contacts, blacklisted, blacklistChanged ? 1 : 0])
}
