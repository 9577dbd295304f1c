import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Limits, SignIn } from '../../src/account/account.ts'
import type { Account } from '../../src/domain/account.ts'
import { lookUp } from '../../src/domain/number/plan.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import type { Accepted, SendRequest } from '../../src/lifecycle/request.ts'
import { createBodyReader, type ReadBody } from '../../src/listeners/http/body.ts'
import type { Route } from '../../src/listeners/http/call.ts'
import { notFound } from '../../src/listeners/http/pages.ts'
import { createHttpServer, type HttpServerOptions } from '../../src/listeners/http/server.ts'
import { type SysServices, sysRoutes } from '../../src/listeners/http/sys/scripts.ts'

export const ALEX: Account = {
  id: 7,
  version: 1,
  login: 'alex',
  payerId: 7,
  tariffId: 1,
  currency: 'RUR',
  creditLimit: 0n,
  utcOffsetMinutes: 180,
  blocked: false,
  allowedIps: [],
  settings: {},
}

/** 22.11.2026 12:00:00 in Moscow. */
export const NOON_MS = Date.UTC(2026, 10, 22, 9, 0, 0)

type Fakes = Omit<SysServices, 'readBody'>

export interface ApiOptions extends Partial<Fakes> {
  readonly readBody?: ReadBody
  readonly server?: Partial<HttpServerOptions>
  readonly routes?: readonly Route[]
}

export interface Answer {
  readonly status: number | undefined
  readonly type: string
  readonly bytes: Buffer
  readonly body: string // as UTF-8
}

export interface AskOptions {
  readonly method?: string
  readonly body?: string | Buffer
  readonly type?: string
}

export interface Api {
  readonly port: number
  /** The requests that accept or estimate was given. */
  readonly requests: SendRequest[]
  ask(target: string, options?: AskOptions): Promise<Answer>
  /** With `login=alex&psw=123` in front of the parameters. */
  get(script: string, parameters?: string): Promise<string>
  stop(): Promise<void>
}

export const NO_LIMITS: Limits = { enter: () => true, leave: () => {}, allow: () => true, giveBack: () => {} }

const signIn: SignIn = async ({ login, psw, apikey }) => {
  if ((login === 'alex' && psw === '123') || apikey === 'key') return ALEX
  throw new Refusal('bad_credentials')
}

/** One number, one part, one rouble forty. */
export const accepted = (override: Partial<Accepted> = {}): Accepted => ({
  ref: 1234,
  parts: 1,
  price: 1_400_000n,
  balance: 100_500_000n,
  recipients: [{ phone: '79999999999', mccmnc: '25001', price: 1_400_000n, parts: 1, status: 0, err: 0 }],
  refusal: undefined,
  ...override,
})

/** No contacts, no groups, nobody on the blacklist; nothing that is asked of it changes that. */
const EMPTY_BOOK: Pick<Fakes, 'contacts' | 'groups' | 'blacklist'> = {
  contacts: { add: async () => 1, change: async () => {}, remove: async () => {}, list: async () => [] },
  groups: { add: async () => 1, change: async () => {}, remove: async () => {}, move: async () => {}, list: async () => [] },
  blacklist: { add: async () => 1, remove: async () => {}, list: async () => [] },
}

/** No short links, and none that is made is there. */
const NO_LINKS: Fakes['shortLinks'] = {
  find: async () => {
    throw new Refusal('not_found')
  },
  list: async () => {
    throw new Refusal('not_found')
  },
  add: async () => ({ id: 1, link: 'http://127.0.0.1/abc' }),
  remove: async () => {},
}

/** No number can be rented, and each is when it is asked for. */
const NO_NUMBERS: Fakes['rentedNumbers'] = { list: async () => [], rent: async () => {}, prolong: async () => {} }

const NO_TEMPLATES: Pick<Fakes, 'templates' | 'operatorTemplates'> = {
  templates: { add: async () => 1, change: async () => {}, remove: async () => {}, list: async () => [] },
  operatorTemplates: { add: async () => 1, remove: async () => {}, list: async () => [] },
}

/** No names, whatever is done to them. */
export const NO_SENDERS: Fakes['senders'] = {
  actingFor: async (account) => account,
  ...{ add: async () => 1, change: async () => {}, remove: async () => {}, list: async () => [] },
  find: ({ id }) => ({ id }),
}

const NO_SENDER_DESKS: Pick<Fakes, 'senderCodes' | 'senderDocuments'> = {
  senderCodes: { sendCode: async () => {}, checkCode: async () => {} },
  senderDocuments: {
    list: async () => [],
    read: async () => {
      throw new Refusal('not_found')
    },
  },
}

