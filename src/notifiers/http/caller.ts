import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { monotonic, now } from '../../clock.ts'
import type { CallHandler, HandlerAnswer, HandlerRequest } from '../../domain/handler-call.ts'
import { hostOf } from '../../domain/handler-url.ts'
import { checkedLookup, checkHost, type Resolve, resolveHost } from './addresses.ts'
import { explainError } from './explain.ts'

const TIMEOUT_MS = 15_000
/** Once the status is there, so long and so much is waited for the rest, which decides nothing. */
const REST_MS = 2_000
const REST_MAX = 65_536 // octets
const SHOWN_MAX = 500 // characters
/** A connection without a call is kept so long. */
const KEPT_MS = 5_000

export interface HandlerCaller {
  readonly call: CallHandler
  close(): void
}

/** Calls handlers over HTTP: POST, no redirects, little patience. `loopback`: this machine may be called, as in the sandbox. */
export function createHandlerCaller(options: { loopback: boolean; resolve?: Resolve; timeoutMs?: number }): HandlerCaller {
  const { loopback, resolve = resolveHost, timeoutMs = TIMEOUT_MS } = options
  const kept = { keepAlive: true, maxFreeSockets: 64, timeout: KEPT_MS }
  const plain = new HttpAgent(kept)
  const secure = new HttpsAgent(kept)
  const lookup = checkedLookup(resolve, loopback)

  function once(to: HandlerRequest, signal: AbortSignal | undefined): Promise<HandlerAnswer | 'closed before'> {
    const startedAtMs = monotonic()
    return new Promise((answer) => {
      const failed = (reason: string): void => {
        clearTimeout(timer)
        answer({ code: 0, reason, ms: monotonic() - startedAtMs, text: '', location: '', retryAfterMs: undefined })
      }
      const isSecure = to.url.startsWith('https:') || /^https:/i.test(to.url)
      const send = isSecure ? httpsRequest : httpRequest
      const request = send(to.url, {
        method: 'POST',
        agent: isSecure ? secure : plain,
        headers: { ...to.headers },
        lookup,
        ...(signal && { signal }),
      })
      const timer = setTimeout(() => {
        failed(`It did not answer within ${Math.round(timeoutMs / 1000)} seconds.`)
        request.destroy()
      }, timeoutMs)
      request.on('response', (response) => {
        clearTimeout(timer)
        const ms = monotonic() - startedAtMs
        void beginningOf(response).then((text) => answer({ ...about(response, to.url), ms, text }))
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        if (request.reusedSocket && error.code === 'ECONNRESET' && !signal?.aborted) answer('closed before')
        else failed(explainError(error))
      })
      request.end(to.body)
    })
  }

  return {
    async call(to, signal) {
      try {
        checkHost(hostOf(to.url), loopback)
        // A connection that was kept open may be closed at the other end just now: a second call opens its own.
        for (let tries = 0; tries < 3; tries++) {
          const answer = await once(to, signal)
          if (answer !== 'closed before') return answer
        }
        return notCalled('It closed the connection before it answered.')
      } catch (error) {
        return notCalled(explainError(error as NodeJS.ErrnoException))
      }
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

const notCalled = (reason: string): HandlerAnswer => ({
  code: 0,
  reason,
  ms: 0,
  text: '',
  location: '',
  retryAfterMs: undefined,
})

function about({ statusCode = 0, headers }: IncomingMessage, url: string): Omit<HandlerAnswer, 'ms' | 'text'> {
  return { code: statusCode, reason: '', location: locationOf(headers.location, url), retryAfterMs: retryAfterOf(headers) }
}

/** Where a redirect leads, without what may be secret in its query. */
function locationOf(location: string | undefined, url: string): string {
  if (location === undefined || !URL.canParse(location, url)) return ''
  const { origin, pathname } = new URL(location, url)
  return `${origin}${pathname}`.slice(0, 200)
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterOf({ 'retry-after': written }: IncomingMessage['headers']): number | undefined {
  if (written === undefined) return undefined
  if (/^\d{1,9}$/.test(written)) return Number(written) * 1000
  const at = Date.parse(written)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now())
}

/** The beginning of an answer. What is long, or slow, is not waited for: the connection is closed. */
function beginningOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const done = (): void => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8').slice(0, SHOWN_MAX))
    }
    const cut = (): void => {
      response.destroy()
      done()
    }
    const timer = setTimeout(cut, REST_MS)
    response.on('data', (chunk: Buffer) => {
      if (size < SHOWN_MAX * 4) chunks.push(chunk)
      size += chunk.length
      if (size > REST_MAX) cut()
    })
    response.on('end', done)
    response.on('close', done)
    response.on('error', done)
  })
}
