import { createHistogram, type Latency, latencyOf } from './histogram.ts'
import { openHttpSocket } from './http-socket.ts'
import { createTimeline, type Timeline } from './timeline.ts'

/** What a closed loop did: each connection sends its next request when the one before is answered. */
export interface LoopResult {
  readonly answered: number
  readonly accepted: number
  readonly refused: number
  /** The first few answers that were not what was asked for. */
  readonly samples: readonly string[]
  readonly latency: Latency
  readonly timeline: Timeline
}

export interface Loop {
  readonly port: number
  readonly connections: number
  readonly requests: number // over all connections
  /** The n-th request, counted from 0. Each connection asks for its own. */
  readonly fillers: readonly ((n: number) => Buffer)[]
  readonly isAccepted: (body: Buffer) => boolean
  /** Asked before each request: true ends the loop early. */
  readonly isOver: () => boolean
}

const SAMPLES_MAX = 3

export function runClosedLoop({ port, connections, requests, fillers, isAccepted, isOver }: Loop): Promise<LoopResult> {
  const histogram = createHistogram()
  const timeline = createTimeline()
  const samples: string[] = []
  let started = 0
  let answered = 0
  let accepted = 0
  let slot = 0
  let slotAtMs = 0

  const result = (): LoopResult => ({
    answered,
    accepted,
    refused: answered - accepted,
    samples,
    latency: latencyOf(histogram),
    timeline: timeline.read(),
  })

  /** The timeline is told in portions: a call for each answer would cost more than the answer. */
  function count(nowMs: number): void {
    slot += 1
    if (nowMs - slotAtMs < 20) return
    timeline.add(slot, performance.timeOrigin + nowMs)
    slot = 0
    slotAtMs = nowMs
  }

  return new Promise((resolve, reject) => {
    let open = 0

    async function connection(fill: (n: number) => Buffer): Promise<void> {
      let sentMs = 0
      const socket = await openHttpSocket(port, {
        answered(status, body) {
          const nowMs = performance.now()
          histogram.record((nowMs - sentMs) * 1_000)
          answered += 1
          if (status === 200 && isAccepted(body)) accepted += 1
          else if (samples.length < SAMPLES_MAX) samples.push(`${status} ${body.toString('utf8', 0, 200)}`)
          count(nowMs)
          next()
        },
        lost: (reason) => reject(new Error(`after ${answered} answers: ${reason}`)),
      })
      open += 1

      function next(): void {
        if (started < requests && !isOver()) {
          const n = started
          started += 1
          sentMs = performance.now()
          socket.send(fill(n))
          return
        }
        socket.close()
        open -= 1
        if (open > 0) return
        timeline.add(slot, performance.timeOrigin + performance.now())
        resolve(result())
      }
      next()
    }

    for (const fill of fillers.slice(0, connections)) connection(fill).catch(reject)
  })
}
