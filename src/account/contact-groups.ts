import { type Account, isOn } from '../domain/account.ts'
import { GROUP_NAME_MAX, GROUP_NUMBER_MAX, groupName } from '../domain/contact.ts'
import { Refusal } from '../domain/refusal.ts'
import { addGroup, changeGroup, type GroupRow, listGroups, removeGroup } from '../store/contact-groups.ts'
import { type Move, moveContacts } from '../store/group-members.ts'
import { addressesToFind, type WrittenAddresses } from './contact-addresses.ts'
import { bookOf, type ContactStore } from './contact-book.ts'

/**
 * Groups of contacts (SMSC API, phones.php). Refuses with bad_request what is missing, not_found, and denied: a number that
 * another group has, a name of spaces, or one group too many.
 */
export function createContactGroups({ session, profile }: ContactStore) {
  return {
    async add(account: Account, group: { name: string; number: number | null; kind: number }): Promise<number> {
      const added = await addGroup(session, await bookOf(session, account), { ...group, name: readName(group.name) })
      if (typeof added === 'string') throw new Refusal('denied', { field: 'num' })
      return added
    },

    /** A number of undefined stays, null is taken away. */
    async change(account: Account, group: { id: number; name: string; number: number | null | undefined }): Promise<void> {
      const changed = await changeGroup(session, await bookOf(session, account), { ...group, name: readName(group.name) })
      if (changed === 'taken') throw new Refusal('denied', { field: 'num' })
      if (!changed) throw new Refusal('not_found', { field: 'grp' })
    },

    /** Its contacts that are in no other group go too, unless the account keeps them. */
    async remove(account: Account, id: number): Promise<void> {
      const contactsToo = !isOn(account.settings.keep_contacts)
      if (!(await removeGroup(session, await bookOf(session, account), id, contactsToo))) {
        throw new Refusal('not_found', { field: 'grp' })
      }
    },

    async move(
      account: Account,
      { written, group, move }: { written: WrittenAddresses; group: number; move: Move },
    ): Promise<void> {
      const addresses = addressesToFind(written, profile)
      const moved = await moveContacts(session, await bookOf(session, account), { addresses, group, move })
      if (!moved) throw new Refusal('not_found')
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

/** A group's number by which mailings name it: 1 … 999999999. Undefined: none of these. */
export const isGroupNumber = (number: number): boolean => Number.isInteger(number) && number >= 1 && number <= GROUP_NUMBER_MAX
