import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'

/** What an endpoint knows of a request: it never touches the socket, unless it streams. */
export interface AdminRequest {
  readonly params: Readonly<Record<string, string>> // of the path
  readonly query: URLSearchParams
  readonly body: unknown // JSON; undefined: none
  /** For endpoints that stream: they read and answer themselves, and return `STREAMED`. */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse }
}

export const STREAMED = Symbol('the endpoint has answered')

/** One operation: `POST /accounts/:login/topup` and what it does. What it returns is the answer's JSON. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string // below /admin/v1, with :names
  readonly streams?: boolean // the body is not read before
  readonly run: (request: AdminRequest) => Promise<unknown>
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

/** A part of the path; there whenever the endpoint's path names it. */
export const param = (request: AdminRequest, name: string): string => request.params[name] ?? ''

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
