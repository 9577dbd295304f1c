import { claimHandlers, type HandlerClaim, type HandlerState, noteHandler, renewHandlers } from '../store/handlers.ts'
import { forgetBefore } from '../store/notifications.ts'
import * as outbox from '../store/outbox.ts'
import type { Session } from '../store/session.ts'

/** What telling handlers asks of the store. */
export interface NotifyStore {
  claim(claim: Omit<HandlerClaim, 'node'>, accountIds?: readonly number[]): Promise<HandlerState[]>
  renew(accountIds: readonly number[], untilMs: number): Promise<number[]>
  noteHandler(state: HandlerState): Promise<void>
  readDue(accountId: number, nowMs: number, limit: number): Promise<outbox.Waiting[]>
  storeOutcomes(outcomes: readonly outbox.Outcome[], nowMs: number): Promise<void>
  giveUp(which: Parameters<typeof outbox.giveUp>[1]): Promise<number>
  bringForward(accountId: number, epochMs: number): Promise<void>
  forgetBefore(id: number, limit: number): Promise<number>
}

/** `session`: a connection of its own, planned for looks by key. */
export const notifyStore = (session: Session, node: number): NotifyStore => ({
  claim: (claim, accountIds) => claimHandlers(session, { ...claim, node }, accountIds),
  renew: (accountIds, untilMs) => renewHandlers(session, node, accountIds, untilMs),
  noteHandler: (state) => noteHandler(session, state),
  readDue: (accountId, nowMs, limit) => outbox.readDue(session, accountId, nowMs, limit),
  storeOutcomes: (outcomes, nowMs) => outbox.storeOutcomes(session, outcomes, nowMs),
  giveUp: (which) => outbox.giveUp(session, which),
  bringForward: (accountId, epochMs) => outbox.bringForward(session, accountId, epochMs),
  forgetBefore: (id, limit) => forgetBefore(session, id, limit),
})
