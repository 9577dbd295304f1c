import assert from 'node:assert/strict'
import { type Centre, NO_LIMITS, startCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'

/** An answer as it came over the wire. */
export interface Reply {
  readonly status: number
  /** Content-Type. */
  readonly type: string
  readonly bytes: Buffer
  /** The bytes in the charset that the header names. */
  readonly text: string
}

export interface NewAccount {
  readonly login: string
  readonly balance: string
  readonly password?: string
  readonly tariff?: string
  readonly settings?: Readonly<Record<string, string | number>>
  /** Limits on repeated requests, as the service ships; without it there are none. */
  readonly limited?: boolean
}

/** The running program, and what every test of this folder does with it. */
export interface Scene {
  readonly centre: Centre
  /** Where clients find it. */
  readonly url: string
  /** A request of any client: a GET, or a POST with this body. */
  ask(target: string, body?: string | Buffer, type?: string): Promise<Reply>
  /** Opens an account, with the password `secret` unless it is told; its credentials as a query begins with them. */
  open(account: NewAccount): Promise<string>
  /** Opens the account of the documents' examples, `login=alex&psw=123`, where it is not open yet. */
  alex(): Promise<string>
  /** Asks for the status until it is this one. */
  until(credentials: string, status: number, phone: string, id: number | string): Promise<void>
}

export async function openScene(environment: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const centre = await startCentre({ mode: 'sandbox', database: 'test', environment })

  async function ask(target: string, body?: string | Buffer, type = 'application/x-www-form-urlencoded'): Promise<Reply> {
    const init = body === undefined ? {} : { method: 'POST', body, headers: { 'Content-Type': type } }
    const response = await centre.get(target, init)
    const bytes = Buffer.from(await response.arrayBuffer())
    const header = response.headers.get('content-type') ?? ''
    assert.equal(response.headers.get('content-length'), String(bytes.length), 'an answer says how long it is')
    const text = new TextDecoder(/charset=(.+)$/.exec(header)?.[1] ?? 'utf-8').decode(bytes)
    return { status: response.status, type: header, bytes, text }
  }

  async function open(account: NewAccount): Promise<string> {
    const { login, balance, password = 'secret', tariff, settings, limited = false } = account
    await centre.admin('POST', '/accounts', { login, password, balance, ...(tariff !== undefined && { tariff }) })
    if (!limited) await centre.admin('PATCH', `/accounts/${login}/limits`, NO_LIMITS)
    if (settings) await centre.admin('PATCH', `/accounts/${login}/settings`, settings)
    return `login=${login}&psw=${password}`
  }

  async function openAlex(): Promise<string> {
    await centre.admin('PUT', '/prices', { tariff: 'alex', default: true, price: '1.40' })
    await centre.admin('PUT', '/prices', { tariff: 'alex', mccmnc: '25001', price: '1.20' })
    const credentials = await open({ login: 'alex', password: '123', balance: '100', tariff: 'alex' })
    await centre.admin('PUT', '/accounts/alex/prices', { mccmnc: '25001', price: '1.20' }) // a code of its own
    return credentials
  }
  let alex: Promise<string> | undefined

  return {
    centre,
    url: centre.url,
    ask,
    open,
    alex: () => {
      alex ??= openAlex()
      return alex
    },
    until: (credentials, status, phone, id) =>
      eventually(async () => {
        const { text } = await ask(`/sys/status.php?${credentials}&phone=${phone}&id=${id}&fmt=1`)
        assert.equal(text.split(',')[0], String(status), text)
      }),
  }
}
