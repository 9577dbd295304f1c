import { asksForReceipt } from '../domain/delivery.ts'
import { FLAG } from '../domain/message.ts'
import { log } from '../log.ts'
import type { NewMessage } from '../store/accept.ts'
import { type Delivery, NOBODY } from '../store/deliveries.ts'
import type { Change } from '../store/settle.ts'
import { makeClaimer } from './delivery-claims.ts'
import { owedByVirtual } from './delivery-of.ts'
import { type DeliveryCounters, type DeliveryQueue, makeDeliveryQueue, type Receiver } from './delivery-queue.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { makeDeliveryWriter } from './delivery-writer.ts'
import { regularly } from './regularly.ts'
import type { Written } from './settle-writer.ts'

export type { Receiver } from './delivery-queue.ts'
export type { Delivery }

/**
 * What is owed to customers over SMPP: receipts, intermediate notifications, messages from handsets. Rows are committed with
 * what they tell of. Where a session of the account is bound to this node and there is room, they are born in its memory and
 * go out at once; else they wait in the store for whoever binds. They are deleted after they were acknowledged: a crash
 * between the two delivers them once more.
 */
export interface Deliveries {
  /** Sessions that take deliveries. */
  bound(receiver: Receiver): void
  unbound(receiver: Receiver): void
  ready(receiver: Receiver): void
  /** What sessions are to be told of changes that are about to be written; undefined: nothing. */
  owe(changes: readonly Change[]): readonly Delivery[] | undefined
  /** The same of messages in test mode, which end as they are stored. */
  oweVirtual(messages: readonly NewMessage[]): readonly Delivery[] | undefined
  /** The commit with them stands, but for changes that were missed. */
  written(owed: readonly Delivery[], how: Written): void
  /** Rows of these accounts were committed by somebody else. */
  wake(accountIds: Iterable<number>): void
  /** Of an account on this node; undefined: nothing of it is here. */
  queueOf(accountId: number): { readonly inMemory: number; readonly unanswered: number } | undefined
  /** By account, how many of this node's are not acknowledged yet. */
  inMemory(): ReadonlyMap<number, number>
  readonly counters: DeliveryCounters
  figures(): { readonly inMemory: number; readonly counters: Readonly<Record<string, number>> }
  /** What is not acknowledged goes back to the store. */
  stop(): Promise<void>
}

const TICK_MS = 500
const POLL_TICKS = 4
const UPKEEP_TICKS = 60
/** A node's rows are freed when its lease is over, and once more when it must have ended. */
const FREED_TWICE_MS = 60_000
/** Of one account's lane, and of all. */
const LANE_MAX = 10_000
const HELD_MAX = 200_000
const OWN_MAX = 2 * LANE_MAX
/** Test messages are committed within so long after they were counted on. */
const EXPECTED_TICKS = 4

