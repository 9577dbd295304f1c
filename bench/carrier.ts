import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { type CarrierLink, type CarrierOptions, type CarrierTally, serveLink } from './support/carrier-link.ts'
import { answerParent } from './support/child.ts'
import { TICK_MS } from './support/delay-line.ts'
import { epochMs } from './support/epoch.ts'
import { RECEIPT } from './support/smpp-frames.ts'
import { createTimeline, type Timeline } from './support/timeline.ts'

/**
 * A carrier that takes everything, in a process of its own and as cheap as JavaScript allows: it shares the
 * cores with what is measured. By hand:
 *
 *     node --import tsx bench/carrier.ts --port 2775 --receipts late --after 1500
 *     kill -USR2 PID     prints its counters
 */

export interface CarrierCounters {
  readonly submits: number
  readonly receiptsWanted: number
  readonly receiptsSent: number
  readonly receiptsAcknowledged: number
  readonly receiptsRefused: number
  readonly unexpected: number
  readonly connections: number
  readonly cpuMs: number
  /** Receipts acknowledged, which the centre does once they are durable. */
  readonly acknowledged: Timeline
  readonly noticed: readonly (readonly [destination: string, atMs: number])[]
}

const NOTICED_MAX = 100_000

function startCarrier(options: CarrierOptions) {
  const links = new Set<CarrierLink>()
  let timeline = createTimeline()
  let noticed: [string, number][] = []
  let ids = 7_000_000_000
  let nextAnswerMs = 0
  let tail: { minute: number; bytes: Buffer } = { minute: 0, bytes: Buffer.alloc(0) }

  const tally: CarrierTally = {
    submits: 0,
    receiptsWanted: 0,
    receiptsSent: 0,
    receiptsRefused: 0,
    unexpected: 0,
    takeId: () => ++ids,
    answerDueMs(nowMs) {
      if (options.answersPerSecond === 0) return nowMs
      nextAnswerMs = Math.max(nowMs, nextAnswerMs) + 1_000 / options.answersPerSecond
      return nextAnswerMs
    },
    acknowledged: (count, nowMs) => timeline.add(count, nowMs),
    noticed: (destination, atMs) => {
      if (noticed.length < NOTICED_MAX) noticed.push([destination, atMs])
    },
    receiptTail() {
      const minute = Math.floor(Date.now() / 60_000)
      if (minute !== tail.minute) tail = { minute, bytes: RECEIPT.after(stampOf(minute * 60_000)) }
      return tail.bytes
    },
  }

  const server = createServer({ noDelay: true }, (socket) => {
    const link = serveLink(socket, options, tally)
    links.add(link)
    socket.on('error', () => {}) // a close follows
    socket.on('close', () => links.delete(link))
  })
  setInterval(() => {
    const nowMs = epochMs()
    for (const link of links) link.tick(nowMs)
  }, TICK_MS)

  const counters = (): CarrierCounters => {
    const { submits, receiptsWanted, receiptsSent, receiptsRefused, unexpected } = tally
    const { user, system } = process.cpuUsage()
    const acknowledged = timeline.read()
    return {
      submits,
      receiptsWanted,
      receiptsSent,
      receiptsAcknowledged: acknowledged.total,
      receiptsRefused,
      unexpected,
      connections: links.size,
      cpuMs: (user + system) / 1_000,
      acknowledged,
      noticed,
    }
  }

  return {
    counters,
    acknowledged: () => timeline.read().total,
    change: (changed: Partial<CarrierOptions>) => void Object.assign(options, changed),
    reset() {
      Object.assign(tally, { submits: 0, receiptsWanted: 0, receiptsSent: 0, receiptsRefused: 0, unexpected: 0 })
      timeline = createTimeline()
      noticed = []
    },
    listen: (port: number) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          const address = server.address()
          resolve(typeof address === 'object' && address ? address.port : 0)
        })
      }),
  }
}

/** `2511220457`: how receipts write a minute (SMPP 3.4, appendix B). */
const stampOf = (unixMs: number): string => new Date(unixMs).toISOString().slice(2, 16).replace(/\D/g, '')

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    receipts: { type: 'string', default: 'now' }, // none, now, late
    after: { type: 'string', default: '1500' }, // ms, of late ones
    ids: { type: 'string', default: 'dec' }, // dec, hex, hex-dec, padded
    rate: { type: 'string', default: '0' }, // answers per second
    held: { type: 'boolean', default: false },
    watch: { type: 'string', default: '' },
  },
})

const oneOf = <const Choice extends string>(name: string, written: string, choices: readonly Choice[]): Choice => {
  const found = choices.find((choice) => choice === written)
  if (!found) throw new Error(`--${name} is one of ${choices.join(', ')}`)
  return found
}

const carrier = startCarrier({
  receipts: oneOf('receipts', values.receipts, ['none', 'now', 'late']),
  receiptsAfterMs: Number(values.after),
  ids: oneOf('ids', values.ids, ['dec', 'hex', 'hex-dec', 'padded']),
  answersPerSecond: Number(values.rate),
  held: values.held,
  watch: values.watch,
})

const port = carrier.listen(Number(values.port))
if (process.send) {
  answerParent({
    port: () => port,
    counters: carrier.counters,
    acknowledged: carrier.acknowledged,
    change: carrier.change,
    reset: carrier.reset,
  })
} else {
  const print = () => console.log(JSON.stringify({ ...carrier.counters(), acknowledged: undefined, noticed: undefined }))
  console.log(`listening on ${await port}, process ${process.pid}`)
  process.on('SIGUSR2', print)
}
