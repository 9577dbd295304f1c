import { sleep } from '../clock.ts'
import { DAY_MS } from '../domain/calendar.ts'
import type { CallHandler, HandlerAnswer } from '../domain/handler-call.ts'
import { readHandlerUrl } from '../domain/handler-url.ts'
import { EPOCH_MS, idOfTime } from '../domain/message-id.ts'
import type { Notification } from '../domain/notification.ts'
import { sampleOf } from '../domain/notification.ts'
import { decode } from '../domain/text/charset.ts'
import { log } from '../log.ts'
import type { HandlerRow } from '../store/handlers.ts'
import { writeTry } from '../store/notifications.ts'
import type { Session } from '../store/session.ts'
import { type HandlerQueue, makeHandlerQueue, type NotifyCounters } from './handler-queue.ts'
import { type Handlers, openHandlers } from './handlers.ts'
import { makeOutcomes, makeSlots } from './notify-outcomes.ts'
import { eventIdOf, requestOf } from './notify-request.ts'
import type { NotifyStore } from './notify-store.ts'

/**
 * Step 6: customers' handlers are told. What they are to be told stands in the outbox, committed with what it tells of; each
 * account's queue goes its own way, on one node at a time.
 */
export interface Notifications extends Pick<Handlers, 'toldOf' | 'toldOfVirtual'> {
  /** Accounts that are told of incoming messages. */
  incoming(): readonly number[]
  /** Something that these accounts are to be told was committed. */
  wake(accountIds: Iterable<number>): void
  /** Handlers were changed: reads them now. */
  refresh(): Promise<void>
  /** Tells an account's handler a sample, now, and says what it answered. */
  sample(handler: HandlerRow, kind: Notification['kind']): Promise<{ sent: string; answer: HandlerAnswer } | { problem: string }>
  readonly counters: NotifyCounters
  /** Lets calls under way end within `graceMs`; what is left waits for the next start. */
  stop(graceMs: number): Promise<void>
}

const SWEEP_MS = 1_000
const REFRESH_MS = 2_000
const CLAIM_MAX = 200 // accounts at once
const LEASE_MS = 15_000
const RENEW_MS = 4_000
const IDLE_MS = 60_000
/** Calls at once on a node. */
const CALLS_MAX = 256
const SLICE = 2_000
const KEPT_MS = 7 * DAY_MS
const FORGET_MS = 600_000
/** What came of the last calls is written within so long, or not by this node. */
const WRITING_MS = 3_000

