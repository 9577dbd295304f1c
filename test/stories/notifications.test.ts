import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { decode } from '../../src/domain/text/charset.ts'
import { eventually } from '../support/eventually.ts'
import type { HandlerCall } from '../support/handler.ts'
import { handlerScene } from '../support/handler-scene.ts'
import { story } from '../support/story.ts'

// What handlers are told, in every form, and telling them again.
const scene = handlerScene()
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const hash = (kind: 'md5' | 'sha1', octets: Buffer): string => createHash(kind).update(octets).digest('hex')

story('a status is told as a form in windows-1251, signed by the secret word, which stays at home', async (t) => {
  const { customer, handler, login } = await scene.shop(t, '?shop=7&sha1=zxc&crc32=abc')
  const id = await customer.sent({ phones: '79161234567', mes: 'Hello', sender: 'Shop' })
  await scene.told(handler)
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
  assert.match((await scene.list(login)).handler ?? '', /\?shop=7&sha1=\*\*\*&crc32=\*\*\*$/)
  await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.result, 'delivered'))
})

story(
  'a call that confirms a phone is told once, signed; who calls a number that nobody told him confirms nothing',
  async (t) => {
    const { customer, handler } = await scene.shop(t, '?md5=zxc')
    for (const number of ['78000000001', '78000000002', '78000000003', '78000000004']) {
      await scene.centre.admin('POST', '/numbers', { number })
      await scene.centre.admin('PUT', `/numbers/${number}/calls`, { calls: 'on' })
    }
    const { phone, all_phones: all } = JSON.parse(await customer.ask('wait_call', { phone: '+7 916 555-44-33', fmt: 3 })) as {
      phone: string
      all_phones: string[]
    }
    assert.deepEqual([phone, all], ['78000000001', ['78000000001', '78000000002']])
    const call = (to: string) => scene.centre.cli('sandbox', 'call', '--from', '79165554433', '--to', to)
    const nobody = await call('78000000003')
    assert.deepEqual([nobody.code, /Nobody waits for a call/.test(nobody.output)], [1, true], nobody.output)
    assert.equal((await call('78000000002')).code, 0)
    await scene.told(handler)
    assert.equal((await call('78000000002')).code, 1, 'he calls again')
    const { ts = '', time, ...form } = handler.calls[0]?.form ?? {}
    const md5 = hash('md5', latin1(`79165554433:${ts}:zxc`))
    assert.deepEqual(form, { phone: '79165554433', waitcall: '78000000002', md5 })
    assert.equal(handler.calls.length, 1)
  },
)

story('each status is told, in its order: delivered, read, the link clicked; undeliverable with its reason', async (t) => {
  const { customer, handler } = await scene.shop(t)
  await customer.sent({ phones: '79070000003', mes: 'Read this' })
  await eventually(() => assert.equal(handler.calls.at(-1)?.form.status, '2'))
  // On a machine that stands still for so long both receipts come at once, and the message is read.
  assert.ok(['1,2', '2'].includes(handler.calls.map(({ form }) => form.status).join()))
  await customer.sent({ phones: '79070000021', mes: 'Nobody there' })
  await eventually(() => assert.equal(handler.calls.at(-1)?.form.status, '20'))
  assert.equal(handler.calls.at(-1)?.form.err, '1')
  const id = await customer.sent({ phones: '79161234568', mes: 'See https://example.com/offer', tinyurl: 1 })
  await eventually(() => assert.equal(handler.calls.at(-1)?.form.id, String(id)))
  const [row] = await scene.centre.query<{ code: string }>('select code from short_links order by id desc limit 1')
  await scene.centre.get(`/${row?.code}`, { redirect: 'manual', headers: { 'User-Agent': 'Mozilla/5.0 (iPhone)' } })
  await eventually(() => assert.equal(handler.calls.at(-1)?.form.status, '4'))
  assert.equal(handler.calls.at(-1)?.form.id, String(id))
})

