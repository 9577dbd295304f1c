import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram } from '../support/program.ts'
import { builtProgram } from '../support/program-under-test.ts'
import { story } from '../support/story.ts'

// The first minute of somebody who has just typed `npm start`: one sandbox on its own embedded database, told from its beginning.
let centre: Centre
let demo: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'embedded', program: builtProgram() })
  demo = centre.customer('demo', 'demo')
})
after(() => centre?.stop())

/** What a shell does with a line of the banner; without curl on this machine, what curl would do. */
async function type(line: string): Promise<string> {
  const typed = await runProgram('sh', ['-c', `${line} --silent --show-error`])
  if (typed.code === 0) return typed.output
  assert.match(typed.output, /not found/, `${line} says ${typed.output}`)
  const url = /https?:[^"' ]+/.exec(line)?.[0] ?? ''
  return (await fetch(url)).text()
}

const PHONE = '79161234567'

story('the banner shows a curl; typed, it sends the first message, which arrives', async () => {
  // It answers a moment before it has said so.
  const [send, ask] = await eventually(async () => {
    const [first, second] = centre.output().match(/^\s*curl .*$/gm) ?? []
    assert.match(first ?? '', /send\.php/, `the banner shows how to send:\n${centre.output()}`)
    assert.match(second ?? '', /status\.php/, `the banner shows how to ask:\n${centre.output()}`)
    return [first as string, second as string] as const
  })
  assert.equal(await type(send), 'OK - 1 SMS, ID - 1')
  // Asked too often, the demo account would be told so: it has the windows of the original service.
  await eventually(async () => {
    const [row] = await centre.query<{ state: number }>('select state from messages')
    assert.equal(row?.state, 1)
  })
  assert.match(await type(ask), /^Status = 1, check_time = \d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d, err = 0$/)
  assert.equal(await demo.balance(), '999.00')
})

story('sent once more within a minute it is a duplicate, until the window is switched off as the banner says', async () => {
  const twice = { phones: PHONE, mes: 'Once is enough' }
  await demo.sent(twice)
  assert.deepEqual(await demo.send(twice), { error: 'duplicate request, wait a minute', error_code: 9 })
  const off = /heliogram (account limits demo --identical 0)/.exec(centre.output())?.[1] ?? ''
  assert.notEqual(off, '', 'the banner says how')
  const said = await centre.program(
    ...off.split(' '),
    '--identical-cost',
    '0',
    '--status',
    '0',
    '--status-mass',
    '0',
    '--balance',
    '0',
  )
  assert.equal(said.code, 0, said.output)
  await demo.sent(twice)
})

story('a price is told before, with and after the sending', async () => {
  const before = Number(await demo.balance())
  assert.equal(await demo.ask('send', { phones: PHONE, mes: 'How much?', cost: 1 }), '1 (1 SMS)')
  const { id, ...told } = await demo.send({ phones: PHONE, mes: 'я'.repeat(71), cost: 3 })
  assert.deepEqual(told, { cnt: 2, cost: '2', balance: String(before - 2) })
  assert.equal((await demo.status(PHONE, String(id), { all: 2 })).cost, '2.00')
})

story('several numbers, one of them wrong: the good ones arrive, the wrong one says why', async () => {
  const answer = await demo.send({ phones: '79161000001,79161000002;123', mes: 'To all of you', op: 1 })
  assert.equal(answer.cnt, 2)
  assert.deepEqual(
    answer.phones?.map(({ phone, status, error }) => ({ phone, status, error })),
    [
      { phone: '79161000001', status: undefined, error: undefined },
      { phone: '79161000002', status: undefined, error: undefined },
      { phone: '123', status: '22', error: '249' },
    ],
  )
  const id = Number(answer.id)
  await demo.sees(1, '79161000001', id)
  await demo.sees(1, '79161000002', id)
  const wrong = await demo.status('123', id)
  assert.deepEqual([wrong.status, wrong.err], [22, 249])
  const rows = JSON.parse(await demo.ask('status', { phone: '79161000001,123,79161000003', id: `${id},${id},${id}`, fmt: 3 }))
  assert.deepEqual(
    rows.map(({ status, phone }: { status: number; phone: string }) => [status, phone]),
    [
      [1, '79161000001'],
      [22, '123'],
      [-3, '79161000003'],
    ],
  )
})

story('a sender that no sender can be is refused, and the refusal stays in the history', async () => {
  const refused = await demo.send({ phones: PHONE, mes: 'Hello', sender: 'NoSuchLongSenderName' })
  assert.deepEqual([refused.error, refused.error_code], ['message is denied', 6])
  const row = await demo.status(PHONE, Number(refused.id))
  assert.deepEqual([row.status, row.err], [23, 254])
})

story('an account without money is told so, is not charged, and the refusal stays in the history', async () => {
  const poor = await centre.account('poor', 1)
  const refused = await poor.send({ phones: PHONE, mes: 'я'.repeat(71) })
  assert.deepEqual([refused.error, refused.error_code, refused.id], ['no money', 3, 1])
  assert.equal((await poor.status(PHONE, 1)).status, 24)
  assert.equal(await poor.balance(), '1.00')
  await poor.sent({ phones: PHONE, mes: 'One is what it has' })
  assert.equal(await poor.balance(), '0.00')
})

story('forty requests race for the last ten roubles: ten win, thirty are told that there is no money', async () => {
  const racer = await centre.account('racer', 10)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) => racer.send({ phones: `7916000${1000 + at}`, mes: 'Mine!' })),
  )
  assert.equal(answers.filter(({ error }) => error === undefined).length, 10)
  assert.equal(answers.filter(({ error_code }) => error_code === 3).length, 30)
  assert.equal(await racer.balance(), '0.00')
})

