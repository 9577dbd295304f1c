import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HALF_DAY_MS, halfDayOf, makeCountryVolumes, usualOf } from './country-volumes.ts'

const NOW = Date.UTC(2026, 10, 18, 13)
const today = halfDayOf(NOW)
const past = (counts: readonly number[], country = 'Russia') =>
  counts.map((messages, back) => ({ accountId: 1, country, halfDay: today - 1 - back, messages }))

test('the usual is the mean and the deviation of all known half-days, also of those without a message', () => {
  assert.deepEqual(usualOf(past([10, 30, 10, 30]), 4).get('Russia'), { mean: 20, deviation: 10 })
  assert.deepEqual(usualOf(past([40]), 4).get('Russia'), { mean: 10, deviation: Math.sqrt(300) })
})

test('nothing is usual before three days are known', () => {
  const volumes = makeCountryVolumes()
  volumes.learn(past([5, 5, 5, 5, 5]), NOW)
  assert.equal(volumes.count(1, 'Russia', NOW).usual, undefined)
  volumes.learn(past([5, 5, 5, 5, 5, 5]), NOW)
  assert.deepEqual(volumes.count(1, 'Russia', NOW).usual, { mean: 5, deviation: 0 })
  assert.deepEqual(volumes.count(1, 'Somalia', NOW).usual, { mean: 0, deviation: 0 }, 'a new country of a known account')
  assert.equal(volumes.count(2, 'Russia', NOW).usual, undefined, 'another account')
})

test('a half-day begins at nothing', () => {
  const volumes = makeCountryVolumes()
  for (let nth = 1; nth <= 3; nth++) assert.equal(volumes.count(1, 'Russia', NOW).messages, nth)
  assert.equal(volumes.count(1, 'Russia', NOW + HALF_DAY_MS).messages, 1)
})

test('what is new is told once, and what other nodes counted is added', () => {
  const volumes = makeCountryVolumes()
  for (let nth = 0; nth < 3; nth++) volumes.count(1, 'Russia', NOW)
  const volume = { accountId: 1, country: 'Russia', halfDay: today, messages: 3 }
  assert.deepEqual(volumes.takeNew(), [volume])
  assert.deepEqual(volumes.takeNew(), [])
  volumes.count(1, 'Russia', NOW) // while the total is on its way
  volumes.total({ ...volume, messages: 10 })
  assert.equal(volumes.count(1, 'Russia', NOW).messages, 12)
  assert.deepEqual(volumes.takeNew(), [{ ...volume, messages: 2 }])
})
