import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import { type Carrier, type Script, startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { addCarrier, linkIs, setPrice } from '../support/connect.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Where messages go and why, among carriers that differ: simulated ones, and others that speak SMPP by the npm package `smpp`.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'serve', database: 'test' })
  await setPrice(centre, '1.50')
  shop = await centre.account('shop', 10_000)
})
after(() => centre?.stop())

const ESME_RSUBMITFAIL = 0x45

type Body = Readonly<Record<string, unknown>>
interface Explained {
  readonly carrier: string | null
  readonly says: string
  readonly routes: readonly {
    readonly carrier: string
    readonly place: number
    readonly says: string
    readonly lost: string | null
  }[]
}

const route = (body: Body): Promise<unknown> => centre.admin('POST', '/routes', body)
const explain = async (body: Body): Promise<Explained> =>
  (await centre.admin('POST', '/routes/explain', { account: 'shop', ...body })) as Explained

async function simulator(name: string, settings: Body = {}): Promise<void> {
  await centre.admin('POST', '/carriers', {
    kind: 'simulator',
    name,
    settings: { preset: 'none', receiptDelayMs: 5, ...settings },
  })
  await linkIs(centre, name, 'up')
}

/** A carrier of this story alone, without routes. */
async function smppCarrier(t: TestContext, name: string, script: Partial<Script> = {}, unknown?: 'resend'): Promise<Carrier> {
  const carrier = await startCarrier(script)
  t.after(async () => {
    await carrier.stop()
    await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
  })
  // The route it comes with is for numbers that nobody has.
  await addCarrier(centre, carrier.port, {
    name,
    prefix: '7000',
    ...(unknown && { unknown }),
    settings: { responseTimeoutSeconds: 1 },
  })
  await carrier.bound()
  await linkIs(centre, name, 'up')
  return carrier
}

const carriersOf = async (phones: readonly string[]): Promise<string[]> =>
  (
    await centre.query<{ name: string }>(
      'select c.name from messages m join carriers c on c.id = m.carrier_id where m.recipient = any($1) order by m.recipient, m.id',
      [phones],
    )
  ).map(({ name }) => name)

