import { connect } from 'node:net'

/** One keep-alive connection that is asked one thing at a time: no HTTP library, few octets touched. */
export interface HttpSocket {
  /** Sends a whole request. The bytes may be changed again once it is answered. */
  send(request: Buffer): void
  close(): void
}

export interface HttpEvents {
  /** `body` is ours only until this returns. */
  answered(status: number, body: Buffer): void
  /** The connection ended although nobody closed it. */
  lost(reason: string): void
}

const READ_MAX = 65_536
const ALIKE_MAX = 2_048 // longer answers may come in pieces

export function openHttpSocket(port: number, events: HttpEvents): Promise<HttpSocket> {
  return new Promise((resolve, reject) => {
    let closed = false
    let pending: Buffer | undefined
    let expected = 0 // octets of the answer that is being read; 0: not known yet
    const usual = { total: 0, head: 0 } // of the answer before: most are alike

    const end = (reason: string): void => {
      reject(new Error(reason)) // of no effect once connected
      if (!closed) events.lost(reason)
      closed = true
    }

    function read(bytes: Buffer): void {
      const whole = pending ? Buffer.concat([pending, bytes]) : bytes
      const alike = whole.length === usual.total && whole.length < ALIKE_MAX && endsHead(whole, usual.head)
      const head = alike ? usual.head : findHead(whole)
      if (head > 0) expected = alike ? whole.length : head + contentLength(whole, head)
      if (head === 0 || whole.length < expected) {
        // The static buffer is filled again: what is not whole yet has to be kept.
        pending = whole === bytes ? Buffer.from(bytes) : whole
        return
      }
      pending = undefined
      if (whole.length > expected) throw new Error('an answer longer than its Content-Length')
      usual.total = whole.length
      usual.head = head
      events.answered(statusOf(whole), whole.subarray(head))
    }

    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_MAX),
        callback: (count, buffer) => {
          read(Buffer.from(buffer.buffer, buffer.byteOffset, count))
          return true
        },
      },
    })
    socket.once('error', (error) => end(error.message))
    socket.once('close', () => end('the connection was closed'))
    socket.once('connect', () =>
      resolve({
        send: (request) => void socket.write(request),
        close() {
          closed = true
          socket.destroy()
        },
      }),
    )
  })
}

const endsHead = (bytes: Buffer, at: number): boolean =>
  bytes[at - 4] === 13 && bytes[at - 3] === 10 && bytes[at - 2] === 13 && bytes[at - 1] === 10

/** Where the body begins; 0: not there yet. */
const findHead = (bytes: Buffer): number => {
  const at = bytes.indexOf('\r\n\r\n')
  return at < 0 ? 0 : at + 4
}

function contentLength(bytes: Buffer, head: number): number {
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head)) ?? []
  if (length === undefined) throw new Error('an answer without Content-Length')
  return Number(length)
}

/** `HTTP/1.1 200 OK` */
const statusOf = (bytes: Buffer): number => ((bytes[9] ?? 0) - 48) * 100 + ((bytes[10] ?? 0) - 48) * 10 + ((bytes[11] ?? 0) - 48)
