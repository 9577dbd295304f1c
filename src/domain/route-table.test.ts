import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Channel } from './channel.ts'
import { type Asking, NOBODY, type Route } from './route.ts'
import type { RouteFacts } from './route-choice.ts'
import { compileRoutes } from './route-table.ts'

const route = (id: number, override: Partial<Route> = {}): Route => ({
  id,
  carrierId: id,
  channel: 'sms',
  priority: 100,
  ...override,
})

const table = [
  route(1, { priority: 0 }),
  route(2),
  route(3, { mccmnc: '25001' }),
  route(4, { mccmnc: '250' }),
  route(5, { prefix: '7916' }),
  route(6, { priority: 200, mccmnc: '25099' }),
  route(7, { prefix: '79161' }),
  route(8, { mccmnc: '25001' }),
  route(9, { channel: 'viber', priority: 0 }),
  route(10, { channel: 'flash' }),
  route(11, { channel: 'hlr', mccmnc: '401' }),
  route(12, { prefix: '', mccmnc: '', priority: 50 }),
]

// biome-ignore format: a table reads better in columns
const cases: [channel: Channel, number: string, mccmnc: string, ids: number[], why: string][] = [
  ['sms',   '79161234567',  '25001', [7, 5, 3, 8, 4, 2, 12], 'prefixes, then the network, the country, anything; then the lower priority'],
  ['sms',   '79031234567',  '25099', [6, 4, 2, 12],          'a higher priority before all'],
  ['sms',   '74951234567',  '250',   [4, 2, 12],             'an unknown operator is still its country'],
  ['sms',   '12125551234',  '310',   [2, 12],                'nothing of Russia'],
  ['sms',   '99912345678',  '',      [2, 12],                'an unknown country'],
  ['flash', '12125551234',  '310',   [10, 2, 12],            'a route of SMS takes flash, the route of flash before it'],
  ['ping',  '12125551234',  '310',   [2, 12],                'and ping'],
  ['viber', '79161234567',  '25001', [9],                    'priority 0 where nothing else matches'],
  ['hlr',   '77011234567',  '40102', [11],                   'a route of its own'],
  ['hlr',   '79161234567',  '25001', [],                     'no route'],
  ['mail',  'a@example.com', '',     [],                     'no carrier for this channel'],
]

for (const [channel, number, mccmnc, ids, why] of cases) {
  test(`${channel} to ${number}: ${why}`, () => {
    const compiled = compileRoutes({ routes: table })
    for (const turn of ['first', 'again']) assert.deepEqual(compiled.carriers(channel, number, mccmnc), ids, turn)
  })
}

const MOSCOW_NOON = Date.UTC(2026, 10, 22, 9, 0)
const asking = (of: Partial<Asking> = {}): Asking => ({ ...NOBODY, atMs: MOSCOW_NOON, ...of })
const ask = (routes: readonly Route[], of: Partial<Asking> = {}, facts?: RouteFacts): readonly number[] =>
  compileRoutes({ routes, ...(facts && { facts }) }).carriers('sms', '79161234567', '25001', asking(of))

test('the sandbox takes what no other route matches, and never falls in for one that does', () => {
  const compiled = compileRoutes({ routes: [route(1, { priority: 0 }), route(2, { prefix: '7916' })] })
  assert.deepEqual(compiled.carriers('sms', '79161234567', '250'), [2])
  assert.deepEqual(compiled.carriers('sms', '79261234567', '250'), [1])
})

test('a carrier that is switched off is not used, and does not let the sandbox in', () => {
  const routes = [route(1, { priority: 0 }), route(2), route(3, { priority: 50 })]
  const carriers = (off: readonly number[]) => compileRoutes({ routes, off: new Set(off) }).carriers('sms', '79161234567', '250')
  assert.deepEqual(carriers([2]), [3])
  assert.deepEqual(carriers([2, 3]), [])
})

test('a table without routes has no candidates', () =>
  assert.deepEqual(compileRoutes({ routes: [] }).carriers('sms', '79161234567', '25001'), []))

test('a carrier with several routes is tried once, by the first of them', () => {
  const routes = [route(1, { carrierId: 7, prefix: '7916' }), route(2, { carrierId: 8 }), route(3, { carrierId: 7 })]
  assert.deepEqual(ask(routes), [7, 8])
})

test('a route of an account is for its messages alone, and before those for everybody', () => {
  const routes = [route(1), route(2, { accountId: 5 }), route(3, { accountId: 6 })]
  assert.deepEqual(ask(routes, { accountId: 5 }), [2, 1])
  assert.deepEqual(ask(routes, { accountId: 9 }), [1])
})

// biome-ignore format: a table reads better in columns
const senders: [wanted: string, sender: string, fits: boolean][] = [
  ['BANK', 'BANK', true], ['BANK', 'bank', true], ['BANK', 'BANKIR', false], ['BANK*', 'Bankir', true], ['BANK*', 'Abank', false],
  ['*', '', true], ['BANK', '', false],
]
for (const [wanted, sender, fits] of senders) {
  test(`the sender '${sender}' ${fits ? 'has' : 'has no'} route for '${wanted}'`, () =>
    assert.deepEqual(ask([route(1, { sender: wanted })], { sender }), fits ? [1] : []))
}

