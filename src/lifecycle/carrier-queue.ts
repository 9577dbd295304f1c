import type { Connector, LinkStats } from '../connectors/connector.ts'
import { LANE } from '../domain/message.ts'
import { log } from '../log.ts'
import { type FairQueue, makeFairQueue } from './fair-queue.ts'
import { type Item, memoryOf, type Owed, type WindowUse } from './item.ts'
import { makeSpills, type Spills } from './spills.ts'

/** At most this waits in memory for one carrier; what is over an account's share goes to the due queue. */
export const QUEUE_LIMITS = { parts: 50_000, bytes: 64 * 1024 * 1024 } as const

/** One carrier that this node owns: what waits for it, what is promised to it, and how it gets there. */
/** While a request of many is being stored bulk has a turn so often: the answer goes before the delivery. */
const BULK_TURN_MS = 100
/** What of the memory the accounts of one lane may fill. */
const SHARED = 0.8

export interface CarrierQueue extends Spills {
  readonly carrierId: number
  readonly epoch: number
  readonly connector: Connector
  readonly queue: FairQueue<Item>
  /** Kept by the link's events: asked for every message. */
  up: boolean
  downSinceMs: number // Unix ms
  linkReason: string
  /** Parts that could be written at once and are promised to nobody. */
  room(lane?: number): number
  /** The carrier could take more, if only what it has answered were durable. */
  awaitsSettling(): boolean
  /** Keeps room for messages whose commit is under way. */
  reserve(parts: number): void
  unreserve(parts: number): void
  /** Messages whose commit is under way and that will queue: none may overtake them. */
  expected: number
  /** Whether an account's lane may queue more in memory; once not, it spills until its due rows are drained. */
  admits(lane: number, accountId: number, parts: number): boolean
  push(item: Item): void
  /** Items whose hand-over is durable. They go behind those whose hand-over is being stored. */
  submit(items: readonly Item[]): void
  /** Sends what the window allows: queued items are marked as handed first, in one small commit a turn. */
  pump(): void
  /** Takes items out of the queue: to send them another way, or because they are over. */
  withdraw(wanted: (item: Item) => boolean): Item[]
  /** Nothing is sent any more. Answers what waits; what is being handed over right now is given back later, as homeless. */
  close(): Item[]
}

/** Durable before the bytes are written. False: the carrier is no longer ours. */
export type HandOver = (row: {
  id: number
  carrierId: number
  epoch: number
  ids: readonly number[]
  hops: readonly number[]
}) => Promise<boolean>

