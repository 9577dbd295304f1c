import type pg from 'pg'
import type { Money } from '../domain/money.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import type { SenderMode } from '../domain/sender-rules.ts'
import { poolSession } from '../store/pool-session.ts'
import { senderCodes } from '../store/sender-codes.ts'
import { senderDocuments } from '../store/sender-documents.ts'
import { senderFees } from '../store/sender-fees.ts'
import { senderStore } from '../store/senders.ts'
import { createSenderCodes, type SenderCodeParts } from './sender-codes.ts'
import { createDocumentDesk } from './sender-documents.ts'
import { createSenderFees } from './sender-fees.ts'
import { createMaySendOf } from './sender-rules.ts'
import { createSenders } from './senders.ts'

/** What the operator has set (src/config.ts); `auto` is one thing in a sandbox and another elsewhere. */
export interface SenderSettings {
  readonly senders: SenderMode | 'auto'
  readonly moderation: 'auto' | 'on' | 'off'
  readonly senderFee: Money
  readonly numberProfile: NumberProfile
  readonly language: 'ru' | 'en'
}

export const senderPolicy = (settings: SenderSettings, sandbox: boolean) => ({
  mode: settings.senders === 'auto' ? (sandbox ? 'free' : 'own') : settings.senders,
  moderated: settings.moderation === 'auto' ? !sandbox : settings.moderation === 'on',
  fee: settings.senderFee,
  profile: settings.numberProfile,
  language: settings.language,
})

export interface SenderBookParts {
  readonly pool: pg.Pool
  /** Under which senders accounts may send, unless they are set otherwise. */
  readonly mode: SenderMode
  readonly moderated: boolean
  readonly fee: Money
  readonly profile: NumberProfile
  readonly language: 'ru' | 'en'
  readonly nextId: () => number
  readonly now: () => number
  /** After the commit: an account is to be known anew. */
  readonly changed: (accountId: number) => void
}

/** Names that accounts send under, and what the path of a message asks of them. */
export function openSenderBook({ pool, mode, changed: told, ...rest }: SenderBookParts) {
  const changed = (accountIds: readonly number[]): void => accountIds.forEach(told)
  const session = poolSession(pool)
  const fees = createSenderFees({ ...rest, session, fees: senderFees(pool), changed })
  const parts = { ...rest, session, fees, changed }
  const documents = senderDocuments(pool)
  const senders = createSenders({ ...parts, senders: senderStore(pool) })
  return {
    senders,
    /** For an account, by its id. */
    register: (accountId: number, { sender, comment, isMail }: { sender: string; comment: string; isMail: boolean }) =>
      senders.add({ id: accountId }, { sender, comment, isMail, owner: '', fields: {}, documents: [] }),
    senderDocuments: createDocumentDesk(documents),
    /** Codes go out by whatever sends messages. */
    codesBy: (send: SenderCodeParts['send']) => createSenderCodes({ ...parts, codes: senderCodes(pool), send }),
    fees,
    documents,
    maySendOf: createMaySendOf(session, mode),
    changed,
  }
}

export type SenderBook = ReturnType<typeof openSenderBook>