// biome-ignore format: a table reads better in columns
const hours: [from: string, to: string, offset: number, open: boolean][] = [
  ['09:00', '18:00', 180, true], ['12:00', '12:01', 180, true], ['12:01', '18:00', 180, false], ['09:00', '12:00', 180, false],
  ['22:00', '06:00', 180, false], ['18:00', '12:01', 180, true], ['18:00', '12:00', 180, false], ['00:00', '00:00', 180, true],
  ['09:00', '10:00', 0, true], ['14:00', '15:00', 330, true], ['23:00', '23:59', -600, true],
]
const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
for (const [from, to, utcOffsetMinutes, open] of hours) {
  test(`at 12:00 in Moscow a route of ${from}-${to} (UTC ${utcOffsetMinutes} min) is ${open ? 'open' : 'closed'}`, () => {
    const own = { fromMinute: minutes(from), toMinute: minutes(to), utcOffsetMinutes }
    assert.deepEqual(ask([route(1, { hours: own })]), open ? [1] : [])
  })
}

test('a closed route does not keep the sandbox out', () => {
  const night = { fromMinute: 0, toMinute: 60, utcOffsetMinutes: 180 }
  assert.deepEqual(ask([route(1, { hours: night }), route(2, { priority: 0 })]), [2])
})

const costs: RouteFacts = {
  losses: 'stop',
  hasCosts: () => true,
  costOf: (carrierId) => (carrierId === 9 ? undefined : BigInt(carrierId) * 100n),
}

test('a carrier that takes more than the customer pays is passed over, or not, as the centre or the route says', () => {
  const routes = [route(3), route(2), route(1), route(9, { priority: 50 })]
  assert.deepEqual(ask(routes, { price: 200n }, costs), [1, 2, 9], 'what costs as much as it brings is no loss')
  assert.deepEqual(ask(routes, { price: 200n }, { ...costs, losses: 'warn' }), [1, 2, 3, 9])
  assert.deepEqual(ask(routes, { price: undefined }, costs), [1, 2, 3, 9], 'there is nothing to compare')
  assert.deepEqual(ask([route(3, { losses: 'allow' })], { price: 200n }, costs), [3])
  assert.deepEqual(ask([route(3, { losses: 'stop' })], { price: 200n }, { ...costs, losses: 'allow' }), [])
  assert.deepEqual(ask([route(3), route(4, { priority: 0 })], { price: 200n }, costs), [], 'the sandbox does not fall in for it')
})

test('costs are compared in the currency that the customer pays in', () => {
  const facts: RouteFacts = { ...costs, inCurrencyOf: (payerId, amount) => (payerId === 7 ? amount * 5n : amount) }
  assert.deepEqual(ask([route(1)], { price: 200n, payerId: 7 }, facts), [])
  assert.deepEqual(ask([route(1)], { price: 200n, payerId: 8 }, facts), [1])
})

const any = fc.record({
  carrierId: fc.integer({ min: 1, max: 5 }),
  channel: fc.constantFrom<Channel>('sms', 'flash', 'hlr'),
  prefix: fc.constantFrom('', '7', '7916', '7926'),
  mccmnc: fc.constantFrom('', '250', '25001', '25002'),
  accountId: fc.constantFrom(0, 0, 1, 2),
  sender: fc.constantFrom('', '', 'BANK', 'B*'),
  hours: fc.constantFrom(undefined, { fromMinute: 600, toMinute: 700, utcOffsetMinutes: 180 }),
  priority: fc.constantFrom(0, 100, 200),
  weight: fc.integer({ min: 0, max: 100 }),
})

test('what is explained is what is done, whatever the routes', () => {
  fc.assert(
    fc.property(
      fc.array(any, { maxLength: 12 }),
      fc.constantFrom('order', 'weight', 'cost', 'quality'),
      fc.constantFrom('none', 'recipient', 'sender', 'both'),
      fc.constantFrom<Channel>('sms', 'flash', 'hlr'),
      fc.record({
        accountId: fc.constantFrom(1, 2, 3),
        sender: fc.constantFrom('BANK', 'B', ''),
        price: fc.bigInt(0n, 500n),
        atMs: fc.nat(),
      }),
      (rows, strategy, sticky, channel, of) => {
        const routes = rows.map((row, at) => ({ id: at + 1, ...row }))
        const sets = [{ channel: 'sms', priority: 100, strategy, sticky } as const]
        const compiled = compileRoutes({ routes, sets, facts: costs, off: new Set([4]) })
        const about = [channel, '79161234567', '25001', asking(of)] as const
        const carriers = compiled.carriers(...about)
        const decided = compiled.decide(...about)
        assert.deepEqual(
          decided.flatMap((each) => ('place' in each ? [each.route.carrierId] : [])),
          carriers,
        )
        assert.deepEqual(
          compiled.routes(...about).map(({ carrierId }) => carrierId),
          carriers,
        )
        assert.equal(
          decided.length,
          routes.filter((each) => each.channel === channel || (each.channel === 'sms' && channel === 'flash')).length,
        )
        assert.equal(new Set(carriers).size, carriers.length)
      },
    ),
  )
})