/** No mailings, and none that is made is there. */
const NO_MAILINGS: Pick<Fakes, 'mailings'> = {
  mailings: {
    add: async () => ({ id: 1_234_567, price: undefined }),
    cancel: async () => {},
    remove: async () => {},
    show: async () => {
      throw new Refusal('not_found')
    },
    list: async () => {
      throw new Refusal('not_found')
    },
  },
}

/** No sub-clients, and none that is looked for is there. */
const NO_SUBCLIENTS: Pick<Fakes, 'subclients' | 'paySubclient' | 'subclientStatistics'> = {
  subclients: {
    add: async () => 1,
    find: async () => {
      throw new Refusal('no_subclient')
    },
    findReported: async () => {
      throw new Refusal('no_subclient')
    },
    change: async () => {},
  },
  paySubclient: async () => {},
  subclientStatistics: { sums: async () => [], byDay: async () => [] },
}

/** No files, and none that is asked for is ever ready. */
const NO_EXPORTS: Fakes['exportDesk'] = {
  add: async () => 1,
  list: async () => {
    throw new Refusal('not_found')
  },
  open: async () => {
    throw new Refusal('not_found')
  },
  remove: async () => {},
}

/** No sub-clients. */
const NO_DOCUMENTS: Fakes['documents'] = {
  addInvoice: async () => 1,
  invoice: async () => {
    throw new Refusal('no_subclient')
  },
  act: async () => {
    throw new Refusal('no_subclient')
  },
}

/** No groups that ping.php could tell. */
const NO_GROUPS: Pick<Fakes, 'events' | 'sendNotice'> = {
  events: {
    tell: async () => {
      throw new Refusal('not_found')
    },
  },
  sendNotice: async () => ({ recipients: 1, price: 0n }),
}

/** The HTTP listener on a free port, over functions that a test may replace. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const requests: SendRequest[] = []
  const services = {
    signIn,
    limits: NO_LIMITS,
    readBody: createBodyReader(),
    accept: async () => accepted(),
    estimate: async () => accepted(),
    forget: () => {},
    now: () => NOON_MS,
    findMessages: async (_: number, questions: readonly unknown[]) => questions.map(() => undefined),
    removeMessage: async () => 'removed' as const,
    numberProfile: 'russia' as const,
    language: 'ru' as const,
    readBalance: async () => ({ balance: 250_800_000n, credit: 0n, currency: 'RUR' }),
    readHistory: async () => [],
    readIncoming: async () => [],
    readStatistics: async () => [],
    readPrices: async () => ({ zones: [], codes: [], mail: undefined }),
    lookUp,
    ...EMPTY_BOOK,
    shortLinks: NO_LINKS,
    ...NO_TEMPLATES,
    rentedNumbers: NO_NUMBERS,
    ...{ senders: NO_SENDERS, ...NO_SENDER_DESKS },
    ...NO_MAILINGS,
    ...NO_SUBCLIENTS,
    exportDesk: NO_EXPORTS,
    waitForCall: async () => ['78000000001'],
    documents: NO_DOCUMENTS,
    ...NO_GROUPS,
    ...options,
  }
  const seen =
    <T>(take: (request: SendRequest) => Promise<T>) =>
    (request: SendRequest): Promise<T> => {
      requests.push(request)
      return take(request)
    }
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    trustedProxies: [],
    operatorsFrom: [],
    otherwise: notFound,
    routes: [
      ...sysRoutes({ ...services, accept: seen(services.accept), estimate: seen(services.estimate) }),
      ...(options.routes ?? []),
    ],
    ...options.server,
  })
  await server.start()
  const port = server.ports().http
  const agent = new Agent({ keepAlive: true })

  async function ask(
    target: string,
    { method, body, type = 'application/x-www-form-urlencoded' }: AskOptions = {},
  ): Promise<Answer> {
    const req = request({
      agent,
      port,
      host: '127.0.0.1',
      path: target,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: body === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) },
    })
    req.end(body)
    const [res] = (await once(req, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of res) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    return { status: res.statusCode, type: res.headers['content-type'] ?? '', bytes, body: bytes.toString() }
  }

  return {
    port,
    requests,
    ask,
    get: async (script, parameters = '') => (await ask(`/sys/${script}.php?login=alex&psw=123&${parameters}`)).body,
    stop: async () => {
      agent.destroy()
      await server.stop()
    },
  }
}
