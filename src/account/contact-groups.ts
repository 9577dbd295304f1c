import { type Account, isOn } from '../domain/account.ts'
import { GROUP_NAME_MAX, groupName } from '../domain/contact.ts'
import { Refusal } from '../domain/refusal.ts'
import { addGroup, changeGroup, type GroupRow, listGroups, removeGroup } from '../store/contact-groups.ts'
import { findContacts } from '../store/contacts.ts'
import { areGroups, joinGroups, leaveGroups } from '../store/group-members.ts'
import { addressesToFind, type WrittenAddresses } from './contact-addresses.ts'
import { bookOf, type ContactStore } from './contact-book.ts'

/** 1 the contact's only group, 2 one more, 3 not in it any longer (SMSC API, move_group). */
export type Move = 1 | 2 | 3

/**
 * Groups of contacts (SMSC API, phones.php). Refuses with bad_request what is missing, not_found, and denied: a number that
 * another group has, a name of spaces, or one group too many.
 */
export function createContactGroups({ session, changeBook, profile }: ContactStore) {
  return {
    async add(account: Account, group: { name: string; number: number | null; kind: number }): Promise<number> {
      const named = { ...group, name: readName(group.name) }
      const added = await changeBook(await bookOf(session, account), (tx, book) => addGroup(tx, book, named))
      if (added === undefined) throw new Refusal('denied', { field: 'num' })
      return added
    },

    /** A number of undefined stays, null is taken away. */
    async change(account: Account, group: { id: number; name: string; number: number | null | undefined }): Promise<void> {
      const named = { ...group, name: readName(group.name) }
      const changed = await changeBook(await bookOf(session, account), (tx, book) => changeGroup(tx, book, named))
      if (changed === 'taken') throw new Refusal('denied', { field: 'num' })
      if (!changed) throw new Refusal('not_found', { field: 'grp' })
    },

    /** Its contacts that are in no other group go too, unless the account keeps them. */
    async remove(account: Account, id: number): Promise<void> {
      const asked = { accountId: await bookOf(session, account), id, contactsToo: !isOn(account.settings.keep_contacts) }
      if (!(await removeGroup(changeBook, asked))) throw new Refusal('not_found', { field: 'grp' })
    },

    /** Each of the contacts; one that has left the group already is left alone. */
    async move(
      account: Account,
      { written, group, move }: { written: WrittenAddresses; group: number; move: Move },
    ): Promise<void> {
      const addresses = addressesToFind(written, profile)
      await changeBook(await bookOf(session, account), async (tx, { accountId }) => {
        const ids = [...(await findContacts(tx, accountId, addresses)).values()]
        if (ids.length === 0 || !(await areGroups(tx, accountId, [group]))) throw new Refusal('not_found')
        if (move !== 2) await leaveGroups(tx, ids, move === 3 ? group : undefined)
        if (move !== 3) await joinGroups(tx, accountId, ids, [group])
      })
    },

    /** All of them, by name; refuses with not_found when there is none. */
    async list(account: Account): Promise<GroupRow[]> {
      const rows = await listGroups(session, await bookOf(session, account))
      if (rows.length === 0) throw new Refusal('not_found')
      return rows
    },
  }
}

export type ContactGroups = ReturnType<typeof createContactGroups>

function readName(written: string): string {
  if (written === '' || written.length > GROUP_NAME_MAX) throw new Refusal('bad_request', { field: 'name', most: GROUP_NAME_MAX })
  const name = groupName(written)
  if (name === '') throw new Refusal('denied', { field: 'name' })
  return name
}
