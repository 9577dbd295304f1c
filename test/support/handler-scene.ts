import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import { run } from '../../src/cli/run.ts'
import { type Centre, startCentre } from './centre.ts'
import type { Customer } from './customer.ts'
import { eventually } from './eventually.ts'
import { type Handler, startHandler } from './handler.ts'

/** What `notify list --json` says, as far as stories look at it. */
export interface Listed {
  readonly state: string
  readonly reason: string
  readonly handler: string | null
  readonly waiting: number
  readonly given_up: number
  readonly notifications: readonly {
    readonly id: number
    readonly kind: string
    readonly phone: string
    readonly status: number | null
    readonly result: string
    readonly next_call_at: string | null
    readonly tries: readonly { readonly code: number; readonly reason: string }[]
  }[]
}

export interface Shop {
  readonly customer: Customer
  readonly handler: Handler
  readonly login: string
}

/** For a test file about handlers: a sandbox that starts before its stories and ends after them. */
export function handlerScene() {
  let centre: Centre
  let logins = 0
  before(async () => {
    centre = await startCentre({ mode: 'sandbox', database: 'test' })
  })
  after(() => centre?.stop())

  const accountId = async (login: string): Promise<number> =>
    ((await centre.admin('GET', `/accounts/${login}`)) as { id: number }).id

  return {
    get centre() {
      return centre
    },
    accountId,

    /** An account whose handler is a server of the test. */
    async shop(t: TestContext, query = '', settings: object = {}): Promise<Shop> {
      logins += 1
      const login = `shop${logins}`
      const handler = await startHandler(t)
      const customer = await centre.account(login, 100_000, { url: `${handler.url}${query}`, ...settings })
      return { customer, handler, login }
    },

    /** The command line, in this process: a process of its own for every line takes seconds. */
    async cli(...line: readonly string[]): Promise<{ code: number; output: string }> {
      let output = ''
      const say = (text: string): void => {
        output += text
      }
      const env = { HELIOGRAM_URL: centre.url, HELIOGRAM_DATA: centre.dataDir }
      return { code: await run(line, { env, out: say, err: say }), output }
    },

    list: async (login: string, query = ''): Promise<Listed> =>
      (await centre.admin('GET', `/accounts/${login}/notifications${query}`)) as Listed,

    told: (handler: Handler, count = 1): Promise<void> =>
      eventually(() => assert.ok(handler.calls.length >= count, `${handler.calls.length} calls`)),

    /** What waits for another try is due, and what is down is tried again, as if hours had gone by. */
    async later(login: string): Promise<void> {
      const id = await accountId(login)
      await centre.query('update outbox set due_at = 1 where account_id = $1', [id])
      await centre.query('update handlers set next_at = 0 where account_id = $1', [id])
    },

    /** Rows that wait for a handler, all of one message: quicker than as many messages. */
    async waiting(login: string, count: number): Promise<void> {
      const id = await accountId(login)
      await centre.query(
        `insert into outbox (account_id, due_at, id, kind, message_id, state, at)
         select $1, extract(epoch from now()) * 1000, m.id + n, 1, m.id, 1, extract(epoch from now()) * 1000
         from generate_series(1, $2::int) n, (select max(id) as id from messages where account_id = $1) m`,
        [id, count],
      )
    },
  }
}
