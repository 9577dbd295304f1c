import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { within } from './eventually.ts'

const CERTIFICATE = join(import.meta.dirname, 'tls/first.crt')

/** A self-signed certificate for 127.0.0.1, as the centre is given it, and as a client trusts it. */
export const CERTIFICATE_SETTINGS = {
  HELIOGRAM_TLS_CERT: CERTIFICATE,
  HELIOGRAM_TLS_KEY: join(import.meta.dirname, 'tls/first.key'),
}
export const trusted = (): Buffer => readFileSync(CERTIFICATE)

export const dialHttp = (port: number): Socket => connect({ port, host: '127.0.0.1' })
export const dialHttps = (port: number): Socket => connectTls({ port, host: '127.0.0.1', ca: trusted() })

/** One connection that is kept, and asked once after another. */
export interface Exchange {
  /** Writes a request as it stands, and resolves with every octet of the answer, one character each. */
  ask(request: Buffer): Promise<string>
  /** Resolves with what came after the last answer, once the other side has closed the connection. */
  readonly closed: Promise<string>
  end(): void
}

/** Reads answers by their Content-Length; one to HEAD, or without that header, ends with its headers. */
export function openExchange(socket: Socket): Exchange {
  let heard = ''
  let look = (): void => {}
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    heard += chunk
    look()
  })
  socket.on('error', () => {}) // a reset is one way to be closed
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(heard)))

  const answered = (isHead: boolean) =>
    new Promise<string>((resolve, reject) => {
      const take = (octets: number): void => {
        const answer = heard.slice(0, octets)
        heard = heard.slice(octets)
        look = () => {}
        resolve(answer)
      }
      look = () => {
        const headers = heard.indexOf('\r\n\r\n')
        if (headers < 0) return
        const length = isHead ? 0 : Number(/\r\nContent-Length: (\d+)/i.exec(heard.slice(0, headers))?.[1] ?? 0)
        if (heard.length >= headers + 4 + length) take(headers + 4 + length)
      }
      closed.then((rest) => reject(new Error(`the connection was closed; heard: ${rest.slice(0, 200)}`)))
    })

  return {
    ask(request) {
      const answer = within(answered(request.toString('latin1', 0, 5) === 'HEAD '), 'an answer over HTTP')
      socket.write(request)
      return answer
    },
    closed,
    end: () => socket.destroy(),
  }
}
