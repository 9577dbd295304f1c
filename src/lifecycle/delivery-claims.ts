import { setImmediate as turn } from 'node:timers/promises'
import { log } from '../log.ts'
import type { Delivery, Want } from '../store/deliveries.ts'
import type { DeliveryLane } from './delivery-lane.ts'
import type { DeliveryQueue } from './delivery-queue.ts'

/** Brings what waits in the store into the memory of this node, a batch at a time, account after account. */
export interface Claimer {
  /** Claims whose answers were lost: what they took is in nobody's memory. Nothing is claimed until it is found. */
  readonly lost: readonly Want[]
  found(): void
  /** The queue may have room for rows that wait in the store. */
  hungry(queue: DeliveryQueue): void
  stop(): Promise<void>
}

/** Rows in line below which more are wanted, rows of one claim, and lanes that share it. */
const LOW = 1_000
const ROWS_MAX = 4_000
const ROWS_OF_LANE = 2_000
const LANES_MAX = 120

export function makeClaimer(parts: {
  claim(wants: readonly Want[]): Promise<Delivery[]>
  /** What it tells of is no longer stored. */
  gone: (delivery: Delivery) => void
  /** While what was given back is not known to be written, it would be claimed and given back once more. */
  mayClaim: () => boolean
  release: (delivery: Delivery) => void
  laneMax: number
}): Claimer {
  const waiting = new Set<DeliveryQueue>()
  let lost: readonly Want[] = []
  let asking: readonly Want[] = []
  let claiming: Promise<void> | undefined
  let stopped = false

  const isWanted = (lane: DeliveryLane): boolean => lane.look && lane.size < LOW && lane.held < parts.laneMax

  async function run(): Promise<void> {
    await turn()
    try {
      while (waiting.size > 0 && !stopped) await round()
    } catch (error) {
      log.warn('deliveries wait for the store', { error }) // the next tick asks again
      waiting.clear()
      lost = asking
    }
    claiming = undefined
  }

  async function round(): Promise<void> {
    const asked: { queue: DeliveryQueue; lane: DeliveryLane; left: number; count: number }[] = []
    for (const queue of waiting) {
      if (asked.length >= LANES_MAX) break
      waiting.delete(queue)
      if (queue.sessions === 0) continue
      for (const lane of queue.lanes) if (isWanted(lane)) asked.push({ queue, lane, left: lane.left, count: 0 })
    }
    if (asked.length === 0) return
    const room = Math.min(ROWS_OF_LANE, Math.floor(ROWS_MAX / asked.length))
    const wants = asked.map(({ queue, lane }) => ({ accountId: queue.accountId, lane: lane.lane, afterId: lane.claimedId, room }))
    asking = wants
    const rows = await parts.claim(wants)
    asking = []
    const byLane = new Map(asked.map((each) => [keyOf(each.queue.accountId, each.lane.lane), each]))
    for (const row of rows) {
      const one = byLane.get(keyOf(row.accountId, row.lane))
      if (one) {
        one.count += 1
        one.lane.claimedId = row.id
      }
      if (row.recipient === '' && row.body === null) parts.gone(row)
      else if (!one || one.queue.sessions === 0) parts.release(row)
      else {
        one.lane.held += 1
        one.lane.push(row)
      }
    }
    for (const { lane, left, count } of asked) {
      lane.behind = count === room
      lane.look = lane.behind || lane.left !== left
    }
    for (const queue of new Set(asked.map((each) => each.queue))) queue.pump()
  }

  return {
    hungry(queue) {
      if (stopped || lost.length > 0 || !queue.lanes.some(isWanted) || !parts.mayClaim()) return
      waiting.add(queue)
      claiming ??= run()
    },
    get lost() {
      return lost
    },
    found() {
      lost = []
    },
    async stop() {
      stopped = true
      await claiming
    },
  }
}

const keyOf = (accountId: number, lane: number): number => accountId * 4 + lane
