import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onBound, onHeard, onMessage, onTick, startTimers, type Timers } from './timers.ts'

const limits = { sessionInitMs: 10, enquireLinkMs: 30, responseMs: 5, inactivityMs: 1_000 }
const start = () => startTimers(limits, 0)
const at = (timers: Timers, now: number) => onTick(timers, now)[1]

test('who connects must bind in time', () => {
  assert.equal(at(start(), 10), 'wait')
  assert.equal(at(start(), 11), 'close:session_init')
})

test('silence is asked about once, and only then the time for the answer runs', () => {
  const bound = onBound(start(), 5)
  assert.equal(at(bound, 35), 'wait')
  const [asked, action] = onTick(bound, 60) // the tick itself was late
  assert.equal(action, 'send_enquire_link')
  assert.equal(at(asked, 65), 'wait')
  assert.equal(at(asked, 66), 'close:enquire_link')
})

test('anything the peer sends is an answer', () => {
  const [asked] = onTick(onBound(start(), 0), 31)
  const heard = onHeard(asked, 33)
  assert.equal(at(heard, 63), 'wait')
  assert.equal(at(heard, 64), 'send_enquire_link')
})

test('a peer that only answers enquire_link is useless after a while', () => {
  const bound = onMessage(onBound(start(), 0), 100)
  assert.equal(at(onHeard(bound, 1_100), 1_100), 'wait')
  assert.equal(at(onHeard(bound, 1_101), 1_101), 'close:inactivity')
  assert.equal(at(onHeard(startTimers({ ...limits, inactivityMs: Number.POSITIVE_INFINITY }, 0), 1e9), 10), 'wait')
})
