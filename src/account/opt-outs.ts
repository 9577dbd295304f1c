import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import { ownerOf } from '../store/accounts.ts'
import type { Book } from '../store/contact-book.ts'
import { enterOptOut, type ListedOptOut, listOptOuts, type OptOut, revokeOptOut } from '../store/opt-outs.ts'
import type { Session } from '../store/session.ts'
import type { BlacklistParts } from './blacklist.ts'
import { addressesToFind } from './contact-addresses.ts'

const LIST_MAX = 10_000
/** Of the text that is kept. */
const TEXT_MAX = 1_000

/** By what a subscriber asked for no more messages, and who he is. */
export interface SubscribersWish extends OptOut {
  readonly subscriber: string
}

/**
 * Opt-outs: subscribers who wrote STOP, on the blacklist of their account with what they wrote. They hold for everything that the account
 * sends, whatever its sender.
 */
export function createOptOuts({ session, changeBook, profile, cache, hint }: BlacklistParts) {
  async function change(
    accountId: number,
    subscriber: string,
    finish: (session: Session) => Promise<boolean>,
    work: (tx: Session, book: Book) => Promise<{ version: number; type: 0 | 1 | 2 | undefined } | undefined>,
  ): Promise<void> {
    const changed = await changeBook(accountId, async (tx, book) => ((await finish(tx)) ? work(tx, book) : undefined))
    if (!changed) return
    cache.changed(accountId, { addresses: [subscriber], ...changed })
    hint(accountId)
  }

  async function accountOf(login: string): Promise<number> {
    const account = await ownerOf(session, login)
    if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
    return account.id
  }

  return {
    /** `finish` runs in the same transaction; false: all of it was done before. */
    stop: (accountId: number, wish: SubscribersWish, finish: (session: Session) => Promise<boolean>): Promise<void> =>
      change(accountId, wish.subscriber, finish, async (tx, book) => {
        const version = await enterOptOut(tx, book, wish.subscriber, { ...wish, text: wish.text.slice(0, TEXT_MAX) })
        if (version !== undefined) return { version, type: 0 }
        log.error('a blacklist is full, and takes no more opt-outs', { account: accountId })
        return undefined
      }),

    start: (accountId: number, wish: SubscribersWish, finish: (session: Session) => Promise<boolean>): Promise<void> =>
      change(accountId, wish.subscriber, finish, (tx, book) => revokeOptOut(tx, book, wish.subscriber)),

    /** For the operator, by rising id. */
    list: async (login: string): Promise<ListedOptOut[]> => listOptOuts(session, await accountOf(login), 0, LIST_MAX),

    /** Refuses with not_found when the number has not opted out. */
    async revoke(login: string, phone: string): Promise<void> {
      const accountId = await accountOf(login)
      const [address = ''] = addressesToFind({ phones: phone, mails: undefined }, profile)
      const revoked = await changeBook(accountId, (tx, book) => revokeOptOut(tx, book, address))
      const reason = `${login} has no opt-out of ${phone.slice(0, 30)}: heliogram opt-out list ${login}`
      if (!revoked) throw new Refusal('not_found', { field: 'phone', reason })
      cache.changed(accountId, { addresses: [address], ...revoked })
      hint(accountId)
    },
  }
}

export type OptOutDesk = ReturnType<typeof createOptOuts>

export const presentOptOut = ({ address, atMs, text, number, answeredId, answeredRef }: ListedOptOut) => ({
  phone: address,
  at: new Date(atMs).toISOString(),
  text,
  to: number,
  message: answeredId === 0 ? null : answeredId,
  message_ref: answeredRef ?? null,
})
