import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOBODY, type Route, type RouteSet } from './route.ts'
import type { Question, RouteFacts } from './route-choice.ts'
import { qualityOf } from './route-quality.ts'
import { compileRoutes } from './route-table.ts'
import { explainRoutes } from './route-words.ts'

const route = (id: number, of: Partial<Route> = {}): Route => ({ id, carrierId: id, channel: 'sms', priority: 100, ...of })
const AT = Date.UTC(2026, 10, 22, 9, 5) // 12:05 in Moscow
const asked: Question = {
  ...NOBODY,
  channel: 'sms',
  number: '79161234567',
  mccmnc: '25001',
  sender: 'Shop',
  atMs: AT,
  price: 1_000_000n,
}

const COSTS: Readonly<Record<number, bigint>> = { 1: 500_000n, 2: 800_000n, 3: 1_250_000n }
const QUALITY: Readonly<Record<number, readonly [delivered: number, seconds: number]>> = { 1: [95, 4], 2: [80, 11] }
const facts: RouteFacts = {
  losses: 'stop',
  hasCosts: () => true,
  costOf: (carrierId) => COSTS[carrierId],
  qualityOf(carrierId) {
    const [delivered = 0, seconds = 0] = QUALITY[carrierId] ?? []
    const receipts = { carrierId, mccmnc: '25001', delivered, failed: 100 - delivered, latencyMs: seconds * 1000 * delivered }
    return delivered > 0 ? qualityOf(receipts, 'network') : undefined
  },
}
const night = { fromMinute: 22 * 60, toMinute: 6 * 60, utcOffsetMinutes: 180 }
const by = (strategy: RouteSet['strategy'], sticky: RouteSet['sticky'] = 'none'): RouteSet => ({
  channel: 'sms',
  priority: 100,
  strategy,
  sticky,
})

const told = (routes: readonly Route[], sets: readonly RouteSet[] = [], known = facts, off: readonly number[] = []) =>
  explainRoutes(compileRoutes({ routes, sets, facts: known, off: new Set(off) }), known, asked).map(
    ({ route: { id }, place, says }) => `${place === 0 ? '-' : place} route ${id}: ${says}`,
  )

// biome-ignore format: a table reads better in columns
const cases: [why: string, lines: string[], told: string[]][] = [
  ['the order of priorities', told([route(1, { priority: 200 }), route(2)]), [
    '1 route 1: has the highest priority',
    '2 route 2: priority 100: tried after 200',
  ]],
  ['what is more specific', told([route(1), route(2, { prefix: '7916' }), route(4)], [], { losses: 'allow' }), [
    '1 route 2: the most specific of its priority',
    '2 route 1: less specific than route 2',
    '3 route 4: as good as route 1, which is older',
  ]],
  ['what does not fit', told([
    route(1, { mccmnc: '25002' }), route(2, { prefix: '7926' }), route(4, { accountId: 7 }), route(5, { sender: 'BANK*' }), route(6, { hours: night }),
  ]), [
    '- route 4: is for another account',
    '- route 5: is for the sender BANK* only',
    '- route 6: is open 22:00-06:00 +03:00; it is 12:05 there',
    '- route 2: takes numbers that begin with 7926',
    '- route 1: takes 25002 only; this is 25001',
  ]],
  ['the sandbox, a carrier that is off and one that is there twice', told(
    [route(1, { priority: 0 }), route(2), route(4), route(5, { carrierId: 2, priority: 50 })], [], { losses: 'allow' }, [4],
  ), [
    '1 route 2: the only candidate',
    '- route 4: its carrier is switched off',
    '- route 5: the same carrier is tried already, by route 2',
    '- route 1: priority 0: only for what no other route matches',
  ]],
  ['costs', told([route(1), route(2), route(3), route(4)], [by('cost')]), [
    '1 route 1: the cheapest of 3',
    '2 route 2: dearer by 0.30 a part',
    '3 route 4: its cost is not known: tried after those with one',
    '- route 3: would lose money: a part costs 1.25, the customer pays 1.00',
  ]],
  ['a loss that is allowed', told([route(3)], [], { ...facts, losses: 'warn' }), [
    '1 route 3: the only candidate; at a loss: it costs 1.25, the customer pays 1.00',
  ]],
  ['quality, with the figures', told([route(2), route(1), route(4)], [by('quality')]), [
    '1 route 1: the best of 3',
    '2 route 4: too few receipts: stands where the average of the others does',
    '3 route 2: worse than the average: 80 % in 11 s',
  ]],
  ['quality of two that are known', told([route(2), route(1)], [by('quality')]), [
    '1 route 1: the best of 2',
    '2 route 2: worse: 80 % in 11 s, against 95 % in 4 s',
  ]],
  ['shares', told([route(1, { weight: 75 }), route(2, { weight: 0 })], [by('weight', 'recipient')]), [
    '1 route 1: drawn by weight: 100 % of the messages; a number keeps its carrier',
    '2 route 2: weight 0: not drawn this time',
  ]],
]
for (const [why, lines, expected] of cases) test(`it is said in words: ${why}`, () => assert.deepEqual(lines, expected))
