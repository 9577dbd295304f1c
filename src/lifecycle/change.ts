import { packTrace } from '../domain/attempts.ts'
import { channelCode } from '../domain/channel.ts'
import { ASKED } from '../domain/delivery.ts'
import { type Control, refundOfBoth } from '../domain/delivery-control.ts'
import { WAITING } from '../domain/waiting.ts'
import type { ReceiptTarget } from '../store/receipts.ts'
import type { Change } from '../store/settle.ts'
import { owedByItem, owedByTarget } from './delivery-of.ts'
import type { Item } from './item.ts'
import type { Received } from './receipt.ts'
import { storable } from './storable.ts'

/** What a settle commit writes of a message in memory. */
export const changeOfItem = (item: Item): Change =>
  item.move?.reason === WAITING.second.code && item.control
    ? { ...plainChange(item), ...secondOf(item.control, Math.max(item.stateAtMs, item.move.dueAtMs)) }
    : plainChange(item)

/** It leaves the carrier that had it, with everything that carrier called it by. */
const secondOf = (control: Control, atMs: number) => ({
  carrierId: 0,
  carrierIds: '',
  duplicates: 0,
  second: { control: JSON.stringify(control), sender: control.sender, expiresAtMs: atMs + control.validityMs },
})

const plainChange = (item: Item): Change => ({
  accountId: item.accountId,
  id: item.id,
  wasState: item.storedState,
  wasRefunded: item.storedRefunded,
  wasHops: item.hops,
  state: item.state,
  err: item.err,
  stateAtMs: item.stateAtMs,
  sentAtMs: item.sentAtMs,
  carrierId: item.carrierId,
  attempts: small(item.attempts),
  duplicates: small(item.duplicates),
  refunded: item.refunded,
  cost: item.cost,
  partStates: item.partStates?.slice() ?? null, // a later answer changes it while this is written
  carrierIds:
    item.carrierIds.length === 0
      ? null
      : storable(item.carrierIds.length === 1 ? (item.carrierIds[0] ?? '') : item.carrierIds.join('\n')),
  receipt: item.receipt === null ? null : storable(item.receipt),
  trace: item.trace.length === 0 ? null : packTrace(item.id, item.trace),
  hlr: item.hlr === null ? null : storable(item.hlr),
  move: item.move && { ...item.move, lane: item.lane },
  flags: item.flags,
  owes: (item.flags & ASKED) === 0 ? undefined : owedByItem(item),
})

/** A message that was read back because something happened to it. */
export interface Target extends Received {
  readonly row: ReceiptTarget
  /** Delivery control sends it once more. */
  second?: { readonly control: Control; readonly move: NonNullable<Item['move']> }
}

export const targetOf = (row: ReceiptTarget): Target => ({
  row,
  state: row.state,
  err: row.err,
  refunded: row.refunded,
  partStates: row.partStates,
  receipt: null,
  hlr: null,
  stateAtMs: 0,
  price: row.price,
  flags: row.flags,
})

export const changeOfTarget = (target: Target): Change => {
  const { second, row } = target
  if (second) {
    const anew = secondOf(second.control, Math.max(target.stateAtMs, second.move.dueAtMs))
    return { ...plainTarget(target), ...anew, move: { ...second.move, lane: row.lane } }
  }
  const first = row.controlled?.control.first
  return first && target.state > 0 && target.refunded !== row.refunded
    ? { ...plainTarget(target), refunded: refundOfBoth(first, target.state, target.refunded) }
    : plainTarget(target)
}

const plainTarget = (target: Target): Change => ({
  accountId: target.row.accountId,
  id: target.row.id,
  wasState: target.row.state,
  wasRefunded: target.row.refunded,
  wasHops: target.row.hops,
  state: target.state,
  err: target.err,
  stateAtMs: target.stateAtMs,
  sentAtMs: 0,
  carrierId: target.row.carrierId,
  attempts: target.row.attempts,
  duplicates: target.row.duplicates,
  refunded: target.refunded,
  cost: target.row.cost,
  partStates: target.partStates ?? null,
  carrierIds: null,
  receipt: target.receipt === null ? null : storable(target.receipt),
  trace: null,
  hlr: target.hlr === null ? null : storable(target.hlr),
  move: undefined,
  flags: target.row.flags,
  owes: (target.row.flags & ASKED) === 0 ? undefined : owedByTarget(target),
})

export const isLookUpChannel = (channel: number): boolean => channel === channelCode('hlr') || channel === channelCode('ping')

const small = (count: number): number => Math.min(count, 32_767)
