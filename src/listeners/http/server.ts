import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type IpRange, isInRanges } from '../../domain/ip.ts'
import { log } from '../../log.ts'
import type { Listener } from '../listener.ts'
import { readCertificate, type TlsFiles, watchCertificate } from '../tls.ts'
import type { Handler, HttpCall, Route } from './call.ts'
import { createClientIp, isForwarded } from './client-ip.ts'
import { SERVER_LIMITS, type ServerLimits, serverOptions, takeCareOfBrokenRequests } from './connections.ts'
import { forbidden, write } from './pages.ts'
import { createRoutes, splitTarget } from './routes.ts'

export interface HttpServerOptions {
  readonly host: string
  readonly port: number // 0: any free one
  readonly https?: (TlsFiles & { readonly port: number }) | undefined
  readonly trustedProxies: readonly IpRange[] // HELIOGRAM_TRUSTED_PROXIES
  readonly operatorsFrom: readonly IpRange[] // HELIOGRAM_ADMIN_ALLOW
  readonly routes: readonly Route[]
  /** Whatever no route is for. */
  readonly otherwise: Handler
  readonly limits?: Partial<ServerLimits>
}

export interface HttpListener extends Listener {
  /** The ports it listens on, as bound. */
  ports(): { readonly http: number; readonly https: number | undefined }
}

/** Owns the ports for HTTP and HTTPS; what is answered there is mounted by main.ts. */
export function createHttpServer(options: HttpServerOptions): HttpListener {
  const limits = { ...SERVER_LIMITS, ...options.limits }
  const clientIp = createClientIp(options.trustedProxies)
  const trustsProxies = options.trustedProxies.length > 0
  const routeOf = createRoutes(options.routes)
  const servers: Server[] = []
  let endWatch = (): void => {}
  let stopping = false

  function answer(req: IncomingMessage, res: ServerResponse): void {
    if (stopping) res.shouldKeepAlive = false
    const { path, query } = splitTarget(req.url ?? '/')
    const call: HttpCall = { req, res, path, query, ip: clientIp(req) }
    const route = routeOf(path)
    const closed = route?.operatorsOnly && (!isInRanges(call.ip, options.operatorsFrom) || (!trustsProxies && isForwarded(req)))
    const handle = closed ? forbidden : (route?.handle ?? options.otherwise)
    try {
      handle(call)?.catch((error: unknown) => failed(call, error))
    } catch (error) {
      failed(call, error)
    }
  }

  async function listen(server: Server, port: number): Promise<void> {
    takeCareOfBrokenRequests(server, limits)
    server.on('request', answer)
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(`HTTP can't listen on ${options.host}:${port}: ${error.message}`)))
      server.listen({ host: options.host, port, backlog: 1024 }, resolve)
    })
    server.on('error', (error) => log.error('http server error', { listener: 'http', port, error }))
    servers.push(server)
  }

  return {
    name: 'http',
    async start() {
      await listen(createServer(serverOptions(limits)), options.port)
      if (!options.https) return
      const certificate = await readCertificate(options.https)
      const secure = createTlsServer({ ...serverOptions(limits), cert: certificate.cert, key: certificate.key })
      await listen(secure, options.https.port)
      endWatch = watchCertificate(secure, options.https, certificate, limits.certificateCheckMs, 'http')
    },
    async stop() {
      stopping = true
      endWatch()
      await Promise.all(servers.map((server) => drain(server, limits.drainMs)))
    },
    ports: () => ({ http: portOf(servers[0]) ?? 0, https: portOf(servers[1]) }),
  }
}

/** A bug or an outage in whatever is mounted: the log has it, the client hears no more than that. */
function failed({ res, path }: HttpCall, error: unknown): void {
  log.error('http request failed', { listener: 'http', reason: path.slice(0, 100), error })
  write(res, 500, 'text/plain; charset=utf-8', 'Something went wrong here. It is in the log.\n')
}

/** Accepts nothing new, lets what is under way finish within the limit, and closes connections as they fall idle. */
async function drain(server: Server, limitMs: number): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const deadline = setTimeout(() => server.closeAllConnections(), limitMs)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearInterval(sweep)
  clearTimeout(deadline)
}

function portOf(server: Server | undefined): number | undefined {
  const address = server?.address()
  return address && typeof address === 'object' ? (address satisfies AddressInfo).port : undefined
}
