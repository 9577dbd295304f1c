import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { delivery } from '../../test/support/receiver.ts'
import { accept } from './accept.ts'
import { wasCommitted } from './committed.ts'
import { claimDeliveries, releaseDeliveries, removeDeliveries } from './deliveries.ts'
import { countDeliveries, expireDeliveries, trimDeliveries } from './deliveries-kept.ts'
import { claimDue, handOver, lanesDue, moveStranded } from './due-queue.ts'
import { unroute, walkDue } from './due-reroute.ts'
import { claimHandlers } from './handlers.ts'
import { findMessages, hideMessages, readMessage } from './history.ts'
import { readDue, storeOutcomes } from './outbox.ts'
import { findByCarrierIds, matchableParked, readTargets } from './receipts.ts'
import { recoverClaim } from './recovery.ts'
import { readReplaceable, replaceMessage } from './replace.ts'
import type { Session } from './session.ts'
import {
  ACCEPT_SETTINGS,
  applySettings,
  QUEUE_SETTINGS,
  SESSION_SETTINGS,
  SETTLE_SETTINGS,
  type SessionSettings,
} from './session-settings.ts'
import { type Change, settle } from './settle.ts'
import { findSubmitted, waitingBetween, waitingReasons } from './submitted.ts'
import { heldMatches } from './sweeps.ts'
import { readParts, readPartsOf } from './whole-message.ts'

/*
 * Plans made while a partition is empty are kept when it is full: the statements of the path are asked for theirs on
 * fresh partitions, with the session settings of their connection. A sequential scan of messages, or a hash of them,
 * costs nothing then, and 0.4 s a batch an hour later.
 */

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

/** The generic plans of what `work` would run, on a connection with the given settings. Nothing is run. */
async function plansOf(settings: SessionSettings, work: (session: Session) => Promise<unknown>): Promise<string> {
  const client = new pg.Client(db.database.config)
  await client.connect()
  await applySettings(client, { ...SESSION_SETTINGS, ...settings })
  const plans: string[] = []
  const asking: Session = {
    async run({ text }) {
      const { rows } = await client.query({ text: `explain (generic_plan, costs off) ${text}`, rowMode: 'array' })
      plans.push(rows.map(([line]) => line as string).join('\n'))
      return []
    },
  }
  // The rows that never came may be missed; by then the plan is known.
  await work(asking).catch(() => undefined)
  await client.end()
  assert.ok(plans.length > 0)
  return plans.join('\n\n')
}

const commit = commitOf(1, [newMessage({ id: 2, accountId: 1 })])
const nothing = { id: 1, atMs: 1, changes: [], carrierIds: [], journal: [], handed: [], matched: [], leases: [], takes: [] }
const change: Change = {
  ...{ accountId: 1, id: 1, wasState: 0, wasRefunded: 0n, wasHops: 0, state: 1, err: 0, stateAtMs: 1, sentAtMs: 1 },
  ...{ carrierId: 1, attempts: 1, duplicates: 0, refunded: 0n, cost: 0n, partStates: null, carrierIds: null, receipt: null },
  ...{ trace: null, hlr: null, move: undefined },
}
const inParts: Change = { ...change, partStates: new Uint8Array(4) }
const refunded: Change = { ...change, refunded: 1n }
const claim = { carrierId: 1, lane: 1, afterAccount: 0, nowMs: 0, perAccount: 1, limit: 1, journalId: 1, node: 0 }
const parked = { sinceMs: 0, afterMs: 0, carrierIds: [1], limit: 1, newest: 1 }
const stranded = { afterId: 0, limit: 1, nowMs: 0, up: [1], enabled: [1] }
const told = { id: 3, accountId: 1, messageId: 2, state: 1, err: 0, atMs: 1 }
const owed = delivery({ id: 3, messageId: 2 })
const want = { accountId: 1, lane: 1, afterId: 0, room: 1 }
const outcome = { accountId: 1, id: 1, dueAtMs: 1, tried: '', end: 'delivered' } as const
const claimed = { node: 0, nowMs: 1, untilMs: 2, except: [], limit: 1 }
const replacement = {
  ...{ accountId: 1, id: 1, hops: 0, newId: 4, refundId: 2, chargeId: 3, body: '', comment: null, parts: 1, price: 1n, flags: 0 },
  ...{ routeVersion: 1, dueAtMs: 1, expiresAtMs: 1, receipt: '', nowMs: 1, reason: 1, except: [] },
}
const between = { accountId: 1, sender: '', recipient: '7' }
const BIG =
  /Seq Scan on (?:messages|texts|carrier_ids|due_queue|journal|accounts|postings|outbox|notifications|deliveries|incoming)/
const REF = /Index Scan using messages_\w+_ref_account_id_recipient_idx/
const TEXT_REF = /Index Scan using messages_\w+_ref_text_account_id_recipient_idx/
const PRIMARY = /Index Scan using messages_\w+_pkey/

