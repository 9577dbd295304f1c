import { now } from '../clock.ts'
import type { Account } from '../domain/account.ts'
import type { BlacklistType } from '../domain/contact.ts'
import { Refusal } from '../domain/refusal.ts'
import { addToBlacklist, removeFromBlacklist } from '../store/blacklist.ts'
import { type BarredRow, listBarred } from '../store/opt-outs.ts'
import type { BlacklistCache } from './blacklist-cache.ts'
import { addressesToFind, addressesToStore, type WrittenAddresses } from './contact-addresses.ts'
import type { ContactStore } from './contact-book.ts'

/** Entries of one page, at most. */
export const BLACKLIST_PAGE_MAX = 10_000

export interface BlacklistParts extends ContactStore {
  readonly cache: Pick<BlacklistCache, 'changed'>
  /** Tells the other nodes that something about an account changed. */
  readonly hint: (accountId: number) => void
}

/**
 * Whom an account must not write to (SMSC API, phones.php, add_black). What is answered is in force on this node, and within
 * seconds on the others. Refuses with bad_request, not_found and denied: no number, or the list is full.
 */
export function createBlacklist({ session, changeBook, profile, cache, hint }: BlacklistParts) {
  return {
    /** The id of the first. Who is in it already keeps the id and gets the type. */
    async add(account: Account, written: WrittenAddresses, type: BlacklistType): Promise<number> {
      const addresses = addressesToStore(written, profile)
      const entry = { addresses, type, atMs: now() }
      const added = await changeBook(account.id, (tx, book) => addToBlacklist(tx, book, entry))
      if (!added) throw new Refusal('denied', { field: 'phone' })
      cache.changed(account.id, { addresses, type, version: added.version })
      hint(account.id)
      return added.id
    },

    async remove(account: Account, written: WrittenAddresses): Promise<void> {
      const addresses = addressesToFind(written, profile)
      const version = await changeBook(account.id, (tx, book) => removeFromBlacklist(tx, book, addresses))
      if (version === undefined) throw new Refusal('not_found')
      cache.changed(account.id, { addresses, type: undefined, version })
      hint(account.id)
    },

    /** By rising id; refuses with not_found when there is none. */
    async list(account: Account, afterId: number, limit: number): Promise<BarredRow[]> {
      const rows = await listBarred(session, account.id, afterId, limit)
      if (rows.length === 0) throw new Refusal('not_found')
      return rows
    },
  }
}

export type BlacklistDesk = ReturnType<typeof createBlacklist>
