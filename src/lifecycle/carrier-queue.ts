import type { Connector } from '../connectors/connector.ts'
import { log } from '../log.ts'
import { type FairQueue, makeFairQueue } from './fair-queue.ts'
import { type Item, memoryOf, type Owed } from './item.ts'

/** At most this waits in memory for one carrier; what is over an account's share goes to the due queue. */
export const QUEUE_LIMITS = { parts: 50_000, bytes: 64 * 1024 * 1024 } as const

/** One carrier that this node owns: what waits for it, what is promised to it, and how it gets there. */
export interface CarrierQueue {
  readonly carrierId: number
  readonly epoch: number
  readonly connector: Connector
  readonly queue: FairQueue<Item>
  /** Kept by the link's events: asked for every message. */
  up: boolean
  downSinceMs: number // Unix ms
  linkReason: string
  /** Parts that could be written at once and are promised to nobody. */
  room(): number
  /** Keeps room for messages whose commit is under way. */
  reserve(parts: number): void
  unreserve(parts: number): void
  /** Messages whose commit is under way and that will queue: none may overtake them. */
  expected: number
  /** Whether an account's lane may queue more in memory; once not, it spills until its due rows are drained. */
  admits(lane: number, accountId: number, parts: number): boolean
  spills(lane: number, accountId: number): void
  drained(lane: number, accountId: number): void
  push(item: Item): void
  /** Items whose hand-over is durable. */
  submit(items: readonly Item[]): void
  /** Sends what the window allows: queued items are marked as handed first, in one small commit a turn. */
  pump(): void
  /** Takes items out of the queue: to send them another way, or because they are over. */
  withdraw(wanted: (item: Item) => boolean): Item[]
  close(): void
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
  lost: () => void
}): CarrierQueue {
  const { carrierId, epoch, connector } = carrier
  const queue = makeFairQueue<Item>()
  const spilling = new Set<string>()
  let reserved = 0
  let bytes = 0
  let pumping = false
  let closed = false

  const lineKey = (lane: number, accountId: number) => `${lane}/${accountId}`

  async function run(): Promise<void> {
    while (!closed && queue.size > 0) {
      const room = connector.free() - reserved
      if (room <= 0) return
      const taken = queue.take(room)
      for (const item of taken) bytes -= memoryOf(item)
      const now = carrier.now()
      const items = taken.filter((item) => item.expiresAtMs > now)
      if (items.length < taken.length) carrier.expired(taken.filter((item) => item.expiresAtMs <= now))
      const fresh = items.filter((item) => !item.marked)
      if (fresh.length > 0 && !(await mark(fresh, items))) return
      submit(items)
    }
  }

  async function mark(fresh: readonly Item[], all: readonly Item[]): Promise<boolean> {
    const weight = all.reduce((sum, item) => sum + item.weight, 0)
    const owed: Owed = { id: carrier.takeId(), left: fresh.length }
    reserved += weight
    try {
      const ours = await carrier.handOver({
        id: owed.id,
        carrierId,
        epoch,
        ids: fresh.map((item) => item.id),
        hops: fresh.map((item) => item.hops),
      })
      if (!ours || closed) {
        if (!ours) carrier.lost()
        return false
      }
      for (const item of fresh) {
        item.marked = true
        item.handed = owed
      }
      return true
    } finally {
      reserved -= weight
    }
  }

  function submit(items: readonly Item[]): void {
    if (items.length === 0) return
    carrier.submitted(items)
    connector.submit(items)
  }

  function pump(): void {
    if (pumping || closed || queue.size === 0 || connector.free() - reserved <= 0) return
    pumping = true
    run()
      .catch((error: unknown) => log.error('handing over failed', { error, code: carrierId }))
      .finally(() => {
        pumping = false
      })
  }

  return {
    carrierId,
    epoch,
    connector,
    queue,
    up: false,
    expected: 0,
    downSinceMs: carrier.now(),
    linkReason: '',
    room: () => (closed ? 0 : connector.free() - reserved),
    reserve(parts) {
      reserved += parts
    },
    unreserve(parts) {
      reserved -= parts
    },
    admits(lane, accountId, parts) {
      if (spilling.size > 0 && spilling.has(lineKey(lane, accountId))) return false
      if (queue.parts + parts <= QUEUE_LIMITS.parts / 2 && bytes < QUEUE_LIMITS.bytes / 2) return true
      if (queue.parts + parts > QUEUE_LIMITS.parts || bytes > QUEUE_LIMITS.bytes) return false
      // The second half is shared evenly: nobody's mailing fills it alone.
      const share = QUEUE_LIMITS.parts / 2 / (queue.accounts(lane) + 1)
      return queue.waiting(lane, accountId) + parts <= share
    },
    spills: (lane, accountId) => void spilling.add(lineKey(lane, accountId)),
    drained: (lane, accountId) => void spilling.delete(lineKey(lane, accountId)),
    push(item) {
      bytes += memoryOf(item)
      if (item.marked) queue.putBack(item)
      else queue.push(item)
    },
    submit,
    pump,
    withdraw(wanted) {
      const items = queue.remove(wanted)
      for (const item of items) bytes -= memoryOf(item)
      return items
    },
    close() {
      closed = true
    },
  }
}
