import type { Delivery } from '../store/deliveries.ts'

/**
 * What one account's sessions are to be told, of one lane, as far as this node has it: first in, first out; what comes back
 * goes before what has not been sent. Beyond what fits, rows wait in the store.
 */
export interface DeliveryLane {
  readonly lane: number
  /** Rows of this node that are not over: in line, with a session, resting, or in a commit under way. */
  held: number
  /** More rows stand in the store than a claim takes: new ones are left there too, or they would overtake them. */
  behind: boolean
  /** Rows may stand in the store that no node has. */
  look: boolean
  /** Rows that were left in the store: a claim that began before may not have seen them. */
  left: number
  /** Rows up to here have been claimed: the next claim begins behind it. */
  claimedId: number
  readonly size: number
  push(delivery: Delivery): void
  /** To the front of the line, behind what came back before it. */
  putBack(delivery: Delivery): void
  next(): Delivery | undefined
  drain(): Delivery[]
  /** Those in line. */
  each(visit: (delivery: Delivery) => void): void
}

export function makeDeliveryLane(lane: number): DeliveryLane {
  const fresh = makeLine()
  const returned = makeLine()
  return {
    lane,
    held: 0,
    behind: true,
    look: true,
    left: 0,
    claimedId: 0,
    get size() {
      return fresh.size + returned.size
    },
    push: fresh.push,
    putBack: returned.push,
    next: () => returned.next() ?? fresh.next(),
    drain: () => [...returned.drain(), ...fresh.drain()],
    each(visit) {
      returned.each(visit)
      fresh.each(visit)
    },
  }
}

function makeLine() {
  let items: (Delivery | undefined)[] = []
  let head = 0
  return {
    get size() {
      return items.length - head
    },
    push: (delivery: Delivery): void => void items.push(delivery),
    next(): Delivery | undefined {
      const first = items[head]
      if (first === undefined) return undefined
      items[head] = undefined
      head += 1
      if (head === items.length) {
        items = []
        head = 0
      } else if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return first
    },
    each(visit: (delivery: Delivery) => void): void {
      for (let at = head; at < items.length; at++) visit(items[at] as Delivery)
    },
    drain(): Delivery[] {
      const all = items.slice(head).filter((each) => each !== undefined)
      items = []
      head = 0
      return all
    },
  }
}
