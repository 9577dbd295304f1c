import type { Session } from '../store/session.ts'

/** What the outbox keeps of one notification, as far as a trace tells of it. */
export interface KeptNotification {
  readonly atMs: number // when what it tells of happened
  readonly state: number // that it tells
  readonly result: 'waiting' | 'delivered' | 'given up'
  readonly nextAtMs: number // of one that waits
  readonly doneAtMs: number // of one that doesn't
  readonly tries: readonly { readonly atMs: number; readonly ms: number; readonly code: number; readonly reason: string }[]
}

export type NotificationSource = (session: Session, accountId: number, messageId: number) => Promise<readonly KeptNotification[]>

/** A moment of telling the customer's handler. */
export interface NotificationTold {
  readonly atMs: number
  readonly says: string
}

const TOLD_MAX = 100

/** Every call of the handler, and what became of the notification, in the order of time. */
export function tellNotifications(kept: readonly KeptNotification[]): NotificationTold[] {
  const told = kept.flatMap(({ state, tries, result, nextAtMs, doneAtMs }): NotificationTold[] => [
    ...tries.map(({ atMs, ms, code, reason }) => ({
      atMs,
      says: `Told of status ${state}: ${code === 0 ? 'no answer' : `HTTP ${code}`} after ${ms} ms${reason === '' ? '' : `, ${reason}`}.`,
    })),
    ...(result === 'waiting'
      ? [{ atMs: nextAtMs, says: `Status ${state} will be told ${tries.length > 0 ? 'again ' : ''}then.` }]
      : []),
    ...(result === 'given up' ? [{ atMs: doneAtMs, says: `Status ${state} was given up: nobody took it.` }] : []),
    ...(result === 'delivered' && tries.length === 0 ? [{ atMs: doneAtMs, says: `Status ${state} was told.` }] : []),
  ])
  return told.sort((a, b) => a.atMs - b.atMs).slice(0, TOLD_MAX)
}
