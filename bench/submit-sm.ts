import type { SubmitPlan, SubmitResult } from './smpp-load.ts'
import { checkAll, waitForReceipts } from './support/check.ts'
import { type Child, startChild } from './support/child.ts'
import { printRow, type Row, rowOf, type Sample } from './support/figure.ts'
import { measure } from './support/measure.ts'
import { isStarted, play } from './support/play.ts'
import { waitForQuiet } from './support/quiet.ts'
import { loginOf } from './support/requests.ts'
import type { Effort, Stage } from './support/stage.ts'
import { steadyRate, type Timeline } from './support/timeline.ts'

/**
 * How many submit_sm a second are answered with the message durable and paid for; beside it, under the same load, what a bare
 * server made with the npm package `smpp` answers that stores nothing; and the whole way: SMPP in, SMPP carrier, receipt,
 * deliver_sm to the customer, counted when it came there.
 *
 * As in `accept`, the carrier answers nothing while submits are measured, and every message is counted afterwards.
 */
export async function submitSm(stage: Stage, effort: Effort): Promise<Row[]> {
  const load = await startChild('smpp-load.ts')
  const echo = await startChild('smpp-echo.ts')
  try {
    const scene = await openScene(stage, load, echo)
    const rows: Row[] = []
    await submitOnce(scene, { server: 'centre', binds: 1, window: 100, requests: effort.quick ? 2_000 : RUN })
    for (const run of runs(effort.quick)) {
      const question = questionOf(run)
      if (!effort.asks(question)) continue
      const samples: Sample[] = []
      for (let repeat = 0; repeat < (effort.quick ? 1 : effort.repeats); repeat++) {
        await waitForQuiet(effort.patienceMs)
        samples.push(await PLAY[run.server](scene, run))
      }
      const row = rowOf(question, samples)
      printRow(row)
      rows.push(row)
    }
    await stage.centre.command('audit')
    return rows
  } finally {
    await load.stop()
    await echo.stop()
  }
}

interface Run {
  readonly server: keyof typeof PLAY
  readonly binds: number
  readonly window: number // of each bind
  readonly requests: number
  readonly long?: true
}

const RUN = 24_000 // what one customer's half of a carrier's queue keeps in memory (src/lifecycle/carrier-queue.ts)
const LONG_RUN = 200_000
const WINDOWS = [1, 10, 100, 1_000]
const BINDS = [1, 10]

/** A window of 1 waits for a commit with each message, so a run of it is shorter. */
const runs = (quick: boolean): Run[] => {
  const size = (requests: number) => (quick ? Math.ceil(requests / 20) : requests)
  const each = (server: Run['server']): Run[] =>
    BINDS.flatMap((binds) =>
      WINDOWS.map((window) => ({ server, binds, window, requests: size(window === 1 ? 3_000 * binds : RUN) })),
    )
  const long = (server: Run['server']): Run[] =>
    BINDS.map((binds) => ({ server, binds, window: 100, requests: size(LONG_RUN), long: true }))
  return [...each('centre'), ...long('centre'), ...each('echo'), ...long('receipts')]
}

const WORDS: Readonly<Record<Run['server'], string>> = {
  centre: 'submit_sm',
  echo: 'bare echo of npm smpp, nothing stored',
  receipts: 'submit_sm to the receipt at the customer',
}

const questionOf = ({ server, binds, window, long }: Run): string =>
  `${WORDS[server]}, ${binds} ${binds === 1 ? 'bind' : 'binds'}, window ${window}${long ? ', long' : ''}`

interface Scene {
  readonly stage: Stage
  readonly echo: Child
  readonly echoPort: number
  readonly login: string
  readonly password: string
}

const PLAY = { centre: submitOnce, echo: echoOnce, receipts: receiptsOnce } as const

/** No limit of the account is in the way, and its receipts do not wait for each other. */
async function openScene(stage: Stage, load: Child, echo: Child): Promise<Scene> {
  const login = loginOf(stage.single, 0)
  await stage.centre.admin('PATCH', `/accounts/${login}/limits`, { throughput: 0, receipts: 1_000 })
  const opened = await stage.centre.admin('POST', `/accounts/${login}/smpp-password`)
  const password = (opened as { password: string }).password
  return { stage: { ...stage, load }, echo, echoPort: await echo.ask<number>('port'), login, password }
}

async function submitOnce(scene: Scene, run: Run): Promise<Sample> {
  const { stage } = scene
  const { carrier, database } = stage
  const sinceId = await database.lastId()
  await carrier.begin({ held: true })
  const { result, usage } = await measure(stage, () => submit(scene, run))
  await carrier.change({ held: false })
  await waitForReceipts(stage, run.requests, sinceId)
  await checkAll(stage, sinceId, { accepted: result.accepted, parts: 1 })
  return sampleOf(run, result, result.timeline, usage)
}

/** The echo's CPU and memory stand in the centre's column. */
async function echoOnce(scene: Scene, run: Run): Promise<Sample> {
  const { echo, echoPort, stage } = scene
  const inItsPlace: Stage = { ...stage, centre: { ...stage.centre, pid: echo.pid, smppPort: echoPort } }
  const { result, usage } = await measure(inItsPlace, () => submit({ ...scene, stage: inItsPlace }, run))
  return sampleOf(run, result, result.timeline, usage)
}

async function receiptsOnce(scene: Scene, run: Run): Promise<Sample> {
  const { stage } = scene
  const sinceId = await stage.database.lastId()
  await stage.carrier.begin({ receipts: 'now' })
  const { result, usage } = await measure(stage, () => submit(scene, run, true))
  await waitForReceipts(stage, run.requests, sinceId)
  await checkAll(stage, sinceId, { accepted: result.accepted, parts: 1 })
  return sampleOf(run, result, result.receipts, usage)
}

async function submit({ stage, login, password }: Scene, run: Run, receipts = false): Promise<SubmitResult> {
  const { binds, window, requests } = run
  const plan: SubmitPlan = {
    port: stage.centre.smppPort,
    login,
    password,
    binds,
    window,
    requests,
    first: stage.takeRecipients(requests),
    receipts,
  }
  const result = await stage.load.ask<SubmitResult>('submit', plan)
  if (result.refused > 0) throw new Error(`${result.refused} of ${requests} were refused: ${result.samples.join(' · ')}`)
  return result
}

const sampleOf = ({ requests }: Run, { latency }: SubmitResult, timeline: Timeline, usage: Sample['usage']): Sample => ({
  messages: requests,
  perSecond: (requests * 1_000) / (timeline.lastAtMs - timeline.startedAtMs),
  steadyPerSecond: steadyRate(timeline),
  latency,
  usage,
})

if (isStarted(import.meta.url)) await play({ 'submit-sm': submitSm })