export async function startNotifications(parts: {
  store: NotifyStore
  /** For what the nodes read of each other's changes. */
  session: Session
  takeId: () => number
  call: CallHandler
  now: () => number
  chance?: () => number
}): Promise<Notifications> {
  const { store, now } = parts
  const handlers = await openHandlers(parts.session, parts.takeId)
  const chance = parts.chance ?? Math.random
  const counters: NotifyCounters = { delivered: 0, failed: 0, givenUp: 0, stopped: 0 }
  const queues = new Map<number, HandlerQueue>()
  const outcomes = makeOutcomes((batch) => store.storeOutcomes(batch, now()))
  const slots = makeSlots(CALLS_MAX)
  const ending = new AbortController()
  const hurry = new AbortController()
  let named = new Set<number>()
  let claiming: Promise<void> | undefined

  const queueOf = (state: Parameters<HandlerQueue['adopt']>[0]): HandlerQueue => {
    const { accountId } = state
    const known = queues.get(accountId)
    known?.adopt(state)
    const queue =
      known ??
      makeHandlerQueue({
        state,
        handler: () => handlers.of(accountId),
        store: {
          readDue: store.readDue,
          noteHandler: store.noteHandler,
          bringForward: (id) => store.bringForward(id, EPOCH_MS),
          giveUpUntried,
        },
        call: parts.call,
        outcomes,
        slots,
        counters,
        gone: (url) => handlers.stopped(accountId, url),
        now,
        chance,
        hurry: hurry.signal,
      })
    queues.set(accountId, queue)
    return queue
  }

  async function giveUpUntried(accountId: number, beforeMs: number, tried: string): Promise<void> {
    const which = { accountId, beforeMs, untried: true, unheard: false, tried, limit: SLICE }
    for (let count = SLICE; count === SLICE; counters.givenUp += count) count = await store.giveUp({ ...which, nowMs: now() })
  }

  /** Accounts with rows and without a handler that may be called: it was taken away, or wants no more. */
  async function serve(accountId: number, queue: HandlerQueue): Promise<void> {
    const handler = handlers.of(accountId)
    if (handler && handler.url !== handler.stoppedUrl) return queue.poke()
    const reason = handler ? 'The handler answered 410 before: it is called no more.' : 'The account has no handler any more.'
    const tried = writeTry({ atMs: now(), ms: 0, code: 0, reason })
    // A slice with every sweep: the accounts behind it wait.
    const all = { accountId, beforeMs: Number.MAX_SAFE_INTEGER, untried: false, unheard: true, tried }
    counters.givenUp += await store.giveUp({ ...all, limit: SLICE, nowMs: now() })
  }

  async function claim(accountIds?: readonly number[]): Promise<void> {
    const except = [...queues].flatMap(([id, queue]) => (queue.busy ? [id] : []))
    const nowMs = now()
    const found = await store.claim({ nowMs, untilMs: nowMs + LEASE_MS, except, limit: CLAIM_MAX }, accountIds)
    for (const state of found) {
      if (ending.signal.aborted) return
      await serve(state.accountId, queueOf(state)).catch((error: unknown) =>
        log.warn('what an account is to be told stays where it is', { account: state.accountId, error }),
      )
    }
  }

  async function claimNamed(): Promise<void> {
    while (named.size > 0 && !ending.signal.aborted) {
      const accountIds = [...named].slice(0, CLAIM_MAX)
      for (const id of accountIds) named.delete(id)
      await claim(accountIds).catch((error: unknown) => log.warn('handlers wait for the store', { error })) // the sweep finds them
    }
    claiming = undefined
  }

  /** Keeps what this node is at, and gives back what has been quiet. */
  async function renew(): Promise<void> {
    const quiet = [...queues].filter(([, queue]) => !queue.busy && now() - queue.usedAtMs > IDLE_MS).map(([id]) => id)
    if (quiet.length > 0) await drop(quiet)
    const own = [...queues.keys()]
    if (own.length === 0) return
    const kept = new Set(await store.renew(own, now() + LEASE_MS))
    for (const id of own.filter((each) => !kept.has(each))) {
      void queues.get(id)?.stop()
      queues.delete(id)
    }
  }

  async function drop(accountIds: readonly number[]): Promise<void> {
    await Promise.all(accountIds.map((id) => queues.get(id)?.stop()))
    for (const id of accountIds) queues.delete(id)
    await store.renew(accountIds, 0)
  }

  async function forget(): Promise<void> {
    const beforeId = idOfTime(now() - KEPT_MS)
    for (let count = SLICE; count === SLICE && !ending.signal.aborted; ) count = await store.forgetBefore(beforeId, SLICE)
  }

  async function finish(stopped: Promise<unknown>): Promise<void> {
    await stopped
    await Promise.all(loops)
    await claiming
    await outcomes.drained()
    await store.renew([...queues.keys()], 0).catch(() => undefined) // the lease ends by itself
  }

  const every = async (ms: number, work: () => Promise<void>): Promise<void> => {
    while (!ending.signal.aborted) {
      await sleep(ms, ending.signal)
      if (ending.signal.aborted) return
      await work().catch((error: unknown) => log.warn('the handlers wait for the store', { error }))
    }
  }
  const loops = [every(SWEEP_MS, claim), every(REFRESH_MS, handlers.refresh), every(RENEW_MS, renew), every(FORGET_MS, forget)]

  return {
    counters,
    toldOf: handlers.toldOf,
    toldOfVirtual: handlers.toldOfVirtual,
    incoming: () => handlers.incoming,
    wake(accountIds) {
      if (ending.signal.aborted) return
      for (const id of accountIds) {
        const queue = queues.get(id)
        if (queue) queue.poke()
        else named.add(id)
      }
      if (named.size > 0) claiming ??= Promise.resolve().then(claimNamed)
    },
    refresh: handlers.refresh,
    async sample(handler, kind) {
      const to = readHandlerUrl(handler.url)
      const request = requestOf(sampleOf(kind, now()), handler, eventIdOf(0), now())
      if ('problem' in to) return to
      if ('problem' in request) return request
      return { sent: decode(request.body, to.charset), answer: await parts.call(request) }
    },
    async stop(graceMs) {
      ending.abort()
      named = new Set()
      const stopped = Promise.all([...queues.values()].map((queue) => queue.stop()))
      const enough = new AbortController()
      await Promise.race([stopped, sleep(graceMs, enough.signal)])
      enough.abort()
      hurry.abort()
      // The store may be away: what was not written is told again.
      const over = new AbortController()
      await Promise.race([finish(stopped), sleep(WRITING_MS, over.signal)])
      over.abort()
    },
  }
}
