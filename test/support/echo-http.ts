import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach } from 'node:test'
import { connect as connectTls } from 'node:tls'
import {
  SERVER_LIMITS,
  type ServerLimits,
  serverOptions,
  takeCareOfBrokenRequests,
} from '../../src/listeners/http/connections.ts'
import { eventually, within } from './eventually.ts'

const TLS = new URL('./tls/', import.meta.url)
const CERTIFICATE = { cert: readFileSync(new URL('first.crt', TLS)), key: readFileSync(new URL('first.key', TLS)) }

/** A client that says exactly what a test writes, in pieces that the server reads one by one. */
export interface PieceClient {
  readonly socket: Socket
  /** Sends each piece once the server has read the one before; resolves when it has read the last. */
  send(...pieces: string[]): Promise<void>
  /** How much the server has read. */
  read(): number
  /** All that came, when the connection has ended. */
  heard(): Promise<string>
  until(text: RegExp): Promise<string>
}

export interface EchoServer {
  readonly server: Server
  client(): Promise<PieceClient>
  /** Lets those who asked for /later be answered. */
  answerLater(): void
  /** What it was asked for. */
  readonly asked: readonly string[]
  /** Requests whose client has hung up. */
  aborted(): number
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/**
 * A server with our treatment of connections, that says what it was asked: at once when asked for /early, when told for /later
 * (whose body it does not read before), else when it has read the body. It ends with the test.
 */
export async function startEcho(options: { tls?: boolean; limits?: Partial<ServerLimits> } = {}): Promise<EchoServer> {
  const { tls = false, limits = {} } = options
  const all = { ...SERVER_LIMITS, checkMs: 20, ...limits }
  const server = tls ? createTlsServer({ ...serverOptions(all), ...CERTIFICATE }) : createServer(serverOptions(all))
  takeCareOfBrokenRequests(server, all)
  const asked: string[] = []
  let aborted = 0
  let answerLater = (): void => {}
  const told = new Promise<void>((resolve) => {
    answerLater = resolve
  })
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    asked.push(req.url ?? '')
    req.on('error', () => aborted++)
    if (req.url?.startsWith('/early')) return void answer(req, res, '')
    if (req.url?.startsWith('/later')) return void told.then(() => echo(req, res))
    echo(req, res)
  })
  const arrivals: Duplex[] = []
  server.on(tls ? 'secureConnection' : 'connection', (socket: Duplex) => arrivals.push(socket))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  async function client(): Promise<PieceClient> {
    const socket = tls ? connectTls({ port, rejectUnauthorized: false }) : connect(port, '127.0.0.1')
    await once(socket, tls ? 'secureConnect' : 'connect')
    const arrived = await eventually(() => {
      const mine = arrivals.find((one) => 'remotePort' in one && one.remotePort === socket.localPort)
      assert.ok(mine && 'bytesRead' in mine, 'not there')
      return mine as Duplex & { bytesRead: number }
    })
    const closed = once(socket, 'close')
    let text = ''
    let sent = 0
    socket.setNoDelay(true)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => {}) // a reset is one way to end
    return {
      socket,
      send: async (...pieces) => {
        for (const piece of pieces) {
          sent += piece.length
          socket.write(piece, 'latin1')
          await eventually(() => assert.ok(arrived.bytesRead >= sent || arrived.destroyed, 'not read'))
        }
      },
      read: () => arrived.bytesRead,
      heard: async () => {
        await within(closed, 'the end of the connection')
        return text
      },
      until: (wanted) =>
        eventually(() => {
          assert.match(text, wanted)
          return text
        }),
    }
  }
  return { server, client, asked, answerLater: () => answerLater(), aborted: () => aborted }
}

function echo(req: IncomingMessage, res: ServerResponse): void {
  let body = ''
  req.setEncoding('latin1').on('data', (chunk: string) => {
    body += chunk
  })
  req.on('end', () => answer(req, res, body))
}

/** `<GET /a?b from 127.0.0.1, header x: body>` */
function answer({ method, url, socket, headers }: IncomingMessage, res: ServerResponse, body: string): void {
  const said = Buffer.from(`<${method} ${url} from ${socket.remoteAddress}, header ${headers.x}: ${body}>`, 'latin1')
  res.writeHead(200, { 'Content-Length': said.length }).end(said)
}
