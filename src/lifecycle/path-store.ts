import { now } from '../clock.ts'
import { isDelivered } from '../domain/delivery-control.ts'
import { log } from '../log.ts'
import * as accepting from '../store/accept.ts'
import { keepCaptures, openSwitches, pruneCaptures } from '../store/captures.ts'
import { addQuality, type QualityRow } from '../store/carrier-quality.ts'
import { wasCommitted } from '../store/committed.ts'
import * as dueQueue from '../store/due-queue.ts'
import { unroute, walkDue } from '../store/due-reroute.ts'
import { findMessages, type HistoryRow, hideMessages } from '../store/history.ts'
import * as incoming from '../store/incoming.ts'
import * as incomingParts from '../store/incoming-parts.ts'
import { releaseCarriers } from '../store/leases.ts'
import { correctMailingCounts } from '../store/mailing-counts.ts'
import * as received from '../store/receipts.ts'
import { deadNodes, recoverClaim, recoverNode } from '../store/recovery.ts'
import { readReplaceable, replaceMessage } from '../store/replace.ts'
import type { Session } from '../store/session.ts'
import { type Change, settle, storeMatched } from '../store/settle.ts'
import * as shaping from '../store/shaping.ts'
import { type Click, readShortLink, storeClick, storeClicks, type VisitedLink } from '../store/short-links.ts'
import * as submitted from '../store/submitted.ts'
import * as sweeping from '../store/sweeps.ts'
import type { CaptureStore } from './captures.ts'
import type { HandOver } from './carrier-queue.ts'
import type { DueStore } from './due.ts'
import type { CommitStore } from './group-commit.ts'
import type { IncomingStore } from './incoming.ts'
import type { OrderStore } from './orders.ts'
import type { MessageQuestion } from './report.ts'
import type { SettleStore } from './settle-commit.ts'
import type { ShapingStore } from './shaping.ts'
import type { SweepStore } from './sweeps.ts'

/** Everything the path of a message asks of the store, each on its own connection: none waits for another. */
export interface PathStore
  extends CommitStore,
    SettleStore,
    DueStore,
    IncomingStore,
    SweepStore,
    ShapingStore,
    CaptureStore,
    OrderStore {
  readonly handOver: HandOver
  addQuality(hour: number, rows: readonly QualityRow[]): Promise<void>
  releaseCarriers(carriers: readonly { carrierId: number; epoch: number }[], reason: string): Promise<void>
  recover(ownFirstId: number): Promise<{ messages: number; unknown: number }>
  findMessages(accountId: number, questions: readonly MessageQuestion[]): Promise<(HistoryRow | undefined)[]>
  hide(message: { accountId: number; id: number }): Promise<void>
  link(code: string, host: string): Promise<VisitedLink | undefined>
  click(linkId: number, atMs: number, machine: boolean, visitor: Uint8Array): Promise<boolean | undefined>
  clicks(clicks: readonly Click[]): Promise<readonly boolean[]>
  funds(accountId: number): Promise<{ available: bigint; electronic: bigint }>
}

export interface Sessions {
  readonly accept: Session
  readonly settle: Session
  readonly handOver: Session
  readonly due: Session
  readonly general: Session // a pool
}

/** An end that became another is rare: mailings that counted it count again. Nothing depends on it. */
async function noteCorrected(session: Session, changes: readonly Change[]): Promise<void> {
  const corrected = changes.filter(({ wasState, state }) => wasState > 0 && isDelivered(wasState) !== isDelivered(state))
  if (corrected.length === 0) return
  await correctMailingCounts(session, corrected).catch((error) => log.warn('counts of mailings may be old', { error }))
}

export const pathStore = ({ accept, settle: settling, handOver, due, general }: Sessions, node: number): PathStore => ({
  accept: (commit) => accepting.accept(accept, commit),
  wasCommitted: (commit) => wasCommitted(general, commit),
  async settle(batch) {
    const result = await settle(settling, batch)
    await noteCorrected(general, batch.changes)
    return result
  },
  findByCarrierIds: (questions) => received.findByCarrierIds(settling, questions),
  park: (receipts) => received.park(settling, receipts),
  handOver: (row) => dueQueue.handOver(handOver, row),
  addQuality: (hour, rows) => addQuality(general, hour, rows),
  lanesDue: (carrierIds, nowMs) => dueQueue.lanesDue(due, carrierIds, nowMs),
  claimDue: (claim) => dueQueue.claimDue(due, { ...claim, node }),
  recoverClaim: (journalId) => recoverClaim(general, journalId, node, now()),
  walkDue: (carrierId, after, limit) => walkDue(due, carrierId, after, limit),
  unroute: (carrierId, ids) => unroute(due, carrierId, ids),
  moveStranded: (look) => dueQueue.moveStranded(due, look),
  findSubmitted: (questions) => submitted.findSubmitted(general, questions),
  waitingReasons: (ids) => submitted.waitingReasons(general, ids),
  waitingBetween: (of, limit) => submitted.waitingBetween(general, of, limit),
  readReplaceable: ({ accountId, id }) => readReplaceable(general, accountId, id),
  replace: (change) => replaceMessage(general, change),
  heldOver: (nowMs, limit) => dueQueue.heldOver(due, nowMs, limit),
  storeIncoming: (rows, tell) => incoming.storeIncoming(general, rows, tell, now()),
  storeIncomingParts: (parts) => incomingParts.storeIncomingParts(general, parts),
  joinIncoming: (giveUpBeforeMs, ids, tell) => incomingParts.joinIncoming(general, giveUpBeforeMs, ids, tell, now()),
  readSweep: (name) => sweeping.readSweep(general, name),
  writeSweep: (name, id) => sweeping.writeSweep(general, name, id),
  withoutReceipt: (carrierId, afterId, upToId, limit) => sweeping.withoutReceipt(general, carrierId, afterId, upToId, limit),
  matchableParked: (look) => received.matchableParked(general, look),
  heldMatches: (sinceMs) => sweeping.heldMatches(general, sinceMs),
  readParked: (ids) => received.readParked(general, ids),
  matched: (parkedId, messageId) => storeMatched(general, [{ parkedId, messageId }]),
  readTarget: async (message) => (await received.readTargets(general, [message]))[0],
  readTargets: (messages) => received.readTargets(general, messages),
  releaseCarriers: (carriers, reason) => releaseCarriers(general, node, carriers, reason),
  async recover(ownFirstId) {
    const total = { messages: 0, unknown: 0 }
    for (const dead of await deadNodes(general, node, ownFirstId)) {
      const found = await recoverNode(general, dead.node, dead.beforeId, now())
      total.messages += found.messages
      total.unknown += found.unknown
    }
    return total
  },
  findMessages: (accountId, questions) => findMessages(general, accountId, questions),
  hide: (message) => hideMessages(general, [message]),
  link: (code, host) => readShortLink(general, code, host),
  click: (linkId, atMs, machine, visitor) => storeClick(general, linkId, atMs, machine, visitor),
  clicks: (clicks) => storeClicks(general, clicks),
  readShaping: (nowMs) => shaping.readActive(general, nowMs),
  readRules: () => shaping.readRules(general),
  addPause: (pause, nowMs) => shaping.addPause(general, pause, nowMs),
  readAbout: (messages) => shaping.readAbout(general, messages),
  funds: (accountId) => sweeping.readFunds(general, accountId),
  openSwitches: (nowMs) => openSwitches(general, nowMs),
  keepCaptures: (rows, taken) => keepCaptures(general, rows, taken),
  pruneCaptures: (beforeMs, rowsMax) => pruneCaptures(general, beforeMs, rowsMax),
})
