import { type CallHandler, explainAnswer, type HandlerAnswer, verdictOf } from '../domain/handler-call.ts'
import { boundedRetryAfter, DOWN_AFTER, GIVEN_UP_AFTER_MS, nextCallAt, probePauseMs } from '../domain/notify-schedule.ts'
import { log } from '../log.ts'
import type { HandlerRow, HandlerState } from '../store/handlers.ts'
import { writeTry } from '../store/notifications.ts'
import type { Outcome, Waiting } from '../store/outbox.ts'
import type { Outcomes, Slots } from './notify-outcomes.ts'
import { eventIdOf, notificationOf, requestOf } from './notify-request.ts'
import { storable } from './storable.ts'

/** What an account's queue asks of the store. */
export interface HandlerQueueStore {
  readDue(accountId: number, nowMs: number, limit: number): Promise<Waiting[]>
  noteHandler(state: HandlerState): Promise<void>
  bringForward(accountId: number): Promise<void>
  /** Gives up what was never called for and is older than a day; all of it. */
  giveUpUntried(accountId: number, beforeMs: number, tried: string): Promise<void>
}

export interface NotifyCounters {
  delivered: number
  failed: number // calls that did not succeed
  givenUp: number
  stopped: number // handlers that answered 410
}

/**
 * The queue of one account's handler. Rows stay in the database: two hundred at most are in memory, some are being told.
 * Statuses of one message are told one after the other. A handler that fails is called less, one at a time; one that is down
 * only now and then, with the row that has waited longest, until it answers: then all that waits goes out in its old order.
 */
export interface HandlerQueue {
  /** Something may be due. */
  poke(): void
  /** What the store knows of the handler, where somebody else may have changed it. */
  adopt(state: HandlerState): void
  readonly busy: boolean
  readonly usedAtMs: number
  /** No more calls begin; those under way end, at once when `hurry` aborts. */
  stop(): Promise<void>
}

const READ_MAX = 200
/** Calls at once: so many at first, more while it answers quickly, few when it fails or is slow. */
const CALLS_FIRST = 8
const CALLS_MAX = 64
const CALLS_WARY = 2
/** A handler that takes longer for an answer keeps others waiting. */
const SLOW_MS = 5_000

