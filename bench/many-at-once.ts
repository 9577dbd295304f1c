import type { BulkResult } from './load.ts'
import { checkAll, waitForReceipts } from './support/check.ts'
import { startChild } from './support/child.ts'
import type { LoopResult } from './support/closed-loop.ts'
import { type Row, rowOf, type Sample, short } from './support/figure.ts'
import { measure } from './support/measure.ts'
import { waitForQuiet } from './support/quiet.ts'
import type { Effort, Stage } from './support/stage.ts'

/**
 * One request with 100,000 numbers: how long until it is answered, and what others wait meanwhile; then
 * status.php for each of its messages, one by one and a thousand at a time.
 */
export async function manyAtOnce(stage: Stage, effort: Effort): Promise<Row[]> {
  const recipients = effort.quick ? 10_000 : 100_000
  const neighbour = await startChild('load.ts')
  try {
    const rows: Row[] = []
    const samples: Sample[] = []
    const waits: LoopResult[] = []
    let last = { id: '', first: 0 }
    for (let repeat = 0; repeat < (effort.quick ? 1 : effort.repeats); repeat++) {
      await waitForQuiet(effort.patienceMs)
      const { sample, wait, id, first } = await once(recipients)
      samples.push(sample)
      waits.push(wait)
      last = { id, first }
    }
    const answers = samples.map(({ messages, perSecond }) => short(messages / perSecond)).join(', ')
    rows.push(rowOf(`one request with ${recipients.toLocaleString('en-US')} numbers, answered after ${answers} s`, samples))
    rows.push(waitRow('meanwhile: another account, 5 connections', waits))
    await waitForQuiet(effort.patienceMs)
    const alone = await singlesFor(1_500)
    await checkAndWait(alone)
    rows.push(waitRow('the same 5 connections without it', [alone.result]))
    for (const perRequest of [1, 1_000]) {
      await waitForQuiet(effort.patienceMs)
      rows.push(await askStates(recipients, last, perRequest))
    }
    return rows
  } finally {
    await neighbour.stop()
  }

  /** Single messages of another account until `until` is over. */
  async function singles<Result>(until: () => Promise<Result>): Promise<{ result: LoopResult; until: Result }> {
    const { centre, other } = stage
    const first = stage.takeRecipients(ENDLESS)
    const plan = { port: centre.httpPort, connections: 5, requests: ENDLESS, first, accounts: other, text: 'latin' }
    const asked = neighbour.ask<LoopResult>('send', plan)
    const done = await until().finally(() => neighbour.ask('stop'))
    const result = await asked
    if (result.refused > 0) throw new Error(`${result.refused} singles were refused: ${result.samples.join(' · ')}`)
    return { result, until: done }
  }

  async function singlesFor(ms: number) {
    const sinceId = await stage.database.lastId()
    await stage.carrier.begin({})
    const { result } = await singles(() => new Promise((resolve) => setTimeout(resolve, ms)))
    return { result, sinceId }
  }

  async function checkAndWait({ result, sinceId }: { result: LoopResult; sinceId: number }): Promise<void> {
    await waitForReceipts(stage, result.accepted, sinceId)
    await checkAll(stage, sinceId, { accepted: result.accepted, parts: 1 })
  }

  async function once(recipients: number) {
    const { carrier, centre, database, load, single } = stage
    const sinceId = await database.lastId()
    await carrier.begin({})
    const first = stage.takeRecipients(recipients)
    const plan = { port: centre.httpPort, accounts: single, first, recipients }
    await load.ask('prepareBulk', plan)
    const { result: bulk, usage } = await measure(stage, async () => {
      const { result, until } = await singles(async () => {
        const answer = await load.ask<BulkResult>('bulk', plan)
        if (answer.refused > 0) throw new Error(`the request with ${recipients} numbers: ${answer.samples.join(' · ')}`)
        return answer
      })
      await waitForReceipts(stage, recipients + result.accepted, sinceId)
      return { ...until, wait: result }
    })
    await checkAll(stage, sinceId, { accepted: recipients + bulk.wait.accepted, parts: 1 })
    const sample: Sample = {
      messages: recipients,
      perSecond: recipients / (bulk.latency.max / 1_000),
      steadyPerSecond: 0,
      latency: undefined,
      usage: { ...usage, loadUs: 0 },
    }
    return { sample, wait: bulk.wait, id: bulk.id, first }
  }

  async function askStates(recipients: number, { id, first }: { id: string; first: number }, perRequest: number): Promise<Row> {
    const { centre, load, single } = stage
    const connections = perRequest === 1 ? 50 : 5
    const plan = { port: centre.httpPort, connections, accounts: single, id, first, recipients, perRequest, status: 1 }
    const { result, usage } = await measure(stage, () => load.ask<LoopResult>('status', plan))
    if (result.refused > 0) throw new Error(`status.php: ${result.refused} of ${result.answered}: ${result.samples.join(' · ')}`)
    const seconds = (result.timeline.lastAtMs - result.timeline.startedAtMs) / 1_000
    const sample = { messages: recipients, perSecond: recipients / seconds, steadyPerSecond: 0, latency: result.latency, usage }
    const how = perRequest === 1 ? 'one by one' : `${perRequest} at a time, ${connections} connections`
    return rowOf(`status.php of each, ${how}`, [sample])
  }
}

const ENDLESS = 1_000_000

/** Requests a second of the neighbour, and what it waited: the longest wait stands in the question. */
function waitRow(question: string, results: readonly LoopResult[]): Row {
  const longest = Math.max(...results.map(({ latency }) => latency.max))
  const samples = results.map(({ answered, latency, timeline }) => ({
    messages: answered,
    perSecond: (answered * 1_000) / (timeline.lastAtMs - timeline.startedAtMs),
    steadyPerSecond: 0,
    latency,
    usage: undefined,
  }))
  return rowOf(`${question} (longest wait ${short(longest)} ms)`, samples)
}
