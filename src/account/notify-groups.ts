import { createHash } from 'node:crypto'
import type { Account } from '../domain/account.ts'
import { MINUTE_MS } from '../domain/calendar.ts'
import { fillTemplate, isMail, type WatchedEvent } from '../domain/notify-group.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { parseRecipient } from '../domain/number/recipient.ts'
import { Refusal } from '../domain/refusal.ts'
import { readByLogin } from '../store/accounts.ts'
import {
  addNotifyGroup,
  forgetEvent,
  GROUPS_MAX,
  listNotifyGroups,
  type NotedEvent,
  type NotifyGroup,
  noteEvent,
  removeNotifyGroup,
} from '../store/notify-groups.ts'
import type { Session } from '../store/session.ts'
import { findAccount } from './change.ts'

const NAME_MAX = 100
const TEXT_MAX = 1_000
const SENDER_MAX = 100
const CONTACTS_MAX = 20
const QUIET_MINUTES_MAX = 1_440
const ID_MAX = 2 ** 31 - 1

/** What a group is to be told. */
export interface Notice extends Pick<NotifyGroup, 'contacts' | 'sender' | 'mailSender'> {
  readonly text: string
}

const noticeOf = (group: NotifyGroup, event: WatchedEvent): Notice => ({
  contacts: group.contacts,
  sender: group.sender,
  mailSender: group.mailSender,
  text: fillTemplate(event.ok ? group.recovery : group.failure, event),
})

/**
 * Event notifications (SMSC API, ping.php): a program that watches something says that it fails, or works again, and a group is told.
 * The same state of the same thing (name and host) is told once within the group's quiet minutes; a change is told at once.
 */
export function createEvents({ session, now }: { readonly session: Session; readonly now: () => number }) {
  return {
    /**
     * Hands what is to be told to `send`. Undefined: it was told a short while ago. Refuses with not_found when there is no such group;
     * when `send` rejects nothing was told, and the same event is news again.
     */
    async tell<Sent>(
      account: Account,
      groupId: number,
      event: WatchedEvent,
      send: (notice: Notice) => Promise<Sent>,
    ): Promise<Sent | undefined> {
      const subject = createHash('sha256').update(`${event.name}\0${event.host}`).digest()
      const noted: NotedEvent = { accountId: account.id, groupId, subject, ok: event.ok, atMs: now() }
      const found = groupId > ID_MAX ? undefined : await noteEvent(session, noted)
      if (!found) throw new Refusal('not_found', { field: 'id' })
      if (!found.isNews) return undefined
      try {
        return await send(noticeOf(found.group, event))
      } catch (error) {
        if (error instanceof Refusal) await forgetEvent(session, noted)
        throw error
      }
    },
  }
}

export type Events = ReturnType<typeof createEvents>

export interface NewGroup {
  readonly name: string
  readonly failure: string
  readonly recovery: string
  readonly contacts: readonly string[]
  readonly sender?: string
  readonly mailSender?: string
  readonly quietMinutes?: number
}

const refuse = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

/** The groups of an account, as its operator keeps them. */
export function createNotifyGroups({ session, profile }: { readonly session: Session; readonly profile: NumberProfile }) {
  async function find(login: string, id: number): Promise<{ account: Account; group: NotifyGroup }> {
    await findAccount(session, login)
    const account = (await readByLogin(session, login, Buffer.alloc(32)))?.account
    const group = account && (await listNotifyGroups(session, account.id)).find((each) => each.id === id)
    if (!group) throw unknownGroup(login, id)
    return { account, group }
  }

  /** As it is stored; undefined: neither a number nor an e-mail address. */
  function readContact(written: string): string | undefined {
    const contact = written.trim()
    const read = parseRecipient(contact, isMail(contact) ? 'mail' : 'number', profile)
    return 'to' in read && !('problem' in read) ? read.to : undefined
  }

  return {
    async add(login: string, { name, failure, recovery, contacts, ...more }: NewGroup): Promise<NotifyGroup> {
      const account = await findAccount(session, login)
      const { sender = '', mailSender = '', quietMinutes = 10 } = more
      for (const [field, text, most] of [
        ['name', name, NAME_MAX],
        ['failure', failure, TEXT_MAX],
        ['recovery', recovery, TEXT_MAX],
      ] as const) {
        if (text.trim() === '' || text.length > most) throw refuse(field, `The ${field} is a text of 1 to ${most} characters.`)
      }
      if (sender.length > SENDER_MAX) throw refuse('sender', `A sender has at most ${SENDER_MAX} characters.`)
      if (mailSender !== '' && !(isMail(mailSender) && readContact(mailSender)))
        throw refuse('mailSender', `'${mailSender.slice(0, 60)}' is no e-mail address.`)
      const bad = contacts.find((contact) => readContact(contact) === undefined)
      if (bad !== undefined) throw refuse('contacts', `'${bad.slice(0, 60)}' is neither a number nor an e-mail address.`)
      const read = [...new Set(contacts.flatMap((contact) => readContact(contact) ?? []))]
      if (read.length === 0 || read.length > CONTACTS_MAX) throw refuse('contacts', `A group has 1 to ${CONTACTS_MAX} contacts.`)
      if (!(quietMinutes >= 0 && quietMinutes <= QUIET_MINUTES_MAX))
        throw refuse('quiet', `It keeps quiet for 0 to ${QUIET_MINUTES_MAX} minutes.`)
      const group = {
        ...{ name: name.trim(), failure, recovery, contacts: read, sender, mailSender },
        quietMs: Math.round(quietMinutes * MINUTE_MS),
      }
      const added = await addNotifyGroup(session, account.id, group)
      if (!added) throw refuse('login', `${login} has ${GROUPS_MAX} groups already: remove one with notify-group remove.`)
      return added
    },

    list: async (login: string): Promise<NotifyGroup[]> => listNotifyGroups(session, (await findAccount(session, login)).id),

    async remove(login: string, id: number): Promise<void> {
      const { id: accountId } = await findAccount(session, login)
      if (!(id <= ID_MAX && (await removeNotifyGroup(session, accountId, id)))) throw unknownGroup(login, id)
    },

    /** Tells a group of something that did not happen, however often. */
    async test<Sent>(
      login: string,
      id: number,
      ok: boolean,
      send: (account: Account, notice: Notice) => Promise<Sent>,
    ): Promise<{ readonly notice: Notice; readonly sent: Sent }> {
      const { account, group } = await find(login, id)
      const notice = noticeOf(group, { ok, name: 'test', host: 'localhost', info: 'this is only a test' })
      return { notice, sent: await send(account, notice) }
    },
  }
}

export type NotifyGroups = ReturnType<typeof createNotifyGroups>

const unknownGroup = (login: string, id: number): Refusal =>
  new Refusal('not_found', { field: 'id', reason: `${login} has no group ${id}: notify-group list ${login} shows its groups.` })
