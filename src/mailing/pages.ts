import type { Account } from '../domain/account.ts'
import type { SendRequest } from '../lifecycle/request.ts'
import { type MailingLine, type MailingRecipient, readMailingLines, readMailingRecipients } from '../store/mailing-recipients.ts'
import type { MailingRow } from '../store/mailings.ts'
import type { Session } from '../store/session.ts'
import { requestOf } from './slice-request.ts'

/** The next recipients of a mailing as a request; `upTo` is the place of the last of them. Undefined: there are no more. */
export interface Page {
  readonly request: SendRequest
  readonly upTo: number
  readonly recipients: number
}

/** Reads recipients behind a place, with their texts, at most `limit`. */
export async function readPage(
  session: Session,
  { mailing, account, after, limit }: { mailing: MailingRow; account: Account; after: number; limit: number },
): Promise<Page | undefined> {
  const recipients: readonly MailingRecipient[] = await readMailingRecipients(session, mailing.id, after, limit)
  const last = recipients.at(-1)
  if (!last) return undefined
  const numbers = [...new Set(recipients.map(({ line }) => line))]
  const lines = await readMailingLines(session, mailing.id, numbers)
  const byNumber = new Map<number, MailingLine>(lines.map((line) => [line.line, line]))
  const request = requestOf(mailing, account, recipients, byNumber, mailing.baseAtMs)
  return { request, upTo: last.place, recipients: recipients.length }
}
