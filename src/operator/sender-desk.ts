import { documentName, mediaType } from '../domain/document-type.ts'
import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import type { ModeratedSender, SenderDeskStore } from '../store/sender-desk.ts'
import type { SenderDocuments } from '../store/sender-documents.ts'
import type { Session } from '../store/session.ts'
import { ID_MAX, isId, LISTED_MAX, type ModerationListing, readReason } from './moderation.ts'

export interface SenderDeskParts {
  readonly session: Session
  readonly desk: SenderDeskStore
  readonly documents: SenderDocuments
  /** Puts a name in use, as far as its fee can be paid; undefined: it is gone. */
  readonly activate: (accountId: number, id: number) => Promise<'active' | 'unpaid' | undefined>
  /** Registers a name for an account, by its id. */
  readonly add: (accountId: number, name: OwnName) => Promise<number>
  readonly now: () => number
  /** After the commit: these accounts are to be known anew. */
  readonly changed: (accountIds: readonly number[]) => void
}

/** A name that the operator registers. */
export interface OwnName {
  readonly sender: string
  readonly comment: string
  readonly isMail: boolean
}

const OPERATORS_MAX = 50

const FILTERS = {
  waiting: { status: 0, waits: undefined },
  active: { status: 1, waits: undefined },
  rejected: { status: -1, waits: undefined },
  all: { status: undefined, waits: undefined },
} as const

export type SenderDesk = ReturnType<typeof createSenderDesk>

/** What the moderator does with the names that customers register. Refuses in sentences. */
export function createSenderDesk({ session, desk, documents, activate, add, now, changed }: SenderDeskParts) {
  async function find(id: number): Promise<ModeratedSender> {
    const found = isId(id) ? await desk.find(id) : undefined
    if (found) return found
    throw new Refusal('not_found', {
      field: 'id',
      reason: `There is no sender name ${id}. See: heliogram sender list --status all`,
    })
  }

  return {
    /** By rising id; at most 500, from `afterId` on. */
    list: ({ status, login, afterId }: ModerationListing): Promise<ModeratedSender[]> =>
      desk.list({ ...FILTERS[status], login, afterId, limit: LISTED_MAX }),

    async show(id: number) {
      const sender = await find(id)
      return { sender, documents: await documents.list(sender.accountId, { id }) }
    },

    /** A name that the operator vouches for: it is in use at once. */
    async add(login: string, name: OwnName): Promise<ModeratedSender> {
      const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
      if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
      const id = await add(account.id, name).catch((error: unknown) => {
        throw asSentence(error, name.sender.slice(0, 40), login)
      })
      await activate(account.id, id)
      return find(id)
    },

    /** Whatever it waited for. A name whose fee cannot be paid waits for the money then. */
    async approve(id: number): Promise<ModeratedSender> {
      const { accountId } = await find(id)
      await activate(accountId, id)
      return find(id)
    },

    /** Nothing can be sent under it from now on, and its customer reads why. */
    async reject(id: number, written: string): Promise<ModeratedSender> {
      const reason = readReason(written, 'a trademark of somebody else')
      const { accountId } = await find(id)
      const done = await desk.reject(accountId, id, reason)
      if (done) changed(done.touched)
      return find(id)
    },

    /** What operators say of a name: 1 registered, 0 asked for, -1 refused; null: nothing is known any more. */
    async setOperators(id: number, statuses: Readonly<Record<string, number | null>>): Promise<ModeratedSender> {
      const { accountId, operators } = await find(id)
      const entries = Object.entries(statuses)
      if (entries.length === 0) throw wrong('Name an operator and its status: heliogram sender operators 5 mts=1 mega=-1')
      for (const [name, status] of entries) {
        if (!/^[a-z][a-z0-9_]{0,19}$/.test(name))
          throw wrong(`'${name.slice(0, 40)}' is no operator: write small letters, like mts.`)
        if (status !== null && ![1, 0, -1].includes(status))
          throw wrong(`The status of ${name} is 1, 0, -1, or none to forget it.`)
      }
      const set = Object.fromEntries(entries.flatMap(([name, status]) => (status === null ? [] : [[name, status]])))
      const clear = entries.flatMap(([name, status]) => (status === null ? [name] : []))
      if (Object.keys({ ...operators, ...set }).length > OPERATORS_MAX)
        throw wrong(`A name has at most ${OPERATORS_MAX} operators.`)
      await desk.setOperators({ accountId, id }, set, clear, now())
      return find(id)
    },

    /** A document of a name, as it was posted. */
    async document(id: number, documentId: number) {
      const found = documentId <= ID_MAX && id <= ID_MAX ? await documents.readOfName(id, documentId) : undefined
      if (found) return { name: documentName(id, found.id, found.type), type: mediaType(found.type), content: found.content }
      const reason = `The sender name ${id} has no document ${documentId}. See: heliogram sender show ${id}`
      throw new Refusal('not_found', { field: 'document', reason })
    },
  }
}

const wrong = (reason: string): Refusal => new Refusal('bad_request', { field: 'operators', reason })

/** A customer's script has numbers for it; the operator is told. */
function asSentence(error: unknown, sender: string, login: string): unknown {
  if (!(error instanceof Refusal)) return error
  if (error.code === 'denied') {
    return new Refusal('duplicate', {
      field: 'sender',
      reason: `${login} has the name '${sender}' already, or no room for another.`,
    })
  }
  const shape = 'up to 11 Latin letters, digits and symbols, a number, or an e-mail address'
  return new Refusal('bad_request', { field: 'sender', reason: `'${sender}' is no sender name: write ${shape}.` })
}

/** A name as the operator's JSON shows it. */
export const presentSender = (sender: ModeratedSender) => ({
  id: sender.id,
  login: sender.login,
  sender: sender.name,
  kind: (['name', 'number', 'mail'] as const)[sender.kind],
  status: sender.status,
  waits: sender.waits,
  reason: sender.reason,
  comment: sender.comment,
  owner: sender.owner,
  fields: sender.fields,
  operators: sender.operators,
  documents: sender.documents,
  added_at: new Date(sender.addedAt).toISOString(),
})
