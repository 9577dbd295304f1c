import assert from 'node:assert/strict'
import { after } from 'node:test'
import { type Carrier, startCarrier } from '../support/carrier.ts'
import { addCarrier, linkIs } from '../support/connect.ts'
import type { Params } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { handlerScene } from '../support/handler-scene.ts'
import { story } from '../support/story.ts'

// Accounts that pay for being delivered: a second attempt from the reserve sender, the cheap routes first, the best ones.
const scene = handlerScene()
let lossy: Carrier & { stop(): Promise<void> }
let sure: Carrier & { stop(): Promise<void> }
after(async () => {
  await Promise.all([lossy?.stop(), sure?.stop()])
})

const CONTROLLED = { 'fl[5]': 1, sender2: 'RESERVE' }

story('a carrier that loses what it takes, and a dearer one that does not', async () => {
  ;[lossy, sure] = await Promise.all([startCarrier({ stat: () => 'UNDELIV', err: '001' }), startCarrier()])
  for (const [name, { port }, priority] of [
    ['lossy', lossy, 200],
    ['sure', sure, 100],
  ] as const) {
    await addCarrier(scene.centre, port, { name, prefix: '7901', priority })
    await linkIs(scene.centre, name, 'up')
  }
  for (const [name, price] of [
    ['lossy', '0.20'],
    ['sure', '0.70'],
  ] as const) {
    const { code, output } = await scene.cli('cost', 'set', '--carrier', name, '--default', '--price', price)
    assert.equal(code, 0, output)
  }
})

story('what is not delivered goes out once more from the reserve sender: one number, one price, one end told', async (t) => {
  const { customer, handler } = await scene.shop(t, '', CONTROLLED)
  const before = Number(await customer.balance())
  const id = await customer.sent({ phones: '79010000001', mes: 'Twice', sender: 'Shop' })
  const answer = await customer.sees(1, '79010000001', id)
  assert.equal(answer.err ?? 0, 0)
  await scene.told(handler)
  assert.deepEqual(
    handler.calls.map(({ form }) => [form.id, form.status]),
    [[String(id), '1']],
  )
  assert.deepEqual([lossy.submits.at(-1)?.from, sure.submits.at(-1)?.from], ['Shop', 'RESERVE'])
  assert.equal((await customer.status('79010000001', id, { all: 1 })).sender_id, 'RESERVE', 'the history shows the last')
  assert.equal(before - Number(await customer.balance()), 1)
  const [row] = await scene.centre.query<{ cost: string }>(`select cost::text from messages where recipient = '79010000001'`)
  assert.equal(row?.cost, '900000', 'both carriers have their money')

  const { code, output } = await scene.cli('message', 'trace', String(id), '--account', customer.login)
  assert.equal(code, 0, output)
  const page = output.replaceAll(/\s+/g, ' ')
  assert.match(
    page,
    /Under delivery control: if it ends as expired \(3\) or undeliverable \(20\), it is sent once more, from RESERVE, over the next route\./,
  )
  assert.match(
    page,
    /The first attempt ended: Cannot be delivered \(20\), err 1: Subscriber does not exist; the receipt said UNDELIV 001\./,
  )
  assert.match(page, /delivery control sends it a second time, from RESERVE\./)
  assert.match(page, /Delivered \(1\); the receipt said DELIVRD 000\. So the second attempt ended, and there is no third\./)
  assert.match(page, /Accepted by node \d+ for \w+: sms from Shop to 79010000001/)
})

story('the margin of each carrier has the cost of its own attempt', async () => {
  const { output } = await scene.cli('margin', '--by', 'carrier')
  assert.match(output, /^lossy +0 +0\.00 +0\.20 /m)
  assert.match(output, /^sure +1 +1\.00 +0\.70 /m)
})

