import { checkAll, waitForReceipts } from './support/check.ts'
import type { LoopResult } from './support/closed-loop.ts'
import { printRow, type Row, rowOf, type Sample } from './support/figure.ts'
import { measure } from './support/measure.ts'
import { isStarted, play } from './support/play.ts'
import { waitForQuiet } from './support/quiet.ts'
import type { Accounts, TextKind } from './support/requests.ts'
import type { Effort, Stage } from './support/stage.ts'
import { steadyRate } from './support/timeline.ts'

/**
 * How many requests a second are answered with the message durable and paid for.
 *
 * The carrier is bound, takes what fits its window and answers nothing while it is measured; so messages
 * are routed, handed over or queued as always, but no answer or receipt is worked on. A run stays below
 * what one carrier's queue keeps in memory. Afterwards the carrier answers everything, and every message is
 * counted: accepted, stored, charged, delivered.
 */
export async function accept(stage: Stage, effort: Effort): Promise<Row[]> {
  const { single, many } = stage
  const rows: Row[] = []
  await acceptOnce(stage, { accounts: single, text: 'latin', requests: effort.quick ? 3_000 : QUEUE_PARTS, connections: 50 })
  for (const run of [
    { question: `accept, 50 connections, 1 account`, accounts: single, text: 'latin', connections: 50 },
    { question: `accept, 50 connections, ${many.count} accounts`, accounts: many, text: 'latin', connections: 50 },
    { question: `accept, 200 connections, 1 account`, accounts: single, text: 'latin', connections: 200 },
    { question: 'accept, 50 connections, 1 account, two parts in UCS-2', accounts: single, text: 'cyrillic', connections: 50 },
  ] as const) {
    if (!effort.asks(run.question)) continue
    const parts = run.text === 'cyrillic' ? 2 : 1
    const requests = (effort.quick ? 8_000 : QUEUE_PARTS) / parts
    const samples: Sample[] = []
    for (let repeat = 0; repeat < (effort.quick ? 1 : effort.repeats + 2); repeat++) {
      await waitForQuiet(effort.patienceMs)
      samples.push(await acceptOnce(stage, { ...run, requests }))
    }
    const row = rowOf(run.question, samples)
    printRow(row)
    rows.push(row)
  }
  return rows
}

const QUEUE_PARTS = 24_000 // half of a carrier's queue is kept free of sharing rules (src/lifecycle/carrier-queue.ts)

interface AcceptRun {
  readonly accounts: Accounts
  readonly text: TextKind
  readonly requests: number
  readonly connections: number
}

async function acceptOnce(stage: Stage, { accounts, text, requests, connections }: AcceptRun): Promise<Sample> {
  const { carrier, centre, database, load } = stage
  const parts = text === 'cyrillic' ? 2 : 1
  const sinceId = await database.lastId()
  await carrier.begin({ held: true })
  const plan = { port: centre.httpPort, connections, requests, first: stage.takeRecipients(requests), accounts, text }
  const { result, usage } = await measure(stage, () => load.ask<LoopResult>('send', plan))
  if (result.refused > 0) throw new Error(`${result.refused} of ${requests} were refused: ${result.samples.join(' · ')}`)

  await carrier.change({ held: false })
  await waitForReceipts(stage, requests * parts, sinceId)
  await checkAll(stage, sinceId, { accepted: result.accepted, parts })
  const seconds = (result.timeline.lastAtMs - result.timeline.startedAtMs) / 1_000
  return {
    messages: requests,
    perSecond: requests / seconds,
    steadyPerSecond: steadyRate(result.timeline),
    latency: result.latency,
    usage,
  }
}

if (isStarted(import.meta.url)) await play({ accept })
