import { manyAtOnce } from './many-at-once.ts'
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
 * How many messages a second go the whole way: HTTP request, database, SMPP carrier, receipt, final state.
 * A message counts when the centre acknowledges its receipt, which it does once the state is durable.
 */
export async function deliver(stage: Stage, effort: Effort): Promise<Row[]> {
  const { single, many } = stage
  const rows: Row[] = []
  const note = (row: Row) => {
    printRow(row)
    rows.push(row)
  }
  await deliverOnce(stage, { accounts: single, text: 'latin', requests: effort.quick ? 3_000 : 20_000, receipts: 'now' })
  for (const run of [
    { question: 'to the receipt, at once, 1 account', accounts: single, text: 'latin', receipts: 'now' },
    { question: `to the receipt, at once, ${many.count} accounts`, accounts: many, text: 'latin', receipts: 'now' },
    { question: 'to the receipt, 1.5 s late, 1 account', accounts: single, text: 'latin', receipts: 'late' },
    { question: `to the receipt, 1.5 s late, ${many.count} accounts`, accounts: many, text: 'latin', receipts: 'late' },
    { question: 'to the receipt, at once, 1 account, two parts in UCS-2', accounts: single, text: 'cyrillic', receipts: 'now' },
    {
      question: 'to the receipt, 1.5 s late, 1 account, two parts in UCS-2',
      accounts: single,
      text: 'cyrillic',
      receipts: 'late',
    },
  ] as const) {
    if (!effort.asks(run.question)) continue
    const samples: Sample[] = []
    for (let repeat = 0; repeat < (effort.quick ? 1 : effort.repeats); repeat++) {
      await waitForQuiet(effort.patienceMs)
      samples.push(await deliverOnce(stage, { ...run, requests: effort.quick ? 8_000 : MESSAGES }))
    }
    note(rowOf(run.question, samples))
  }
  if (effort.asks('one request')) for (const row of await manyAtOnce(stage, effort)) note(row)
  await stage.centre.command('audit')
  return rows
}

const CONNECTIONS = 50
/** Enough that what the last message waits for its late receipt is not a tenth of the run. */
const MESSAGES = 200_000

interface DeliverRun {
  readonly accounts: Accounts
  readonly text: TextKind
  readonly requests: number
  readonly receipts: 'now' | 'late'
}

async function deliverOnce(stage: Stage, { accounts, text, requests, receipts }: DeliverRun): Promise<Sample> {
  const { carrier, centre, database, load } = stage
  const parts = text === 'cyrillic' ? 2 : 1
  const sinceId = await database.lastId()
  await carrier.begin({ receipts })
  const plan = {
    port: centre.httpPort,
    connections: CONNECTIONS,
    requests,
    first: stage.takeRecipients(requests),
    accounts,
    text,
  }
  const { result, usage } = await measure(stage, async () => {
    const sent = await load.ask<LoopResult>('send', plan)
    if (sent.refused > 0) throw new Error(`${sent.refused} of ${requests} were refused: ${sent.samples.join(' · ')}`)
    await waitForReceipts(stage, requests * parts, sinceId)
    return sent
  })
  const { acknowledged } = await carrier.counters()
  await checkAll(stage, sinceId, { accepted: result.accepted, parts })
  const seconds = (acknowledged.lastAtMs - result.timeline.startedAtMs) / 1_000
  return {
    messages: requests,
    perSecond: requests / seconds,
    steadyPerSecond: steadyRate(acknowledged) / parts,
    latency: result.latency,
    usage,
  }
}

if (isStarted(import.meta.url)) await play({ deliver })
