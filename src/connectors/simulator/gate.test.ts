import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate } from './gate.ts'
import { createTokenBucket } from './token-bucket.ts'

test('the window alone: as many as are not unanswered', () => {
  const gate = createGate({ window: 10, rate: 0 }, 0)
  assert.deepEqual([gate.room(0, 0), gate.room(0, 9), gate.room(0, 10), gate.room(0, 11)], [10, 1, 0, 0])
  assert.equal(gate.opensAtMs(0, 10), Number.POSITIVE_INFINITY)
})

test('a pause closes the gate until its end; a shorter one does not shorten it', () => {
  const gate = createGate({ window: 10, rate: 0 }, 0)
  gate.pause(1_000)
  gate.pause(500)
  assert.deepEqual([gate.room(999, 0), gate.opensAtMs(10, 0), gate.pausedUntilMs(999)], [0, 1_000, 1_000])
  assert.deepEqual([gate.room(1_000, 0), gate.pausedUntilMs(1_000)], [10, undefined])
})

test('a rate lets one and a tenth of a second through at once, then so many a second', () => {
  const bucket = createTokenBucket(100, 0)
  assert.equal(bucket.left(0), 11)
  for (let i = 0; i < 11; i++) bucket.take(0)
  assert.deepEqual([bucket.left(0), bucket.left(9), bucket.left(10)], [0, 0, 1])
  assert.equal(bucket.left(5_000), 11) // what is not used is not saved for longer
})

test('a rate below one in a tenth of a second still lets one through, and says when the next may go', () => {
  const bucket = createTokenBucket(1, 0)
  assert.equal(bucket.left(0), 1)
  bucket.take(0)
  assert.ok(Math.abs(bucket.nextMs(250) - 900) < 1e-6)
  assert.equal(bucket.left(900), 1)
})

for (const rate of [1, 3, 7, 100, 333, 20_000]) {
  test(`over ten seconds a rate of ${rate} lets ten times ${rate} through, and what it had saved`, () => {
    const gate = createGate({ window: 100_000, rate }, 0)
    let passed = 0
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 5) {
      for (let room = gate.room(nowMs, 0); room > 0; room--) {
        gate.pass(nowMs)
        passed++
      }
    }
    assert.equal(passed, Math.floor(10 * rate + 1 + rate / 10))
  })
}