story('a look-up is told with what was found', async (t) => {
  const { customer, handler } = await scene.shop(t, '?fmt=3&md5=word')
  const id = await customer.sent({ phones: '79161234567', hlr: 1 })
  await scene.told(handler)
  const [call] = handler.calls as [HandlerCall]
  assert.equal(call.headers['content-type'], 'application/json')
  const json = JSON.parse(call.body.toString()) as Record<string, unknown>
  assert.ok(Object.values(json).every((value) => typeof value === 'string'))
  assert.deepEqual([json.id, json.type, json.err, json.status], [String(id), '4', '0', '1'])
  for (const field of ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net']) assert.notEqual(json[field] ?? '', '', field)
  assert.equal(json.md5, hash('md5', latin1(`${id}:79161234567:1:word`)))
})

story('in test mode a message is told as delivered, with err 200', async (t) => {
  const { customer, handler } = await scene.shop(t, '', { 'fl2[27]': 1 })
  const id = await customer.sent({ phones: '79161234567', mes: 'Hello' })
  await scene.told(handler)
  const { form } = handler.calls[0] as HandlerCall
  assert.deepEqual([form.id, form.status, form.err, form.cost], [String(id), '1', '200', '0.00'])
})

story('an incoming message is told in the handler’s charset, and signed over those octets', async (t) => {
  for (const charset of ['windows-1251', 'koi8-r', 'utf-8'] as const) {
    const { handler, login } = await scene.shop(t, `?charset=${charset}&md5=word`)
    const number = `7900000${1000 + (await scene.accountId(login))}`
    await scene.cli('number', 'add', number, '--account', login)
    await scene.centre.admin('POST', '/sandbox/mo', { from: '79161234567', to: number, text: 'Да & нет' })
    await scene.told(handler)
    const { form } = handler.calls[0] as HandlerCall
    assert.equal(decode(latin1(form.mes ?? ''), charset), 'Да & нет')
    assert.deepEqual([form.phone, form.to], ['79161234567', number])
    const signed = Buffer.concat([latin1('79161234567:'), latin1(form.mes ?? ''), latin1(`:${number}:word`)])
    assert.equal(form.md5, hash('md5', signed))
    assert.equal(form.status, undefined)
  }
})

story('statuses and incoming messages are told as the account has chosen', async (t) => {
  const { customer, handler, login } = await scene.shop(t, '?fmt=2', { 'fl[11]': 1 })
  await customer.sent({ phones: '79070000001', mes: 'Reply, please' })
  await eventually(async () => {
    const [row] = await scene.centre.query<{ count: string }>(
      'select count(*) from messages where state = 1 and account_id = $1',
      [await scene.accountId(login)],
    )
    assert.equal(Number(row?.count), 1)
  })
  await scene.cli('number', 'add', '79000009999', '--account', login)
  await scene.centre.admin('POST', '/sandbox/mo', { from: '79161234567', to: '79000009999', text: '<b>' })
  await scene.told(handler)
  assert.equal(handler.calls.length, 1)
  assert.match(
    handler.calls[0]?.body.toString() ?? '',
    /^<\?xml version="1.0" encoding="windows-1251"\?>[\s\S]*<mes>&lt;b&gt;<\/mes>/,
  )
})

story('an account with a key gets Standard Webhooks headers, the same name for the same event', async (t) => {
  const { customer, handler, login } = await scene.shop(t, '?fmt=3')
  const { output } = await scene.cli('notify', 'key', login)
  const key = output.trim()
  assert.match(key, /^whsec_[A-Za-z0-9+/]{32}$/)
  handler.answers((res, _, nth) => res.writeHead(nth === 1 ? 500 : 200).end())
  await customer.sent({ phones: '79161234567', mes: 'Hello' })
  await scene.told(handler)
  await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.tries.length, 1))
  await scene.later(login)
  await scene.told(handler, 2)
  for (const { headers, body } of handler.calls) {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body.toString()}`
    const mac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
      .update(signed)
      .digest('base64')
    assert.equal(headers['webhook-signature'], `v1,${mac}`)
  }
  assert.equal(handler.calls[0]?.headers['webhook-id'], handler.calls[1]?.headers['webhook-id'])
  assert.doesNotMatch((await scene.cli('notify', 'list', login, '--json')).output, /whsec_/)
})

story('a private address is no handler, in whatever spelling, and a sentence says so', async (t) => {
  const { login } = await scene.shop(t)
  for (const [url, says] of [
    ['http://10.0.0.1/h', /10\.0\.0\.1 is an address of a private network/],
    ['http://0xA9FEA9FE/latest/meta-data/', /169\.254\.169\.254 is a link-local address/],
    ['http://[::ffff:10.0.0.1]/', /private network/],
    ['http://[64:ff9b::a9fe:a9fe]/', /link-local/],
    ['ftp://example.com/', /begins with http/],
    ['https://example.com/?fmt=3&charset=koi8-r', /koi8-r goes with form fields only/],
    ['https://example.com:22/', /Port 22 belongs to another service/],
  ] as const) {
    const { code, output } = await scene.cli('account', 'set', login, `url=${url}`)
    assert.equal(code, 1, url)
    assert.match(output, says)
  }
})

story('a range is told again: what was told, what was given up', async (t) => {
  const { customer, handler, login } = await scene.shop(t)
  for (let number = 1; number <= 3; number++) await customer.sent({ phones: '79161234567', mes: `Hello ${number}` })
  await eventually(async () =>
    assert.equal((await scene.list(login)).notifications.filter(({ result }) => result === 'delivered').length, 3),
  )
  const { code, output } = await scene.cli('notify', 'replay', login, '--from', '2026-01-01')
  assert.equal(code, 0)
  assert.match(output, /3 notifications are told again/)
  await scene.told(handler, 6)
  assert.deepEqual(
    handler.calls.map(({ form }) => form.id),
    ['1', '2', '3', '1', '2', '3'],
  )
  const wrong = await scene.cli('notify', 'replay', login, '--from', 'yesterday')
  assert.match(wrong.output, /'yesterday' is no moment/)
})

story('an account that takes its handler away is told nothing more, and what waited is given up with that reason', async (t) => {
  const { customer, handler, login } = await scene.shop(t)
  handler.answers((res) => res.writeHead(500).end())
  await customer.sent({ phones: '79161234567', mes: 'Hello' })
  await scene.told(handler)
  await eventually(async () => assert.equal((await scene.list(login)).notifications[0]?.tries.length, 1))
  await scene.centre.admin('PATCH', `/accounts/${login}/settings`, { url: '' })
  await scene.later(login)
  await eventually(async () => {
    const { given_up: count, notifications } = await scene.list(login)
    assert.equal(count, 1)
    assert.equal(notifications[0]?.tries.at(-1)?.reason, 'The account has no handler any more.')
  })
})
