import { NO_RECEIPT } from '../domain/receipt.ts'
import { refundOf } from '../domain/refund.ts'
import { WAITING } from '../domain/waiting.ts'
import type { Item } from './item.ts'
import type { SettleCommit } from './settle-commit.ts'

/** Whether a carrier has taken a part: then the others go over the same one, or not at all. */
export const isPartlyTaken = (item: Item): boolean => item.carrierIds.length > 0

/**
 * Validity ended before a carrier had the message: all its money goes back. Parts that were taken are paid for. One
 * that was sent and never answered may have arrived: nobody knows, and the books say so (err 245).
 */
export function expire(item: Item, nowMs: number, settle: Pick<SettleCommit, 'changed'>): void {
  if (item.duplicates > 0) {
    giveUp(item, nowMs, settle)
    return
  }
  item.state = 3
  item.err = 0
  item.stateAtMs = nowMs
  item.refunded = refundOf(item, isPartlyTaken(item))
  settle.changed(item)
}

/** Nobody takes it, or takes its other parts. */
export function noRoute(item: Item, nowMs: number, settle: Pick<SettleCommit, 'changed'>): void {
  if (item.duplicates > 0 || isPartlyTaken(item)) {
    giveUp(item, nowMs, settle)
    return
  }
  item.state = 25
  item.err = 248
  item.stateAtMs = nowMs
  item.refunded = item.price
  settle.changed(item)
}

/** Its recipient was put on the account's blacklist while it waited. No carrier has seen it: it costs nothing. */
export function bar(item: Item, nowMs: number, settle: Pick<SettleCommit, 'changed'>): void {
  item.state = 23
  item.err = 250
  item.stateAtMs = nowMs
  item.refunded = item.price
  settle.changed(item)
}

function giveUp(item: Item, nowMs: number, settle: Pick<SettleCommit, 'changed'>): void {
  item.state = 20
  item.err = NO_RECEIPT
  item.stateAtMs = nowMs
  item.refunded = refundOf(item, true)
  settle.changed(item)
}

/** Out of memory and into the due queue: to be routed anew, or to wait for the carrier that has the rest of it, or may have all. */
export function reroute(item: Item, nowMs: number): void {
  const stays = item.bound || isPartlyTaken(item)
  const { code } = item.bound ? WAITING.again : WAITING.rerouted
  item.move = { carrierId: stays ? item.carrierId : 0, dueAtMs: nowMs, reason: code }
}
