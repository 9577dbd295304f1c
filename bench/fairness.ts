import type { BulkResult } from './load.ts'
import { checkAll, waitForReceipts } from './support/check.ts'
import { startChild } from './support/child.ts'
import { pause } from './support/epoch.ts'
import { printRow, type Row, rowOf } from './support/figure.ts'
import { createHistogram, latencyOf } from './support/histogram.ts'
import type { PacedResult } from './support/paced.ts'
import { isStarted, play } from './support/play.ts'
import { waitForQuiet } from './support/quiet.ts'
import type { Accounts } from './support/requests.ts'
import type { Effort, Stage } from './support/stage.ts'

/**
 * How long a single code takes from its HTTP request to the carrier's socket while a mailing goes out through
 * the same carrier, which answers only so many messages a second: first alone, then beside the mailing, from
 * another account and from the account that mails.
 */
export async function fairness(stage: Stage, effort: Effort): Promise<Row[]> {
  const mailing = effort.quick ? 10_000 : 100_000
  const answersPerSecond = effort.quick ? 1_250 : 2_000
  const rows: Row[] = []
  const note = (row: Row) => {
    printRow(row)
    rows.push(row)
  }
  const strangers = await startChild('load.ts')
  const own = await startChild('load.ts')
  let singlesFrom = 0
  try {
    await waitForQuiet(effort.patienceMs)
    await stage.carrier.begin({ answersPerSecond, watch: WATCHED })
    const alone = await pacedSingles(strangers, stage.other, '7991', async () => pause(effort.quick ? 3_000 : 10_000))
    note(singlesRow('a single to the carrier’s socket, alone', alone.result, await noticed()))

    const sinceId = await stage.database.lastId()
    await stage.carrier.begin({ answersPerSecond, watch: WATCHED })
    const first = stage.takeRecipients(mailing)
    const plan = { port: stage.centre.httpPort, accounts: stage.single, first, recipients: mailing }
    const bulk = await stage.load.ask<BulkResult>('bulk', plan)
    if (bulk.refused > 0) throw new Error(`the mailing: ${bulk.samples.join(' · ')}`)
    const untilSent = async () => {
      while ((await stage.carrier.acknowledged()) < mailing * 0.95) await pause(100)
    }
    const [other, same] = await Promise.all([
      pacedSingles(strangers, stage.other, '7991', untilSent),
      pacedSingles(own, stage.single, '7995', untilSent),
    ])
    const accepted = mailing + other.result.messages.length + same.result.messages.length
    await waitForReceipts(stage, accepted, sinceId)
    await checkAll(stage, sinceId, { accepted, parts: 1 })
    const arrivals = await noticed()
    const where = `while ${mailing.toLocaleString('en-US')} go out at ${answersPerSecond.toLocaleString('en-US')}/s`
    note(singlesRow(`the same ${where}, another account`, other.result, arrivals))
    note(singlesRow(`the same ${where}, the account that mails`, same.result, arrivals))
    return rows
  } finally {
    await Promise.all([strangers.stop(), own.stop()])
  }

  async function pacedSingles(load: typeof own, accounts: Accounts, prefix: string, until: () => Promise<void>) {
    singlesFrom += 100_000
    const plan = { port: stage.centre.httpPort, accounts, perSecond: SINGLES_PER_SECOND, prefix, first: singlesFrom }
    const asked = load.ask<PacedResult>('paced', plan)
    await until().finally(() => load.ask('stop'))
    const result = await asked
    if (result.refused > 0) throw new Error(`${result.refused} singles were refused: ${result.samples.join(' · ')}`)
    return { result: { ...result, prefix } }
  }

  async function noticed(): Promise<ReadonlyMap<string, number>> {
    await pause(500)
    return new Map((await stage.carrier.counters()).noticed)
  }
}

const SINGLES_PER_SECOND = 20
const WATCHED = '799' // no other recipient begins so (support/requests.ts)

function singlesRow(question: string, result: PacedResult & { prefix: string }, arrivals: ReadonlyMap<string, number>): Row {
  const ways = createHistogram()
  const answers = createHistogram()
  for (const [n, sentAtMs, answeredAtMs] of result.messages) {
    const arrivedMs = arrivals.get(`${result.prefix}${String(n).padStart(7, '0')}`)
    if (arrivedMs === undefined) throw new Error(`${question}: message ${n} never came to the carrier`)
    ways.record((arrivedMs - sentAtMs) * 1_000)
    answers.record((answeredAtMs - sentAtMs) * 1_000)
  }
  const { p50, p99 } = latencyOf(answers)
  const row = rowOf(question, [
    { messages: ways.count, perSecond: SINGLES_PER_SECOND, steadyPerSecond: 0, latency: latencyOf(ways), usage: undefined },
  ])
  return { ...row, machine: `HTTP answer ${p50.toFixed(1)} / ${p99.toFixed(1)} ms` }
}

if (isStarted(import.meta.url)) await play({ fairness })
