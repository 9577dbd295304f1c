import type { IncomingMessage, ServerResponse } from 'node:http'

/** One HTTP request, as the server hands it to whoever is mounted at its path. */
export interface HttpCall {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly path: string
  readonly query: string // without '?', each character an octet
  readonly ip: string // the client's, after trusted proxies
}

export type Handler = (call: HttpCall) => void | Promise<void>

export interface Route {
  /** Exact, or a beginning when it ends with `*`. */
  readonly path: string
  readonly handle: Handler
  /** Only for addresses of HELIOGRAM_ADMIN_ALLOW. */
  readonly operatorsOnly?: boolean
}
