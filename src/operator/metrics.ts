import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LinkStats } from '../connectors/connector.ts'
import { type SmppNodeFigures, smppMetrics } from './metrics-smpp.ts'

/** What a node tells of itself when /metrics is read. Counters are totals since the start. */
export interface NodeFigures {
  readonly pendingRows: number
  readonly commits: {
    readonly commits: number
    readonly rows: number
    readonly retried: number
    readonly poisoned: number
    readonly refused: number
  }
  readonly settle: Readonly<Record<string, number>>
  readonly settlePending: number
  readonly notifications: {
    readonly delivered: number
    readonly failed: number
    readonly givenUp: number
    readonly stopped: number
  }
  /** anew, rerouted, and messages that lose money: warned of, or stopped. */
  readonly routing?: { readonly [what: string]: number }
  readonly incoming: { readonly messages: number; readonly parts: number; readonly joined: number }
  readonly guard: Readonly<Record<string, number>>
  readonly smpp?: SmppNodeFigures
  readonly carriers: readonly {
    readonly name: string
    readonly stats: LinkStats
    readonly queuedMessages: number
    readonly queuedParts: number
    readonly answers: ReadonlyMap<string, number> // by class
    readonly pauses: ReadonlyMap<string, number> // by kind
  }[]
}

/** What only the store knows; read at most every few seconds, whoever asks. */
export interface StoreFigures {
  /** By carrier; '' for what is still to be routed: messages due, and how many seconds the first is late. */
  readonly due: readonly { readonly carrier: string; readonly waiting: number; readonly lagSeconds: number }[]
  readonly deadRows: readonly { readonly table: string; readonly rows: number }[]
  readonly oldestTransactionSeconds: number
  readonly partitionsAhead: number
  readonly freeBytes: number | undefined
  readonly orphanReceipts: number
  readonly handlers: { readonly waiting: number; readonly down: number; readonly stopped: number }
  readonly deliveriesWaiting?: number
}

export interface Metrics {
  /** A request of a script was answered: the error number or 0, and how long it took. */
  answered(script: string, error: number, ms: number): void
  /** A message reached its carrier so long after its acceptance. */
  handedOver(ms: number): void
  render(): Promise<{ type: string; body: string }>
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]

