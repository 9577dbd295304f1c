import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, type TestContext } from 'node:test'
import { crc32 } from 'node:zlib'
import { decode } from '../../src/domain/text/charset.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { type Handler, type HandlerCall, startHandler } from '../support/handler.ts'
import { story } from '../support/story.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const hash = (kind: 'md5' | 'sha1', octets: Buffer): string => createHash(kind).update(octets).digest('hex')

interface Listed {
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

describe('handlers are told', () => {
  let centre: Centre
  before(async () => {
    centre = await startCentre({ mode: 'sandbox', database: 'test' })
  })
  after(() => centre?.stop())

  let logins = 0
  /** An account whose handler is a server of the test. */
  async function shop(
    t: TestContext,
    query = '',
    settings: object = {},
  ): Promise<{ customer: Customer; handler: Handler; login: string }> {
    logins += 1
    const login = `shop${logins}`
    const handler = await startHandler(t)
    const customer = await centre.account(login, 100_000, { url: `${handler.url}${query}`, ...settings })
    return { customer, handler, login }
  }

  const list = async (login: string, query = ''): Promise<Listed> =>
    (await centre.admin('GET', `/accounts/${login}/notifications${query}`)) as Listed
  const told = (handler: Handler, count = 1): Promise<void> =>
    eventually(() => assert.ok(handler.calls.length >= count, `${handler.calls.length} calls`))
  const accountId = async (login: string): Promise<number> =>
    ((await centre.admin('GET', `/accounts/${login}`)) as { id: number }).id

  /** What waits for another try is due, and what is down is tried again, as if hours had gone by. */
  async function later(login: string): Promise<void> {
    const id = await accountId(login)
    await centre.query('update outbox set due_at = 1 where account_id = $1', [id])
    await centre.query('update handlers set next_at = 0 where account_id = $1', [id])
  }

  /** Rows that wait for a handler, all of one message: quicker than as many messages. */
  async function waiting(login: string, count: number): Promise<void> {
    const id = await accountId(login)
    await centre.query(
      `insert into outbox (account_id, due_at, id, kind, message_id, state, at)
       select $1, extract(epoch from now()) * 1000, m.id + n, 1, m.id, 1, extract(epoch from now()) * 1000
       from generate_series(1, $2::int) n, (select max(id) as id from messages where account_id = $1) m`,
      [id, count],
    )
  }

  story('a status is told as a form in windows-1251, signed by the secret word, which stays at home', async (t) => {
    const { customer, handler, login } = await shop(t, '?shop=7&sha1=zxc&crc32=abc')
    const id = await customer.sent({ phones: '79161234567', mes: 'Hello', sender: 'Shop' })
    await told(handler)
    const [call] = handler.calls as [HandlerCall]
    assert.equal(`${call.method} ${call.path}`, 'POST /handler?shop=7')
    assert.equal(call.headers['content-type'], 'application/x-www-form-urlencoded')
    const { time, ts, ...form } = call.form
    assert.match(time ?? '', /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/)
    assert.match(ts ?? '', /^\d{10}$/)
    const signed = latin1(`${id}:79161234567:1:`)
    assert.deepEqual(form, {
      id: String(id),
      phone: '79161234567',
      status: '1',
      type: '0',
      cost: '1.00',
      cnt: '1',
      flag: '0',
      sender: 'Shop',
      mccmnc: form.mccmnc,
      sha1: hash('sha1', Buffer.concat([signed, latin1('zxc')])),
      crc32: String(crc32(Buffer.concat([signed, latin1('abc')]))),
    })
    assert.match((await list(login)).handler ?? '', /\?shop=7&sha1=\*\*\*&crc32=\*\*\*$/)
    await eventually(async () => assert.equal((await list(login)).notifications[0]?.result, 'delivered'))
  })

  story('each status is told, in its order: delivered, read, the link clicked; undeliverable with its reason', async (t) => {
    const { customer, handler } = await shop(t)
    await customer.sent({ phones: '79070000003', mes: 'Read this' })
    await told(handler, 2)
    assert.deepEqual(
      handler.calls.map(({ form }) => form.status),
      ['1', '2'],
    )
    await customer.sent({ phones: '79070000021', mes: 'Nobody there' })
    await told(handler, 3)
    assert.deepEqual([handler.calls[2]?.form.status, handler.calls[2]?.form.err], ['20', '1'])
    const id = await customer.sent({ phones: '79161234568', mes: 'See https://example.com/offer', tinyurl: 1 })
    await told(handler, 4)
    const [row] = await centre.query<{ code: string }>('select code from short_links order by id desc limit 1')
    await centre.get(`/${row?.code}`, { redirect: 'manual', headers: { 'User-Agent': 'Mozilla/5.0 (iPhone)' } })
    await told(handler, 5)
    assert.deepEqual([handler.calls[4]?.form.id, handler.calls[4]?.form.status], [String(id), '4'])
  })

  story('a look-up is told with what was found', async (t) => {
    const { customer, handler } = await shop(t, '?fmt=3&md5=word')
    const id = await customer.sent({ phones: '79161234567', hlr: 1 })
    await told(handler)
    const [call] = handler.calls as [HandlerCall]
    assert.equal(call.headers['content-type'], 'application/json')
    const json = JSON.parse(call.body.toString()) as Record<string, unknown>
    assert.ok(Object.values(json).every((value) => typeof value === 'string'))
    assert.deepEqual([json.id, json.type, json.err, json.status], [String(id), '4', '0', '1'])
    for (const field of ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net']) assert.notEqual(json[field] ?? '', '', field)
    assert.equal(json.md5, hash('md5', latin1(`${id}:79161234567:1:word`)))
  })

  story('an incoming message is told in the handler’s charset, and signed over those octets', async (t) => {
    for (const charset of ['windows-1251', 'koi8-r', 'utf-8'] as const) {
      const { handler, login } = await shop(t, `?charset=${charset}&md5=word`)
      const number = `7900000${1000 + logins}`
      await centre.cli('number', 'add', number, '--account', login)
      await centre.admin('POST', '/sandbox/mo', { from: '79161234567', to: number, text: 'Да & нет' })
      await told(handler)
      const { form } = handler.calls[0] as HandlerCall
      assert.equal(decode(latin1(form.mes ?? ''), charset), 'Да & нет')
      assert.deepEqual([form.phone, form.to], ['79161234567', number])
      const signed = Buffer.concat([latin1('79161234567:'), latin1(form.mes ?? ''), latin1(`:${number}:word`)])
      assert.equal(form.md5, hash('md5', signed))
      assert.equal(form.status, undefined)
    }
  })

  story('statuses and incoming messages are told as the account has chosen', async (t) => {
    const { customer, handler, login } = await shop(t, '?fmt=2', { 'fl[11]': 1 })
    await customer.sent({ phones: '79070000001', mes: 'Reply, please' })
    await eventually(async () => {
      const [row] = await centre.query<{ count: string }>('select count(*) from messages where state = 1 and account_id = $1', [
        await accountId(login),
      ])
      assert.equal(Number(row?.count), 1)
    })
    await centre.cli('number', 'add', '79000009999', '--account', login)
    await centre.admin('POST', '/sandbox/mo', { from: '79161234567', to: '79000009999', text: '<b>' })
    await told(handler)
    assert.equal(handler.calls.length, 1)
    assert.match(
      handler.calls[0]?.body.toString() ?? '',
      /^<\?xml version="1.0" encoding="windows-1251"\?>[\s\S]*<mes>&lt;b&gt;<\/mes>/,
    )
  })

  story('an account with a key gets Standard Webhooks headers, the same name for the same event', async (t) => {
    const { customer, handler, login } = await shop(t, '?fmt=3')
    const { output } = await centre.cli('notify', 'key', login)
    const key = output.trim()
    assert.match(key, /^whsec_[A-Za-z0-9+/]{32}$/)
    handler.answers((res, _, nth) => res.writeHead(nth === 1 ? 500 : 200).end())
    await customer.sent({ phones: '79161234567', mes: 'Hello' })
    await told(handler)
    await eventually(async () => assert.equal((await list(login)).notifications[0]?.tries.length, 1))
    await later(login)
    await told(handler, 2)
    const { createHmac } = await import('node:crypto')
    for (const { headers, body } of handler.calls) {
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body.toString()}`
      const mac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
        .update(signed)
        .digest('base64')
      assert.equal(headers['webhook-signature'], `v1,${mac}`)
    }
    assert.equal(handler.calls[0]?.headers['webhook-id'], handler.calls[1]?.headers['webhook-id'])
    assert.doesNotMatch((await centre.cli('notify', 'list', login, '--json')).output, /whsec_/)
  })

  story(
    'a failed call is made again after growing pauses, every one of them is shown, and after a day it is given up',
    async (t) => {
      const { customer, handler, login } = await shop(t)
      handler.answers((res) => res.writeHead(500).end('broken'))
      await customer.sent({ phones: '79161234567', mes: 'Hello' })
      const pauses: number[] = []
      for (let calls = 1; calls <= 7; calls++) {
        await eventually(async () => {
          const [one] = (await list(login)).notifications
          assert.equal(one?.tries.length, calls)
          if (calls < 5) pauses.push((Date.parse(one?.next_call_at ?? '') - Date.now()) / 60_000)
        })
        await later(login)
      }
      for (const [at, minutes] of [1, 5, 15, 60].entries()) {
        assert.ok(
          (pauses[at] ?? 0) <= minutes * 1.11 && (pauses[at] ?? 0) > minutes * 0.5,
          `${pauses[at]} minutes, about ${minutes}`,
        )
      }
      // A day after its first call the last one is made.
      await centre.query('update outbox set first_at = 1 where account_id = $1', [await accountId(login)])
      await later(login)
      await eventually(async () => assert.equal((await list(login)).notifications[0]?.result, 'given up'))
      const failed = await list(login, '?failed=1')
      assert.equal(failed.given_up, 1)
      const shown = (await centre.cli('notify', 'show', String(failed.notifications[0]?.id))).output
      assert.match(shown, /given up/)
      assert.ok((shown.match(/500 after \d+ ms\. It answered 500: it failed itself\./g) ?? []).length >= 8, shown)

      handler.answers((res) => res.end('OK'))
      const before = handler.calls.length
      assert.equal((await centre.cli('notify', 'replay', String(failed.notifications[0]?.id))).code, 0)
      await told(handler, before + 1)
      await eventually(async () => assert.equal((await list(login)).notifications[0]?.result, 'delivered'))
    },
  )

  story('a dead handler with 20,000 that wait is called rarely, costs no memory, and delays nobody', async (t) => {
    const dead = await shop(t)
    const good = await shop(t)
    dead.handler.answers((res) => void res.destroy())
    await dead.customer.sent({ phones: '79161234567', mes: 'Hello' })
    await told(dead.handler)
    await waiting(dead.login, 20_000)
    await eventually(async () => assert.equal((await list(dead.login)).state, 'down'))
    const calls = dead.handler.calls.length
    assert.ok(calls < 30, `${calls} calls`)
    for (let times = 1; times <= 3; times++) {
      await good.customer.sent({ phones: '79161234567', mes: `Hello ${times}` })
      await told(good.handler, times)
    }
    const { state, reason, waiting: count } = await list(dead.login)
    assert.deepEqual([state, reason], ['down', 'It closed the connection before it answered.'])
    assert.ok(count > 19_900)
    assert.equal(dead.handler.calls.length, calls, 'once a pause only')
    await later(dead.login)
    await told(dead.handler, calls + 1)
    assert.match(
      (await centre.get('/metrics')).status === 200 ? await (await centre.get('/metrics')).text() : '',
      /heliogram_handlers\{state="down"\} [1-9]/,
    )
  })

  story('a handler that answers again is told everything, in its old order', async (t) => {
    const { customer, handler, login } = await shop(t)
    handler.answers((res) => res.writeHead(502).end())
    for (let number = 1; number <= 40; number++) await customer.sent({ phones: '79161234567', mes: `Hello ${number}` })
    await eventually(async () => assert.equal((await list(login)).state, 'down'))
    const before = handler.calls.length
    handler.answers((res) => res.end())
    await centre.query('update handlers set next_at = 0 where account_id = $1', [await accountId(login)])
    await eventually(async () => assert.equal((await list(login)).waiting, 0))
    const ids = handler.calls.slice(before).map(({ form }) => Number(form.id))
    assert.deepEqual(
      [...new Set(ids)].sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, at) => at + 1),
    )
    const early = ids.slice(1, 9)
    assert.ok(Math.max(...early) <= 20, `those that failed first come first: ${ids}`)
    assert.equal((await list(login)).state, 'well')
  })

  story('a slow handler delays its own account alone', async (t) => {
    const slow = await shop(t)
    const quick = await shop(t)
    slow.handler.answers(() => undefined)
    for (let number = 1; number <= 10; number++) await slow.customer.sent({ phones: '79161234567', mes: `Hello ${number}` })
    await told(slow.handler)
    await quick.customer.sent({ phones: '79161234567', mes: 'Hello' })
    await told(quick.handler)
    assert.ok(
      (await list(slow.login)).notifications.every(({ tries }) => tries.length === 0),
      'the slow one has not answered yet',
    )
    await eventually(async () => {
      const reasons = (await list(slow.login)).notifications.flatMap(({ tries }) => tries.map(({ reason }) => reason))
      assert.ok(reasons.includes('It did not answer within 15 seconds.'), reasons.join())
    }, 90_000)
  })

  story('410 stops a handler, visibly, until somebody resumes it', async (t) => {
    const { customer, handler, login } = await shop(t)
    handler.answers((res) => res.writeHead(410).end())
    await customer.sent({ phones: '79161234567', mes: 'Hello' })
    await told(handler)
    await waiting(login, 2_500)
    await eventually(async () => assert.deepEqual((await list(login)).state, 'stopped'))
    await eventually(async () => assert.deepEqual((await list(login)).waiting, 0))
    const { output } = await centre.cli('notify', 'list', login)
    assert.match(output, /stopped: it wants no more/)
    const calls = handler.calls.length
    const id = await customer.sent({ phones: '79161234567', mes: 'Again' })
    await customer.sees(1, '79161234567', id)
    assert.equal(handler.calls.length, calls)
    handler.answers((res) => res.end())
    assert.equal((await centre.cli('notify', 'resume', login)).code, 0)
    await customer.sent({ phones: '79161234567', mes: 'And again' })
    await told(handler, calls + 1)
    assert.equal((await list(login)).state, 'well')
  })

  story('Retry-After pauses a handler for as long as it asks', async (t) => {
    const { customer, handler, login } = await shop(t)
    handler.answers((res) => res.writeHead(429, { 'Retry-After': '600' }).end())
    await customer.sent({ phones: '79161234567', mes: 'Hello' })
    await eventually(async () => {
      const next = Date.parse((await list(login)).notifications[0]?.next_call_at ?? '')
      assert.ok(next - Date.now() > 500_000)
    })
    const id = await customer.sent({ phones: '79161234568', mes: 'Hello' })
    await customer.sees(1, '79161234568', id)
    await eventually(async () => assert.equal((await list(login)).waiting, 2))
    assert.equal(handler.calls.length, 1)
  })

  story('redirects, endless answers and bad TLS are explained by a test call', async (t) => {
    const { handler, login } = await shop(t, '?md5=word')
    const says = async (): Promise<{ code: number | null; output: string }> => centre.cli('notify', 'test', login)
    const good = await says()
    assert.equal(good.code, 0, good.output)
    assert.match(good.output, /so +it works/)
    assert.match(good.output, /md5=[0-9a-f]{32}/)
    handler.answers((res) => res.writeHead(301, { Location: 'https://example.com/new?secret=1' }).end())
    const moved = await says()
    assert.equal(moved.code, 1)
    assert.match(moved.output.replace(/\s+/g, ' '), /redirect to https:\/\/example\.com\/new\. Redirects are not followed/)
    handler.answers((res) => {
      const block = Buffer.alloc(65_536)
      const more = () => void (res.destroyed || (res.write(block) && setImmediate(more)))
      res.on('drain', more).on('error', () => undefined)
      more()
    })
    assert.equal((await says()).code, 0, 'its status counts')
    handler.answers((res) => void res.writeHead(200).write('O'))
    assert.equal((await says()).code, 0, 'an octet a minute is not waited for')

    const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../support/tls', name))
    const secure = createTlsServer({ cert: file('first.crt'), key: file('first.key') }, (_, res) => res.end())
    await new Promise<void>((ready) => secure.listen(0, '127.0.0.1', ready))
    t.after(() => void secure.close())
    await centre.admin('PATCH', `/accounts/${login}/settings`, {
      url: `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`,
    })
    assert.match((await says()).output, /certificate is self-signed/)
    await centre.admin('PATCH', `/accounts/${login}/settings`, { url: `https://127.0.0.1:${handler.port}/` })
    assert.match((await says()).output.replace(/\s+/g, ' '), /is it an http:\/\/ address/)
  })

  story('a private address is no handler, in whatever spelling, and a sentence says so', async (t) => {
    const { login } = await shop(t)
    for (const [url, says] of [
      ['http://10.0.0.1/h', /10\.0\.0\.1 is an address of a private network/],
      ['http://0xA9FEA9FE/latest/meta-data/', /169\.254\.169\.254 is a link-local address/],
      ['http://[::ffff:10.0.0.1]/', /private network/],
      ['http://[64:ff9b::a9fe:a9fe]/', /link-local/],
      ['ftp://example.com/', /begins with http/],
      ['https://example.com/?fmt=3&charset=koi8-r', /koi8-r goes with form fields only/],
      ['https://example.com:22/', /Port 22 belongs to another service/],
    ] as const) {
      const { code, output } = await centre.cli('account', 'set', login, `url=${url}`)
      assert.equal(code, 1, url)
      assert.match(output, says)
    }
  })

  story('a range is told again: what was told, what was given up', async (t) => {
    const { customer, handler, login } = await shop(t)
    for (let number = 1; number <= 3; number++) await customer.sent({ phones: '79161234567', mes: `Hello ${number}` })
    await eventually(async () =>
      assert.equal((await list(login)).notifications.filter(({ result }) => result === 'delivered').length, 3),
    )
    const { code, output } = await centre.cli('notify', 'replay', login, '--from', '2026-01-01')
    assert.equal(code, 0)
    assert.match(output, /3 notifications are told again/)
    await told(handler, 6)
    assert.deepEqual(
      handler.calls.map(({ form }) => form.id),
      ['1', '2', '3', '1', '2', '3'],
    )
    const wrong = await centre.cli('notify', 'replay', login, '--from', 'yesterday')
    assert.match(wrong.output, /'yesterday' is no moment/)
  })

  story(
    'an account that takes its handler away is told nothing more, and what waited is given up with that reason',
    async (t) => {
      const { customer, handler, login } = await shop(t)
      handler.answers((res) => res.writeHead(500).end())
      await customer.sent({ phones: '79161234567', mes: 'Hello' })
      await told(handler)
      await eventually(async () => assert.equal((await list(login)).notifications[0]?.tries.length, 1))
      await centre.admin('PATCH', `/accounts/${login}/settings`, { url: '' })
      await later(login)
      await eventually(async () => {
        const { given_up: count, notifications } = await list(login)
        assert.equal(count, 1)
        assert.equal(notifications[0]?.tries.at(-1)?.reason, 'The account has no handler any more.')
      })
    },
  )

  story('what was to be told survives a kill', async (t) => {
    const { customer, handler, login } = await shop(t)
    handler.answers((res) => res.writeHead(503).end())
    await customer.sent({ phones: '79161234567', mes: 'Hello' })
    await eventually(async () => assert.equal((await list(login)).notifications[0]?.tries.length, 1))
    await centre.kill()
    handler.answers((res) => res.end())
    await centre.start()
    await later(login)
    await told(handler, 2)
    await eventually(async () => assert.equal((await list(login)).notifications[0]?.result, 'delivered'))
  })
})
