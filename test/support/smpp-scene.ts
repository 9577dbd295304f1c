import type { TestContext } from 'node:test'
import type { Credentials } from '../../src/account/account.ts'
import type { BindObstacle } from '../../src/account/sign-in.ts'
import type { Account, AccountSettings } from '../../src/domain/account.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import type { Answer, Bound, Operations } from '../../src/listeners/smpp/bound.ts'
import type { SmppLimits } from '../../src/listeners/smpp/limits.ts'
import { createSmppListener, type SmppListener, type SmppListenerOptions } from '../../src/listeners/smpp/server.ts'
import type { PduOf } from '../../src/protocols/smpp/pdu.ts'
import { STATUS } from '../../src/protocols/smpp/status.ts'
import { type ClientOptions, closing, type RawSmpp, rawSmpp } from './raw-smpp.ts'

export const anAccount = (login: string, id: number, settings: AccountSettings = {}): Account => ({
  ...{ id, version: 1, login, payerId: id, tariffId: 1, currency: 'RUR', creditLimit: 0n },
  ...{ utcOffsetMinutes: 180, blocked: false, allowedIps: [], settings: { 'fl[2]': 1, ...settings } },
})

/** Answers everything with ESME_RSYSERR: a test says what else. */
const unserved = (_session: unknown, _pdu: unknown, answer: Answer<never>): void =>
  answer({ status: STATUS.ESME_RSYSERR } as never)
const UNSERVED = Object.fromEntries(
  ['submit_sm', 'submit_multi', 'data_sm', 'query_sm', 'cancel_sm', 'replace_sm'].map((command) => [command, unserved]),
) as unknown as Operations

/** A submit_sm that waits for the test to answer it. */
export interface Asked {
  readonly session: Bound
  readonly pdu: PduOf<'submit_sm'>
  readonly answer: Answer<'submit_sm'>
}

export interface Scene {
  readonly listener: SmppListener
  /** What stands in the way of a login; undefined: nothing. */
  obstacle: (credentials: Credentials) => BindObstacle | 'unavailable' | undefined
  readonly accounts: Map<string, Account>
  readonly signedIn: Credentials[]
  /** submit_sm is answered at once, unless it is kept. */
  keep: boolean
  readonly kept: Asked[]
  readonly submits: number
  readonly told: string[]
  readonly bound: Bound[]
  connect(options?: ClientOptions & { readonly port?: number }): Promise<RawSmpp>
  /** One that is bound as alex. */
  customer(login?: string): Promise<RawSmpp>
}

/** A listener whose sign-in and operations are the test's, without a database; everything ends with the test. */
export async function smppScene(
  t: Pick<TestContext, 'after'>,
  options: { limits?: Partial<SmppLimits>; operations?: Partial<Operations> } & Partial<
    Omit<SmppListenerOptions, 'limits' | 'operations'>
  > = {},
): Promise<Scene> {
  let submits = 0
  const { operations, limits, ...rest } = options
  const signIn = async (credentials: Credentials): Promise<Account> => {
    scene.signedIn.push(credentials)
    const login = credentials.login ?? ''
    const reason = scene.obstacle(credentials) ?? (scene.accounts.has(login) ? undefined : 'login')
    if (reason === 'unavailable') throw new Refusal('unavailable')
    const account = scene.accounts.get(login)
    if (reason !== undefined || account === undefined) throw new Refusal('bad_credentials', { reason: reason ?? 'login' })
    return account
  }
  const listener = createSmppListener({
    ...{ host: '127.0.0.1', port: 0, trustedProxies: [] },
    signing: { signInSmpp: signIn, signInSmppAgain: signIn, forget() {} },
    operations: {
      ...UNSERVED,
      submit_sm(session, pdu, answer) {
        submits++
        if (scene.keep) scene.kept.push({ session, pdu, answer })
        else answer({ message_id: String(pdu.sequence) })
      },
      ...operations,
    },
    events: {
      bound(session) {
        scene.bound.push(session)
        scene.told.push(`bound ${session.id}`)
      },
      unbound: ({ id }) => scene.told.push(`unbound ${id}`),
      ready: ({ id }) => scene.told.push(`ready ${id}`),
    },
    ...rest,
    limits: { tickMs: 20, drainMs: 30_000, ...limits },
  })
  const clients: RawSmpp[] = []
  const scene = {
    listener,
    obstacle: (() => undefined) as Scene['obstacle'],
    accounts: new Map([['alex', anAccount('alex', 7)]]),
    signedIn: [] as Credentials[],
    keep: false,
    kept: [] as Asked[],
    get submits() {
      return submits
    },
    told: [] as string[],
    bound: [] as Bound[],

    async connect({ port = listener.ports().smpp, ...more }: ClientOptions & { readonly port?: number } = {}) {
      const client = await rawSmpp(port, more)
      clients.push(client)
      return client
    },

    async customer(login = 'alex') {
      const client = await scene.connect()
      await client.bind(login, 'secret')
      return client
    },
  }
  await listener.start()
  t.after(async () => {
    for (const client of clients) client.close()
    await Promise.all(clients.map(({ socket }) => closing(socket)))
    await listener.stop()
  })
  return scene
}
