import type { Server, ServerOptions } from 'node:http'
import { allowRawTargets, type ClientError, type Connection } from './raw-targets.ts'

/** What one client, or all of them, may cost a server before any request is read. */
export interface ServerLimits {
  readonly connectionsMax: number // more are closed as they come
  readonly headerOctetsMax: number // request line included: some clients put a whole mailing into the URL
  readonly headersMs: number // until the headers are there
  readonly requestMs: number // until the whole request is there
  readonly keepAliveMs: number // between two requests
  readonly silenceMs: number // nothing sent or taken by the client
  readonly checkMs: number // how often the two above are looked at
  readonly drainMs: number // for requests under way when the server stops
  readonly certificateCheckMs: number
}

export const SERVER_LIMITS: ServerLimits = {
  connectionsMax: 10_000,
  headerOctetsMax: 64 * 1024,
  headersMs: 15_000,
  requestMs: 120_000,
  keepAliveMs: 60_000,
  silenceMs: 150_000,
  checkMs: 1000,
  drainMs: 10_000,
  certificateCheckMs: 10_000,
}

export const serverOptions = (limits: ServerLimits): ServerOptions => ({
  maxHeaderSize: limits.headerOctetsMax,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  keepAliveTimeout: limits.keepAliveMs,
  connectionsCheckingInterval: limits.checkMs,
  requireHostHeader: false, // programs of 2010 speak HTTP/1.0 or forget it
})

const REPLIES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** A request that can't be read as HTTP, or takes too long to come, is told so in one line, and its connection is closed. */
export function takeCareOfBrokenRequests(server: Server, limits: ServerLimits): void {
  server.maxConnections = limits.connectionsMax
  server.setTimeout(limits.silenceMs)
  const isTakenOver = allowRawTargets(server)
  server.on('clientError', (error: ClientError, socket: Connection) => {
    if (isTakenOver(error, socket)) return
    // While an answer is being written to this connection, a second one would be read as a part of it (node's own handler asks the same).
    if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy()
    const status = REPLIES[error.code ?? ''] ?? '400 Bad Request'
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
  })
}
