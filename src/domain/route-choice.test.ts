import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NOBODY, type Route, type Sticky, type Strategy } from './route.ts'
import { arrange, type Question, type RouteFacts } from './route-choice.ts'
import { qualityOf } from './route-quality.ts'

const route = (carrierId: number, weight = 100): Route => ({ id: carrierId, carrierId, channel: 'sms', priority: 100, weight })
const asked = (of: Partial<Question> = {}): Question => ({
  ...NOBODY,
  channel: 'sms',
  number: '79161234567',
  mccmnc: '25001',
  sender: 'Shop',
  atMs: 1_800_000_000_000,
  ...of,
})
const PLAIN: RouteFacts = { losses: 'allow' }
const order = (
  routes: readonly Route[],
  strategy: Strategy,
  of: Partial<Question> = {},
  facts = PLAIN,
  sticky: Sticky = 'recipient',
) => arrange(routes, strategy, sticky, asked(of), facts).map(({ carrierId }) => carrierId)

const NUMBERS = 4_000
const numbers = Array.from({ length: NUMBERS }, (_, at) => `7916${String(1_000_000 + at * 37)}`)
const firsts = (routes: readonly Route[], sticky: Sticky = 'recipient') =>
  numbers.map((number, at) => order(routes, 'weight', { number, atMs: 1_800_000_000_000 + at }, PLAIN, sticky)[0])

describe('shared by weight', () => {
  for (const [weights, sticky] of [
    [[70, 30], 'none'],
    [[70, 30], 'recipient'],
    [[1, 1, 2], 'recipient'],
    [[100, 0], 'none'],
  ] as const) {
    test(`weights of ${weights.join(' and ')} are shares, within five deviations (sticky: ${sticky})`, () => {
      const found = firsts(
        weights.map((weight, at) => route(at + 1, weight)),
        sticky,
      )
      const all = weights.reduce<number>((sum, weight) => sum + weight, 0)
      for (const [at, weight] of weights.entries()) {
        const share = weight / all
        const count = found.filter((carrierId) => carrierId === at + 1).length
        assert.ok(
          Math.abs(count - NUMBERS * share) <= 5 * Math.sqrt(NUMBERS * share * (1 - share)),
          `${count} of ${NUMBERS} for ${weight}`,
        )
      }
    })
  }

  test('a number keeps its carrier, whoever writes and whenever; without stickiness it does not', () => {
    const routes = [route(1), route(2), route(3)]
    const seen = (sticky: Sticky) =>
      new Set(
        Array.from({ length: 50 }, (_, at) => order(routes, 'weight', { sender: `S${at}`, atMs: 1e12 + at }, PLAIN, sticky)[0]),
      )
    assert.equal(seen('recipient').size, 1)
    assert.equal(seen('none').size, 3)
    assert.ok(seen('sender').size > 1)
  })

  test('a sender keeps its carrier for all its numbers; both: a sender and a number together', () => {
    const routes = [route(1), route(2)]
    const seen = (sticky: Sticky) =>
      new Set(numbers.slice(0, 50).map((number) => order(routes, 'weight', { number }, PLAIN, sticky)[0]))
    assert.equal(seen('sender').size, 1)
    assert.equal(seen('both').size, 2)
    assert.deepEqual(order(routes, 'weight', {}, PLAIN, 'both'), order(routes, 'weight', { atMs: 5 }, PLAIN, 'both'))
  })

  test('a carrier that is taken away moves nobody but its own, and these are shared by the others', () => {
    const all = firsts([route(1), route(2), route(3)])
    const left = firsts([route(1), route(3)])
    const heirs = new Set<number | undefined>()
    for (const [at, before] of all.entries()) {
      if (before === 2) heirs.add(left[at])
      else assert.equal(left[at], before)
    }
    assert.deepEqual([...heirs].sort(), [1, 3])
  })
})

describe('the cheapest first', () => {
  const facts: RouteFacts = { losses: 'allow', costOf: (carrierId) => (carrierId === 9 ? undefined : BigInt(10 - carrierId)) }

  test('by cost, the unknown last', () => assert.deepEqual(order([route(9), route(1), route(3)], 'cost', {}, facts), [3, 1, 9]))

  test('equal costs share by weight', () => {
    const equal: RouteFacts = { losses: 'allow', costOf: () => 5n }
    const found = numbers.map((number) => order([route(1), route(2)], 'cost', { number }, equal)[0])
    assert.ok(new Set(found).size === 2)
  })
})

describe('the best first', () => {
  const known: Record<number, [delivered: number, failed: number, seconds: number]> = {
    1: [95, 5, 4],
    2: [80, 20, 2],
    3: [96, 4, 120],
  }
  const facts: RouteFacts = {
    losses: 'allow',
    qualityOf: (carrierId) => {
      const [delivered = 0, failed = 0, seconds = 0] = known[carrierId] ?? []
      const latencyMs = seconds * 1000 * delivered
      return delivered ? qualityOf({ carrierId, mccmnc: '25001', delivered, failed, latencyMs }, 'network') : undefined
    },
  }

  test('what is delivered counts, and slow receipts count against it', () =>
    assert.deepEqual(order([route(3), route(2), route(1)], 'quality', {}, facts), [1, 3, 2]))

  test('who is not known stands at the average of the others: neither punished nor preferred', () =>
    assert.deepEqual(order([route(2), route(8), route(1)], 'quality', {}, facts), [1, 8, 2]))

  test('beside one that is known, one that is not has its share', () => {
    const found = numbers.map((number) => order([route(1), route(8)], 'quality', { number }, facts)[0])
    assert.equal(new Set(found).size, 2)
  })
})
