import { connect, type Socket } from 'node:net'
import { PATIENCE_MS } from './eventually.ts'

/** A client that says exactly what a test writes, octet by octet, and hears all that comes until the connection ends. */
export interface RawClient {
  readonly socket: Socket
  write(text: string | Buffer): void
  /** Everything heard, once the other side has closed or reset the connection. */
  readonly heard: Promise<string>
  /** Resolves with everything heard so far as soon as it contains `text`. */
  until(text: string): Promise<string>
}

export function rawClient(port: number): RawClient {
  const socket = connect({ port, host: '127.0.0.1' })
  let text = ''
  let wake = (): void => {}
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  socket.on('error', () => {}) // a reset is one way to be closed
  const heard = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  return {
    socket,
    write: (octets) => void socket.write(octets),
    heard: inTime(heard, 'the connection was not closed'),
    until: (wanted) =>
      inTime(
        new Promise<string>((resolve) => {
          wake = () => text.includes(wanted) && resolve(text)
          wake()
        }),
        `never heard: ${wanted}`,
      ),
  }
}

function inTime<T>(promise: Promise<T>, complaint: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(complaint)), PATIENCE_MS)
    promise.then((value) => {
      clearTimeout(timer)
      resolve(value)
    }, reject)
  })
}
