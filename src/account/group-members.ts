import type { Account } from '../domain/account.ts'
import { isMailAddress } from '../domain/contact.ts'
import { Refusal } from '../domain/refusal.ts'
import { readMembers, resolveGroups } from '../store/group-members.ts'
import type { Session } from '../store/session.ts'
import { bookOf } from './contact-book.ts'

const PAGE = 5_000

/** Numbers of groups' contacts, or their e-mail addresses, by what stands behind `G`; unknown and empty groups are left out. */
export type MembersOf = (
  account: Account,
  asked: { readonly groups: readonly number[]; readonly mail: boolean; readonly most: number },
) => Promise<ReadonlyMap<number, readonly string[]>>

/**
 * Reads groups as recipients, a page at a time so that others have their turn. Refuses with bad_request when all together have
 * more than `most`.
 */
export const createMembersOf =
  (session: Session): MembersOf =>
  async (account, { groups, mail, most }) => {
    const accountId = await bookOf(session, account)
    const members = new Map<number, string[]>()
    let left = most
    for (const [asked, group] of await resolveGroups(session, accountId, groups)) {
      const addresses: string[] = []
      for (let afterId = 0; ; ) {
        const page = await readMembers(session, accountId, { group, afterId, limit: PAGE })
        for (const [, address] of page) if (isMailAddress(address) === mail) addresses.push(address)
        if (addresses.length > left) throw new Refusal('bad_request', { field: 'phones', most })
        if (page.length < PAGE) break
        afterId = page.at(-1)?.[0] ?? 0
      }
      left -= addresses.length
      if (addresses.length > 0) members.set(asked, addresses)
    }
    return members
  }
