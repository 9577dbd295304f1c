import { parseArgs } from 'node:util'
import { answerParent } from './support/child.ts'
import { type LoopResult, runClosedLoop } from './support/closed-loop.ts'
import { type PacedResult, runPaced } from './support/paced.ts'
import { type Accounts, balanceRequest, bulkRequest, sendTemplate, statusRequest, type TextKind } from './support/requests.ts'

/**
 * HTTP load in a process of its own: raw sockets, requests made beforehand. By hand:
 *
 *     node --import tsx bench/load.ts --port 8080 --prefix bench --accounts 1 --requests 100000
 */

export interface SendPlan {
  readonly port: number
  readonly connections: number
  readonly requests: number
  readonly first: number // number of the first recipient
  readonly accounts: Accounts
  readonly text: TextKind
}

export interface BulkPlan {
  readonly port: number
  readonly accounts: Accounts
  readonly first: number
  readonly recipients: number
}

export interface BulkResult extends LoopResult {
  readonly id: string // of the request, for status.php
}

export interface StatusPlan extends BulkPlan {
  readonly connections: number
  readonly id: string
  readonly perRequest: number // more than one: multi questions
  readonly status: number // that every message must have
}

export interface PacedPlan {
  readonly port: number
  readonly accounts: Accounts
  readonly perSecond: number
  readonly prefix: string // the recipients' first four digits
  readonly first: number
}

const isSent = (body: Buffer): boolean => body.toString('latin1', 2, 6) === '"id"'

let stopped = false

/** Single messages, until all are sent or somebody says `stop`. */
function send({ port, connections, requests, first, accounts, text }: SendPlan): Promise<LoopResult> {
  stopped = false
  const fillers = Array.from({ length: connections }, () => {
    const template = sendTemplate(accounts, text)
    return (n: number) => template.fill(first + n, n % accounts.count)
  })
  return runClosedLoop({ port, connections, requests, fillers, isAccepted: isSent, isOver: () => stopped })
}

const once = (port: number, request: Buffer, isAccepted: (body: Buffer) => boolean): Promise<LoopResult> =>
  runClosedLoop({ port, connections: 1, requests: 1, fillers: [() => request], isAccepted, isOver: () => false })

let prepared: Buffer | undefined

/** Makes the request beforehand, so that its making falls into nobody's time. */
function prepareBulk({ accounts, first, recipients }: BulkPlan): void {
  prepared = bulkRequest(accounts, first, recipients)
}

/** One request with many recipients. */
async function bulk(plan: BulkPlan): Promise<BulkResult> {
  const { port, recipients } = plan
  let id = ''
  if (!prepared) prepareBulk(plan)
  const request = prepared ?? Buffer.alloc(0)
  prepared = undefined
  const result = await once(port, request, (body) => {
    const answer: unknown = JSON.parse(body.toString('utf8'))
    if (typeof answer !== 'object' || answer === null || !('id' in answer && 'cnt' in answer)) return false
    id = String(answer.id)
    return answer.cnt === recipients
  })
  return { ...result, id }
}

/** The state of every recipient of one request, one by one or many at a time. */
function status({ port, connections, accounts, id, first, recipients, perRequest, status }: StatusPlan): Promise<LoopResult> {
  const requests = Math.ceil(recipients / perRequest)
  const wanted = `"status": ${status},`
  const countOf = (n: number) => Math.min(perRequest, recipients - n * perRequest)
  const fill = (n: number) => statusRequest(accounts, id, first + n * perRequest, countOf(n))
  const isAccepted =
    perRequest === 1
      ? (body: Buffer) => body.includes(wanted)
      : (body: Buffer) => body.toString('latin1').split(wanted).length - 1 >= Math.min(perRequest, recipients)
  const fillers = Array.from({ length: connections }, () => fill)
  return runClosedLoop({ port, connections, requests, fillers, isAccepted, isOver: () => false })
}

/** Signs every account in once, so that no slow hash falls into a measurement. */
function signIn({ port, accounts }: { port: number; accounts: Accounts }): Promise<LoopResult> {
  const connections = Math.min(4, accounts.count)
  const fillers = Array.from({ length: connections }, () => (n: number) => balanceRequest(accounts, n))
  const isAccepted = (body: Buffer) => body.includes('"balance"')
  return runClosedLoop({ port, connections, requests: accounts.count, fillers, isAccepted, isOver: () => false })
}

/** Single messages at a steady pace, until `stop`; each is noted with the moment it was sent. */
function paced(plan: PacedPlan): Promise<PacedResult> {
  stopped = false
  const template = sendTemplate(plan.accounts, 'latin', plan.prefix)
  return runPaced({ ...plan, fill: (n) => template.fill(n, n % plan.accounts.count), isAccepted: isSent, isOver: () => stopped })
}

if (process.send) {
  const stop = () => {
    stopped = true
  }
  answerParent({ send, prepareBulk, bulk, status, signIn, paced, stop, cpu: () => process.cpuUsage() })
} else {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      connections: { type: 'string', default: '50' },
      requests: { type: 'string', default: '100000' },
      first: { type: 'string', default: '0' },
      prefix: { type: 'string', default: 'bench' }, // of the logins, which end in five digits
      accounts: { type: 'string', default: '1' },
      password: { type: 'string', default: 'bench' },
      text: { type: 'string', default: 'latin' }, // latin: one part; cyrillic: two
    },
  })
  const accounts = { prefix: values.prefix, count: Number(values.accounts), password: values.password }
  const result = await send({
    port: Number(values.port),
    connections: Number(values.connections),
    requests: Number(values.requests),
    first: Number(values.first),
    accounts,
    text: values.text === 'cyrillic' ? 'cyrillic' : 'latin',
  })
  const seconds = (result.timeline.lastAtMs - result.timeline.startedAtMs) / 1_000
  console.log(JSON.stringify({ ...result, timeline: undefined, perSecond: Math.round(result.answered / seconds) }, null, 2))
}
