import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IpBlock } from '../../../account/ip-block.ts'
import { Refusal, type RefusalCode } from '../../../domain/refusal.ts'
import { compilePath, type Endpoint, presentError, STREAMED } from './endpoint.ts'

export const ADMIN_PATH = '/admin/v1'

const BODY_MAX = 1_048_576 // octets
const DISCARD_MAX = 16 * BODY_MAX
const NOTHING = Buffer.alloc(0)

const STATUS = {
  bad_request: 400,
  bad_time: 400,
  bad_number: 400,
  bad_credentials: 401,
  insufficient_funds: 402,
  denied: 403,
  not_found: 404,
  no_subclient: 404,
  duplicate: 409,
  no_route: 422,
  shared_balance: 422,
  not_saved: 422,
  ip_blocked: 429,
  too_many_requests: 429,
  overloaded: 503,
  unavailable: 503,
} as const satisfies Record<RefusalCode, number>

export interface AdminCall {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly ip: string // the client's, after trusted proxies
}

/**
 * The operator's JSON, below /admin/v1, behind `Authorization: Bearer <token>`. Errors are
 * `{"error": code, "message": sentence, "field"?: name}` with an HTTP status that fits. A valid token works from
 * a blocked address too; a wrong one counts as a failed sign-in.
 */
export function adminHandler(options: {
  token: string
  ipBlock: IpBlock
  endpoints: readonly Endpoint[]
  /** Resolves when this node works by what was changed: whoever changed it may rely on it at once. */
  inForce?: () => Promise<unknown>
}): (call: AdminCall) => Promise<void> {
  const { token, ipBlock } = options
  const expected = digest(token)
  const endpoints = options.endpoints.map((endpoint) => ({ ...endpoint, matches: compilePath(endpoint.path) }))

  function checkToken({ req, ip }: AdminCall): void {
    const [scheme, offered = ''] = (req.headers.authorization ?? '').split(' ', 2)
    if (scheme?.toLowerCase() === 'bearer' && timingSafeEqual(digest(offered), expected)) return
    if (ipBlock.isBlocked(ip)) throw new Refusal('ip_blocked')
    if (offered !== '') ipBlock.failed(ip)
    throw new Refusal('bad_credentials', {
      reason: 'The admin token is missing or wrong; it stands in admin-token in the data folder.',
    })
  }

  async function respond(call: AdminCall): Promise<unknown> {
    checkToken(call)
    const { req, res } = call
    const url = new URL(req.url ?? '/', 'http://centre')
    const segments = segmentsOf(url.pathname)
    const candidates = endpoints.flatMap((endpoint) => {
      const params = segments && endpoint.matches(segments)
      return params ? [{ endpoint, params }] : []
    })
    const found = candidates.find(({ endpoint }) => endpoint.method === req.method)
    if (!found) {
      const reason = candidates.length > 0 ? `${req.method} is not possible here.` : 'There is nothing at this address.'
      throw new Refusal('not_found', { reason })
    }
    const { fileMax, streams } = found.endpoint
    const octets = streams ? NOTHING : await readOctets(req, fileMax ?? BODY_MAX)
    const body = octets.length === 0 ? undefined : fileMax === undefined ? asJson(octets) : octets
    const result = await found.endpoint.run({ params: found.params, query: url.searchParams, body, raw: { req, res } })
    if (req.method !== 'GET') await options.inForce?.()
    return result
  }

  return async (call) => {
    try {
      const result = await respond(call)
      if (result !== STREAMED) send(call.res, 200, result ?? {})
    } catch (error) {
      if (error instanceof Gone || call.res.headersSent) return void call.res.destroy()
      send(call.res, error instanceof Refusal ? STATUS[error.code] : 500, presentError(error))
    }
  }
}

/** The path's parts below /admin/v1; undefined: not ours, or not decodable. */
function segmentsOf(path: string): string[] | undefined {
  if (!path.startsWith(`${ADMIN_PATH}/`)) return undefined
  try {
    return path
      .slice(ADMIN_PATH.length + 1)
      .split('/')
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}

async function readOctets(req: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  await new Promise<void>((resolve, reject) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= most) chunks.push(chunk)
      // What is too large is read to its end, so that the caller hears why; nobody is listened to for ever.
      else if (size > DISCARD_MAX + most) req.destroy()
    })
    req.on('end', resolve)
    req.on('close', () => reject(new Gone()))
    req.on('error', () => {}) // a close follows
  })
  if (size > most) throw new Refusal('bad_request', { reason: `A request has at most ${most} octets.` })
  return Buffer.concat(chunks)
}

function asJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8'))
  } catch {
    throw new Refusal('bad_request', { reason: 'The body of the request is not JSON.' })
  }
}

/** The caller went away in the middle of its request. */
class Gone extends Error {}

function send(res: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`)
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
  })
  res.end(body)
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest()