export function makeCarrierQueue(carrier: {
  carrierId: number
  epoch: number
  connector: Connector
  handOver: HandOver
  takeId: () => number
  now: () => number
  submitted: (items: readonly Item[]) => void
  expired: (items: readonly Item[]) => void
  /** Items that a closed queue had taken out and could not send. */
  homeless: (items: readonly Item[]) => void
  lost: () => void
  /** Parts that may go now by what the carrier has answered lately. */
  allowed?: (carrierId: number, stats: LinkStats) => number
  /** A request of many is being stored. */
  storingBulk?: () => boolean
}): CarrierQueue {
  const { carrierId, epoch, connector } = carrier
  const queue = makeFairQueue<Item>()
  const spills = makeSpills()
  /** Handed over with their own commit, while an earlier hand-over is still being stored. */
  let behind: Item[] = []
  /** A crash makes what is here unknown: never more than the window, answered or not, until it is durable. */
  const use: WindowUse = { parts: 0 }
  /** Of it, what a busy carrier gave back and waits in the queue. */
  let usedInQueue = 0
  let reserved = 0
  let bulkTurnAtMs = 0
  let bytes = 0
  let pumping = false
  let closed = false

  const weightOf = (items: readonly Item[]): number => items.reduce((sum, item) => sum + item.weight, 0)

  /** Takes what the window has room for; items whose validity has ended leave on the way. */
  function takeFromQueue(room: number): Item[] {
    const now = carrier.now()
    const bulk = bulkRoom(room)
    const taken = queue.take(room, bulk)
    if (bulk > 0 && carrier.storingBulk?.() && taken.some(({ lane }) => lane === LANE.bulk)) bulkTurnAtMs = now
    for (const item of taken) leaveQueue(item)
    if (taken.every((item) => item.expiresAtMs > now)) return taken
    carrier.expired(taken.filter((item) => item.expiresAtMs <= now))
    return taken.filter((item) => item.expiresAtMs > now)
  }

  async function run(): Promise<void> {
    while (!closed && queue.size > 0) {
      const room = roomForNext()
      if (room <= 0) return
      const items = takeFromQueue(room)
      const fresh = items.filter((item) => !item.marked)
      if (fresh.length > 0 && !(await handOver(fresh, items))) return
      send(items)
      sendBehind()
    }
  }

  /** False: they do not go now; where they are instead has been seen to. */
  async function handOver(fresh: readonly Item[], all: readonly Item[]): Promise<boolean> {
    const weight = weightOf(all)
    reserved += weight
    try {
      const owed: Owed = { id: carrier.takeId(), left: fresh.length }
      const hops = fresh.map((item) => item.hops)
      const ours = await carrier.handOver({ id: owed.id, carrierId, epoch, ids: fresh.map((item) => item.id), hops })
      if (ours) {
        for (const item of fresh) {
          item.marked = true
          item.handed = owed
        }
      } else carrier.lost()
      if (!ours || closed) carrier.homeless([...all, ...behind.splice(0)])
      return ours && !closed
    } catch (error) {
      if (closed) carrier.homeless([...all, ...behind.splice(0)])
      else for (const item of [...all].reverse()) putBack(item)
      throw error
    } finally {
      reserved -= weight
    }
  }

  function send(items: readonly Item[]): void {
    if (items.length === 0) return
    for (const item of items) {
      if (item.window) continue
      item.window = use
      use.parts += item.weight
    }
    carrier.submitted(items)
    connector.submit(items)
  }

  function sendBehind(): void {
    const items = behind
    behind = []
    reserved -= weightOf(items)
    send(items)
  }

  const roomNow = (): number => {
    const stats = connector.stats()
    const room = Math.min(connector.free(), stats.window - use.parts + usedInQueue) - reserved
    return room > 0 && carrier.allowed ? Math.min(room, carrier.allowed(carrierId, stats) - reserved) : room
  }

  /** For whatever of the queue may go next. */
  function roomForNext(): number {
    const room = roomNow()
    if (room <= 0 || !carrier.storingBulk?.()) return room
    const onlyBulk = queue.accounts(LANE.urgent) + queue.accounts(LANE.normal) === 0
    return onlyBulk ? bulkRoom(room) : room
  }

  const bulkRoom = (room: number): number => (carrier.storingBulk?.() && carrier.now() - bulkTurnAtMs < BULK_TURN_MS ? 0 : room)

  function enterQueue(item: Item): void {
    bytes += memoryOf(item)
    if (item.window) usedInQueue += item.weight
  }

  function leaveQueue(item: Item): void {
    bytes -= memoryOf(item)
    if (item.window) usedInQueue -= item.weight
  }

  function putBack(item: Item): void {
    enterQueue(item)
    queue.putBack(item)
  }

  function pump(): void {
    if (pumping || closed || queue.size === 0 || roomForNext() <= 0) return
    pumping = true
    void runToEnd()
  }

  async function runToEnd(): Promise<void> {
    let failed = false
    try {
      await run()
    } catch (error) {
      failed = true
      log.error('handing over failed', { error, code: carrierId })
    }
    pumping = false
    if (behind.length > 0) sendBehind()
    // Somebody may have queued between the last look and now, and nobody would call again. After a failure the sweep does.
    if (!failed) pump()
  }

  return {
    ...spills,
    carrierId,
    epoch,
    connector,
    queue,
    up: false,
    expected: 0,
    downSinceMs: carrier.now(),
    linkReason: '',
    room(lane) {
      if (closed) return 0
      return lane === LANE.bulk && carrier.storingBulk?.() ? 0 : roomNow()
    },
    awaitsSettling: () => queue.size > 0 && connector.free() > reserved && roomNow() <= 0,
    reserve(parts) {
      reserved += parts
    },
    unreserve(parts) {
      reserved -= parts
    },
    admits(lane, accountId, parts) {
      if (spills.isSpilling(lane, accountId)) return false
      if (queue.parts + parts <= QUEUE_LIMITS.parts / 2 && bytes < QUEUE_LIMITS.bytes / 2) return true
      if (queue.parts + parts > QUEUE_LIMITS.parts || bytes > QUEUE_LIMITS.bytes) return false
      // Above half of it accounts of a lane have even shares, and nobody's mailing fills it alone.
      const own = queue.waiting(lane, accountId)
      const accounts = queue.accounts(lane) + (own === 0 ? 1 : 0)
      return own + parts <= (QUEUE_LIMITS.parts * SHARED) / accounts
    },
    push(item) {
      enterQueue(item)
      if (item.marked) queue.putBack(item)
      else queue.push(item)
    },
    submit(items) {
      if (!pumping) {
        send(items)
        return
      }
      behind.push(...items)
      reserved += weightOf(items)
    },
    pump,
    withdraw(wanted) {
      const items = queue.remove(wanted)
      for (const item of items) leaveQueue(item)
      return items
    },
    close() {
      closed = true
      const items = queue.remove(() => true)
      bytes = 0
      return items
    },
  }
}
