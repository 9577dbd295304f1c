import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { handlerScene } from '../support/handler-scene.ts'
import { story } from '../support/story.ts'

// Handlers that fail, are slow, move away, want no more: each is explained, and none delays another.
const scene = handlerScene()

story(
  'a failed call is made again after growing pauses, every one of them is shown, and after a day it is given up',
  async (t) => {
    const { customer, handler, login } = await scene.shop(t)
    handler.answers((res) => res.writeHead(500).end('broken'))
    await customer.sent({ phones: '79161234567', mes: 'Hello' })
    const pauses: number[] = []
    for (let calls = 1; calls <= 4; calls++) {
      await eventually(async () => {
        const [one] = (await scene.list(login)).notifications
        assert.equal(one?.tries.length, calls)
        pauses.push((Date.parse(one?.next_call_at ?? '') - Date.now()) / 60_000)
      })
      await scene.later(login)
    }
    for (const [at, minutes] of [1, 5, 15, 60].entries()) {
      assert.ok(
        (pauses[at] ?? 0) <= minutes * 1.11 && (pauses[at] ?? 0) > minutes * 0.5,
        `${pauses[at]} minutes, about ${minutes}`,
      )
    }
    // A day after its first call the last one is made.
    await scene.centre.query('update outbox set first_at = 1 where account_id = $1', [await scene.accountId(login)])
    await scene.later(login)
    await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.result, 'given up'))
    const failed = await scene.list(login, '?failed=1')
    assert.equal(failed.given_up, 1)
    const shown = (await scene.cli('notify', 'show', String(failed.notifications[0]?.id))).output
    assert.match(shown, /given up/)
    assert.ok((shown.match(/500 after \d+ ms\. It answered 500: it failed itself\./g) ?? []).length >= 5, shown)

    handler.answers((res) => res.end('OK'))
    const before = handler.calls.length
    assert.equal((await scene.cli('notify', 'replay', String(failed.notifications[0]?.id))).code, 0)
    await scene.told(handler, before + 1)
    await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.result, 'delivered'))
  },
)

story('a dead handler with 20,000 that wait is called rarely, costs no memory, and delays nobody', async (t) => {
  const dead = await scene.shop(t)
  const good = await scene.shop(t)
  dead.handler.answers((res) => void res.destroy())
  await dead.customer.sent({ phones: '79161234567', mes: 'Hello' })
  await scene.told(dead.handler)
  await scene.waiting(dead.login, 20_000)
  await eventually(async () => assert.equal((await scene.list(dead.login)).state, 'down'))
  const calls = dead.handler.calls.length
  assert.ok(calls < 30, `${calls} calls`)
  for (let times = 1; times <= 3; times++) {
    await good.customer.sent({ phones: '79161234567', mes: `Hello ${times}` })
    await scene.told(good.handler, times)
  }
  const { state, reason, waiting: count } = await scene.list(dead.login)
  assert.deepEqual([state, reason], ['down', 'It closed the connection before it answered.'])
  assert.ok(count > 19_900)
  assert.equal(dead.handler.calls.length, calls, 'once a pause only')
  await scene.later(dead.login)
  await scene.told(dead.handler, calls + 1)
  assert.match(
    (await scene.centre.get('/metrics')).status === 200 ? await (await scene.centre.get('/metrics')).text() : '',
    /heliogram_handlers\{state="down"\} [1-9]/,
  )
})

story('a handler that answers again is told everything, in its old order', async (t) => {
  const { customer, handler, login } = await scene.shop(t)
  handler.answers((res) => res.writeHead(502).end())
  for (let number = 1; number <= 40; number++) await customer.sent({ phones: '79161234567', mes: `Hello ${number}` })
  await eventually(async () => {
    const { state, waiting } = await scene.list(login)
    assert.deepEqual([state, waiting], ['down', 40]) // all of them delivered, none told
  })
  const before = handler.calls.length
  handler.answers((res) => res.end())
  await scene.centre.query('update handlers set next_at = 0 where account_id = $1', [await scene.accountId(login)])
  await eventually(async () => assert.equal((await scene.list(login)).waiting, 0))
  const ids = handler.calls.slice(before).map(({ form }) => Number(form.id))
  assert.deepEqual(
    [...new Set(ids)].sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, at) => at + 1),
  )
  const early = ids.slice(1, 9)
  assert.ok(Math.max(...early) <= 20, `those that failed first come first: ${ids}`)
  assert.equal((await scene.list(login)).state, 'well')
})

