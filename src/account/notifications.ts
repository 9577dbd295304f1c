import { randomBytes } from 'node:crypto'
import type { HandlerAnswer } from '../domain/handler-call.ts'
import { explainAnswer } from '../domain/handler-call.ts'
import { maskHandlerUrl } from '../domain/handler-url.ts'
import { idOfTime } from '../domain/message-id.ts'
import type { Notification } from '../domain/notification.ts'
import { Refusal } from '../domain/refusal.ts'
import { statusName } from '../domain/status.ts'
import { touchAccount } from '../store/account-changes.ts'
import type { AccountDetails } from '../store/accounts.ts'
import { type HandlerRow, readHandler, readHandlerState, resumeHandler, setWebhookKey } from '../store/handlers.ts'
import {
  countNotifications,
  type KeptNotification,
  listNotifications,
  readNotification,
  replayKept,
  replayWaiting,
} from '../store/notifications.ts'
import { type AccountStore, findAccount } from './change.ts'

const PAGE_MAX = 100
const SLICE = 1_000
const KEY_OCTETS = 24
const WEBHOOK_KEY_START = 'whsec_'

export interface NotificationParts extends AccountStore {
  readonly now: () => number
  readonly wake: (accountIds: Iterable<number>) => void
  readonly sample: (
    handler: HandlerRow,
    kind: Notification['kind'],
  ) => Promise<{ sent: string; answer: HandlerAnswer } | { problem: string }>
}

/** What handlers were told, and telling them again. */
export const createNotifications = ({ session, changed, now, wake, sample }: NotificationParts) => {
  async function handlerOf(login: string): Promise<{ account: AccountDetails; handler: HandlerRow }> {
    const account = await findAccount(session, login)
    const handler = await readHandler(session, account.id)
    if (handler) return { account, handler }
    const reason = `${login} has no handler: give it one with heliogram account set ${login} url=https://…`
    throw new Refusal('not_found', { field: 'login', reason })
  }

  async function find(id: string): Promise<KeptNotification> {
    const number = /^(?:event_)?(\d{1,16})$/.exec(id)?.[1]
    const found = number === undefined ? undefined : await readNotification(session, Number(number))
    if (found) return found
    const reason = `There is no notification ${id.slice(0, 40)}; they are kept for seven days.`
    throw new Refusal('not_found', { field: 'id', reason })
  }

  async function replayRange(accountId: number, fromId: number, toId: number, failed: boolean): Promise<number> {
    const range = { accountId, fromId, toId, nowMs: now() }
    let count = await replayWaiting(session, range)
    for (let slice = SLICE; slice === SLICE; count += slice) {
      slice = await replayKept(session, { ...range, failed, limit: SLICE })
    }
    await unpause(accountId)
    return count
  }

  /** Whoever asks for a replay expects a call now. One that answered 410 has to be resumed. */
  async function unpause(accountId: number): Promise<void> {
    const state = await readHandlerState(session, accountId)
    if (state && state.stoppedUrl === '') await resumeHandler(session, accountId)
    wake([accountId])
  }

  return {
    /** The newest first; `before`: an id of the last page. */
    async list(login: string, { failed = false, before = '' } = {}) {
      const account = await findAccount(session, login)
      const beforeId = before === '' ? Number.MAX_SAFE_INTEGER : (await find(before)).id
      const [handler, state, counts] = [
        await readHandler(session, account.id),
        await readHandlerState(session, account.id),
        await countNotifications(session, account.id),
      ]
      const rows = await listNotifications(session, { accountId: account.id, beforeId, failed, limit: PAGE_MAX })
      const stopped = handler !== undefined && handler.url === state?.stoppedUrl
      return {
        login,
        handler: handler === undefined ? null : maskHandlerUrl(handler.url),
        told_of: handler === undefined ? [] : toldOf(handler),
        webhook_headers: (handler?.webhookKey ?? '') !== '',
        state: handler === undefined ? 'none' : stopped ? 'stopped' : (state?.probes ?? 0) > 0 ? 'down' : 'well',
        reason: state?.reason ?? '',
        down_since: instant(state?.downSinceMs ?? 0),
        next_call_at: instant(state && state.nextAtMs > now() ? state.nextAtMs : 0),
        waiting: counts.waiting,
        given_up: counts.givenUp,
        notifications: rows.map(present),
      }
    },

    show: async (id: string) => present(await find(id)),

    async replay(id: string) {
      const { accountId, id: number } = await find(id)
      await replayRange(accountId, number, number + 1, false)
      return { id: number, replayed: 1 }
    },

    /** Those of events between two instants; `failed`: of those that are over only what was given up. */
    async replayBetween(login: string, range: { from: string; to?: string | undefined; failed?: boolean | undefined }) {
      const { account } = await handlerOf(login)
      const [from, to] = [momentOf('from', range.from), range.to === undefined ? now() : momentOf('to', range.to)]
      if (from >= to) throw new Refusal('bad_request', { field: 'to', reason: 'The range ends before it begins.' })
      return { login, replayed: await replayRange(account.id, idOfTime(from), idOfTime(to), range.failed ?? false) }
    },

    /** Calls the handler with a sample, and says what came of it. Nothing of it is kept. */
    async test(login: string, kind: Notification['kind']) {
      const { handler } = await handlerOf(login)
      const done = await sample(handler, kind)
      if ('problem' in done) throw new Refusal('bad_request', { field: 'url', reason: done.problem })
      const { sent, answer } = done
      return {
        login,
        url: maskHandlerUrl(handler.url),
        sent,
        code: answer.code,
        ms: Math.round(answer.ms),
        ok: answer.code >= 200 && answer.code <= 299,
        explanation: explainAnswer(answer),
        answer: answer.text,
      }
    },

    /** A handler that is down or stopped is called again. */
    async resume(login: string) {
      const { account } = await handlerOf(login)
      await resumeHandler(session, account.id)
      await touchAccount(session, account.id)
      changed(account.id)
      wake([account.id])
      return { login }
    },

    /** A new key for the Standard Webhooks headers, told once; `off`: no headers any more. */
    async makeWebhookKey(login: string, off = false): Promise<{ login: string; key: string | null }> {
      const account = await findAccount(session, login)
      const key = off ? '' : WEBHOOK_KEY_START + randomBytes(KEY_OCTETS).toString('base64')
      await setWebhookKey(session, account.id, key)
      await touchAccount(session, account.id)
      changed(account.id)
      return { login, key: off ? null : key }
    },
  }
}

