import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPause } from './pause.ts'

const OPEN = Number.POSITIVE_INFINITY

test('each pause that did not help is twice as long, up to the longest', () => {
  const pause = createPause(100, 350)
  assert.equal(pause.room(0), OPEN)
  for (const [at, until] of [
    [0, 100],
    [100, 300],
    [300, 650],
    [650, 1_000],
  ] as const) {
    pause.pushedBack(at)
    assert.deepEqual([pause.until(at), pause.room(until - 1), pause.room(until)], [until, 0, 1])
  }
})

test('what was on its way before the pause does not lengthen it, nor end it', () => {
  const pause = createPause(100, 1_000)
  pause.pushedBack(0)
  pause.pushedBack(50)
  pause.answered(60)
  assert.equal(pause.until(60), 100)
  pause.pushedBack(100)
  assert.equal(pause.until(100), 300)
})

test('one part goes ahead, and its answer opens the window or pauses again', () => {
  const pause = createPause(100, 1_000)
  pause.pushedBack(0)
  assert.equal(pause.room(100), 1)
  pause.sent()
  assert.equal(pause.room(101), 0)
  pause.pushedBack(110)
  assert.equal(pause.until(110), 310)
  pause.sent()
  pause.answered(320)
  assert.equal(pause.room(320), OPEN)
  pause.pushedBack(330)
  assert.equal(pause.until(330), 430, 'it begins anew')
})

test('when the part that went ahead is lost, another may go', () => {
  const pause = createPause(100, 1_000)
  pause.pushedBack(0)
  pause.sent()
  pause.lost()
  assert.equal(pause.room(200), 1)
})
