import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel } from './channel.ts'
import { compileRoutes, type Route } from './route.ts'

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
    const candidates = compileRoutes(table)
    for (const turn of ['first', 'again']) {
      assert.deepEqual(
        candidates(channel, number, mccmnc).map(({ id }) => id),
        ids,
        turn,
      )
    }
  })
}

test('the sandbox takes what no other route matches, and never falls in for one that does', () => {
  const candidates = compileRoutes([route(1, { priority: 0 }), route(2, { prefix: '7916' })])
  const ids = (number: string) => candidates('sms', number, '250').map(({ id }) => id)
  assert.deepEqual(ids('79161234567'), [2])
  assert.deepEqual(ids('79261234567'), [1])
})

test('a table without routes has no candidates', () => assert.deepEqual(compileRoutes([])('sms', '79161234567', '25001'), []))
