import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type MailingState, mailingStatus, mailingStatusName, PAUSES, pauseSentence, turnOf } from './mailing.ts'

const MINUTE = 60_000

const STATUSES: readonly [MailingState, string, number][] = [
  ['loading', '', -1],
  ['waiting', '', -1],
  ['running', '', 0],
  ['finished', '', 1],
  ['cancelled', '', -2],
  ['deleted', '', -2],
  ['paused', 'asked', -2],
  ['paused', 'late', -2],
  ['paused', 'quality', -2],
  ['paused', 'money', 24],
  ['paused', 'forbidden', 20],
  ['paused', 'blocked', 20],
  ['paused', 'login', 20],
  ['paused', 'many', 20],
  ['paused', 'trouble', 20],
  ['paused', 'toString', -2],
]
for (const [state, reason, status] of STATUSES) {
  test(`a mailing that is ${state} ${reason} has status ${status}, and the status a name`, () => {
    assert.equal(mailingStatus(state, reason), status)
    assert.match(mailingStatusName(status, 'ru'), /[а-я]/)
    assert.match(mailingStatusName(status, 'en'), /[a-z]/)
  })
}

test('every pause has a sentence', () => {
  for (const reason of Object.keys(PAUSES)) assert.match(pauseSentence(reason, 6), /\.$/)
  assert.equal(pauseSentence('', 0), '')
})

test('without a pace everything may go at once', () => {
  assert.deepEqual(turnOf({ total: 10, taken: 4, baseMs: 5 }, undefined, 7), { most: 6, nextMs: 7, baseMs: 5 })
})

const HOURLY = { periodHours: 1, freqMinutes: 15 }

test('a portion goes when it is due, the next when the next is', () => {
  const progress = { total: 100, taken: 0, baseMs: 0 }
  assert.equal(turnOf(progress, HOURLY, 0).most, 25)
  assert.equal(turnOf({ ...progress, taken: 10 }, HOURLY, 5 * MINUTE).most, 15)
  assert.deepEqual(turnOf({ ...progress, taken: 25 }, HOURLY, 5 * MINUTE), { most: 0, nextMs: 15 * MINUTE, baseMs: 0 })
  assert.equal(turnOf({ ...progress, taken: 25 }, HOURLY, 15 * MINUTE).most, 25)
})

test('a portion that is an interval late or more moves those behind it; a little late it does not', () => {
  const progress = { total: 100, taken: 25, baseMs: 0 }
  assert.equal(turnOf(progress, HOURLY, 29 * MINUTE).baseMs, 0)
  const late = turnOf(progress, HOURLY, 100 * MINUTE)
  assert.deepEqual(late, { most: 25, nextMs: 100 * MINUTE, baseMs: 85 * MINUTE })
  const after = turnOf({ total: 100, taken: 50, baseMs: late.baseMs }, HOURLY, 101 * MINUTE)
  assert.deepEqual([after.most, after.nextMs], [0, 115 * MINUTE])
})

test('portions are ceil(period / freq) of sizes that differ by one at most, and together they are everybody', () => {
  const numbers = fc.integer({ min: 1, max: 5_000 })
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 7_200 }), fc.integer({ min: 1, max: 1_440 }), (total, tenths, freqMinutes) => {
      const pace = { periodHours: tenths / 10, freqMinutes }
      const sizes: number[] = []
      let taken = 0
      let nowMs = 0
      while (taken < total) {
        const turn = turnOf({ total, taken, baseMs: 0 }, pace, nowMs)
        assert.equal(turn.baseMs, 0)
        nowMs = turn.nextMs
        taken += turn.most
        if (turn.most > 0) sizes.push(turn.most)
      }
      assert.equal(taken, total)
      assert.equal(sizes.length, Math.min(total, Math.ceil((tenths * 6) / freqMinutes)))
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1)
    }),
  )
})
