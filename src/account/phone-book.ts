import type pg from 'pg'
import type { Account } from '../domain/account.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { bookChanges } from '../store/contact-book.ts'
import { poolSession } from '../store/pool-session.ts'
import { createBlacklist } from './blacklist.ts'
import { createBlacklistCache } from './blacklist-cache.ts'
import { bookOf } from './contact-book.ts'
import { createContactGroups } from './contact-groups.ts'
import { createContacts } from './contacts.ts'
import { createMembersOf } from './group-members.ts'
import { createOptOuts } from './opt-outs.ts'

/** Contacts, groups and blacklists, and what the path of a message asks of them. `hint` tells the other nodes of a change. */
export function openPhoneBook(parts: { pool: pg.Pool; profile: NumberProfile; hint: (accountId: number) => void }) {
  const { pool, profile, hint } = parts
  const store = { session: poolSession(pool), changeBook: bookChanges(pool), profile }
  const cache = createBlacklistCache(store.session)
  return {
    contacts: createContacts(store),
    groups: createContactGroups(store),
    blacklist: createBlacklist({ ...store, cache, hint }),
    optOuts: createOptOuts({ ...store, cache, hint }),
    membersOf: createMembersOf(store.session),
    /** Whose contacts and groups an account uses. */
    bookOf: (account: Account) => bookOf(store.session, account),
    barsOf: cache.of,
    /** Other nodes changed something of these accounts; undefined: of any. */
    doubt: (accountIds: Iterable<number> | undefined): void => {
      if (accountIds) for (const accountId of accountIds) cache.doubt(accountId)
      else cache.doubtAll()
    },
    start: cache.start,
    stop: cache.stop,
  }
}

export type PhoneBook = ReturnType<typeof openPhoneBook>
