import { epochMs } from './epoch.ts'
import { type HttpSocket, openHttpSocket } from './http-socket.ts'

/** One message of a paced run; moments are Unix milliseconds. */
export type PacedMessage = readonly [n: number, sentAtMs: number, answeredAtMs: number]

export interface PacedResult {
  readonly messages: readonly PacedMessage[]
  readonly refused: number
  readonly samples: readonly string[]
}

export interface Pace {
  readonly port: number
  readonly perSecond: number
  readonly first: number
  readonly fill: (n: number) => Buffer
  readonly isAccepted: (body: Buffer) => boolean
  readonly isOver: () => boolean
}

/** Sends at a steady pace whether or not earlier requests are answered: slow answers do not hide behind each other. */
export function runPaced({ port, perSecond, first, fill, isAccepted, isOver }: Pace): Promise<PacedResult> {
  const messages: PacedMessage[] = []
  const samples: string[] = []
  const idle: HttpSocket[] = []
  let refused = 0
  let underWay = 0
  let sent = 0

  return new Promise((resolve, reject) => {
    const startedMs = epochMs()

    async function sendOne(n: number): Promise<void> {
      const request = Buffer.from(fill(n))
      const sentMs = epochMs()
      underWay += 1
      const socket = idle.pop() ?? (await open())
      asked.set(socket, { n, sentMs })
      socket.send(request)
    }

    const asked = new Map<HttpSocket, { n: number; sentMs: number }>()

    async function open(): Promise<HttpSocket> {
      const socket: HttpSocket = await openHttpSocket(port, {
        answered(status, body) {
          const question = asked.get(socket)
          if (question) messages.push([question.n, question.sentMs, epochMs()])
          if (status !== 200 || !isAccepted(body)) {
            refused += 1
            if (samples.length < 3) samples.push(`${status} ${body.toString('utf8', 0, 200)}`)
          }
          underWay -= 1
          idle.push(socket)
        },
        lost: (reason) => reject(new Error(reason)),
      })
      return socket
    }

    const timer = setInterval(() => {
      const due = isOver() ? sent : Math.floor(((epochMs() - startedMs) * perSecond) / 1_000)
      while (sent < due) sendOne(first + sent++).catch(reject)
      if (!isOver() || underWay > 0) return
      clearInterval(timer)
      for (const socket of idle) socket.close()
      resolve({ messages, refused, samples })
    }, 5)
  })
}