story('a message of a kind that no carrier takes is refused with its number', async () => {
  const everywhere = (await centre.admin('GET', '/routes')) as { id: number; channel: string }[]
  const viber = everywhere.find(({ channel }) => channel === 'viber')
  if (viber) await centre.admin('DELETE', `/routes/${viber.id}`)
  const refused = await demo.send({ phones: PHONE, mes: 'Hello', viber: 1, sender: 'Shop' })
  assert.deepEqual([refused.error, refused.error_code], ["can't to deliver", 8])
  const row = await demo.status(PHONE, Number(refused.id))
  assert.deepEqual([row.status, row.err], [25, 248])
})

story('an HLR look-up answers all eight questions', async () => {
  const id = await demo.sent({ phones: PHONE, hlr: 1 })
  const answer = await demo.sees(1, PHONE, id)
  assert.equal(answer.err, 0, 'err is said even when it is 0')
  assert.deepEqual(Object.keys(answer).slice(-8), ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net', 'rcn', 'rnet'])
  assert.match(String(answer.imsi), /^250\d{12}$/)
  assert.match(String(answer.msc), /^\d{11}$/)
  assert.equal(answer.mcc, '250')
  assert.ok(answer.cn && answer.net, `a country and an operator: ${JSON.stringify(answer)}`)
  assert.equal((await demo.status(PHONE, id, { all: 1 })).sender_id, 'HLR', 'client libraries tell look-ups by this sender')
})

story('a ping says that the phone is there', async () => {
  const id = await demo.sent({ phones: PHONE, ping: 1 })
  const answer = await demo.sees(1, PHONE, id)
  assert.equal(answer.err, 0)
  assert.equal((await demo.status(PHONE, id, { all: 1 })).type, 5)
})

story('in test mode everything is accepted, nothing is sent and nothing costs anything', async () => {
  const on = await centre.program('account', 'set', 'demo', 'fl2[27]=1')
  assert.equal(on.code, 0, on.output)
  const before = await demo.balance()
  const answer = await demo.send({ phones: PHONE, mes: 'Only a rehearsal', cost: 3 })
  assert.equal(Number(answer.cost), 0)
  const row = await demo.status(PHONE, Number(answer.id))
  assert.deepEqual([row.status, row.err], [1, 200])
  assert.equal(await demo.balance(), before)
  const off = await centre.program('account', 'set', 'demo', 'fl2[27]=')
  assert.equal(off.code, 0, off.output)
})

story('a shortened link leads where it should; people who follow it are counted, machines are not', async () => {
  const id = await demo.sent({ phones: PHONE, mes: 'Look: https://example.org/a/long/way?to=the#shop', tinyurl: 1 })
  await demo.sees(1, PHONE, id)
  const text = String((await demo.status(PHONE, id, { all: 1 })).message)
  const link = new URL(/http\S+/.exec(text)?.[0] ?? '')
  assert.equal(link.origin, centre.url)

  const follow = (method: string, userAgent: string) =>
    centre.get(link.pathname, { method, redirect: 'manual', headers: { 'User-Agent': userAgent } })
  const browser = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36'
  await follow('HEAD', browser)
  await follow('GET', 'WhatsApp/2.23.20')
  assert.equal((await demo.status(PHONE, id)).status, 1, 'a preview is no click')
  const led = await follow('GET', browser)
  assert.deepEqual([led.status, led.headers.get('location')], [302, 'https://example.org/a/long/way?to=the#shop'])
  await demo.sees(4, PHONE, id)
})

story('a scheduled message waits for its time, says so, and can be taken back with its money', async () => {
  const before = await demo.balance()
  const id = await demo.sent({ phones: PHONE, mes: 'Good morning', time: '+60' })
  assert.equal((await demo.status(PHONE, id)).status, -1)
  const trace = await centre.program('message', 'trace', String(id), '--account', 'demo')
  assert.match(trace.output, /waits for its time/)
  assert.equal(await demo.ask('status', { del: 1, phone: PHONE, id }), 'OK')
  assert.equal((await demo.status(PHONE, id)).status, -3)
  assert.equal(await demo.balance(), before)
})

story('a message that was delivered can be taken out of the history; its money stays spent', async () => {
  const id = await demo.sent({ phones: PHONE, mes: 'Forget me' })
  await demo.sees(1, PHONE, id)
  const before = await demo.balance()
  assert.equal(await demo.ask('status', { del: 1, phone: PHONE, id }), 'OK')
  assert.equal((await demo.status(PHONE, id)).status, -3)
  assert.equal(await demo.balance(), before)
  assert.match(await demo.ask('status', { del: 1, phone: PHONE, id, fmt: 3 }), /"error_code": 5/)
})

story('a message whose time has come is sent', async () => {
  const id = await demo.sent({ phones: PHONE, mes: 'Wake up', time: '+1' })
  assert.equal((await demo.status(PHONE, id)).status, -1)
  // A minute is long for a test: its time is moved to now, where the centre keeps it.
  await centre.query('update due_queue set due_at = 0 where id in (select id from messages where ref = $1)', [id])
  await demo.sees(1, PHONE, id)
})

story('numbers of the sandbox choose their fate', async () => {
  const fate = async (phone: string) => demo.sent({ phones: phone, mes: `A message to ${phone}` })
  const before = Number(await demo.balance())
  await demo.sees(20, '79070000021', await fate('79070000021'))
  await demo.sees(3, '79070000026', await fate('79070000026'))
  const refused = await fate('79070000031')
  await demo.sees(20, '79070000031', refused)
  // What a carrier refused at once is given back; what it took and could not deliver is not.
  assert.equal(Number(await demo.balance()), before - 2)
})

story('at the end of the first minute the books agree', async () => {
  const audit = await centre.program('audit')
  assert.equal(audit.code, 0, audit.output)
  assert.match(audit.output, /agree/)
})
