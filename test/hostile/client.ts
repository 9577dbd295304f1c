import { connect, type Socket } from 'node:net'
import type { HostileAnswer } from './envelope.ts'

/** One connection, one request after the other: a client that costs next to nothing. */
export interface Client {
  post(path: string, type: string, body: string): Promise<HostileAnswer>
  close(): void
}

export function openClient(port: number): Client {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  let come: Buffer = Buffer.alloc(0)
  let wake = (): void => {}
  socket.on('data', (chunk: Buffer) => {
    come = come.length === 0 ? chunk : Buffer.concat([come, chunk])
    wake()
  })
  socket.on('error', () => {}) // told by close
  socket.on('close', () => wake())

  async function more(): Promise<void> {
    if (socket.destroyed) throw new Error('the connection was closed')
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }

  return {
    async post(path, type, body) {
      const octets = Buffer.from(body)
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${octets.length}\r\n\r\n`)
      socket.write(octets)
      for (;;) {
        const end = come.indexOf('\r\n\r\n')
        if (end >= 0) {
          const headers = come.toString('latin1', 0, end)
          const from = end + 4
          const to = from + Number(/^content-length: (\d+)/im.exec(headers)?.[1])
          if (come.length >= to) {
            const answer = { status: Number(headers.slice(9, 12)), headers, body: Buffer.from(come.subarray(from, to)) }
            come = come.subarray(to)
            return answer
          }
        }
        await more()
      }
    },
    close: () => socket.destroy(),
  }
}
