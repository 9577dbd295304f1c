import type { Account } from '../domain/account.ts'
import { CONTACT_FIELDS, type ContactField, type ContactFields, parseBirthday } from '../domain/contact.ts'
import { Refusal } from '../domain/refusal.ts'
import { type ContactRow, listContacts } from '../store/contact-lists.ts'
import { addContacts, changeContacts, findContacts, removeById } from '../store/contacts.ts'
import { addressesToFind, addressesToStore, type WrittenAddresses } from './contact-addresses.ts'
import { bookOf, type ContactStore } from './contact-book.ts'
import { planChange } from './contact-change.ts'

export interface NewContacts {
  readonly written: WrittenAddresses
  readonly fields: Partial<ContactFields>
  readonly groups: readonly number[]
}

export interface ChangedContacts {
  readonly written: WrittenAddresses
  /** Undefined: they keep theirs. */
  readonly becoming: WrittenAddresses | undefined
  readonly fields: Partial<ContactFields>
  readonly groups: readonly number[] | undefined
}

export interface WantedContacts {
  /** Undefined: any. */
  readonly written: WrittenAddresses | undefined
  readonly group: number | undefined // 0: in none
  readonly person: string
  readonly words: string
  readonly afterId: number
  readonly limit: number
}

/** Contacts of one page, at most. */
export const CONTACTS_PAGE_MAX = 10_000

/** Rows of membership that one request may write: so many numbers times so many groups. */
const MEMBERSHIPS_MAX = 20_000

/**
 * The contacts of an account (SMSC API, phones.php). A number or address is a contact's name to the API, so there is one of each.
 * Refuses with bad_request what is missing or malformed, not_found, and denied: taken, full, or no number.
 */
export function createContacts({ session, changeBook, profile }: ContactStore) {
  return {
    /** A contact for each number, all with the same data; the id of the first. */
    async add(account: Account, { written, fields, groups }: NewContacts): Promise<number> {
      const addresses = addressesToStore(written, profile)
      const full = { ...NOTHING, ...readFields(fields) }
      if (full.name === '') throw new Refusal('bad_request', { field: 'name' })
      checkSize(addresses, groups)
      const added = await changeBook(await bookOf(session, account), (tx, book) =>
        addContacts(tx, book, { addresses, fields: full, groups }),
      )
      if (added === 'no group') throw new Refusal('not_found', { field: 'grp' })
      if (typeof added === 'string') throw new Refusal('denied', { field: 'phone' })
      return added
    },

    /** Each of the contacts gets the data. Of several with one new number one is left. */
    async change(account: Account, { written, becoming, fields, groups }: ChangedContacts): Promise<void> {
      const old = addressesToFind(written, profile)
      const next = becoming && addressesToStore(becoming, profile)
      const read = readFields(fields)
      checkSize([...old, ...(next ?? [])], groups ?? [])
      if (read.name === '') throw new Refusal('bad_request', { field: 'name' })
      const problem = await changeBook(await bookOf(session, account), async (tx, book) => {
        const found = await findContacts(tx, book.accountId, old)
        if (found.size === 0) throw new Refusal('not_found')
        return changeContacts(tx, book, { ...planChange(old, next, found), fields: read, groups })
      })
      if (problem === 'no group') throw new Refusal('not_found', { field: 'grp' })
      if (problem) throw new Refusal('denied', { field: 'new_phone' })
    },

    async remove(account: Account, written: WrittenAddresses): Promise<void> {
      const addresses = addressesToFind(written, profile)
      await changeBook(await bookOf(session, account), async (tx, book) => {
        const found = await findContacts(tx, book.accountId, addresses)
        if (found.size === 0) throw new Refusal('not_found')
        await removeById(tx, book, [...found.values()])
      })
    },

    /** By rising id; refuses with not_found when there is none. */
    async list(account: Account, { written, ...wanted }: WantedContacts): Promise<ContactRow[]> {
      const addresses = written && addressesToFind(written, profile)
      const rows = await listContacts(session, await bookOf(session, account), { ...wanted, addresses })
      if (rows.length === 0) throw new Refusal('not_found')
      return rows
    },
  }
}

export type Contacts = ReturnType<typeof createContacts>

const NOTHING = Object.fromEntries(Object.keys(CONTACT_FIELDS).map((name) => [name, ''])) as { [Name in ContactField]: string }

function checkSize(addresses: readonly string[], groups: readonly number[]): void {
  if (addresses.length * groups.length > MEMBERSHIPS_MAX)
    throw new Refusal('bad_request', { field: 'grp', most: MEMBERSHIPS_MAX })
}

/** Trimmed and within their limits. A name of spaces is a value that is not saved, as a group's is. */
function readFields(fields: Partial<ContactFields>): Partial<ContactFields> {
  const read: { [Name in ContactField]?: string } = {}
  for (const [name, max] of Object.entries(CONTACT_FIELDS) as [ContactField, number][]) {
    const written = fields[name]
    if (written === undefined) continue
    const value = name === 'birthday' ? parseBirthday(written.trim()) : written.trim()
    if (value === undefined || value.length > max) throw new Refusal('bad_request', { field: name, most: max })
    if (name === 'name' && value === '' && written !== '') throw new Refusal('denied', { field: name })
    read[name] = value
  }
  return read
}
