import { setTimeout as delay } from 'node:timers/promises'
import { monotonic, now, sleep } from '../clock.ts'
import type { Content } from '../connectors/connector.ts'
import { timeOfId } from '../domain/message-id.ts'
import { log } from '../log.ts'
import { makeAccept } from './accept.ts'
import { makeAttach } from './attach.ts'
import { makeBatches } from './batch.ts'
import { makeCaptures } from './captures.ts'
import { type CarrierQueue, makeCarrierQueue } from './carrier-queue.ts'
import { type Carriers, makeCarriers } from './carriers.ts'
import { makeFollow, makeNewLink } from './click.ts'
import { type Dispatch, makeDispatch } from './dispatch.ts'
import { makeDrop } from './drop.ts'
import { makeDueQueue } from './due.ts'
import { expire, reroute } from './expire.ts'
import { makeGroupCommit } from './group-commit.ts'
import { makeFind } from './history.ts'
import { makeIncoming } from './incoming.ts'
import type { Item } from './item.ts'
import { LeaseLost } from './node.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { makeOrders } from './orders.ts'
import type { Path, PathParts } from './path-contract.ts'
import { costOfPart } from './price-book.ts'
import { makeProbing } from './probing.ts'
import { makeQualityCounter, noteRefusal } from './quality.ts'
import { regularly } from './regularly.ts'
import { makeRoutingFigures } from './routing-figures.ts'
import { makeSecondAttempts } from './second-attempt.ts'
import { makeSettleCommit, type SettleCommit } from './settle-commit.ts'
import { makeShaping, type Shaping } from './shaping.ts'
import { makeSweeps } from './sweeps.ts'
import { withTextRules } from './text-rules.ts'
import { untilStored } from './until-stored.ts'

export type { Path } from './path-contract.ts'

const BEAT_MS = 2000
const DUE_MS = 300
const SWEEP_MS = 3000
const QUALITY_MS = 5000

