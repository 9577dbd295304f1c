import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Complaint } from './command.ts'

export interface AdminClient {
  readonly url: string
  /** Sends a request below /admin/v1, with JSON, the octets of a file or a stream of them, and resolves with its JSON; rejects with a Complaint. */
  request(method: string, path: string, body?: unknown): Promise<unknown>
  /** The octets of a file below /admin/v1. */
  file(path: string): Promise<Uint8Array>
}

type Environment = Readonly<Record<string, string | undefined>>

/** The centre at $HELIOGRAM_URL, with the token of $HELIOGRAM_ADMIN_TOKEN or of the data folder. */
export function createAdminClient(env: Environment): AdminClient {
  const url = (env.HELIOGRAM_URL || `http://127.0.0.1:${env.HELIOGRAM_HTTP_PORT || 8080}`).replace(/\/+$/, '')
  let token: string | undefined

  async function send(method: string, path: string, init: RequestInit): Promise<Response> {
    token ??= await readToken(env)
    const headers = { ...init.headers, Authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/admin/v1${path}`, { ...init, method, headers }).catch((error: Error) => {
      throw new Complaint(unreachable(url, error))
    })
    if (response.ok) return response
    throw new Complaint(await complaintOf(url, response))
  }

  return {
    url,
    file: async (path) =>
      new Uint8Array(
        await (await send('GET', path, {})).arrayBuffer().catch(() => {
          throw new Complaint(`The centre at ${url} broke off its answer: look whether it still runs, and at its log.`)
        }),
      ),
    async request(method, path, body) {
      const init = body === undefined ? {} : contentOf(body)
      const response = await send(method, path, init)
      const answer = (await response.json().catch((error: Error) => {
        if (error instanceof SyntaxError)
          throw new Complaint(`What answers at ${url} is not a Heliogram centre: set HELIOGRAM_URL.`)
        throw new Complaint(`The centre at ${url} broke off its answer: look whether it still runs, and at its log.`)
      })) as { error?: string; message?: string } | null
      // Work that takes minutes may fail after its answer has begun.
      if (answer?.error !== undefined && answer.message !== undefined) throw new Complaint(answer.message)
      return answer
    },
  }
}

const contentOf = (body: unknown) =>
  body instanceof Uint8Array
    ? { body: new Uint8Array(body), headers: { 'Content-Type': 'application/octet-stream' } }
    : body instanceof ReadableStream
      ? { body, duplex: 'half' as const, headers: { 'Content-Type': 'application/octet-stream' } }
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }

/** A path with values in it: path`/accounts/${login}`. */
export const path = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  parts.reduce((text, part, at) => `${text}${encodeURIComponent(values[at - 1] ?? '')}${part}`)

async function readToken(env: Environment): Promise<string> {
  if (env.HELIOGRAM_ADMIN_TOKEN) return env.HELIOGRAM_ADMIN_TOKEN.trim()
  const file = resolve(join(env.HELIOGRAM_DATA || './data', 'admin-token'))
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM') {
      throw new Complaint(
        `The admin token in ${file} may be read by its owner only: run this as that user, or set HELIOGRAM_ADMIN_TOKEN.`,
      )
    }
    throw new Complaint(
      `There is no admin token in ${file}: start the centre first, or set HELIOGRAM_DATA to its data folder or HELIOGRAM_ADMIN_TOKEN to its token.`,
    )
  }
}

function unreachable(url: string, error: Error): string {
  const cause = error.cause as { code?: string; message?: string } | undefined
  if (cause?.code === 'ECONNREFUSED') {
    return `No centre runs at ${url}: start it with \`npm start\` or \`heliogram serve\`, or set HELIOGRAM_URL to where it is.`
  }
  return `The centre at ${url} could not be asked (${cause?.code ?? cause?.message ?? error.message}): check HELIOGRAM_URL.`
}

async function complaintOf(url: string, response: Response): Promise<string> {
  const answer = (await response.json().catch(() => undefined)) as { error?: string; message?: string } | undefined
  if (response.status === 401) {
    return `The centre at ${url} does not take this admin token: set HELIOGRAM_DATA to its data folder, or HELIOGRAM_ADMIN_TOKEN to its token.`
  }
  if (answer?.message) return answer.message
  if (response.status === 403) return `The centre at ${url} answers the admin API only to addresses of its HELIOGRAM_ADMIN_ALLOW.`
  return `What answers at ${url} (status ${response.status}) is not a Heliogram centre that knows this command: set HELIOGRAM_URL.`
}
