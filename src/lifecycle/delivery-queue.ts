import { type Account, limitOf } from '../domain/account.ts'
import { answerOf, retryAfterMs } from '../domain/delivery-answer.ts'
import { idOfTime } from '../domain/message-id.ts'
import { log } from '../log.ts'
import type { Delivery } from '../store/deliveries.ts'
import { type DeliveryLane, makeDeliveryLane } from './delivery-lane.ts'

/** A customer's session that takes what is owed to him. */
export interface Receiver {
  readonly id: number
  account(): Account
  /** It is open, and its socket is not behind. */
  mayDeliver(): boolean
  /** `ended` is called once, later: with the answer's command_status, or undefined when none came in time or the session ended. */
  deliver(delivery: Delivery, ended: (status: number | undefined) => void): void
}

export interface DeliveryCounters {
  delivered: number
  refused: number // for now: told again later
  unanswered: number // and taken back
  dropped: number // refused for good
  expired: number // waited too long
  surplus: number // the oldest of too many
}

/**
 * What is owed to one account, on this node: its lanes in turn, at most its window unacknowledged, over its sessions. Nothing
 * here is a promise or a timer; whoever holds the queue calls `tick`.
 */
export interface DeliveryQueue {
  readonly accountId: number
  readonly lanes: readonly DeliveryLane[]
  readonly sessions: number
  readonly unanswered: number
  readonly resting: number
  readonly size: number // in memory, with a session or not
  /** Everything in memory, with a session or not. */
  each(visit: (delivery: Delivery) => void): void
  add(receiver: Receiver): void
  remove(receiver: Receiver): void
  pump(): void
  tick(): void
  /** Everything that is not with a session, when there is no session. */
  giveUp(): Delivery[]
}

/** However large the window is asked to be. */
export const WINDOW_MAX = 10_000
/** A session that did not answer is tried again with one delivery after so long. */
const SILENT_MS = 60_000
/** A session that says it is full gets nothing for so long. */
const FULL_MS = 1_000
/** So many refusals in a row: the next success means that the customer's side is well again. */
const STREAK = 10

interface Session {
  readonly receiver: Receiver
  unanswered: number
  restsUntilMs: number
  silent: boolean
}

