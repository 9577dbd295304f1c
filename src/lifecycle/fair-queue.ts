import { LANE } from '../domain/message.ts'

/**
 * What waits for one carrier: lanes urgent, normal and bulk, and inside a lane deficit round robin over
 * accounts, counted in parts. So a mailing of a million does not delay another account's single code,
 * and bulk still gets a tenth of the window while singles keep coming.
 */

export interface Queued {
  readonly id: number
  readonly accountId: number
  readonly lane: number
  readonly weight: number // parts
}

/** Parts an account may send per turn of the round: about one long message. */
const QUANTUM = 4
/** Of ten parts, one is bulk's while it has any. */
const BULK_EVERY = 10

interface Line<T> {
  readonly accountId: number
  items: T[]
  head: number
  deficit: number
  parts: number
}

interface Lane<T> {
  lines: Map<number, Line<T>>
  round: Line<T>[] // lines with items, in turn
}

export interface FairQueue<T extends Queued> {
  readonly parts: number
  readonly size: number
  push(item: T): void
  /** Gives an item back to the front of its account's line, by id: it was taken but could not go. */
  putBack(item: T): void
  /**
   * The next items worth up to `parts` parts, of them up to `bulk` in the bulk lane; one more than fits when the first is longer
   * than all of it.
   */
  take(parts: number, bulk?: number): T[]
  /** Parts waiting for one account in one lane. */
  waiting(lane: number, accountId: number): number
  /** Accounts that wait in a lane. */
  accounts(lane: number): number
  /** Removes and returns what `wanted` says. Walks everything: for sweeps and cancellations. */
  remove(wanted: (item: T) => boolean): T[]
}

export function makeFairQueue<T extends Queued>(): FairQueue<T> {
  const lanes: Lane<T>[] = [LANE.urgent, LANE.normal, LANE.bulk].map(() => ({ lines: new Map(), round: [] }))
  let parts = 0
  let size = 0
  let sinceBulk = 0

  const laneOf = (lane: number): Lane<T> => lanes[lane] ?? (lanes[LANE.normal] as Lane<T>)

  function lineOf(item: T): Line<T> {
    const lane = laneOf(item.lane)
    let line = lane.lines.get(item.accountId)
    if (!line) {
      line = { accountId: item.accountId, items: [], head: 0, deficit: 0, parts: 0 }
      lane.lines.set(item.accountId, line)
    }
    if (line.head === line.items.length) lane.round.push(line)
    return line
  }

  function added(line: Line<T>, item: T): void {
    line.parts += item.weight
    parts += item.weight
    size += 1
  }

  function shift(line: Line<T>): T {
    const item = line.items[line.head] as T
    line.items[line.head] = undefined as unknown as T
    line.head += 1
    if (line.head > 64 && line.head * 2 > line.items.length) {
      line.items = line.items.slice(line.head)
      line.head = 0
    }
    line.parts -= item.weight
    parts -= item.weight
    size -= 1
    return item
  }

  /** One visit to the lane's next account: what its deficit allows, and `room` does. Its turn ends when its deficit does. */
  function visit(lane: Lane<T>, room: number, out: T[]): number {
    const line = lane.round[0]
    if (!line) return 0
    if (line.deficit < (line.items[line.head] as T).weight) line.deficit += QUANTUM
    let used = 0
    while (line.head < line.items.length) {
      const next = line.items[line.head] as T
      if (next.weight > line.deficit) break
      if (used > 0 && used + next.weight > room) return used
      line.deficit -= next.weight
      used += next.weight
      out.push(shift(line))
    }
    lane.round.shift()
    if (line.head < line.items.length) lane.round.push(line)
    else lane.lines.delete(line.accountId)
    return used
  }

  const others = (): boolean => laneOf(LANE.urgent).round.length > 0 || laneOf(LANE.normal).round.length > 0

  function next(withBulk: boolean): Lane<T> | undefined {
    const [urgent, normal, bulk] = lanes as [Lane<T>, Lane<T>, Lane<T>]
    if (withBulk && bulk.round.length > 0 && sinceBulk >= BULK_EVERY - 1) return bulk
    return [urgent, normal, withBulk ? bulk : undefined].find((lane) => lane && lane.round.length > 0)
  }

  return {
    get parts() {
      return parts
    },
    get size() {
      return size
    },
    push(item) {
      const line = lineOf(item)
      line.items.push(item)
      added(line, item)
    },
    putBack(item) {
      const line = lineOf(item)
      let at = line.head
      while (at < line.items.length && (line.items[at] as T).id < item.id) at += 1
      if (at === line.head && line.head > 0) {
        line.head -= 1
        line.items[line.head] = item
      } else line.items.splice(at, 0, item)
      added(line, item)
    },
    take(room, bulkRoom = room) {
      const out: T[] = []
      let used = 0
      let usedByBulk = 0
      while (used < room) {
        const lane = next(usedByBulk < bulkRoom)
        if (!lane) break
        const bulk = lane === lanes[LANE.bulk]
        // A turn of bulk between singles is one message; alone it may have all the room.
        const most = bulk ? (others() ? 1 : Math.min(room - used, bulkRoom - usedByBulk)) : Math.min(room - used, BULK_EVERY)
        const sent = visit(lane, most, out)
        used += sent
        if (bulk) usedByBulk += sent
        sinceBulk = bulk ? 0 : sinceBulk + sent
      }
      return out
    },
    waiting: (lane, accountId) => laneOf(lane).lines.get(accountId)?.parts ?? 0,
    accounts: (lane) => laneOf(lane).round.length,
    remove(wanted) {
      const removed: T[] = []
      for (const lane of lanes) {
        for (const line of lane.round) {
          const kept: T[] = []
          for (let at = line.head; at < line.items.length; at++) {
            const item = line.items[at] as T
            if (wanted(item)) {
              removed.push(item)
              line.parts -= item.weight
              parts -= item.weight
              size -= 1
            } else kept.push(item)
          }
          line.items = kept
          line.head = 0
        }
        lane.round = lane.round.filter((line) => {
          if (line.items.length > 0) return true
          lane.lines.delete(line.accountId)
          return false
        })
      }
      return removed
    },
  }
}
