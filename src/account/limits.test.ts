import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account, AccountSettings } from '../domain/account.ts'
import { createLimits } from './limits.ts'
import { createWindows } from './windows.ts'

const account = (settings: AccountSettings = {}, id = 1): Account => ({
  id,
  version: 1,
  login: `a${id}`,
  payerId: id,
  tariffId: 1,
  currency: 'RUR',
  creditLimit: 0n,
  utcOffsetMinutes: 180,
  blocked: false,
  allowedIps: [],
  settings,
})

function clock() {
  let ms = 1_000
  return { monotonic: () => ms, now: () => 1_700_000_000_000 + ms, pass: (span: number) => (ms += span) }
}

// limit, key, asked at these ms, let through
const windows: [name: string, limit: Parameters<ReturnType<typeof createLimits>['allow']>[1], at: number[], passed: boolean[]][] =
  [
    ['a second identical request within a minute is refused', 'identical', [0, 59_999], [true, false]],
    ['after a minute it is let through', 'identical', [0, 60_000], [true, true]],
    ['a refused request does not extend the minute', 'identical', [0, 30_000, 60_000], [true, false, true]],
    [
      'five price requests pass, the sixth waits for the first to grow old',
      'identical_cost',
      [0, 1, 2, 3, 4, 5, 60_000, 60_000],
      [true, true, true, true, true, false, true, false],
    ],
    ['ten balance requests pass', 'balance', [...Array(11).keys()], [...Array(10).fill(true), false]],
    ['three identical requests of other scripts pass', 'identical_other', [0, 1, 2, 3, 60_000], [true, true, true, false, true]],
    ['three requests for statistics pass', 'statistics', [0, 1, 2, 3], [true, true, true, false]],
    [
      'thirty requests for the history pass in an hour',
      'history',
      [...Array(31).keys(), 60_000, 3_599_999, 3_600_000],
      [...Array(30).fill(true), false, false, false, true],
    ],
  ]

for (const [name, limit, at, passed] of windows) {
  test(name, () => {
    const time = clock()
    const limits = createLimits(time)
    const start = time.monotonic()
    const got = at.map((ms) => {
      time.pass(start + ms - time.monotonic())
      return limits.allow(account(), limit, 77n)
    })
    assert.deepEqual(got, passed)
  })
}

test('accounts, limits and keys do not stand in each other’s way', () => {
  const limits = createLimits(clock())
  assert.ok(limits.allow(account(), 'identical', 5n))
  assert.ok(limits.allow(account({}, 2), 'identical', 5n))
  assert.ok(limits.allow(account(), 'status_mass', 5n))
  assert.ok(limits.allow(account(), 'identical', -5n))
  assert.ok(limits.allow(account(), 'identical', 5n << 32n))
  assert.ok(limits.allow(account(), 'identical', '5'))
  assert.ok(!limits.allow(account(), 'identical', 5n))
})

test('a limit of an account’s own replaces the default, and 0 switches it off', () => {
  const limits = createLimits(clock())
  const three = account({ 'limit.identical': 3 })
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limits.allow(three, 'identical', 'x')),
    [true, true, true, false],
  )
  const none = account({ 'limit.identical': 0 }, 2)
  for (let at = 0; at < 50; at += 1) assert.ok(limits.allow(none, 'identical', 'x'))
})

test('the fifteenth request at the same time is refused, until one has left', () => {
  const limits = createLimits(clock())
  const entered = Array.from({ length: 15 }, () => limits.enter(account()))
  assert.deepEqual(entered, [...Array(14).fill(true), false])
  assert.ok(limits.enter(account({}, 2)), 'another login is not concerned')
  limits.leave(account())
  assert.ok(limits.enter(account()))
  assert.ok(!limits.enter(account()))
})

test('a start refills the send window with what was accepted in the last minute', () => {
  const time = clock()
  const limits = createLimits(time)
  limits.refill([
    { accountId: 1, hash: 7n, atMs: time.now() - 50_000 },
    { accountId: 1, hash: 8n, atMs: time.now() - 60_001 },
    { accountId: 1, hash: 0n, atMs: time.now() },
  ])
  assert.ok(!limits.allow(account(), 'identical', 7n))
  assert.ok(limits.allow(account(), 'identical', 8n))
  assert.ok(limits.allow(account(), 'identical', 0n), '0 means: no hash was kept')
  time.pass(10_000)
  assert.ok(limits.allow(account(), 'identical', 7n))
})

test('100,000 different requests a minute are all let through once and refused twice', () => {
  const table = createWindows()
  const slots = table.slots()
  for (let key = 0n; key < 100_000n; key += 1n) assert.ok(table.take(1, key * 0x9e3779b97f4a7c15n, 1, 0))
  for (let key = 0n; key < 100_000n; key += 1n) assert.ok(!table.take(1, key * 0x9e3779b97f4a7c15n, 1, 1))
  assert.ok(table.slots() > slots, 'the table grew')
})

test('what has grown old makes room, so memory stays where it is', () => {
  const table = createWindows()
  const fill = (minute: number) => {
    for (let key = 0n; key < 5_000n; key += 1n) assert.ok(table.take(1, key * 0x9e3779b97f4a7c15n, 1, minute * 60_000))
  }
  fill(0)
  const slots = table.slots()
  for (let minute = 1; minute < 10; minute += 1) fill(minute)
  assert.equal(table.slots(), slots)
})

test('a request that came to nothing is no repetition of itself', () => {
  const limits = createLimits()
  const one = account({})
  assert.equal(limits.allow(one, 'identical', 7n), true)
  assert.equal(limits.allow(one, 'identical', 7n), false)
  limits.giveBack(one, 'identical', 7n)
  assert.equal(limits.allow(one, 'identical', 7n), true)
  assert.equal(limits.allow(one, 'identical', 7n), false)
})