export async function startDeliveries(parts: {
  store: DeliveryStore
  node: number
  takeId: () => number
  keptMs: number
  keptMax: number // of one account
  now: () => number
}): Promise<Deliveries> {
  const { store, node, now } = parts
  const counters: DeliveryCounters = { delivered: 0, refused: 0, unanswered: 0, dropped: 0, expired: 0, surplus: 0 }
  const queues = new Map<number, DeliveryQueue>()
  const expected = new Map<number, number>()
  const freed = new Map<number, number>()
  const writer = makeDeliveryWriter({
    remove: store.remove,
    release: store.release,
    released(rows) {
      for (const { accountId, lane } of rows) leave(queues.get(accountId), lane, true)
    },
  })
  const claimer = makeClaimer({
    claim: store.claim,
    mayClaim: () => !writer.unsure,
    gone(delivery) {
      counters.dropped += 1
      writer.remove(delivery)
    },
    release: writer.release,
    laneMax: LANE_MAX,
  })
  /** Born in memory, in a commit under way. */
  const coming = new Set<Delivery>()
  let held = 0
  let ticks = 0
  await store.free([node])
  // The run before this one, if it was killed, gave its number up when we took ours.
  await freeSilent()

  function queueFor(accountId: number): DeliveryQueue {
    let queue = queues.get(accountId)
    if (!queue) {
      queue = makeDeliveryQueue({
        ...{ accountId, counters, now, keptMs: parts.keptMs },
        over: writer.remove,
        release: writer.release,
        hungry: claimer.hungry,
      })
      queues.set(accountId, queue)
    }
    return queue
  }

  /** Rows of it stand in the store that no node has. */
  function leave(queue: DeliveryQueue | undefined, laneAt: number, anew = false): void {
    const lane = queue?.lanes[laneAt]
    if (!queue || !lane) return
    lane.look = true
    lane.left += 1
    if (anew) lane.claimedId = 0
    if (queue.sessions > 0) claimer.hungry(queue)
  }

  /** Born in memory, or left to the store: never before what stands there. */
  function place(delivery: Delivery): void {
    const queue = queues.get(delivery.accountId)
    const lane = queue?.lanes[delivery.lane]
    if (!queue || !lane || queue.sessions === 0) return
    if (lane.behind || lane.held >= LANE_MAX || held >= HELD_MAX) {
      lane.behind = true
      leave(queue, delivery.lane)
      return
    }
    lane.held += 1
    delivery.node = node
    coming.add(delivery)
  }

  /** Answers the queue that got it. */
  function arrive(delivery: Delivery, missed: boolean, retried: boolean): DeliveryQueue | undefined {
    const queue = queues.get(delivery.accountId)
    const lane = queue?.lanes[delivery.lane]
    if (delivery.node === NOBODY) {
      leave(queue, delivery.lane)
      return undefined
    }
    coming.delete(delivery)
    if (!queue || !lane) return undefined
    if (!missed && queue.sessions > 0) {
      lane.push(delivery)
      return queue
    }
    lane.held -= 1
    // What was missed after an answer had been lost may have been written: then it waits in nobody's memory.
    if (!missed || retried) writer.release(delivery)
    return undefined
  }

  function tick(): void {
    ticks += 1
    held = 0
    for (const [accountId, queue] of queues) {
      for (const lane of queue.lanes) {
        held += lane.held
        if (ticks % POLL_TICKS !== 0) continue
        // Of other nodes, and of those that gave theirs back.
        lane.look = true
        lane.claimedId = 0
      }
      queue.tick()
      if (queue.sessions === 0 && queue.lanes.every((lane) => lane.held === 0)) queues.delete(accountId)
    }
    for (const [accountId, left] of expected) {
      if (left === 0) expected.delete(accountId)
      else expected.set(accountId, left - 1)
      const queue = queues.get(accountId)
      for (const { lane } of queue?.lanes ?? []) leave(queue, lane)
    }
  }

  /** The answer of a claim was lost: what it took, if it took anything, is given back. */
  async function findLost(): Promise<void> {
    if (claimer.lost.length === 0) return
    const rows = await store.own(claimer.lost.map((want) => ({ ...want, room: OWN_MAX })))
    const known = new Set(writer.ids())
    for (const { id } of coming) known.add(id)
    for (const queue of queues.values()) queue.each(({ id }) => known.add(id))
    for (const row of rows) if (!known.has(row.id)) writer.release(row)
    claimer.found()
  }

  /** A node that is silent has ended, or will; what it still wrote as its own is freed with the next look. */
  async function freeSilent(): Promise<void> {
    const silent = await store.silentNodes()
    const nodes = silent.filter(({ node: other, sinceMs }) => (freed.get(other) ?? 0) < sinceMs + FREED_TWICE_MS)
    if (nodes.length === 0) return
    const count = await store.free(nodes.map((each) => each.node))
    for (const { node: other } of nodes) freed.set(other, now())
    if (count > 0) log.warn('deliveries of a node that is gone are taken up', { count })
  }

  async function upkeep(): Promise<void> {
    await freeSilent()
    const { expired, surplus } = await store.prune(now() - parts.keptMs, parts.keptMax)
    counters.expired += expired
    counters.surplus += surplus
    if (expired + surplus > 0) log.warn('what customers never fetched over SMPP is dropped', { count: expired + surplus })
  }

  const loop = regularly(
    TICK_MS,
    async () => {
      tick()
      await findLost()
      if (ticks % UPKEEP_TICKS === 0) await upkeep()
    },
    () => false,
  )

  return {
    counters,
    bound(receiver) {
      const queue = queueFor(receiver.account().id)
      for (const lane of queue.lanes) {
        lane.behind = lane.behind || queue.sessions === 0
        lane.look = true
        lane.claimedId = 0
      }
      queue.add(receiver)
    },
    unbound(receiver) {
      const queue = queues.get(receiver.account().id)
      queue?.remove(receiver)
      if (queue?.sessions === 0) for (const delivery of queue.giveUp()) writer.release(delivery)
    },
    ready: (receiver) => queues.get(receiver.account().id)?.pump(),
    owe(changes) {
      let owed: Delivery[] | undefined
      for (const { owes } of changes) {
        if (!owes) continue
        owes.id = parts.takeId()
        owed ??= []
        owed.push(owes)
      }
      if (owed) for (const delivery of owed) place(delivery)
      return owed
    },
    oweVirtual(messages) {
      let owed: Delivery[] | undefined
      for (const message of messages) {
        if ((message.flags & FLAG.virtual) === 0 || message.state <= 0 || !asksForReceipt(message.flags)) continue
        owed ??= []
        owed.push(owedByVirtual(message, parts.takeId()))
        expected.set(message.accountId, EXPECTED_TICKS)
      }
      return owed
    },
    written(owed, how) {
      const fed = new Set<DeliveryQueue>()
      for (const delivery of owed) {
        const queue = arrive(delivery, how.missed.has(delivery.messageId), how.retried)
        if (queue) fed.add(queue)
      }
      for (const queue of fed) queue.pump()
    },
    wake(accountIds) {
      for (const accountId of accountIds) leave(queues.get(accountId), 0)
    },
    inMemory: () =>
      new Map(Array.from(queues, ([accountId, { size }]) => [accountId, size] as const).filter(([, size]) => size > 0)),
    queueOf(accountId) {
      const queue = queues.get(accountId)
      return queue && { inMemory: queue.size, unanswered: queue.unanswered }
    },
    figures: () => ({ inMemory: [...queues.values()].reduce((sum, { size }) => sum + size, 0), counters: { ...counters } }),
    async stop() {
      await loop.stop()
      await claimer.stop()
      for (const queue of queues.values()) for (const delivery of queue.giveUp()) writer.release(delivery)
      await writer.stop()
    },
  }
}