story('a slow handler delays its own account alone', async (t) => {
  const slow = await scene.shop(t)
  const quick = await scene.shop(t)
  slow.handler.answers(() => undefined)
  for (let number = 1; number <= 10; number++) await slow.customer.sent({ phones: '79161234567', mes: `Hello ${number}` })
  await scene.told(slow.handler)
  await quick.customer.sent({ phones: '79161234567', mes: 'Hello' })
  await scene.told(quick.handler)
  assert.ok(
    (await scene.list(slow.login)).notifications.every(({ tries }) => tries.length === 0),
    'the slow one has not answered yet',
  )
})

story('410 stops a handler, visibly, until somebody resumes it', async (t) => {
  const { customer, handler, login } = await scene.shop(t)
  handler.answers((res) => res.writeHead(410).end())
  await customer.sent({ phones: '79161234567', mes: 'Hello' })
  await scene.told(handler)
  await scene.waiting(login, 2_500)
  await eventually(async () => assert.deepEqual((await scene.list(login)).state, 'stopped'))
  await eventually(async () => assert.deepEqual((await scene.list(login)).waiting, 0))
  const { output } = await scene.cli('notify', 'list', login)
  assert.match(output, /stopped: it wants no more/)
  const calls = handler.calls.length
  const id = await customer.sent({ phones: '79161234567', mes: 'Again' })
  await customer.sees(1, '79161234567', id)
  assert.equal(handler.calls.length, calls)
  handler.answers((res) => res.end())
  assert.equal((await scene.cli('notify', 'resume', login)).code, 0)
  await customer.sent({ phones: '79161234567', mes: 'And again' })
  await scene.told(handler, calls + 1)
  assert.equal((await scene.list(login)).state, 'well')
})

story('Retry-After pauses a handler for as long as it asks', async (t) => {
  const { customer, handler, login } = await scene.shop(t)
  handler.answers((res) => res.writeHead(429, { 'Retry-After': '600' }).end())
  await customer.sent({ phones: '79161234567', mes: 'Hello' })
  await eventually(async () => {
    const next = Date.parse((await scene.list(login)).notifications[0]?.next_call_at ?? '')
    assert.ok(next - Date.now() > 500_000)
  })
  const id = await customer.sent({ phones: '79161234568', mes: 'Hello' })
  await customer.sees(1, '79161234568', id)
  await eventually(async () => assert.equal((await scene.list(login)).waiting, 2))
  assert.equal(handler.calls.length, 1)
})

story('redirects, endless answers and bad TLS are explained by a test call', async (t) => {
  const { handler, login } = await scene.shop(t, '?md5=word')
  const says = async (): Promise<{ code: number | null; output: string }> => scene.cli('notify', 'test', login)
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
  await scene.centre.admin('PATCH', `/accounts/${login}/settings`, {
    url: `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`,
  })
  assert.match((await says()).output, /certificate is self-signed/)
  await scene.centre.admin('PATCH', `/accounts/${login}/settings`, { url: `https://127.0.0.1:${handler.port}/` })
  assert.match((await says()).output.replace(/\s+/g, ' '), /is it an http:\/\/ address/)
})

story('what was to be told survives a kill', async (t) => {
  const { customer, handler, login } = await scene.shop(t)
  handler.answers((res) => res.writeHead(503).end())
  await customer.sent({ phones: '79161234567', mes: 'Hello' })
  await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.tries.length, 1))
  await scene.centre.kill()
  handler.answers((res) => res.end())
  await scene.centre.start()
  await scene.later(login)
  await scene.told(handler, 2)
  await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.result, 'delivered'))
})