/** The figures of this node for Prometheus. Labels are scripts, carriers and tables: few, and none a customer's. */
export function createMetrics(node: () => NodeFigures, store: () => Promise<StoreFigures>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const answers = new Histogram({
    name: 'heliogram_http_answer_seconds',
    help: 'Time from the reading of a request to its answer, by script',
    labelNames: ['script'],
    buckets: SECONDS,
    registers: [registry],
  })
  const errors = new Counter({
    name: 'heliogram_http_errors_total',
    help: 'Requests answered with an error number, by script',
    labelNames: ['script', 'error'],
    registers: [registry],
  })
  const queue = new Histogram({
    name: 'heliogram_queue_seconds',
    help: 'Time from the acceptance of a message to its first answer by a carrier',
    buckets: SECONDS,
    registers: [registry],
  })
  const byScript = new Map<string, { observe(seconds: number): void }>()

  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `heliogram_${name}`, help, labelNames, registers: [registry] })
  /** Totals are kept elsewhere, cheaply, and shown here as the counters they are. */
  const total = (name: string, help: string, labelNames: string[]) => {
    const counter = new Counter({ name: `heliogram_${name}`, help, labelNames, registers: [registry] })
    return { reset: () => counter.reset(), set: (labels: Record<string, string>, value: number) => counter.inc(labels, value) }
  }
  const pending = gauge('accept_pending_rows', 'Messages that wait for a commit')
  const commits = total(
    'accept_total',
    'Accept commits, rows in them, retries, requests that could not be stored, requests refused for load',
    ['what'],
  )
  const routing = total(
    'routing_total',
    'Messages sent anew without a receipt, taken from carriers that were down, sent at a loss, refused since they would lose, sent a second time under delivery control',
    ['what'],
  )
  const settles = total('settle_total', 'Settle commits, changes in them, and how receipts found their messages', ['what'])
  const settlePending = gauge('settle_pending', 'Changes that wait for a commit')
  const incoming = total('incoming_total', 'Messages from handsets, parts of them, messages joined from parts', ['what'])
  const guard = total('guard_total', 'Messages the guard watched, suspected of traffic pumping, held and refused', ['what'])
  const notifications = total(
    'notifications_total',
    'Calls of customers’ handlers: delivered, failed; notifications given up, handlers that stopped with 410',
    ['what'],
  )
  const linkUp = gauge('carrier_up', '1: a link of the carrier is up', ['carrier'])
  const window = gauge('carrier_window', 'Parts that may be unanswered, learned from the answers', ['carrier'])
  const windowMax = gauge('carrier_window_max', 'Parts that may be unanswered by the settings', ['carrier'])
  const unanswered = gauge('carrier_unanswered', 'Parts sent and not answered', ['carrier'])
  const held = gauge('carrier_held', 'Parts inside the connector, not yet written', ['carrier'])
  const parts = total('carrier_parts_total', 'Parts submitted, and what the carrier answered', ['carrier', 'what'])
  const queued = gauge('carrier_queue_parts', 'Parts that wait in memory for the carrier', ['carrier'])
  const classes = total('carrier_answers_total', 'What carriers refused or failed to deliver, by class', ['carrier', 'class'])
  const pauses = gauge('shaping_pauses', 'Pauses in force by rules for what carriers answer', ['carrier', 'kind'])
  const due = gauge('due_messages', 'Messages in the due queue whose time has come, by carrier; empty: to be routed', ['carrier'])
  const lag = gauge('due_lag_seconds', 'How late the first of them is', ['carrier'])
  const dead = gauge('dead_rows', 'Dead rows the vacuum has not removed, by table', ['table'])
  const oldest = gauge('oldest_transaction_seconds', 'Age of the oldest transaction of the database')
  const ahead = gauge('partitions_ahead', 'Months for which partitions stand ready')
  const free = gauge('disk_free_bytes', 'Free space in the data folder')
  const orphans = gauge('orphan_receipts', 'Receipts of the last day that found no message')
  const outbox = gauge('notifications_waiting', 'Notifications that wait for a customer’s handler')
  const readSmpp = smppMetrics(registry)
  const deliveriesWaiting = gauge(
    'smpp_owed_waiting',
    'Receipts and incoming messages that wait for an SMPP session; at most 100,000',
  )
  const handlers = gauge('handlers', 'Handlers that are down, and that stopped with 410', ['state'])

  function readNode(): void {
    const figures = node()
    for (const counted of [commits, settles, routing, incoming, guard, notifications, parts, classes, pauses]) counted.reset()
    pending.set(figures.pendingRows)
    for (const [what, count] of Object.entries(figures.commits)) commits.set({ what }, count)
    for (const [what, count] of Object.entries(figures.settle)) settles.set({ what }, count)
    settlePending.set(figures.settlePending)
    if (figures.smpp) readSmpp(figures.smpp)
    for (const [what, count] of Object.entries(figures.incoming)) incoming.set({ what }, count)
    for (const [what, count] of Object.entries(figures.guard)) guard.set({ what }, count)
    for (const [what, count] of Object.entries(figures.notifications)) notifications.set({ what }, count)
    for (const [what, count] of Object.entries(figures.routing ?? {})) routing.set({ what }, count)
    for (const { name: carrier, stats, queuedParts, answers, pauses: paused } of figures.carriers) {
      linkUp.set({ carrier }, stats.state === 'up' ? 1 : 0)
      window.set({ carrier }, stats.window)
      windowMax.set({ carrier }, stats.windowMax)
      for (const [name, count] of answers) classes.set({ carrier, class: name }, count)
      for (const [kind, count] of paused) pauses.set({ carrier, kind }, count)
      unanswered.set({ carrier }, stats.unanswered)
      held.set({ carrier }, stats.held)
      queued.set({ carrier }, queuedParts)
      for (const what of PART_COUNTERS) parts.set({ carrier, what }, stats[what])
    }
  }

  async function readStore(): Promise<void> {
    const figures = await store()
    for (const gone of [due, lag, dead]) gone.reset()
    for (const { carrier, waiting, lagSeconds } of figures.due) {
      due.set({ carrier }, waiting)
      lag.set({ carrier }, lagSeconds)
    }
    for (const { table, rows } of figures.deadRows) dead.set({ table }, rows)
    oldest.set(figures.oldestTransactionSeconds)
    ahead.set(figures.partitionsAhead)
    if (figures.freeBytes !== undefined) free.set(figures.freeBytes)
    orphans.set(figures.orphanReceipts)
    outbox.set(figures.handlers.waiting)
    deliveriesWaiting.set(figures.deliveriesWaiting ?? 0)
    handlers.set({ state: 'down' }, figures.handlers.down)
    handlers.set({ state: 'stopped' }, figures.handlers.stopped)
  }

  return {
    answered(script, error, ms) {
      let observer = byScript.get(script)
      if (!observer) {
        observer = answers.labels(script)
        byScript.set(script, observer)
      }
      observer.observe(ms / 1000)
      if (error !== 0) errors.labels(script, String(error)).inc()
    },
    handedOver: (ms) => queue.observe(ms / 1000),
    async render() {
      readNode()
      await readStore().catch(() => undefined) // the store is away: what the node knows is still told
      return { type: registry.contentType, body: await registry.metrics() }
    },
  }
}

const PART_COUNTERS = ['submitted', 'taken', 'rejected', 'busy', 'unknown', 'receipts', 'incoming', 'reconnects'] as const
