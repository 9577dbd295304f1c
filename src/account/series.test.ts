import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../domain/account.ts'
import { createSeries } from './series.ts'

const account = (limit: number, id = 1): Account => ({
  ...{ id, version: 1, login: 'alex', payerId: id, tariffId: 1, currency: 'RUR', creditLimit: 0n, utcOffsetMinutes: 180 },
  ...{ blocked: false, allowedIps: [], settings: { 'limit.subscriber': limit } },
})

function scene() {
  let ms = 0
  const isOver = createSeries(() => ms)
  return { isOver, pass: (span: number) => (ms += span) }
}

test('messages to one number within 30 seconds of each other are a series, and the one over the limit is told so', () => {
  const { isOver, pass } = scene()
  const alex = account(3)
  for (const _ of [1, 2, 3]) {
    pass(29_999)
    assert.equal(isOver(alex, '79161234567'), false)
  }
  pass(29_999)
  assert.equal(isOver(alex, '79161234567'), true)
  assert.equal(isOver(alex, '79161234568'), false)
  assert.equal(isOver(account(3, 2), '79161234567'), false)
})

test('a pause of 30 seconds after the last one that was let through begins another series', () => {
  const { isOver, pass } = scene()
  const alex = account(1)
  assert.equal(isOver(alex, '79161234567'), false)
  pass(20_000)
  assert.equal(isOver(alex, '79161234567'), true)
  pass(10_000)
  assert.equal(isOver(alex, '79161234567'), false)
})

test('without a limit nothing is counted', () => {
  const { isOver } = scene()
  const alex = account(0)
  for (let sent = 0; sent < 1_000; sent++) assert.equal(isOver(alex, '79161234567'), false)
})
