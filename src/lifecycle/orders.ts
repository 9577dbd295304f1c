import type { Account } from '../domain/account.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { parseRecipient } from '../domain/number/recipient.ts'
import { parseSender } from '../domain/sender.ts'
import type { HistoryRow } from '../store/history.ts'
import type { MessageId } from '../store/receipts.ts'
import type { SubmittedRow } from '../store/submitted.ts'
import { type CancelStore, makeCancel } from './cancel.ts'
import { gather } from './gather.ts'
import { makeQuery, type QueryMessage } from './query.ts'
import { makeRemove } from './remove.ts'
import { makeReplace, type ReadNewContent, type ReplaceStore } from './replace.ts'
import type { MessageQuestion, RemoveMessage } from './report.ts'

/** Messages as their sender speaks of them afterwards: by the number of the request, with or without addresses. */
interface Named {
  readonly account: Account
  readonly source: string // as written; empty: any
  readonly destination: string // as written; empty: any
}

/** Cancels what no carrier has seen; answers how many messages. Without a number: all from the one address to the other. */
export type CancelMessages = (which: Named & { readonly ref: number | undefined }) => Promise<number>

/** Replaces the text of a message that waits. False: it is not there, or it cannot be replaced or paid for. */
export type ReplaceMessage = (
  which: Omit<Named, 'destination'> & { readonly ref: number },
  read: ReadNewContent,
) => Promise<boolean>

/** What customers may do to messages that they have submitted. Each rejects with the Refusal `overloaded`, or when the store is away. */
export interface Orders {
  readonly query: QueryMessage
  readonly cancel: CancelMessages
  readonly replace: ReplaceMessage
  readonly remove: RemoveMessage // out of the history: over HTTP
  /** Takes a message back that no carrier has seen. False: it is over, with a carrier, or in the memory of another node. */
  readonly withdraw: (message: MessageId) => Promise<boolean>
}

export interface OrderStore extends CancelStore, ReplaceStore {
  findMessages(accountId: number, questions: readonly MessageQuestion[]): Promise<(HistoryRow | undefined)[]>
  hide(message: MessageId): Promise<void>
  findSubmitted(questions: readonly { accountId: number; ref: number }[]): Promise<SubmittedRow[][]>
}

export function makeOrders(
  parts: Omit<Parameters<typeof makeReplace>[0] & Parameters<typeof makeCancel>[0], 'store'> & {
    store: OrderStore
    profile: NumberProfile
  },
): Orders {
  const { store } = parts
  const find = gather(store.findSubmitted)
  const cancel = makeCancel(parts)
  const replace = makeReplace(parts)

  const recipientOf = (written: string): string => {
    const read = parseRecipient(written, 'number', parts.profile)
    return 'to' in read ? read.to : written
  }

  return {
    query: makeQuery(find, parts.now),
    withdraw: cancel,

    async cancel({ account, ref, source, destination }) {
      const recipient = destination === '' ? undefined : recipientOf(destination)
      if (ref === undefined) {
        if (recipient === undefined) return 0
        return cancel.between({ accountId: account.id, sender: senderOf(account, source), recipient })
      }
      const rows = await find({ accountId: account.id, ref })
      const meant = rows.filter((row) => isFrom(row, source) && (recipient === undefined || row.recipient === recipient))
      const ended = await Promise.all(meant.filter(({ state }) => state === -1).map(cancel))
      return ended.filter((done) => done).length
    },

    async replace({ account, ref, source }, read) {
      const [row, another] = await find({ accountId: account.id, ref })
      if (!row || another || row.state !== -1 || !isFrom(row, source)) return false
      return replace(account, row, read)
    },

    remove: makeRemove({
      find: async (accountId, question) => (await store.findMessages(accountId, [question]))[0],
      cancel,
      hide: store.hide,
    }),
  }
}

/** As it was stored of a message submitted with it (compose.ts): an empty one is the account's own. */
function senderOf(account: Account, written: string): string {
  const named = written === '' ? String(account.settings.sender ?? '') : written
  const parsed = parseSender(named)
  return 'sender' in parsed ? parsed.sender : named
}

/** None named is any; so is `.`, behind which the account's own may stand. */
function isFrom({ sender }: SubmittedRow, written: string): boolean {
  const parsed = parseSender(written)
  return written.trim() === sender || ('sender' in parsed && (parsed.sender === '' || parsed.sender === sender))
}
