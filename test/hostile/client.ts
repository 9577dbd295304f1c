import { connect, type Socket } from 'node:net'
import type { HostileAnswer } from './envelope.ts'

/** One connection, one request after the other: a client that costs next to nothing. */
export interface Client {
  post(path: string, type: string, body: string): Promise<HostileAnswer>
  close(): void
}

export function openClient(port: number): Client {
  let socket: Socket | undefined
  let come: Buffer = Buffer.alloc(0)
  let wake = (): void => {}

  /** The connection there is, or a new one. */
  function connected(): Socket {
    if (socket && !socket.destroyed) return socket
    come = Buffer.alloc(0)
    const made = connect(port, '127.0.0.1')
    made.setNoDelay(true)
    made.on('data', (chunk: Buffer) => {
      come = come.length === 0 ? chunk : Buffer.concat([come, chunk])
      wake()
    })
    made.on('error', () => {}) // told by close
    made.on('close', () => wake())
    socket = made
    return made
  }

  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })

  return {
    async post(path, type, body) {
      const octets = Buffer.from(body)
      const asked = connected()
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${octets.length}\r\n\r\n`
      asked.write(Buffer.concat([Buffer.from(head), octets]))
      for (;;) {
        const end = come.indexOf('\r\n\r\n')
        const headers = end < 0 ? '' : come.toString('latin1', 0, end)
        const from = end + 4
        const to = from + Number(/^content-length: (\d+)/im.exec(headers)?.[1])
        const isWhole = end >= 0 && come.length >= to
        // A file may be taken away while it is read: the connection is closed before its end then.
        if (isWhole || (asked.destroyed && /^content-disposition: attachment/im.test(headers))) {
          const answer = { status: Number(headers.slice(9, 12)), headers, body: Buffer.from(come.subarray(from, to)) }
          come = come.subarray(to)
          return answer
        }
        if (asked.destroyed) throw new Error('the connection was closed')
        await more()
      }
    },
    close: () => socket?.destroy(),
  }
}