export function makeHandlerQueue(parts: {
  state: HandlerState
  handler: () => HandlerRow | undefined
  store: HandlerQueueStore
  call: CallHandler
  outcomes: Outcomes
  slots: Slots
  counters: NotifyCounters
  gone: (url: string) => void
  now: () => number
  chance: () => number
  hurry: AbortSignal
}): HandlerQueue {
  const { store, slots, counters, now } = parts
  const { accountId } = parts.state
  let state = parts.state
  let queue: Waiting[] = []
  /** Rows that are being told, or whose outcome is not durable yet. */
  const held = new Set<number>()
  const talkedOf = new Set<number>() // messages
  let calls = 0
  let unfinished = 0 // calls, and those whose outcome is not stored yet
  let recovering = false
  let failures = 0 // in a row
  let allowed = CALLS_FIRST
  let reading = false
  let more = true // there may be rows that were not read
  let noting: Promise<void> | undefined
  let ended = false
  let usedAtMs = now()
  const idle: (() => void)[] = []

  const isStopped = (handler: HandlerRow): boolean => handler.url === state.stoppedUrl
  /** One that hangs with all its calls leaves three quarters of the node's to others. */
  const fairShare = (): number => Math.max(CALLS_WARY, Math.floor((calls + slots.left) / 4))
  const callsMost = (): number => (state.probes > 0 ? 1 : Math.min(allowed, fairShare()))

  function pump(): void {
    const handler = parts.handler()
    if (recovering && unfinished === 0 && !noting) recover()
    if (ended || noting || recovering || !handler || isStopped(handler) || now() < state.nextAtMs) {
      more ||= queue.length > 0
      queue = []
    } else {
      while (calls < callsMost()) {
        const at = queue.findIndex(({ messageId }) => !talkedOf.has(messageId))
        const row = queue[at]
        if (!row || !slots.take(pump)) break
        queue.splice(at, 1)
        void tell(row, handler)
      }
      if (queue.length === 0 && more && !reading && calls < callsMost()) void read()
    }
    if (calls === 0 && !noting) for (const done of idle.splice(0)) done()
  }

  async function read(): Promise<void> {
    reading = true
    more = false
    const limit = (state.probes > 0 ? 1 : READ_MAX) + held.size
    try {
      const rows = await store.readDue(accountId, now(), limit)
      queue = rows.filter(({ id }) => !held.has(id))
      if (rows.length === limit) more = true
    } catch (error) {
      log.warn('what a handler is to be told cannot be read', { account: accountId, error }) // the sweep comes back
    }
    reading = false
    if (queue.length > 0) pump()
  }

  async function tell(row: Waiting, handler: HandlerRow): Promise<void> {
    calls += 1
    unfinished += 1
    held.add(row.id)
    if (row.messageId > 0) talkedOf.add(row.messageId)
    usedAtMs = now()
    const startedAtMs = now()
    const answer = await ask(row, handler)
    calls -= 1
    talkedOf.delete(row.messageId)
    usedAtMs = now()
    if (answer === 'aborted') {
      held.delete(row.id)
      unfinished -= 1
    } else {
      const outcome = typeof answer === 'string' ? untold(row, answer) : judge(row, handler, answer, startedAtMs)
      parts.outcomes.add(outcome, (stored) => {
        if (stored) held.delete(row.id) // else it is not told again by this node
        unfinished -= 1
        if (more || recovering) pump()
      })
    }
    slots.free()
    pump()
  }

  /** Nothing could be sent, and nothing ever will. */
  function untold(row: Waiting, reason: string): Outcome {
    counters.givenUp += 1
    const tried = writeTry({ atMs: now(), ms: 0, code: 0, reason })
    return { accountId, id: row.id, dueAtMs: row.dueAtMs, tried, end: 'given up' }
  }

  /** A sentence instead of an answer: there is nothing to send. */
  async function ask(row: Waiting, handler: HandlerRow): Promise<HandlerAnswer | 'aborted' | string> {
    const notification = notificationOf(row, handler.tracksParts)
    const request = notification && requestOf(notification, handler, eventIdOf(row.id), now())
    if (!request) return 'What it tells of is no longer stored.'
    if ('problem' in request) return request.problem
    const answer = await parts.call(request, parts.hurry)
    return answer.code === 0 && parts.hurry.aborted ? 'aborted' : answer
  }

  function judge(row: Waiting, handler: HandlerRow, answer: HandlerAnswer, startedAtMs: number): Outcome {
    const reason = storable(explainAnswer(answer))
    const tried = writeTry({ atMs: startedAtMs, ms: answer.ms, code: answer.code, reason })
    const outcome = { accountId, id: row.id, dueAtMs: row.dueAtMs, tried }
    const verdict = verdictOf(answer)
    if (verdict === 'delivered') {
      counters.delivered += 1
      failures = 0
      if (answer.ms > SLOW_MS) allowed = CALLS_WARY
      else if (calls + 1 >= allowed) allowed = Math.min(CALLS_MAX, allowed + 1)
      if (state.probes > 0) recovering = true
      return { ...outcome, end: 'delivered' }
    }
    counters.failed += 1
    failures += 1
    allowed = CALLS_WARY
    if (verdict === 'gone') {
      stopAt(handler.url, reason)
      counters.givenUp += 1
      return { ...outcome, end: 'given up' }
    }
    pause(answer, reason, startedAtMs)
    const firstAtMs = row.firstAtMs || startedAtMs
    const attempts = row.attempts + 1
    const nextAtMs = nextCallAt({
      firstAtMs,
      atMs: now(),
      attempts,
      chance: parts.chance(),
      retryAfterMs: answer.retryAfterMs,
    })
    if (nextAtMs === undefined) counters.givenUp += 1
    return { ...outcome, end: nextAtMs === undefined ? 'given up' : { nextAtMs, firstAtMs, attempts } }
  }

  function pause(answer: HandlerAnswer, reason: string, startedAtMs: number): void {
    if (now() < state.nextAtMs) return // another call of the same moment has found it
    if (answer.retryAfterMs !== undefined) {
      note({ ...state, nextAtMs: now() + boundedRetryAfter(answer.retryAfterMs), reason })
    } else if (state.probes > 0 || failures >= DOWN_AFTER) {
      const downSinceMs = state.downSinceMs || startedAtMs
      const nextAtMs = now() + probePauseMs(state.probes, parts.chance())
      if (state.probes === 0) log.warn('a handler is down', { account: accountId, reason })
      note({ ...state, nextAtMs, probes: state.probes + 1, downSinceMs, reason })
      const beforeMs = now() - GIVEN_UP_AFTER_MS
      if (downSinceMs > beforeMs) return
      const tried = writeTry({ atMs: now(), ms: 0, code: 0, reason: `Given up: the handler has been down for a day. ${reason}` })
      after(() => store.giveUpUntried(accountId, beforeMs, tried))
    }
  }

  /** All that was told while it was down is stored: what failed may take its old place. */
  function recover(): void {
    recovering = false
    log.info('a handler answers again', { account: accountId })
    note({ ...state, nextAtMs: 0, probes: 0, downSinceMs: 0, reason: '' })
    queue = []
    more = true
    after(() => store.bringForward(accountId))
  }

  function stopAt(url: string, reason: string): void {
    if (state.stoppedUrl === url) return
    counters.stopped += 1
    log.warn('a handler wants no more', { account: accountId, reason })
    note({ ...state, reason, stoppedUrl: url })
    parts.gone(url)
  }

  function note(next: HandlerState): void {
    state = next
    after(() => store.noteHandler(next))
  }

  /** One after the other; nothing is told meanwhile. */
  function after(work: () => Promise<void>): void {
    const done = (noting ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => log.warn('what is known of a handler cannot be stored', { account: accountId, error }))
      .then(() => {
        if (noting !== done) return
        noting = undefined
        pump()
      })
    noting = done
  }

  return {
    poke() {
      more = true
      pump()
    },
    adopt(next) {
      if (!noting) state = next
    },
    get busy() {
      return calls > 0 || reading || queue.length > 0 || noting !== undefined
    },
    get usedAtMs() {
      return usedAtMs
    },
    stop: () =>
      new Promise((resolve) => {
        ended = true
        idle.push(resolve)
        pump()
      }),
  }
}