export type NotificationsOfAccounts = ReturnType<typeof createNotifications>

function toldOf(handler: HandlerRow): string[] {
  const statuses = handler.passed ? 'statuses, also of messages passed to the operator' : 'statuses'
  return [...(handler.statuses ? [statuses] : []), ...(handler.incoming ? ['incoming messages'] : []), 'calls']
}

const instant = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString())

const KINDS: Readonly<Record<number, string>> = { 1: 'status', 2: 'incoming', 3: 'wait-call' }

const present = (row: KeptNotification) => ({
  id: row.id,
  kind: KINDS[row.kind] ?? String(row.kind),
  message: row.messageId === 0 ? null : row.messageId,
  ref: row.ref,
  phone: row.phone,
  status: row.kind === 1 ? row.state : null,
  status_name: row.kind === 1 ? statusName(row.state, 'en') : '',
  err: row.err,
  at: instant(row.atMs),
  result: row.result,
  next_call_at: instant(row.nextAtMs),
  done_at: instant(row.doneAtMs),
  tries: row.tries.map(({ atMs, ms, code, reason }) => ({ at: instant(atMs), ms, code, reason })),
})

/** A moment as the command line writes them: ISO 8601, in UTC unless it says otherwise. */
function momentOf(field: string, written: string): number {
  const zoned = /[zZ]$|[+-]\d\d:?\d\d$/.test(written) || !/\d:\d/.test(written) ? written : `${written}Z`
  const ms = /^\d{4}-\d\d-\d\d/.test(written) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  const reason = `'${written.slice(0, 40)}' is no moment: write 2026-11-22T09:00:00Z, or 2026-11-22.`
  throw new Refusal('bad_request', { field, reason })
}
