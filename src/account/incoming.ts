import type { Account } from '../domain/account.ts'
import { HOUR_MS } from '../domain/calendar.ts'
import { idOfTime } from '../domain/message-id.ts'
import { spanOfDays } from '../domain/report-span.ts'
import { type IncomingMessage, listIncoming } from '../store/incoming-list.ts'
import type { Session } from '../store/session.ts'

export interface IncomingRequest {
  readonly count: number
  /** Of so many hours until now. Without it, and without `afterId`, of today by the account's clock. */
  readonly hours?: number | undefined
  /** Only what came after this one. */
  readonly afterId?: number | undefined
  /** To one of the account's numbers; undefined: to any. */
  readonly recipient?: string | undefined
}

/**
 * What subscribers wrote to an account's numbers. Of more than `count` the earliest are told, so that who asks again and again misses
 * none: after an id the earliest first, else the latest first.
 */
export const createReadIncoming =
  ({ session, now }: { readonly session: Session; readonly now: () => number }) =>
  async (account: Account, { count, hours, afterId, recipient = '' }: IncomingRequest): Promise<readonly IncomingMessage[]> => {
    const nowMs = now()
    const today = () => spanOfDays({}, account.utcOffsetMinutes, nowMs)?.fromMs ?? 0
    const fromMs = hours !== undefined ? nowMs - hours * HOUR_MS : afterId !== undefined ? 0 : today()
    const fromId = Math.max(idOfTime(fromMs), afterId === undefined ? 0 : afterId + 1)
    const asked = { accountId: account.id, fromId, toId: Number.MAX_SAFE_INTEGER, recipient, limit: count }
    const messages = await listIncoming(session, asked)
    return afterId === undefined ? messages.reverse() : messages
  }

export type ReadIncoming = ReturnType<typeof createReadIncoming>
