import { answerParent } from './support/child.ts'
import type { LoopResult } from './support/closed-loop.ts'
import { createHistogram, latencyOf } from './support/histogram.ts'
import { createIdLedger } from './support/id-ledger.ts'
import { bindClient, type Run } from './support/smpp-client.ts'
import { submitTemplate } from './support/submit-template.ts'
import { createTimeline, type Timeline } from './support/timeline.ts'

/** SMPP load in a process of its own: raw sockets, PDUs made beforehand, full windows. */
export interface SubmitPlan {
  readonly port: number
  readonly login: string
  readonly password: string
  readonly binds: number
  readonly window: number // of each bind
  readonly requests: number // over all binds
  readonly first: number // number of the first recipient
  /** Ask for receipts and wait until each has come. */
  readonly receipts: boolean
}

export interface SubmitResult extends LoopResult {
  /** Receipts as they came here. */
  readonly receipts: Timeline
}

const SAMPLES_MAX = 3
const STALLED_MS = 30_000

async function submit({ port, login, password, binds, window, requests, first, receipts }: SubmitPlan): Promise<SubmitResult> {
  const histogram = createHistogram()
  const ledger = createIdLedger()
  const samples: string[] = []
  let answers = createTimeline()
  let arrivals = createTimeline()
  let started = 0
  let answered = 0
  let accepted = 0
  let received = 0
  let turn = { answered: 0, received: 0 }
  let movedMs = performance.now()

  const { promise: over, resolve: finish, reject: fail } = withResolvers()
  const run: Run = {
    window,
    next() {
      if (started === requests) return undefined
      started += 1
      return first + started - 1
    },
    answered(bytes, idAt, status, waitedMs) {
      histogram.record(waitedMs * 1_000)
      turn.answered += 1
      if (status === 0) {
        accepted += 1
        if (receipts) ledger.answered(bytes, idAt)
      } else if (samples.length < SAMPLES_MAX) samples.push(`command_status 0x${status.toString(16)}`)
    },
    receipted(bytes, idAt) {
      turn.received += 1
      ledger.receipted(bytes, idAt)
    },
    turned(nowMs) {
      if (turn.answered === 0 && turn.received === 0) return
      movedMs = nowMs
      const atMs = performance.timeOrigin + nowMs
      if (turn.answered > 0) answers.add(turn.answered, atMs)
      if (turn.received > 0) arrivals.add(turn.received, atMs)
      answered += turn.answered
      received += turn.received
      turn = { answered: 0, received: 0 }
      if (answered === requests && (!receipts || received >= accepted)) finish()
    },
    lost: (reason) => fail(new Error(`after ${answered} answers and ${received} receipts: ${reason}`)),
  }
  const watchdog = setInterval(() => {
    if (performance.now() - movedMs > STALLED_MS) run.lost('nothing has moved for 30 s')
  }, 1_000)
  try {
    const client = { login, password, template: submitTemplate(receipts) }
    const clients = await Promise.all(Array.from({ length: binds }, () => bindClient(port, client, run)))
    answers = createTimeline()
    arrivals = createTimeline()
    for (const one of clients) one.begin()
    await over
    await Promise.all(clients.map((one) => one.end()))
  } finally {
    clearInterval(watchdog)
  }

  const { twice, unknown, missing } = ledger.read()
  if (receipts && twice + unknown + missing > 0) {
    throw new Error(`WRONG: of ${accepted} messages ${missing} have no receipt; ${twice} came twice, ${unknown} are nobody's`)
  }
  return {
    answered,
    accepted,
    refused: answered - accepted,
    samples,
    latency: latencyOf(histogram),
    timeline: answers.read(),
    receipts: arrivals.read(),
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<void>((onDone, onFailed) => {
    resolve = onDone
    reject = onFailed
  })
  promise.catch(() => {}) // the one who waits comes later
  return { promise, resolve, reject }
}

answerParent({ submit })
