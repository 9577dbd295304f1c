import { channelCode } from '../domain/channel.ts'
import { DELIVERY, tellsOf, toldState } from '../domain/delivery.ts'
import { arrivedParts } from '../domain/parts.ts'
import type { NewMessage } from '../store/accept.ts'
import { type Delivery, NOBODY } from '../store/deliveries.ts'
import type { Target } from './change.ts'
import type { Item } from './item.ts'

/** What an SMPP session is to be told of a message in memory, as it is about to be written. */
export function owedByItem(item: Item): Delivery | undefined {
  const kind = tellsOf(item.flags, item.storedState, item)
  return kind === 0
    ? undefined
    : {
        accountId: item.accountId,
        lane: item.lane,
        id: 0,
        messageId: item.id,
        atMs: item.stateAtMs,
        kind,
        state: toldState(item.storedState, item),
        err: item.err,
        node: NOBODY,
        attempts: 0,
        ref: item.ref,
        recipient: item.to,
        sender: item.from,
        charged: item.price - item.refunded,
        parts: item.charged,
        arrived: arrivedParts(item.state, item.charged, item.partStates),
        mccmnc: item.mccmnc,
        channel: channelCode(item.channel),
        flags: item.flags,
        hlr: item.hlr,
        body: null,
      }
}

/** The same of one that was read back. */
export function owedByTarget(target: Target): Delivery | undefined {
  const { row } = target
  const kind = tellsOf(row.flags, row.state, target)
  return kind === 0
    ? undefined
    : {
        accountId: row.accountId,
        lane: row.lane,
        id: 0,
        messageId: row.id,
        atMs: target.stateAtMs || row.sentAtMs,
        kind,
        state: toldState(row.state, target),
        err: target.err,
        node: NOBODY,
        attempts: 0,
        ref: row.ref,
        recipient: row.recipient,
        sender: row.sender,
        charged: row.price - target.refunded,
        parts: row.charged,
        arrived: arrivedParts(target.state, row.charged, target.partStates),
        mccmnc: row.mccmnc,
        channel: row.channel,
        flags: row.flags,
        hlr: target.hlr,
        body: null,
      }
}

/** Of one in test mode: it stays in the store until its number is known there. */
export const owedByVirtual = (message: NewMessage, id: number): Delivery => ({
  accountId: message.accountId,
  lane: message.lane,
  id,
  messageId: message.id,
  atMs: message.stateAtMs,
  kind: DELIVERY.receipt,
  state: message.state,
  err: message.err,
  node: NOBODY,
  attempts: 0,
  ref: message.ref,
  recipient: message.recipient,
  sender: message.sender,
  charged: message.price,
  parts: message.parts,
  arrived: message.parts,
  mccmnc: message.mccmnc,
  channel: message.channel,
  flags: message.flags,
  hlr: null,
  body: null,
})