const STATEMENTS: readonly [string, SessionSettings, (session: Session) => Promise<unknown>, uses: RegExp][] = [
  ['accept', ACCEPT_SETTINGS, (session) => accept(session, commit), /Index Scan using accounts_pkey/],
  [
    'accept that a handler is told of',
    ACCEPT_SETTINGS,
    (session) => accept(session, { ...commit, told: [told] }),
    /hashed SubPlan/,
  ],
  [
    'accept of customers’ parts',
    ACCEPT_SETTINGS,
    (session) => accept(session, { ...commit, grouped: true }),
    /Index Scan using accounts_pkey/,
  ],
  ['a lost commit', {}, (session) => wasCommitted(session, commit), /Conflict Arbiter Indexes: journal_pkey/],
  ['settle', SETTLE_SETTINGS, (session) => settle(session, nothing), PRIMARY],
  ['settle of parts', SETTLE_SETTINGS, (session) => settle(session, { ...nothing, changes: [inParts] }), PRIMARY],
  ['settle with a refund', SETTLE_SETTINGS, (session) => settle(session, { ...nothing, changes: [refunded] }), PRIMARY],
  ['settle of a message that waits', SETTLE_SETTINGS, (session) => settle(session, { ...nothing, takes: [1] }), PRIMARY],
  ['settle that a handler is told of', SETTLE_SETTINGS, (session) => settle(session, { ...nothing, told: [told] }), PRIMARY],
  ['settle that a session is told of', SETTLE_SETTINGS, (session) => settle(session, { ...nothing, owed: [owed] }), PRIMARY],
  ['deliveries for a session', QUEUE_SETTINGS, (session) => claimDeliveries(session, 0, [want]), /deliveries_waiting/],
  ['what a delivery says', QUEUE_SETTINGS, (session) => claimDeliveries(session, 0, [want]), PRIMARY],
  ['acknowledged deliveries', QUEUE_SETTINGS, (session) => removeDeliveries(session, [owed]), /deliveries_pkey/],
  ['deliveries given back', QUEUE_SETTINGS, (session) => releaseDeliveries(session, 0, [owed]), /deliveries_pkey/],
  ['deliveries that wait', {}, (session) => countDeliveries(session, 1), /deliveries_waiting/],
  ['deliveries that waited too long', {}, (session) => expireDeliveries(session, 1, 1), /deliveries_waiting/],
  ['too many deliveries', {}, (session) => trimDeliveries(session, [{ accountId: 1, count: 1 }]), /deliveries_waiting/],
  ['what a handler is to be told', QUEUE_SETTINGS, (session) => readDue(session, 1, 1, 1), /Index Scan using outbox_pkey/],
  ['what came of calls', QUEUE_SETTINGS, (session) => storeOutcomes(session, [outcome], 1), /Index Scan using outbox_pkey/],
  ['handlers with something to be told', QUEUE_SETTINGS, (session) => claimHandlers(session, claimed), /Index .*outbox_pkey/],
  ['a receipt', SETTLE_SETTINGS, (session) => findByCarrierIds(session, [{ carrierId: 1, key: 'A', at: 0 }]), PRIMARY],
  ['hand-over', QUEUE_SETTINGS, (session) => handOver(session, { id: 1, carrierId: 1, epoch: 1, ids: [], hops: [] }), /_pkey/],
  ['a claim', QUEUE_SETTINGS, (session) => claimDue(session, claim), PRIMARY],
  ['what is due', QUEUE_SETTINGS, (session) => lanesDue(session, [1], 1), /due_queue_unrouted/],
  [
    'the walk to reroute',
    QUEUE_SETTINGS,
    (session) => walkDue(session, 1, { lane: 0, accountId: 0, dueAtMs: 0, id: 0 }, 1),
    PRIMARY,
  ],
  ['rerouting', QUEUE_SETTINGS, (session) => unroute(session, 1, [1]), /due_queue_id/],
  ['stranded rows', QUEUE_SETTINGS, (session) => moveStranded(session, stranded), PRIMARY],
  ['a message by its number', {}, (session) => findMessages(session, 1, [{ ref: 1, phone: '7' }]), REF],
  ['a message by its text id', {}, (session) => findMessages(session, 1, [{ ref: 'a', phone: '7' }]), TEXT_REF],
  ['a message by its own id', {}, (session) => readMessage(session, 1, 1), PRIMARY],
  ['a message to be changed', {}, (session) => readTargets(session, [{ accountId: 1, id: 1 }]), PRIMARY],
  ['hiding a message', {}, (session) => hideMessages(session, [{ accountId: 1, id: 1 }]), PRIMARY],
  ['messages by numbers of their requests', {}, (session) => findSubmitted(session, [{ accountId: 1, ref: 1 }]), REF],
  ['what waits between two addresses', {}, (session) => waitingBetween(session, between, 1), /due_queue_pkey/],
  ['why messages wait', {}, (session) => waitingReasons(session, [1]), /due_queue_id/],
  ['replacing a message', {}, (session) => replaceMessage(session, replacement), PRIMARY],
  ['what is to be replaced', {}, (session) => readReplaceable(session, 1, 1), PRIMARY],
  ['whether a message is a part', {}, (session) => readPartsOf(session, 1, 1), PRIMARY],
  ['the parts of a message', {}, (session) => readParts(session, 1, 1, 3), PRIMARY],
  ['parked receipts', {}, (session) => matchableParked(session, parked), /Index Cond: \(\(carrier_id = [^)]+\) AND \(key = ANY/],
  ['held messages', {}, (session) => heldMatches(session, 0), /due_queue_held/],
  ['a lost claim', {}, (session) => recoverClaim(session, 1, 0, 0), PRIMARY],
]

for (const [name, settings, work, uses] of STATEMENTS) {
  test(`${name}: by index on a fresh partition`, async () => {
    const plan = await plansOf(settings, work)
    assert.match(plan, uses)
    assert.doesNotMatch(plan, BIG)
  })
}

test('settle joins nothing by hashing or merging', async () => {
  for (const batch of [
    nothing,
    { ...nothing, changes: [inParts] },
    { ...nothing, changes: [refunded] },
    { ...nothing, takes: [1] },
    { ...nothing, told: [told] },
    { ...nothing, told: [told], takes: [1] },
    { ...nothing, owed: [owed] },
    { ...nothing, owed: [owed], told: [told], takes: [1] },
  ]) {
    const plan = await plansOf(SETTLE_SETTINGS, (session) => settle(session, batch))
    assert.doesNotMatch(plan, /Hash (\w+ )?Join|Merge (\w+ )?Join|Bitmap/)
  }
})