/** Puts the steps together. `lost` is called when another program writes under our number: this one must end. */
export async function openPath(parts: PathParts): Promise<Path> {
  const { store, node, catalogue, notifications, deliveries, numbering, barsOf } = parts
  const { ids } = node
  const current = catalogue.current
  let stopped = false

  const lost = (error = new LeaseLost('another node has taken a carrier of this one')) => {
    if (stopped) return
    log.error('this node has lost its lease', { node: node.number, reason: error.message })
    parts.lost(error)
  }

  let bulkRequests = 0
  const quality = makeQualityCounter(store.addQuality, now)
  const routing = makeRoutingFigures(now)

  const weigh = (carrierId: number, content: Content): number => carriers.weigh(carrierId, content)
  const settle: SettleCommit = makeSettleCommit({
    store,
    takeId: ids.next,
    epochOf: (carrierId) => carriers.owned.get(carrierId)?.epoch,
    next: {
      now,
      putBack: (item) => {
        const own = carriers.owned.get(item.carrierId)
        if (!own) homeless([item])
        else if (!shaping.setAside(item)) own.push(item)
      },
      nextCandidate(item) {
        noteRefusal(quality, item)
        return dispatch.again(item)
      },
      costOf: (item) => costOfPart(item, current()),
      unknownSetting: (carrierId) => current().carrier(carrierId)?.unknown ?? 'auto',
      judge: (item, result) => shaping.judge(item, result),
    },
    judgeReceipt: (carrierId, receipt, to) => shaping.judgeReceipt(carrierId, receipt, to),
    second: makeSecondAttempts({ catalogue: current, counted: routing.counted, now }),
    lost,
    quality,
    freed: () => {
      for (const own of carriers.owned.values()) own.pump()
    },
    told: {
      of: notifications.toldOf,
      written: (told) => notifications.wake(new Set(told.map(({ accountId }) => accountId))),
    },
    deliveries,
    observed: (item) =>
      item.sentAtMs > 0 && item.attempts === 1 && parts.observed({ queuedMs: item.sentAtMs - timeOfId(item.id) }),
  })

  const homeless = (items: readonly Item[]): void => {
    for (const item of items) {
      reroute(item, now())
      settle.changed(item)
    }
  }

  const probing = makeProbing()
  const eventsOf: Path['eventsOf'] = (carrierId) => ({
    settled(results) {
      settle.settled(probing.settled(carrierId, results))
      const own = carriers.owned.get(carrierId)
      own?.pump()
      if (own?.awaitsSettling()) settle.hurry()
    },
    receipts: (receipts, acknowledge) => settle.receipts(carrierId, probing.receipts(carrierId, receipts), acknowledge),
    incoming: (messages, acknowledge) => incoming.receive(carrierId, messages, acknowledge),
    captured: (frames, dropped) => captures.frames(carrierId, frames, dropped),
  })

  const carriers: Carriers = makeCarriers({
    kinds: parts.kinds,
    catalogue: current,
    mayWrite: node.mayWrite,
    now,
    events: eventsOf,
    open: (row, connector, epoch): CarrierQueue =>
      makeCarrierQueue({
        carrierId: row.id,
        epoch,
        connector,
        handOver: (handed) => untilStored(() => store.handOver(handed)),
        takeId: ids.next,
        now,
        submitted: settle.submitted,
        expired: (items) => {
          for (const item of items) expire(item, now(), settle)
        },
        homeless,
        lost,
        allowed: shaping.allowed,
        storingBulk: () => bulkRequests > 0,
      }),
    homeless,
    forget: settle.forgetCarrier,
    release: (released, reason) => store.releaseCarriers(released, reason),
  })

  const shaping: Shaping = makeShaping({
    store,
    owned: carriers.owned,
    nameOf: (carrierId) => current().carrier(carrierId)?.name ?? String(carrierId),
    lookUp: numbering.lookUp,
    moved: settle.changed,
    now,
    monotonic,
  })
  const dispatch: Dispatch = makeDispatch({
    owned: carriers.owned,
    catalogue: current,
    holdOf: shaping.holdOf,
    weigh,
    moved: settle.changed,
    journalDone: settle.journalDone,
    now,
  })
  const virtual = { told: notifications.toldOfVirtual, owed: deliveries.oweVirtual }
  const commits = makeGroupCommit(store, makeBatches(node.number, ids.take, dispatch, now, virtual), { monotonic, sleep })
  const incoming = makeIncoming({
    ...{ store, takeIds: ids.take, now, profile: parts.profile },
    told: {
      accounts: notifications.incoming,
      written({ told, owed, tasks }) {
        notifications.wake(told)
        deliveries.wake(owed)
        if (tasks > 0) parts.incomingWaits?.()
      },
    },
  })
  const due = makeDueQueue({ store, dispatch, settle, weigh, holdOf: shaping.holdOf, barsOf, takeId: ids.next, now })
  const sweeps = makeSweeps({
    store,
    settle,
    owned: carriers.owned,
    catalogue: current,
    hasOtherWay: dispatch.hasOtherWay,
    quality,
    counted: routing.counted,
    now,
  })
  const captures = makeCaptures(store, now)
  const house = {
    ...{ profile: parts.profile, lookUp: numbering.lookUp, now, hours: parts.sendingHours },
    lossWatch: routing.watch,
    newLink: makeNewLink(parts.publicUrl),
  }

  async function renew(): Promise<void> {
    const held = await node.renew(carriers.links())
    await catalogue.refresh()
    await shaping.refresh()
    await carriers.hold(held, current())
    await captures.refresh(carriers.owned.values())
  }

  // Of two renewals under way each would take a new carrier, the second under another epoch.
  const beat = oneAtATime(renew)
  await beat()
  await recover()

  /** What dead nodes, and earlier holders of our number, kept in memory goes back into the due queue. */
  async function recover(): Promise<void> {
    const found = await store.recover(node.firstId)
    if (found.messages > 0)
      log.warn('messages recovered', { count: found.messages, reason: `${found.unknown} of them with an unknown outcome` })
  }

  const loops = [
    every(BEAT_MS, beat),
    every(DUE_MS, async () => {
      while (!stopped && (await due.round())) await delay(0)
    }),
    every(SWEEP_MS, async () => sweeps.memory()),
    ...[sweeps.parked, sweeps.held, sweeps.stranded, sweeps.withoutReceipt, incoming.sweep].map((sweep) =>
      every(SWEEP_MS, sweep),
    ),
    every(SWEEP_MS * 3, recover),
    every(QUALITY_MS, quality.flush),
  ]

  function every(ms: number, work: () => Promise<void>): { stop(): Promise<void> } {
    return regularly(ms, work, (error) => {
      if (error instanceof LeaseLost) lost(error)
      return error instanceof LeaseLost
    })
  }

  const taken = makeAccept({
    catalogue: current,
    house,
    numbering,
    commits,
    takeId: ids.next,
    funds: store.funds,
    hasRoom: parts.hasRoom,
    isOver: parts.isOver,
    barsOf,
    maySendOf: parts.maySendOf,
    guard: parts.guard,
    countDay: parts.countDay,
    storing: {
      begin() {
        bulkRequests += 1
      },
      end() {
        bulkRequests -= 1
        for (const own of carriers.owned.values()) own.pump()
      },
    },
  })
  const { accept, estimate, rule } = withTextRules(taken, parts.textRulesOf)
  const readTarget = store.readTarget
  const { link, click, clicks } = store
  const visits = makeFollow({ link, click, clicks, read: readTarget, settle, now, publicUrl: parts.publicUrl })
  const orders = makeOrders({
    ...{ store, owned: carriers.owned, settle, estimate: taken.estimate, rule, catalogue: current, now },
    ...{ takeIds: ids.take, profile: parts.profile },
  })
  return {
    accept,
    estimate,
    find: makeFind(store.findMessages, numbering),
    remove: orders.remove,
    orders,
    drop: makeDrop({ read: readTarget, settle, now }),
    attach: makeAttach({ readParked: store.readParked, readTarget, matched: store.matched, settle }),
    follow: visits.follow,
    commits,
    settle,
    incoming,
    carriers,
    routing,
    shaping,
    captures,
    probing,
    eventsOf,
    refresh: beat,
    async stop(graceMs) {
      const until = monotonic() + graceMs
      await Promise.race([commits.drained(), sleep(graceMs)])
      // The lease is renewed until the last answer is in.
      const [beating, ...others] = loops
      await Promise.all(others.map((loop) => loop.stop()))
      await carriers.stop(Math.max(0, until - monotonic()))
      await Promise.race([Promise.all([captures.stored(), visits.drained()]), sleep(1_000)])
      await Promise.race([settle.drained(), sleep(Math.max(500, until - monotonic()))])
      await quality.flush().catch(() => undefined) // figures, and no more
      stopped = true
      await beating?.stop()
      await node.leave()
    },
  }
}
