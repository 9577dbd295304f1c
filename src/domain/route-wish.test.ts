import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asking, NOBODY, type Route, type Wish, wishOf } from './route.ts'
import type { RouteFacts } from './route-choice.ts'
import { qualityOf } from './route-quality.ts'
import { compileRoutes } from './route-table.ts'
import { explainRoutes } from './route-words.ts'

const WISHES: readonly [settings: Readonly<Record<string, number>>, wish: Wish | undefined][] = [
  [{}, undefined],
  [{ 'fl2[9]': 1 }, 'quality'],
  [{ 'fl2[24]': 1 }, 'cost'],
  [{ 'fl2[9]': 1, 'fl2[24]': 1 }, 'quality'],
  [{ 'fl2[9]': 0, 'fl2[24]': 1 }, 'cost'],
]
for (const [settings, wish] of WISHES) {
  test(`an account with ${JSON.stringify(settings)} wants its routes by ${wish ?? 'nothing of its own'}`, () =>
    assert.equal(wishOf(settings), wish))
}

const route = (id: number, of: Partial<Route> = {}): Route => ({ id, carrierId: id, channel: 'sms', priority: 100, ...of })
const COSTS: Readonly<Record<number, bigint>> = { 1: 900_000n, 2: 500_000n, 3: 700_000n, 4: 100_000n }
const DELIVERED: Readonly<Record<number, number>> = { 1: 99, 2: 50, 3: 80 }
const facts: RouteFacts = {
  losses: 'allow',
  costOf: (carrierId) => COSTS[carrierId],
  hasCosts: () => true,
  qualityOf: (carrierId) => {
    const delivered = DELIVERED[carrierId]
    return delivered === undefined
      ? undefined
      : qualityOf({ carrierId, mccmnc: '', delivered, failed: 100 - delivered, latencyMs: 0 }, 'network')
  },
}
// The first is the most specific, the last of a lower priority.
const routes = [route(1, { mccmnc: '25001' }), route(3, { mccmnc: '250' }), route(2), route(4, { priority: 50 })]
const table = compileRoutes({ routes, facts })
const asking = (wish: Wish | undefined): Asking => ({ ...NOBODY, accountId: 7, wish })
const order = (wish: Wish | undefined) => table.carriers('sms', '79161234567', '25001', asking(wish))

test('a wish decides among routes of one priority, whatever their set says, and for nobody else', () => {
  for (const turn of ['first', 'again']) {
    assert.deepEqual(order(undefined), [1, 3, 2, 4], turn)
    assert.deepEqual(order('cost'), [2, 3, 1, 4], turn)
    assert.deepEqual(order('quality'), [1, 3, 2, 4], turn)
  }
  const byCost = compileRoutes({ routes, facts, sets: [{ channel: 'sms', priority: 100, strategy: 'cost', sticky: 'none' }] })
  assert.deepEqual(byCost.carriers('sms', '79161234567', '25001', asking('quality')), [1, 3, 2, 4])
  assert.deepEqual(
    table.routes('sms', '79161234567', '25001', asking('cost')).map(({ id }) => id),
    [2, 3, 1, 4],
  )
})

test('routes explained for an account say that it wants them so', () => {
  const asked = { ...asking('cost'), channel: 'sms' as const, number: '79161234567', mccmnc: '25001' }
  const [first, second] = explainRoutes(table, facts, asked)
  assert.equal(first?.says, 'the cheapest of 3: so its account wants it (fl2[24])')
  assert.equal(second?.says, 'dearer by 0.20 a part')
  assert.equal(
    explainRoutes(table, facts, { ...asked, wish: 'quality' })[0]?.says,
    'the best of 3: so its account wants it (fl2[9])',
  )
})
