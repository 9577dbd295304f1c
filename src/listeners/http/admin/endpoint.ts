import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import { log } from '../../../log.ts'

/** What an endpoint knows of a request: it never touches the socket, unless it streams. */
export interface AdminRequest {
  readonly params: Readonly<Record<string, string>> // of the path
  readonly query: URLSearchParams
  readonly body: unknown // JSON; undefined: none; of an endpoint that takes a file, its octets
  /** For endpoints that answer themselves, and return `STREAMED`. */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse }
}

export const STREAMED = Symbol('the endpoint has answered')

/** One operation: `POST /accounts/:login/topup` and what it does. What it returns is the answer's JSON. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string // below /admin/v1, with :names
  readonly run: (request: AdminRequest) => Promise<unknown>
  /** The body is a file of at most so many octets, not JSON. */
  readonly fileMax?: number
  /** It reads the body itself, as it comes (`raw.req`): for files that do not fit into memory. */
  readonly streams?: boolean
}

/** Reads a body by its schema; rejects with bad_request, naming the field. */
export function readBody<Schema extends z.ZodType>(request: AdminRequest, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(request.body ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  const what = issue?.message ?? 'not valid'
  throw new Refusal('bad_request', { field, reason: `${field === '' ? 'The request' : `The field ${field}`} is wrong: ${what}.` })
}

/** Optional fields that were not sent are left out, not undefined. */
export const given = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>
  }

/** The file that was sent. */
export function fileOf({ body }: AdminRequest): Uint8Array {
  if (body instanceof Uint8Array) return body
  throw new Refusal('bad_request', { reason: 'The request has no file in it.' })
}

/** A part of the path; there whenever the endpoint's path names it. */
export const param = (request: AdminRequest, name: string): string => request.params[name] ?? ''

const BLANK_EVERY_MS = 5_000

/**
 * For work that may take minutes: until it is done a blank is sent now and then, which JSON allows, so that
 * nobody in between takes the connection for dead. A failure after the first blank is told in the body alone.
 */
export async function answerSlowly(
  { raw: { res } }: AdminRequest,
  work: Promise<unknown>,
  blankEveryMs: number = BLANK_EVERY_MS,
): Promise<unknown> {
  const timer = setInterval(() => {
    if (!res.headersSent) res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    res.write(' ')
  }, blankEveryMs)
  try {
    const result = await work
    if (!res.headersSent) return result
    res.end(JSON.stringify(result))
  } catch (error) {
    if (!res.headersSent) throw error
    res.end(JSON.stringify(presentError(error)))
  } finally {
    clearInterval(timer)
  }
  return STREAMED
}

/** What a caller is told of a failure; of a bug only that it happened. */
export function presentError(error: unknown): { error: string; message: string; field?: string } {
  if (!(error instanceof Refusal)) {
    log.error('an admin request failed', { listener: 'admin', error })
    return { error: 'internal', message: 'Something went wrong here; the log of the centre says what.' }
  }
  const { reason, field } = error.detail
  return {
    error: error.code,
    message: String(reason ?? `${error.message}.`),
    ...(field && { field: String(field) }),
  }
}

/** A path with `:names`, as a question for a request's path. */
export function compilePath(path: string): (segments: readonly string[]) => Readonly<Record<string, string>> | undefined {
  const pattern = path.split('/').slice(1)
  return (segments) => {
    if (segments.length !== pattern.length) return undefined
    const params: Record<string, string> = {}
    for (const [at, part] of pattern.entries()) {
      const segment = segments[at] ?? ''
      if (part.startsWith(':')) params[part.slice(1)] = segment
      else if (part !== segment) return undefined
    }
    return params
  }
}
