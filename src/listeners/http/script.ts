import type { Credentials, Limits, SignIn } from '../../account/account.ts'
import type { ApiLog } from '../../account/api-log.ts'
import { monotonic, now } from '../../clock.ts'
import type { Account } from '../../domain/account.ts'
import { Refusal } from '../../domain/refusal.ts'
import { OutcomeUnknown } from '../../lifecycle/request.ts'
import { log } from '../../log.ts'
import { type Fmt, print } from './answer.ts'
import type { ReadBody } from './body.ts'
import type { Handler, HttpCall } from './call.ts'
import { ERROR, type ErrorTable, errorAnswer } from './errors.ts'
import { readFmt } from './fields.ts'
import { maskedParameters } from './masked-parameters.ts'
import type { Params } from './params.ts'
import { isRest, readRequest } from './request.ts'
import { type Attachment, respond, respondEmpty, respondFile } from './respond.ts'

/** What all scripts of the SMSC API are given by main.ts. */
export interface ScriptServices {
  readonly signIn: SignIn
  readonly limits: Limits
  readonly readBody: ReadBody
  /** What returns nothing answers a bare `OK` in every format, as the original did until 2018. */
  readonly bareOk?: boolean
  /** Told after every answer: which script, the error number or 0, and how long it took. */
  readonly observe?: ((script: string, error: number, ms: number) => void) | undefined
  /** Keeps the last requests of accounts that want that. */
  readonly apiLog?: Pick<ApiLog, 'isKeptFor' | 'note'> | undefined
}

/** A request whose sender is known, and which is not one too many. */
export interface ScriptCall {
  readonly params: Params
  readonly path: string // one of those it is mounted at
  readonly fmt: Fmt
  readonly account: Account
  readonly credentials: Credentials
}

export interface ScriptOptions extends ScriptServices {
  readonly name: string
  readonly errors: ErrorTable
  /** The answer, printed, or a file. Rejects with a Refusal, which is printed by the table. */
  readonly run: (call: ScriptCall) => Promise<string | Attachment>
}

/** Longer than any login, password or key that can exist: not worth a hash. */
const CREDENTIAL_CHARACTERS_MAX = 256

/**
 * One script of the SMSC API, without what it is for: reads the request, signs in, counts the requests under way, runs,
 * and answers in the format and charset asked for. Below /rest/ JSON is the default format.
 */
export function createScript(options: ScriptOptions): Handler {
  const { name, errors, run, signIn, limits, readBody, observe, apiLog } = options

  /** What is to be written; undefined: it was a file, which is written while the request counts as one under way. */
  async function serve(
    params: Params,
    fmt: Fmt,
    { ip, path, res }: HttpCall,
    signedIn: (account: Account) => void,
  ): Promise<string | undefined> {
    const credentials = readCredentials(params, ip)
    const account = await signIn(credentials)
    signedIn(account)
    if (!limits.enter(account)) throw new Refusal('too_many_requests')
    try {
      const answer = await run({ params, path, fmt, account, credentials })
      if (typeof answer === 'string') return answer
      await respondFile(res, answer).catch((error: unknown) =>
        log.warn('a file was broken off', { listener: 'http', reason: name, error }),
      )
      return undefined
    } finally {
      limits.leave(account)
    }
  }

  return async function handle(call: HttpCall): Promise<void> {
    const startedAt = monotonic()
    let logged: Account | undefined
    const { res } = call
    const otherwise: Fmt = isRest(call) ? 3 : 0
    if (call.req.method === 'HEAD') return respondEmpty(res, otherwise)

    const params = await readRequest(call, readBody)
    if (params === undefined) return
    const wanted = readFmt(params)
    const fmt = wanted ?? otherwise
    let body: string | undefined
    let number = 0
    try {
      if (params.fault || (wanted === undefined && params.octets('fmt'))) throw new Refusal(params.fault ?? 'bad_request')
      body = await serve(params, fmt, call, (account) => {
        if (apiLog?.isKeptFor(account)) logged = account
      })
    } catch (error) {
      if (error instanceof OutcomeUnknown) return void res.destroy()
      if (!(error instanceof Refusal)) log.error('script failed', { listener: 'http', reason: name, error })
      const answer = errorAnswer(error, errors)
      number = answer.number
      body = print(ERROR, answer, fmt)
    }
    if (body !== undefined) respond(res, body, fmt, params.charset)
    const ms = monotonic() - startedAt
    observe?.(name, number, ms)
    if (!logged) return
    const parameters = maskedParameters(params, false)
    apiLog?.note(logged, { atMs: now(), script: call.path, ip: call.ip, parameters, error: number, ms: Math.round(ms) })
  }
}

/** Which of them are right is for sign-in to say; that something is there at all, for us. */
function readCredentials(params: Params, ip: string): Credentials {
  const login = params.text('login')
  const psw = params.text('psw')
  const apikey = params.text('apikey')
  if (!psw && !apikey) throw new Refusal('bad_request', { field: 'psw' })
  if (Math.max(login?.length ?? 0, psw?.length ?? 0, apikey?.length ?? 0) > CREDENTIAL_CHARACTERS_MAX) {
    throw new Refusal('bad_credentials')
  }
  return { login, psw, apikey, ip }
}