story('a mailing asks for the second attempt by itself, or does without it whatever its account wants', async (t) => {
  const { customer } = await scene.shop(t, '', { sender2: 'OTHER' })
  const made = async (params: Params): Promise<number> =>
    JSON.parse(await customer.ask('jobs', { add: 1, name: 'News', sender: 'Shop', mes: 'Twice', fmt: 3, ...params })).id
  const ended = (id: number, delivered: number, failed: number) =>
    eventually(async () => {
      const job = JSON.parse(await customer.ask('jobs', { get: 1, id, fmt: 3 }))
      assert.deepEqual([job.delivered, job.not_delivered], [delivered, failed], JSON.stringify(job))
    })
  await ended(await made({ phones: '79010000031,79010000032', 'fl[5]': 1, sender2: 'RESERVE' }), 2, 0)
  const senders = (carrier: Carrier) => carrier.submits.flatMap(({ to, from }) => (/7901000003[12]/.test(to) ? [from] : []))
  assert.deepEqual(
    [senders(lossy), senders(sure)],
    [
      ['Shop', 'Shop'],
      ['RESERVE', 'RESERVE'],
    ],
  )

  await scene.centre.admin('PATCH', `/accounts/${customer.login}/settings`, { 'fl[5]': 1 })
  await ended(await made({ phones: '79010000033', 'fl[5]': 0 }), 0, 1)
  await ended(await made({ phones: '79010000034' }), 1, 0)
  assert.equal(sure.submits.at(-1)?.from, 'OTHER')
})

story(
  'a late receipt of the first attempt does not end the second, and without a second carrier’s mercy there is no third',
  async (t) => {
    const { customer, handler } = await scene.shop(t, '', CONTROLLED)
    sure.script.receipt = 'never'
    t.after(() => {
      sure.script.receipt = 'after'
    })
    const id = await customer.sent({ phones: '79010000002', mes: 'Late', sender: 'Shop' })
    await sure.arrival(({ to }) => to === '79010000002')
    const taken = lossy.taken.at(-1)
    assert.ok(taken)
    assert.equal(await lossy.receipt(taken, 'EXPIRED'), 0, 'it is acknowledged')
    const again = await eventually(() => {
      const found = sure.taken.find(({ submit }) => submit.to === '79010000002')
      assert.ok(found)
      return found
    })
    assert.equal((await customer.sees(0, '79010000002', id)).status, 0)
    assert.equal(await sure.receipt(again, 'UNDELIV'), 0)
    await customer.sees(20, '79010000002', id)
    await scene.told(handler)
    assert.deepEqual(
      handler.calls.map(({ form }) => form.status),
      ['20'],
    )
    for (const carrier of [lossy, sure]) assert.equal(carrier.submits.filter(({ to }) => to === '79010000002').length, 1)
  },
)

story('the second attempt outlives the program', async (t) => {
  const { customer } = await scene.shop(t, '', CONTROLLED)
  await sure.close()
  await eventually(async () => {
    const { link } = (await scene.centre.admin('GET', '/carriers/sure')) as { link: string }
    assert.notEqual(link, 'up')
  })
  const id = await customer.sent({ phones: '79010000003', mes: 'Survives', sender: 'Shop' })
  await lossy.arrival(({ to }) => to === '79010000003')
  await eventually(async () => {
    const [row] = await scene.centre.query<{ sender: string }>(`select sender from messages where recipient = '79010000003'`)
    assert.equal(row?.sender, 'RESERVE')
  })
  await scene.centre.kill()
  await scene.centre.start()
  await sure.open()
  await customer.sees(1, '79010000003', id)
  for (const carrier of [lossy, sure]) assert.equal(carrier.submits.filter(({ to }) => to === '79010000003').length, 1)
})

