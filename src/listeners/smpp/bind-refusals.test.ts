import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBindRefusals } from './bind-refusals.ts'

test('the same refusal is told once, with how often and when last', () => {
  const refusals = createBindRefusals()
  refusals.note('alex', '203.0.113.7', 'the password or key is wrong', 1_000)
  refusals.note('alex', '203.0.113.8', 'the password or key is wrong', 2_000)
  refusals.note('alex', '203.0.113.7', 'the password or key is wrong', 3_000)
  assert.deepEqual(
    refusals.list().map(({ ip, times, lastMs }) => [ip, times, lastMs]),
    [
      ['203.0.113.8', 1, 2_000],
      ['203.0.113.7', 2, 3_000],
    ],
  )
})

test('a flood of guesses keeps the last hundred, and of a login no more than a login has', () => {
  const refusals = createBindRefusals()
  for (let guess = 0; guess < 1_000; guess++) refusals.note(`${guess}-${'x'.repeat(1_000)}`, '203.0.113.7', 'wrong', guess)
  const list = refusals.list()
  assert.deepEqual([list.length, list[0]?.lastMs, list.at(-1)?.login.length], [100, 900, 64])
})
