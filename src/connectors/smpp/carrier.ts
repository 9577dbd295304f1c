import { monotonic, now } from '../../clock.ts'
import { createAdaptiveWindow } from '../../domain/throttle/window.ts'
import { log } from '../../log.ts'
import type { Pdu } from '../../protocols/smpp/pdu.ts'
import type { Connector, ConnectorEvents, LinkState, Outgoing } from '../connector.ts'
import { createBinds } from './binds.ts'
import type { ConnectionEvents } from './connection.ts'
import { createDeliveries, type Query } from './deliveries.ts'
import { createFifo } from './fifo.ts'
import type { Link } from './link.ts'
import { createEncoder, type Part, queryPdu } from './outgoing.ts'
import { createPause } from './pause.ts'
import { createReached } from './reached.ts'
import { createResults } from './results.ts'
import type { SmppSettings } from './settings.ts'
import { createTap } from './tap.ts'
import { createTokenBucket } from './token-bucket.ts'

type Request = Part | Query

const TICK_MS = 100
const QUERIES_MAX = 10_000
const UNBIND_MS = 1_000

/**
 * All binds to one SMPP carrier as one connector. Whatever happens ends in a turn: what came is handed over, then what may go
 * is written, so that responses are always read before more is sent.
 */
export function createCarrier(settings: SmppSettings, name: string): Connector {
  const binds = createBinds<Request>(settings, name)
  const held = createFifo<Part>()
  const queries = createFifo<Query>()
  const encoder = createEncoder(settings)
  const results = createResults(settings)
  const tap = createTap(settings)
  const deliveries = createDeliveries(settings, tap)
  const bucket = createTokenBucket(settings.rate, monotonic())
  const pause = createPause(settings.busyPauseMs, settings.busyPauseMaxMs)
  const window = createAdaptiveWindow(binds.window())
  let events: ConnectorEvents | undefined
  let state: LinkState = 'connecting'
  let reason = 'not started'
  let nowMs = now() // of this turn
  let orders = 0
  let submitted = 0
  let starved = true // free() was 0 when it was last looked at
  let turnSoon = false
  let tickedAt = monotonic()
  let ticker: NodeJS.Timeout | undefined
  let waker: NodeJS.Timeout | undefined
  let stopping = false
  let stopped: Promise<void> | undefined

  /** Parts that window, pause and rate allow. */
  const allowed = (): number => {
    const time = monotonic()
    return Math.min(window.size() - binds.unanswered(), pause.room(time), bucket.available(time))
  }

  const free = (): number => {
    if (!events || stopping || !events.mayWrite()) return 0
    return Math.max(0, Math.min(binds.room(), allowed()) - held.size())
  }

  const turn = (): void => {
    turnSoon = false
    nowMs = now()
    releasePushedBack()
    handOver()
    pump()
    handOver()
    announce()
    wakeLater()
    ending.look()
  }
  const ending = createReached(turn)
  const turnLater = (): void => {
    if (turnSoon) return
    turnSoon = true
    process.nextTick(turn)
  }

  /** After a push-back the order is kept: all that was refused, then all that was never sent. */
  const releasePushedBack = (): void => {
    if (results.waiting() === 0) return
    if (binds.unanswered() === 0 || pause.until(monotonic()) === undefined) results.release(held.takeAll(), nowMs)
  }

  const handOver = (): void => {
    if (!events) return
    const settled = results.take()
    if (settled.length > 0) events.settled(settled)
    deliveries.handOver(events)
    tap.handOver(events)
  }

  /** Writes what window, rate and carrier allow. */
  const pump = (): void => {
    if (held.size() === 0 && queries.size() === 0) return
    const why = hindrance()
    if (why !== undefined) giveBack(why)
    if (held.size() === 0 && (why !== undefined || queries.size() === 0)) return
    let left = allowed()
    for (let link = left > 0 ? binds.widest() : undefined; link; link = left > 0 ? binds.widest() : undefined) {
      const part = held.shift()
      const query = part ? undefined : queries.shift()
      if (part) left -= send(link, part)
      else if (query) link.connection().send(query)
      else return
    }
  }

  /** Why nothing can be written for now, so that nothing should wait here. */
  const hindrance = (): string | undefined => {
    if (stopping) return 'the connector is stopping'
    if (!binds.up()) return `the link is ${state}: ${reason}`
    return events?.mayWrite() ? undefined : 'the lease on this carrier has run out'
  }

  /** 1 when the part was written, else 0 and it is settled. */
  const send = (link: Link<Request>, part: Part): 0 | 1 => {
    if (part.message.expiresAtMs <= nowMs) results.give(part, 'busy', 'the validity period is over', nowMs)
    else if (!link.connection().send(part)) results.give(part, 'rejected', 'the message has no form in SMPP', nowMs)
    else {
      part.sentAtMs = nowMs
      bucket.take()
      pause.sent()
      submitted++
      return 1
    }
    return 0
  }

  const giveBack = (why: string): void => {
    for (const part of held.takeAll()) results.give(part, 'busy', why, nowMs)
  }

  const announce = (): void => {
    const room = free() > 0
    if (room && starved) {
      starved = false
      events?.ready()
      if (free() === 0) starved = true
    } else starved = !room
  }

  /** One timer, for the end of a pause and for the rate. */
  const wakeLater = (): void => {
    if (waker || stopping || !starved) return
    const time = monotonic()
    const waitMs = (pause.until(time) ?? time) - time || bucket.waitMs(time)
    if (waitMs <= 0) return
    waker = setTimeout(() => {
      waker = undefined
      turn()
    }, Math.ceil(waitMs))
  }

  const tell = (next: LinkState, why: string): void => {
    if (next === state && why === reason) return
    state = next
    reason = why
    log.info(`smpp carrier ${next}`, { carrier: name, reason: why })
    events?.link(next, why)
  }
  const tellBinds = (): void => {
    if (!stopping) tell(binds.up() ? 'up' : 'down', binds.trouble() || 'bound')
  }

  const lost = (requests: readonly Request[], why: string): void => {
    if (requests.length > 0) pause.lost()
    for (const request of requests) if (request.command === 'submit_sm') results.give(request, 'unknown', why, nowMs)
  }

  const eventsOf = (link: Link<Request>): ConnectionEvents<Request> => ({
    bound: tellBinds,
    answered(request: Request, pdu: Pdu, waitedMs: number) {
      if (request.command === 'query_sm') {
        if (pdu.command === 'query_sm_resp' && pdu.status === 0) deliveries.addQueried(pdu, request, nowMs)
      } else if (results.answered(request, pdu, nowMs)) {
        window.pushedBack()
        pause.pushedBack(monotonic())
      } else {
        window.answered(waitedMs)
        pause.answered(monotonic())
      }
    },
    expired(requests) {
      for (const { command } of requests) if (command === 'submit_sm') window.pushedBack()
      lost(requests, `no response in ${settings.responseTimeoutSeconds} s`)
    },
    delivered: (pdu) => deliveries.add(pdu, link.connection(), nowMs),
    heard: () => {
      nowMs = now()
    },
    tap,
    captured: (sent, octets, request) => tap.note(sent, octets, request, nowMs),
    turn,
    closed(why, requests) {
      lost(requests, `sent, and then ${why}`)
      tellBinds()
      turn()
    },
    pdu: (request, sequence) =>
      request.command === 'submit_sm'
        ? encoder.pdu(request, sequence, nowMs)
        : queryPdu(request.carrierId, request.from, sequence, settings),
  })

  const tick = (): void => {
    const time = monotonic()
    const elapsedMs = Math.min(time - tickedAt, 2 * TICK_MS) // a process that stood still has not been waiting
    tickedAt = time
    nowMs = now()
    binds.tick(elapsedMs)
    turn()
  }

  /** Into parts, or refused where the carrier has no form for it. */
  const take = (message: Outgoing): void => {
    const parts = encoder.cut(message)
    if (typeof parts === 'string') {
      const numbers = message.parts ?? [1]
      const of = Math.max(...numbers)
      for (const number of numbers) results.give({ message, number, of }, 'rejected', parts, nowMs)
    } else {
      for (const part of parts) {
        part.order = orders++
        held.push(part)
      }
    }
  }

  const stop = async (graceMs: number): Promise<void> => {
    stopping = true
    results.release([], nowMs)
    giveBack('the connector is stopping')
    await ending.reached(() => binds.unanswered() === 0 && binds.owed() === 0, graceMs)
    binds.unbind()
    await ending.reached(binds.allClosed, UNBIND_MS)
    binds.close()
    clearInterval(ticker)
    clearTimeout(waker)
    turn()
    tell('down', 'stopped')
  }

  return {
    start(handlers) {
      events = handlers
      tell('connecting', `to ${settings.host}:${settings.port}`)
      tickedAt = monotonic()
      ticker = setInterval(tick, TICK_MS)
      binds.start(eventsOf)
    },

    free,

    submit(batch) {
      nowMs = now()
      for (const message of batch) take(message)
      pump()
      starved ||= free() === 0
      turnLater()
    },

    query(batch) {
      for (const { carrierId, from } of batch) {
        if (queries.size() < QUERIES_MAX) queries.push({ command: 'query_sm', sentAt: 0, carrierId, from })
      }
      turnLater()
    },

    tap: tap.set,
    stop: (graceMs) => (stopped ??= stop(graceMs)),

    stats() {
      const time = monotonic()
      const until = pause.until(time)
      return {
        state,
        reason,
        window: window.size(),
        windowMax: binds.window(),
        unanswered: binds.unanswered(),
        held: held.size() + results.waiting(),
        pausedUntilMs: until === undefined ? undefined : Math.round(now() + until - time),
        submitted,
        ...results.counts,
        ...deliveries.counts,
        reconnects: binds.reconnects(),
      }
    },
  }
}
