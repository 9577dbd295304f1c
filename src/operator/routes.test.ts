import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { openOperator } from '../../test/support/operator.ts'
import { Refusal } from '../domain/refusal.ts'
import { addQuality } from '../store/carrier-quality.ts'
import { presentRoute } from './routes.ts'

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => assert.fail('it was not refused'),
    (error) => (error instanceof Refusal ? `${error.code}: ${error.detail.reason}` : Promise.reject(error)),
  )

describe('routes', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let operator: ReturnType<typeof openOperator>
  beforeEach(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session)
    for (const name of ['mts', 'cheap']) await operator.carriers.add('simulator', name, {})
    await operator.addAccount({ login: 'shop', password: 'shop-secret', balance: '100' })
  })
  afterEach(() => opened.close())

  test('a route says for whom and when it is, and what it does', async () => {
    const wish = { carrier: 'mts', account: 'shop', sender: 'BANK*', hours: '22-6', zone: '+5', weight: 30 }
    const [added] = await operator.routes.add({ ...wish, losses: 'stop', noReceiptAfter: 10, replaceSender: 'INFO' })
    assert.ok(added)
    assert.deepEqual(presentRoute(added), {
      id: added.id,
      carrier: 'mts',
      channel: 'sms',
      prefix: '',
      mccmnc: '',
      account: 'shop',
      sender: 'BANK*',
      hours: '22:00-06:00 +05:00',
      priority: 100,
      weight: 30,
      chosen_by: 'order',
      sticky: 'none',
      losses: 'stop',
      no_receipt_after: 10,
      replace_sender: 'INFO',
      enabled: true,
      notes: [
        'Its weight has no effect: routes of priority 100 are tried in order. To share: heliogram route choose --priority 100 --by weight',
        'No other carrier takes these messages, so nothing can be sent anew when a receipt does not come.',
      ],
    })
  })

  test('the same conditions at other hours, for another sender or account are another route', async () => {
    const { routes } = operator
    await routes.add({ carrier: 'mts' })
    await routes.add({ carrier: 'mts', hours: '9-18' })
    await routes.add({ carrier: 'mts', sender: 'BANK' })
    await routes.add({ carrier: 'mts', account: 'shop' })
    assert.match(await refused(routes.add({ carrier: 'mts', hours: '09:00-18:00' })), /^duplicate: .* it is route 2\./)
    assert.equal((await routes.list()).length, 4)
  })

  test('what can’t be meant is refused in a sentence', async () => {
    const { routes } = operator
    const add = (of: object) => refused(routes.add({ carrier: 'mts', ...of }))
    // biome-ignore format: a table reads better in columns
    const cases: [wish: object, reason: RegExp][] = [
      [{ hours: '9' },                             /'9' are no hours: write them as 9-18 or 22:00-06:00/],
      [{ hours: '9-25' },                          /are no hours/],
      [{ hours: '9:70-10' },                       /are no hours/],
      [{ hours: '9-9' },                           /always open: leave the hours out/],
      [{ zone: '+5' },                             /A zone is the clock of --hours/],
      [{ hours: '9-18', zone: 'Moscow' },          /'Moscow' is no zone: write \+3/],
      [{ hours: '9-18', zone: '+15' },             /is no zone/],
      [{ account: 'nobody' },                      /There is no account 'nobody'/],
      [{ sender: 'B*NK' },                         /whole, or with \* at its end/],
      [{ channel: 'hlr', sender: 'BANK' },         /Look-ups have no sender/],
      [{ channel: 'mail', prefix: '7916' },        /mail goes to addresses, not to numbers/],
      [{ weight: 1001 },                           /A weight is a whole number/],
      [{ weight: 0.5 },                            /A weight is a whole number/],
      [{ replaceSender: 'far too long a name' },   /A sender has at most 11 Latin letters/],
      [{ channel: 'hlr', replaceSender: 'INFO' },  /Only short messages have senders that are replaced/],
      [{ losses: 'maybe' },                        /Losses are one of allow, warn, stop/],
      [{ noReceiptAfter: -1 },                     /whole number from 0/],
      [{ noReceiptAfter: 4320 },                   /After 4320 minutes without a receipt the message has ended already/],
    ]
    for (const [wish, reason] of cases) assert.match(await add(wish), reason, JSON.stringify(wish))
    assert.deepEqual(await routes.list(), [])
  })

  test('a route is changed where it stays the same route', async () => {
    const { routes } = operator
    const [{ id } = { id: 0 }] = await routes.add({ carrier: 'mts', weight: 10, noReceiptAfter: 5, losses: 'stop' })
    assert.equal((await routes.set(id, { replaceSender: 'INFO' }))?.replaceSender, 'INFO')
    assert.equal((await routes.set(id, { replaceSender: 'none' }))?.replaceSender, '')
    const changed = await routes.set(id, { weight: 70, priority: 300, losses: 'centre', noReceiptAfter: 0 })
    assert.deepEqual([changed?.weight, changed?.priority, changed?.losses, changed?.noReceiptMinutes], [70, 300, '', 0])
    assert.match(await refused(routes.set(99, { weight: 1 })), /There is no route 99/)
  })

  test('routes of one priority are told how they stand to each other', async () => {
    const { routes } = operator
    await routes.add({ carrier: 'mts' })
    await routes.choose({ priority: 100, by: 'weight', sticky: 'recipient' })
    const [route] = await routes.add({ carrier: 'cheap', channel: 'flash' })
    assert.deepEqual(route?.set.strategy, 'weight', 'flash travels as SMS does')
    assert.deepEqual(await routes.choose({ priority: 100, by: 'order' }), {
      channel: 'sms',
      priority: 100,
      strategy: 'order',
      sticky: 'none',
    })
    const cases: [wish: Parameters<typeof routes.choose>[0], reason: RegExp][] = [
      [{ priority: 100, by: 'luck' }, /one of order, weight, cost, quality/],
      [{ priority: 100, by: 'weight', sticky: 'text' }, /one of none, recipient, sender, both/],
      [{ priority: 100, by: 'order', sticky: 'sender' }, /nothing can stick/],
      [{ priority: -1, by: 'order' }, /A priority is/],
      [{ priority: 100, by: 'order', channel: 'pigeon' }, /There is no channel/],
    ]
    for (const [wish, reason] of cases) assert.match(await refused(routes.choose(wish)), reason)
  })

  test('what is done about losses is said once for the centre', async () => {
    const { routes } = operator
    assert.equal(await routes.losses(), 'warn')
    await routes.setLosses('stop')
    assert.equal(await routes.losses(), 'stop')
    assert.match(await refused(routes.setLosses('centre')), /one of allow, warn, stop\./)
  })

  test('an explanation has the routes, the price, the figures and the moment on the account’s clock', async () => {
    const { routes, tariffs, explain } = operator
    await tariffs.set({ default: true, price: '1.5' })
    await routes.add({ carrier: 'mts', hours: '9-18' })
    await routes.add({ carrier: 'cheap' })
    await routes.choose({ priority: 100, by: 'quality' })
    const hour = Math.floor(Date.now() / 3_600_000)
    const receipts = { carrierId: 1, mccmnc: '25001', delivered: 45, failed: 5, latencyMs: 90_000 }
    await addQuality(opened.store.session, hour, [receipts])
    await addQuality(opened.store.session, hour, [receipts])

    const day = await explain({ to: '8 916 123-45-67', account: 'shop', at: '2026-11-22 12:00' })
    assert.deepEqual([day.to, day.mccmnc, day.price, day.at], ['79161234567', '25001', '1.50', '2026-11-22 12:00 +03:00'])
    const [mts] = day.routes.filter(({ carrier }) => carrier === 'mts')
    assert.deepEqual(mts?.quality, { delivered_percent: 90, seconds: 2, messages: 100, of: 'network' })
    assert.equal(day.says.startsWith('It waits for '), true, 'no node has a link here')

    const night = await explain({ to: '79161234567', at: '2026-11-22T12:00+09:00' })
    assert.equal(night.at, '2026-11-22 06:00 +03:00')
    assert.deepEqual(
      night.routes.map(({ carrier, place, lost }) => [carrier, place, lost]),
      [
        ['cheap', 1, null],
        ['mts', 0, 'hours'],
      ],
    )
    const nowhere = await explain({ to: '79161234567', channel: 'hlr' })
    assert.deepEqual([nowhere.carrier, nowhere.routes], [null, []])
    assert.match(nowhere.says, /status 25, err 248/)

    for (const [wish, reason] of [
      [{ to: 'abc' }, /No message can be sent to 'abc'/],
      [{ to: '79161234567', at: '25:00' }, /is no time/],
      [{ to: '79161234567', account: 'nobody' }, /There is no account/],
      [{ to: '79161234567', channel: 'pigeon' }, /There is no channel/],
    ] as const)
      assert.match(await refused(explain(wish)), reason)
  })
})
