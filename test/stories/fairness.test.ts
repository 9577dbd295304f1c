import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import { type Carrier, startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { addCarrier, connect, linkIs, setPrice } from '../support/connect.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { startMuteCarrier } from '../support/mute-carrier.ts'
import { story } from '../support/story.ts'

// Whoever sends much must not make others wait. Told by what comes after what at the carrier, not by clocks.
const WINDOW = 10
const MANY = 20_000

let centre: Centre
let bank: Customer
let shop: Customer
let club: Customer
before(async () => {
  centre = await startCentre({ mode: 'serve', database: 'test' })
  await setPrice(centre, '1')
  bank = await centre.account('bank', 100_000)
  shop = await centre.account('shop', 100_000)
  club = await centre.account('club', 100_000)
})
after(() => centre?.stop())

let stories = 0

/** A carrier that answers only when the story says so; all numbers of the story go to it. */
async function slowCarrier(t: TestContext): Promise<{ carrier: Carrier; phones: (count: number, from?: number) => string[] }> {
  stories += 1
  const prefix = `7901${stories}`
  const name = `slow-${stories}`
  const carrier = await startCarrier({ verdict: () => 'later' })
  t.after(async () => {
    await carrier.stop()
    await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
  })
  await connect(centre, carrier, { name, prefix, settings: { window: WINDOW, responseTimeoutSeconds: 120 } })
  return {
    carrier,
    phones: (count, from = 0) => Array.from({ length: count }, (_, at) => `${prefix}${String(from + at).padStart(6, '0')}`),
  }
}

const sendAll = (customer: Customer, phones: readonly string[], mes: string) => customer.sent({ phones: phones.join(','), mes })

/** How many others went before this number from now on, while the carrier answers one part after the other. */
async function othersBefore(carrier: Carrier, phone: string): Promise<number> {
  const from = carrier.submits.length
  while (!carrier.submits.some(({ to }) => to === phone)) {
    assert.ok(carrier.submits.length - from <= 20 * WINDOW, `${phone} still waits`)
    const arrived = carrier.submits.length
    carrier.answer(1)
    await carrier.arrived(arrived + 1)
  }
  return carrier.submits.findIndex(({ to }) => to === phone) - from
}

/** The carrier takes everything at once from now on; resolves when all of these are delivered. */
async function finish(carrier: Carrier, phones: readonly string[]): Promise<void> {
  carrier.script.verdict = () => 'take'
  carrier.answer()
  await carrier.arrived(phones.length)
  await eventually(async () => {
    const rows = await centre.query<{ state: number; count: string }>(
      'select state, count(*) from messages where recipient = any($1) group by state',
      [phones],
    )
    assert.deepEqual(
      rows.map(({ state, count }) => [state, Number(count)]),
      [[1, phones.length]],
    )
  })
}

story('two mailings at once share the carrier evenly, although one began before', async (t) => {
  const { carrier, phones } = await slowCarrier(t)
  const [first, second] = [phones(2_000), phones(2_000, 2_000)]
  await sendAll(shop, first, 'The first mailing')
  await carrier.arrived(WINDOW)
  await sendAll(club, second, 'The second mailing')

  const from = carrier.submits.length
  while (carrier.submits.length < from + 200) {
    const arrived = carrier.submits.length
    carrier.answer(1)
    await carrier.arrived(arrived + 1)
  }
  const ofSecond = carrier.submits.slice(from, from + 200).filter(({ to }) => second.includes(to)).length
  assert.ok(ofSecond >= 80 && ofSecond <= 120, `${ofSecond} of 200 were of the second mailing`)
  await finish(carrier, [...first, ...second])
  const inFirst = new Set(first)
  assert.deepEqual(
    carrier.submits.map(({ to }) => to).filter((to) => inFirst.has(to)),
    first,
    'each went out once and in its order',
  )
})

story('a stream of codes leaves the mailing its tenth of the carrier', async (t) => {
  const { carrier, phones } = await slowCarrier(t)
  const [mailing, codes] = [phones(1_000), phones(300, 1_000)]
  await sendAll(shop, mailing, 'Our sale begins')
  await carrier.arrived(WINDOW)
  await Promise.all(codes.map((phone) => bank.sent({ phones: phone, mes: 'Your code' })))

  const from = carrier.submits.length
  while (carrier.submits.length < from + 200) {
    const arrived = carrier.submits.length
    carrier.answer(1)
    await carrier.arrived(arrived + 1)
  }
  const bulk = carrier.submits.slice(from, from + 200).filter(({ to }) => mailing.includes(to)).length
  assert.ok(bulk >= 10 && bulk <= 60, `${bulk} of 200 were of the mailing`)
  await finish(carrier, [...mailing, ...codes])
})

story("carriers that are down, mute or stuck keep nobody's messages but their own", async (t) => {
  const gone = await startCarrier()
  await gone.stop()
  const mute = await startMuteCarrier()
  t.after(mute.stop)
  const stuck = await startCarrier({ verdict: () => 'later' })
  t.after(stuck.stop)
  const good = await startCarrier()
  t.after(good.stop)
  await addCarrier(centre, gone.port, { name: 'gone', prefix: '79021' })
  await addCarrier(centre, mute.port, { name: 'mute', prefix: '79022' })
  await connect(centre, stuck, { name: 'stuck', prefix: '79023', settings: { window: WINDOW, responseTimeoutSeconds: 120 } })
  await connect(centre, good, { name: 'good', prefix: '79024' })
  t.after(() =>
    Promise.all(['gone', 'mute', 'stuck'].map((name) => centre.admin('PATCH', `/carriers/${name}`, { enabled: false }))),
  )

  const numbers = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(6, '0')}`)
  for (const prefix of ['79021', '79022', '79023']) {
    const answer = await shop.send({ phones: numbers(prefix, 5_000).join(','), mes: `To all of ${prefix}` })
    assert.equal(answer.cnt, 5_000, 'it is accepted: the carrier may come back')
  }
  await linkIs(centre, 'good', 'up')

  const now = numbers('79024', 50)
  for (const phone of now) await bank.sent({ phones: phone, mes: 'Now' })
  const later = numbers('79024', 100).slice(50)
  const ids = await Promise.all(later.map((phone) => bank.sent({ phones: phone, mes: 'Later', time: '+60' })))
  await centre.query('update due_queue set due_at = 0 where account_id = (select id from accounts where login = $1)', ['bank'])
  for (const [at, phone] of later.entries()) await bank.sees(1, phone, ids[at] ?? 0)
  for (const phone of now) assert.ok(good.taken.some(({ submit }) => submit.to === phone))
  assert.equal(stuck.submits.length, WINDOW)
})

story(`one account's mailing of ${MANY} does not delay another account's codes, nor its own`, async (t) => {
  const { carrier, phones } = await slowCarrier(t)
  const mailing = phones(MANY)
  const answer = await shop.send({ phones: mailing.join(','), mes: 'Our sale begins' })
  assert.equal(answer.cnt, MANY)
  await carrier.arrived(WINDOW)

  const codes = phones(20, MANY)
  for (const [at, phone] of codes.entries()) {
    const customer = at % 2 === 0 ? bank : shop
    await customer.sent({ phones: phone, mes: `Your code is ${1000 + at}` })
    const others = await othersBefore(carrier, phone)
    assert.ok(others <= 2, `${others} parts of the mailing went before a code of ${customer.login}`)
  }
  assert.equal(carrier.mostUnanswered(), WINDOW)

  // The rest would take the carrier a while, which says no more.
  const inMailing = new Set(mailing)
  const arrived = carrier.submits.map(({ to }) => to).filter((to) => inMailing.has(to))
  assert.deepEqual(arrived, mailing.slice(0, arrived.length), 'the mailing goes out in its order')
})

story('after all this the books agree', async () => {
  const audit = await centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
})
