import type { Account } from '../domain/account.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { Refusal } from '../domain/refusal.ts'
import {
  parseSenderName,
  possibleNames,
  SENDER_KIND,
  SENDER_STATUS,
  type SenderName,
  type SenderWaits,
} from '../domain/sender-name.ts'
import { readSubclient } from '../store/accounts.ts'
import { readSenderLender } from '../store/sender-rules.ts'
import { SENDERS_MAX, type SenderRow, type SenderStore, type Which } from '../store/senders.ts'
import type { Session } from '../store/session.ts'
import { type OfferedDocument, readDocuments } from './sender-documents.ts'
import type { SenderFeeDesk } from './sender-fees.ts'

export interface SenderParts {
  readonly session: Session
  readonly senders: SenderStore
  readonly fees: SenderFeeDesk
  readonly profile: NumberProfile
  /** New names wait for the moderator. */
  readonly moderated: boolean
  readonly now: () => number
  /** After the commit: these accounts are to be known anew. */
  readonly changed: (accountIds: readonly number[]) => void
}

/** A name as a customer writes it, by its id, its spelling or both. */
export interface Written {
  readonly id: number | undefined
  readonly sender: string | undefined
  readonly isMail: boolean
}

export interface SenderDraft {
  readonly sender: string
  readonly isMail: boolean
  readonly comment: string
  readonly owner: string
  readonly fields: Readonly<Record<string, string>>
  readonly documents: readonly OfferedDocument[]
}

export interface SenderQuestion {
  readonly all: boolean
  readonly isMail: boolean
  /** Only those whose status at an operator changed since (Unix ms). */
  readonly operatorsSinceMs: number | undefined
  readonly afterId: number
  readonly limit: number | undefined
}

const COMMENT_MAX = 1_000
const OWNER_MAX = 200
/** Ids fit into 31 bits; what is beyond is nobody's. */
const ID_MAX = 2_147_483_647

const malformed = (field: string): Refusal => new Refusal('bad_request', { field })

export type Senders = ReturnType<typeof createSenders>

/**
 * Names that a customer sends under (SMSC API, senders.php). Refuses with bad_request what is missing or malformed, not_found, and
 * denied: the name is there already, or there is no room for it or its documents.
 */
export function createSenders({ session, senders, fees, profile, moderated, now, changed }: SenderParts) {
  /** Nobody has a name that cannot be one. */
  function find({ id, sender, isMail }: Written): Which {
    if (id === undefined && !sender) throw malformed('sender')
    if (id !== undefined && id > ID_MAX) throw new Refusal('not_found', { field: 'id' })
    const names = sender ? possibleNames(sender, isMail, profile) : undefined
    if (names?.length === 0) throw new Refusal('not_found', { field: 'sender' })
    return { id, names }
  }

  /** A number waits for the code that is sent to it; one that nothing can be sent to, for the moderator. */
  const waitsOf = ({ kind, callable }: SenderName): SenderWaits =>
    kind === SENDER_KIND.number ? (callable ? 'code' : 'moderator') : moderated ? 'moderator' : ''

  return {
    /** The account whose names are managed: this one, or a sub-client of its own. Refuses with not_found. */
    async actingFor(account: Account, login: string): Promise<Account> {
      const found = await readSubclient(session, account.id, login)
      if (!found) throw new Refusal('not_found', { field: 'user' })
      return found
    },

    /** By rising id. */
    async list(
      account: Pick<Account, 'id'>,
      { all, isMail, operatorsSinceMs, afterId, limit }: SenderQuestion,
    ): Promise<SenderRow[]> {
      const lender = await readSenderLender(session, account.id)
      const kinds = isMail ? [SENDER_KIND.mail] : all ? undefined : [SENDER_KIND.name, SENDER_KIND.number]
      const most = Math.min(limit ?? SENDERS_MAX * 2, SENDERS_MAX * 2)
      return senders.list(account.id, lender, { all, kinds, operatorsSinceMs, afterId: Math.min(afterId, ID_MAX), limit: most })
    },

    /** Resolves with the id. A name that nothing has to be waited for is in use at once. */
    async add(account: Pick<Account, 'id'>, draft: SenderDraft): Promise<number> {
      const parsed = parseSenderName(draft.sender, draft.isMail, profile)
      if ('problem' in parsed) throw malformed('sender')
      const comment = draft.comment.trim()
      if (comment === '') throw malformed('cmt')
      within('cmt', comment, COMMENT_MAX)
      within('name', draft.owner, OWNER_MAX)
      const documents = readDocuments(draft.documents)
      const waits = waitsOf(parsed)
      const added = await senders.add(account.id, {
        ...{ name: parsed.name, kind: parsed.kind, comment, owner: draft.owner, fields: draft.fields },
        ...{ status: SENDER_STATUS.waiting, waits, addedAt: now(), documents },
      })
      if (added === undefined || added === 'full') throw new Refusal('denied', { field: 'sender' })
      changed(added.touched)
      if (waits === '') await fees.activate(account.id, added.result)
      return added.result
    },

    /** What is undefined stays; a name that was rejected is looked at again. */
    async change(account: Account, written: Written, change: Partial<Omit<SenderDraft, 'sender' | 'isMail'>>): Promise<void> {
      const which = find(written)
      const comment = change.comment?.trim()
      const documents = readDocuments(change.documents ?? [])
      const fields = change.fields ?? {}
      const isNothing = comment === undefined && documents.length === 0 && Object.keys(fields).length === 0
      if (comment === '' || (isNothing && change.owner === undefined)) throw malformed('cmt')
      within('cmt', comment, COMMENT_MAX)
      within('name', change.owner, OWNER_MAX)
      const changes = { comment, owner: change.owner, fields, documents, nowMs: now(), again: true }
      const done = await senders.change(account.id, which, changes)
      if (done === undefined) throw new Refusal('not_found', { field: 'sender' })
      if (done === 'full') throw new Refusal('denied', { field: 'file' })
      changed(done.touched)
    },

    /** Refuses with denied a name that was rejected: deleted and added again it would not be. */
    async remove(account: Account, written: Written): Promise<void> {
      const which = find(written)
      const done = await senders.remove(account.id, which)
      if (!done) throw new Refusal('not_found', { field: 'sender' })
      if (done.result === 'rejected') throw new Refusal('denied', { field: 'sender' })
      changed(done.touched)
    },

    find,
  }
}

function within(field: string, value: string | undefined, most: number): void {
  if (value !== undefined && value.length > most) throw new Refusal('bad_request', { field, most })
}