const numbers = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(1000 + at)}`)

async function delivered(phones: readonly string[]): Promise<void> {
  await eventually(async () => {
    const [row] = await centre.query<{ waiting: number }>(
      'select count(*)::int as waiting from messages where recipient = any($1) and state <= 0',
      [phones],
    )
    assert.equal(row?.waiting, 0)
  })
}

story('carriers of one priority share the messages by weight, and a number keeps its carrier', async () => {
  await Promise.all([simulator('big'), simulator('small')])
  await route({ carrier: 'big', prefix: '7901100', weight: 75, priority: 110 })
  await route({ carrier: 'small', prefix: '7901100', weight: 25, priority: 110 })
  await centre.admin('PUT', '/routes/sets', { priority: 110, by: 'weight', sticky: 'recipient' })
  const phones = numbers('7901100', 200)
  for (const mes of ['first', 'second']) await shop.sent({ phones: phones.join(','), mes })
  await delivered(phones)
  const went = await carriersOf(phones)
  assert.equal(went.length, 400)
  const share = went.filter((name) => name === 'big').length / went.length
  assert.ok(share > 0.6 && share < 0.9, `three quarters are ${share}`)
  for (let at = 0; at < went.length; at += 2) assert.equal(went[at], went[at + 1], 'the second message went where the first did')
})

story('the cheapest carrier has the messages, and one that takes more than they bring has none', async () => {
  const prices = [
    ['dear', '1.40'],
    ['fair', '0.90'],
    ['ruinous', '1.60'],
  ] as const
  await Promise.all(prices.map(([name]) => simulator(name)))
  for (const [name, price] of prices) {
    await route({ carrier: name, prefix: '7901200', priority: 120 })
    const set = await centre.cli('cost', 'set', '--carrier', name, '--default', '--price', price)
    assert.equal(set.code, 0, set.output)
  }
  await centre.admin('PUT', '/routes/sets', { priority: 120, by: 'cost' })
  const phone = '79012001234'
  await shop.sent({ phones: phone, mes: 'By cost' })
  await delivered([phone])
  assert.deepEqual(await carriersOf([phone]), ['fair'])

  await centre.admin('PUT', '/routes/losses', { losses: 'stop' })
  const { routes } = await explain({ to: phone })
  assert.deepEqual(
    routes
      .filter(({ carrier }) => ['dear', 'fair', 'ruinous'].includes(carrier))
      .map(({ carrier, place, says }) => [carrier, place, says]),
    [
      ['fair', 1, 'the cheapest of 2'],
      ['dear', 2, 'dearer by 0.50 a part'],
      ['ruinous', 0, 'would lose money: a part costs 1.60, the customer pays 1.50'],
    ],
  )
  for (const name of ['fair', 'dear']) await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
  const before = await shop.balance()
  assert.equal((await shop.send({ phones: phone, mes: 'Who would lose' })).error_code, 8)
  assert.equal(await shop.balance(), before)

  await centre.admin('PUT', '/routes/losses', { losses: 'warn' })
  await shop.sent({ phones: phone, mes: 'At a loss' })
  await delivered([phone])
  assert.deepEqual((await carriersOf([phone])).at(-1), 'ruinous')
  const metrics = await (await centre.get('/metrics')).text()
  assert.match(metrics, /^heliogram_routing_total\{what="warned"\} 1$/m)
  assert.match(metrics, /^heliogram_routing_total\{what="stopped"\} 1$/m)
  assert.match(centre.output(), /messages are sent at a loss/)
})

story('who delivers best has the messages, as soon as its own receipts say so', async () => {
  const rules = [{ title: 'Half are lost', match: { percent: 50 }, outcome: 'undeliverable', err: 6 }]
  await Promise.all([simulator('poor', { rules }), simulator('good')])
  await route({ carrier: 'poor', prefix: '7901300' })
  await route({ carrier: 'poor', prefix: '7901301', priority: 130 })
  await route({ carrier: 'good', prefix: '7901302' })
  await route({ carrier: 'good', prefix: '7901301', priority: 130 })
  await centre.admin('PUT', '/routes/sets', { priority: 130, by: 'quality' })
  const phones = [...numbers('7901300', 60), ...numbers('7901302', 60)]
  await shop.sent({ phones: phones.join(','), mes: 'What becomes of it' })
  await delivered(phones)
  const to = '79013011234'
  await eventually(async () => {
    const { routes } = await explain({ to })
    assert.match(routes.find(({ carrier }) => carrier === 'poor')?.says ?? '', /^worse: \d\d % in \d s.*, against 100 % in \d s/)
  })
  const more = numbers('7901301', 40)
  await eventually(async () => {
    await shop.sent({ phones: more.join(','), mes: 'Where to?' })
    assert.deepEqual(new Set((await carriersOf(more)).slice(-more.length)), new Set(['good']))
  })
  const quality = await centre.cli('route', 'quality')
  assert.match(quality.output, /^good +\d+ +\d+ +100 +0(\.\d)? +yes$/m)
})

story('a route may be for an account, a sender, and a time of day', async () => {
  await Promise.all(['own', 'bank', 'shut', 'rest'].map((name) => simulator(name)))
  const soon = (hours: number) => new Date(Date.now() + (3 + hours) * 3_600_000).toISOString().slice(11, 16)
  await route({ carrier: 'shut', prefix: '7901400', hours: `${soon(2)}-${soon(4)}`, priority: 500 })
  await route({ carrier: 'bank', prefix: '7901400', sender: 'BANK*', priority: 400 })
  await route({ carrier: 'own', prefix: '7901400', account: 'shop', priority: 300 })
  await route({ carrier: 'rest', prefix: '7901400' })
  const other = await centre.account('other', 100)
  const went = async (who: Customer, phone: string, sender: string) => {
    await who.sent({ phones: phone, mes: 'Whose?', sender })
    await delivered([phone])
    return (await carriersOf([phone]))[0]
  }
  assert.equal(await went(shop, '79014001001', 'Bankir'), 'bank')
  assert.equal(await went(shop, '79014001002', 'Shop'), 'own')
  assert.equal(await went(other, '79014001003', 'Shop'), 'rest')
  assert.equal((await explain({ to: '79014001002', at: soon(3) })).carrier, 'shut')
  const { routes } = await explain({ to: '79014001002', from: 'Shop' })
  assert.deepEqual(
    routes.filter(({ lost }) => lost === 'hours' || lost === 'sender').map(({ carrier }) => carrier),
    ['shut', 'bank'],
  )
})

story(
  'what a carrier refuses goes to the next; what it never answered goes to nobody else, even when its link is gone',
  async (t) => {
    const first = await smppCarrier(t, 'refuses', { verdict: () => ({ status: ESME_RSUBMITFAIL }) }, 'resend')
    const second = await smppCarrier(t, 'takes')
    await route({ carrier: 'refuses', prefix: '7901500', priority: 200 })
    await route({ carrier: 'takes', prefix: '7901500' })
    const refused = await shop.sent({ phones: '79015001001', mes: 'Refused' })
    await shop.sees(1, '79015001001', refused)
    assert.deepEqual([first.submits.length, second.submits.length], [1, 1])

    first.script.verdict = () => 'silent'
    first.script.receipt = 'never'
    await shop.sent({ phones: '79015001002', mes: 'Never answered' })
    await first.arrived(2)
    await first.close()
    await eventually(async () => {
      const { link } = (await centre.admin('GET', '/carriers/refuses')) as { link: string }
      assert.notEqual(link, 'up')
    })
    const down = await shop.sent({ phones: '79015001003', mes: 'Its link is down' })
    await shop.sees(1, '79015001003', down)
    assert.match((await explain({ to: '79015001004' })).routes[0]?.says ?? '', /passed over: its link is down/)

    await first.open()
    await first.arrived(3) // once more, marked; again without an answer, so it is held
    assert.deepEqual(
      second.submits.map(({ to }) => to),
      ['79015001001', '79015001003'],
    )
  },
)

story('no receipt in time, and the message is sent anew over the next carrier: paid once, delivered once', async (t) => {
  const silent = await smppCarrier(t, 'silent', { receipt: 'never' })
  const loud = await smppCarrier(t, 'loud')
  await route({ carrier: 'silent', prefix: '7901600', priority: 200, no_receipt_after: 1 })
  await route({ carrier: 'loud', prefix: '7901600' })
  await eventually(async () => {
    const [row] = await centre.query(`select from settings where name like 'sweep.anew.1.%'`)
    assert.ok(row, 'the centre has begun to look')
  })
  const before = Number(await shop.balance())
  const id = await shop.sent({ phones: '79016001001', mes: 'Is anybody there?' })
  await shop.sees(0, '79016001001', id)
  // A minute that nobody has to wait for.
  await centre.query(`update carrier_ids c set at = at - 57000 from messages m where m.id = c.id and m.recipient = '79016001001'`)
  await loud.arrived(1)
  await shop.sees(1, '79016001001', id)
  assert.equal(before - Number(await shop.balance()), 1.5)
  const [row] = await centre.query<{ duplicates: number }>(`select duplicates from messages where recipient = '79016001001'`)
  assert.equal(row?.duplicates, 1)
  const [taken] = silent.taken
  assert.ok(taken)
  assert.equal(await silent.receipt(taken, 'UNDELIV'), 0, 'a late receipt is acknowledged, and decides nothing')
  await shop.sees(1, '79016001001', id)
  assert.match(await (await centre.get('/metrics')).text(), /^heliogram_routing_total\{what="anew"\} 1$/m)
})

story('the command line explains a message in a hundred columns', async () => {
  const { code, output } = await centre.cli('route', 'explain', '--to', '79014001002', '--account', 'shop', '--from', 'BANK')
  assert.equal(code, 0, output)
  assert.match(output, /^ {2}1 {2}bank +route \d+ +priority 400 +<- goes here\n {5}has the highest priority$/m)
  assert.match(output, /^It goes to bank, by route \d+\.$/m)
  for (const line of output.split('\n')) assert.ok(line.length <= 100, line)
})

story('after all this the books agree', async () => {
  const { code, output } = await centre.cli('audit')
  assert.equal(code, 0, output)
})
