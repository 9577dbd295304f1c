import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../domain/account.ts'
import { createThroughput } from './throughput.ts'

const account = (id: number, throughput?: number): Account => ({
  id,
  version: 1,
  login: `login${id}`,
  payerId: id,
  tariffId: 1,
  currency: 'RUB',
  creditLimit: 0n,
  utcOffsetMinutes: 180,
  blocked: false,
  allowedIps: [],
  settings: throughput === undefined ? {} : { 'limit.throughput': throughput },
})

function atHand() {
  let nowMs = 1_000
  const throughput = createThroughput(() => nowMs)
  return {
    after: (ms: number) => {
      nowMs += ms
    },
    passed: (of: Account, times: number, count = 1) =>
      Array.from({ length: times }, () => throughput.take(of, count)).filter(Boolean).length,
  }
}

test('a hundred at once pass by default, and then a hundred a second', () => {
  const { passed, after } = atHand()
  assert.equal(passed(account(1), 150), 100)
  after(10)
  assert.equal(passed(account(1), 5), 1)
  after(500)
  assert.equal(passed(account(1), 100), 50)
  after(60_000)
  assert.equal(passed(account(1), 1_000), 100)
})

test('a window of 100 and a steady hundred a second are never refused', () => {
  const { passed, after } = atHand()
  for (let turn = 0; turn < 100; turn++) {
    assert.equal(passed(account(1), 100), 100)
    after(1_000)
  }
})

test('accounts do not share, sessions of one do; 0 is no limit', () => {
  const { passed } = atHand()
  assert.equal(passed(account(1, 10), 20), 10)
  assert.equal(passed(account(2, 10), 20), 10)
  assert.equal(passed(account(1, 10), 1), 0)
  assert.equal(passed(account(3, 0), 10_000), 10_000)
})

test('a limit that was raised holds at once', () => {
  const { passed, after } = atHand()
  assert.equal(passed(account(1, 10), 20), 10)
  after(100)
  assert.equal(passed(account(1, 1_000), 200), 100)
})

test('254 recipients pass a limit of 100 and are paid off before the next', () => {
  const { passed, after } = atHand()
  assert.equal(passed(account(1), 2, 254), 1)
  after(1_000)
  assert.equal(passed(account(1), 1), 0)
  after(1_000)
  assert.ok(passed(account(1), 100) >= 46)
})

test('a crowd of accounts that went away is forgotten, and nobody gets more for it', () => {
  const { passed, after } = atHand()
  for (let id = 1; id <= 5_000; id++) assert.equal(passed(account(id, 10), 20), 10)
  after(500)
  assert.equal(passed(account(4_999, 10), 20), 5)
})