story('cheap routes first, and after 20 the next dearer one; the best routes first for who wants them', async (t) => {
  for (const [prefix, priority] of [['79011', 300]] as const) {
    for (const carrier of ['sure', 'lossy']) await scene.centre.admin('POST', '/routes', { carrier, prefix, priority })
  }
  await linkIs(scene.centre, 'sure', 'up')
  await linkIs(scene.centre, 'lossy', 'up')
  const plain = await scene.shop(t)
  const cheap = await scene.shop(t, '', { 'fl2[24]': 1 })
  const sent = await plain.customer.sent({ phones: '79011000001', mes: 'Plain', sender: 'Shop' })
  await plain.customer.sees(1, '79011000001', sent)
  assert.ok(!lossy.submits.some(({ to }) => to === '79011000001'), 'the older route is the first for everybody else')
  const id = await cheap.customer.sent({ phones: '79011000002', mes: 'Cheap', sender: 'Shop' })
  await cheap.customer.sees(1, '79011000002', id)
  for (const carrier of [lossy, sure]) {
    assert.deepEqual(
      carrier.submits.filter(({ to }) => to === '79011000002').map(({ from }) => from),
      ['Shop'],
    )
  }
  const explained = await scene.cli('route', 'explain', '--to', '79011000002', '--account', cheap.login)
  assert.match(explained.output, /the cheapest of 2: so its account wants it \(fl2\[24\]\)/)

  // Receipts of the last hours, as if there had been so many.
  await scene.centre.query(
    `insert into carrier_quality (carrier_id, mccmnc, hour, delivered, failed, latency_ms)
     select c.id, '25099', extract(epoch from now())::int / 3600 - 1, 1000, case name when 'sure' then 1000 else 0 end, 0
     from carriers c where name in ('sure', 'lossy') on conflict do nothing`,
  )
  const best = await scene.shop(t, '', { 'fl2[9]': 1 })
  let nth = 0
  await eventually(async () => {
    nth += 1
    const to = `790110010${String(nth).padStart(2, '0')}`
    await best.customer.sent({ phones: to, mes: 'Best', sender: 'Shop' })
    await eventually(() => assert.ok([...lossy.submits, ...sure.submits].some((submit) => submit.to === to)))
    assert.ok(
      lossy.submits.some((submit) => submit.to === to),
      'lossy has the better figures, whatever comes of it here',
    )
  })
})

story('who tracks single parts is told of each: by status.php, and by the handler', async (t) => {
  await scene.centre.admin('POST', '/routes', { carrier: 'sure', prefix: '79012', priority: 400 })
  sure.script.stat = ({ part }) => (part?.number === 2 ? 'UNDELIV' : 'DELIVRD')
  sure.script.err = '006'
  const mes = 'x'.repeat(200)
  const tracking = await scene.shop(t, '', { 'fl[23]': 1 })
  const plain = await scene.shop(t)
  const id = await tracking.customer.sent({ phones: '79012000001', mes, sender: 'Shop' })
  const answer = await tracking.customer.sees(20, '79012000001', id)
  assert.equal(answer.parts, '1:1:0,2:20:6')
  assert.match(await tracking.customer.ask('status', { phone: '79012000001', id, fmt: 2 }), /<parts>1:1:0,2:20:6<\/parts>/)
  assert.match(
    await tracking.customer.ask('status', { phone: '79012000001', id, fmt: 0 }),
    /^Status = 20, .*, parts = 1:1:0,2:20:6$/,
  )
  assert.match(await tracking.customer.ask('status', { phone: '79012000001', id, fmt: 1 }), /^20,\d+,6$/)
  await scene.told(tracking.handler)
  assert.equal(tracking.handler.calls[0]?.form.parts, '1:1:0,2:20:6')

  const other = await plain.customer.sent({ phones: '79012000002', mes, sender: 'Shop' })
  assert.equal((await plain.customer.sees(20, '79012000002', other)).parts, undefined)
  await scene.told(plain.handler)
  assert.equal(plain.handler.calls[0]?.form.parts, undefined)
})

story('after all this the books agree', async () => {
  const { code, output } = await scene.cli('audit')
  assert.equal(code, 0, output)
})