export function makeDeliveryQueue(parts: {
  accountId: number
  /** The row is over: acknowledged, or dropped. */
  over: (delivery: Delivery) => void
  /** It cannot stay in this node's memory. */
  release: (delivery: Delivery) => void
  /** There is room for more. */
  hungry: (queue: DeliveryQueue) => void
  counters: DeliveryCounters
  keptMs: number
  now: () => number
}): DeliveryQueue {
  const { accountId, counters, now } = parts
  const lanes = [0, 1, 2].map(makeDeliveryLane)
  const sessions: Session[] = []
  let resting: { readonly delivery: Delivery; readonly dueAtMs: number }[] = []
  const flying = new Set<Delivery>()
  let turn = 0
  let refusals = 0
  let told = false // of something dropped, since the last tick

  const laneOf = (delivery: Delivery): DeliveryLane => lanes[delivery.lane] ?? (lanes[2] as DeliveryLane)

  function pump(): void {
    const first = sessions[0]
    if (!first) return
    const limit = limitOf(first.receiver.account(), 'receipts')
    const window = limit > 0 ? Math.min(limit, WINDOW_MAX) : WINDOW_MAX
    const nowMs = now()
    const tooOld = idOfTime(nowMs - parts.keptMs)
    while (flying.size < window) {
      const lane = lanes.find(({ size }) => size > 0)
      const session = lane && freest(nowMs)
      if (!session) break
      const delivery = lane.next()
      if (!delivery) break
      if (delivery.id < tooOld) end(delivery, 'expired')
      else send(session, delivery)
    }
    parts.hungry(queue)
  }

  /** The session with the least unanswered, in turn where they are equal: one that is slow gets what it can take. */
  function freest(nowMs: number): Session | undefined {
    let best: Session | undefined
    for (let step = 1; step <= sessions.length; step++) {
      const session = sessions[(turn + step) % sessions.length] as Session
      if (session.restsUntilMs > nowMs || (session.silent && session.unanswered > 0)) continue
      if (best && session.unanswered >= best.unanswered) continue
      if (session.receiver.mayDeliver()) best = session
    }
    if (best) turn = sessions.indexOf(best)
    return best
  }

  function send(session: Session, delivery: Delivery): void {
    flying.add(delivery)
    session.unanswered += 1
    try {
      session.receiver.deliver(delivery, (status) => answered(session, delivery, status))
    } catch (error) {
      flying.delete(delivery)
      session.unanswered -= 1
      log.error('a delivery cannot be written', { account: accountId, ids: [delivery.messageId], error })
      end(delivery, 'dropped')
    }
  }

  function answered(session: Session, delivery: Delivery, status: number | undefined): void {
    flying.delete(delivery)
    session.unanswered -= 1
    if (status === undefined) {
      session.silent = true
      session.restsUntilMs = now() + SILENT_MS
      counters.unanswered += 1
      takeBack(delivery)
    } else {
      if (session.silent) {
        session.silent = false
        session.restsUntilMs = 0
      }
      judge(session, delivery, status)
    }
    pump()
  }

  function judge(session: Session, delivery: Delivery, status: number): void {
    const answer = answerOf(status, delivery.attempts + 1)
    if (answer === 'taken') {
      if (refusals >= STREAK) resting = resting.map((each) => ({ ...each, dueAtMs: 0 }))
      refusals = 0
      end(delivery, 'delivered')
    } else if (answer === 'refused') {
      if (!told) log.warn('a customer refuses what is delivered', { account: accountId, code: status, ids: [delivery.messageId] })
      told = true
      end(delivery, 'dropped')
    } else {
      refusals += 1
      counters.refused += 1
      delivery.attempts += 1
      if (answer === 'full') session.restsUntilMs = now() + FULL_MS
      if (sessions.length === 0) takeBack(delivery)
      else resting.push({ delivery, dueAtMs: now() + retryAfterMs(delivery.attempts) })
    }
  }

  function end(delivery: Delivery, how: 'delivered' | 'dropped' | 'expired'): void {
    counters[how] += 1
    laneOf(delivery).held -= 1
    parts.over(delivery)
  }

  function takeBack(delivery: Delivery): void {
    if (sessions.length > 0) laneOf(delivery).putBack(delivery)
    else {
      laneOf(delivery).held -= 1
      parts.release(delivery)
    }
  }

  const queue: DeliveryQueue = {
    accountId,
    lanes,
    get sessions() {
      return sessions.length
    },
    get unanswered() {
      return flying.size
    },
    get resting() {
      return resting.length
    },
    get size() {
      return lanes.reduce((sum, { size }) => sum + size, resting.length + flying.size)
    },
    each(visit) {
      for (const lane of lanes) lane.each(visit)
      for (const delivery of flying) visit(delivery)
      for (const { delivery } of resting) visit(delivery)
    },
    add(receiver) {
      sessions.push({ receiver, unanswered: 0, restsUntilMs: 0, silent: false })
      pump()
    },
    remove(receiver) {
      const at = sessions.findIndex((session) => session.receiver.id === receiver.id)
      if (at >= 0) sessions.splice(at, 1)
      pump()
    },
    pump,
    tick() {
      told = false
      const nowMs = now()
      if (resting.some(({ dueAtMs }) => dueAtMs <= nowMs)) {
        for (const { delivery, dueAtMs } of resting) if (dueAtMs <= nowMs) takeBack(delivery)
        resting = resting.filter(({ dueAtMs }) => dueAtMs > nowMs)
      }
      pump()
    },
    giveUp() {
      const all = [...lanes.flatMap((lane) => lane.drain()), ...resting.map(({ delivery }) => delivery)]
      resting = []
      for (const delivery of all) laneOf(delivery).held -= 1
      return all
    },
  }
  return queue
}
