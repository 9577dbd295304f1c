import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answering, delivery, fakeReceiver } from '../../test/support/receiver.ts'
import { accountOf } from '../../test/support/smpp-bound.ts'
import { idOfTime } from '../domain/message-id.ts'
import type { Delivery } from '../store/deliveries.ts'
import { makeDeliveryQueue } from './delivery-queue.ts'

const NOW = Date.UTC(2026, 10, 22)

function scene(window = 5) {
  const clock = { ms: NOW }
  const over: number[] = []
  const released: number[] = []
  const counters = { delivered: 0, refused: 0, unanswered: 0, dropped: 0, expired: 0, surplus: 0 }
  const queue = makeDeliveryQueue({
    accountId: 1,
    over: ({ id }) => void over.push(id),
    release: ({ id }) => void released.push(id),
    hungry: () => undefined,
    counters,
    keptMs: 86_400_000,
    now: () => clock.ms,
  })
  let id = idOfTime(NOW)
  return {
    queue,
    clock,
    over,
    released,
    counters,
    bind(): Answering {
      const receiver = fakeReceiver(accountOf({ 'limit.receipts': window }))
      queue.add(receiver)
      return receiver
    },
    push(count: number, of: Partial<Delivery> = {}): number[] {
      const ids: number[] = []
      for (let at = 0; at < count; at++) {
        id += 1
        ids.push(of.id ?? id)
        const lane = queue.lanes[of.lane ?? 1]
        if (!lane) continue
        lane.held += 1
        lane.push(delivery({ id, ...of }))
      }
      queue.pump()
      return ids
    },
  }
}

test('at most the window is unacknowledged, over all sessions, and each is on one session', () => {
  const { queue, bind, push, over } = scene(5)
  const [one, two] = [bind(), bind()]
  const ids = push(12)
  assert.deepEqual([one.waiting.length, two.waiting.length].sort(), [2, 3])
  for (let round = 0; round < 12; round++) for (const session of [one, two]) session.answer(0)
  assert.deepEqual([...one.got, ...two.got].sort(), ids)
  assert.deepEqual([...over].sort(), ids)
  assert.deepEqual([queue.unanswered, queue.size, queue.lanes.map(({ held }) => held)], [0, 0, [0, 0, 0]])
})

test('a window of 0 is a large one', () => {
  const { bind, push } = scene(0)
  const session = bind()
  push(3_000)
  assert.equal(session.waiting.length, 3_000)
})

test('what is transactional goes before advertising, whenever it comes', () => {
  const { bind, push } = scene(1)
  const session = bind()
  const [first, ...bulk] = push(3, { lane: 2 })
  const urgent = push(2, { lane: 0 })
  for (let round = 0; round < 5; round++) session.answer(0)
  assert.deepEqual(session.got, [first, ...urgent, ...bulk])
})

test('sessions take turns', () => {
  const { bind, push } = scene(6)
  const sessions = [bind(), bind(), bind()]
  push(6)
  assert.deepEqual(
    sessions.map(({ waiting }) => waiting.length),
    [2, 2, 2],
  )
})

test('what a dropped session had not answered goes to the other, first and in order; what it had, never again', () => {
  const { queue, bind, push, released } = scene(4)
  const one = bind()
  const ids = push(6)
  one.answer(0)
  const two = bind()
  one.open = false
  for (let left = one.waiting.length; left > 0; left--) one.answer(undefined)
  queue.remove(one)
  while (two.waiting.length > 0) two.answer(0)
  assert.deepEqual(two.got, ids.slice(1))
  assert.deepEqual(released, [])
})

test('when the last session goes, all that is not acknowledged leaves the memory', () => {
  const { queue, bind, push, over } = scene(2)
  const session = bind()
  const ids = push(4)
  session.answer(0)
  session.answer(0x64) // it rests
  session.open = false
  while (session.waiting.length > 0) session.answer(undefined)
  queue.remove(session)
  const left = queue.giveUp()
  assert.deepEqual(left.map(({ id }) => id).sort(), ids.slice(1))
  assert.deepEqual(over, ids.slice(0, 1))
  assert.deepEqual([queue.size, queue.lanes[1]?.held], [0, 0])
})

test('a session whose socket is behind gets nothing until it is ready', () => {
  const { queue, bind, push } = scene()
  const session = bind()
  session.open = false
  push(1)
  assert.equal(session.got.length, 0)
  session.open = true
  queue.pump()
  assert.equal(session.got.length, 1)
})

test('a temporary refusal comes again after a pause that grows, and holds nobody up', () => {
  const { queue, clock, bind, push, counters } = scene(1)
  const session = bind()
  const [bad, good] = push(2)
  session.answer(0x64)
  session.answer(0)
  assert.deepEqual(session.got, [bad, good])
  for (const pauseMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    clock.ms += pauseMs - 1
    queue.tick()
    assert.equal(session.waiting.length, 0, `before ${pauseMs} ms`)
    clock.ms += 1
    queue.tick()
    session.answer(0x64)
  }
  assert.deepEqual([counters.refused, counters.dropped], [7, 0])
})

test('when a customer is well again, what he refused meanwhile need not wait out its pause', () => {
  const { queue, clock, bind, push, counters } = scene(20)
  const session = bind()
  push(20)
  for (let at = 0; at < 19; at++) session.answer(0x08)
  session.answer(0)
  clock.ms += 1
  queue.tick()
  assert.equal(session.waiting.length, 19)
  assert.equal(counters.delivered, 1)
})

for (const [name, status] of [
  ['full', 0x14],
  ['throttled', 0x58],
] as const) {
  test(`a session that is ${name} gets nothing for a second`, () => {
    const { queue, clock, bind, push } = scene(1)
    const session = bind()
    push(2)
    session.answer(status)
    assert.equal(session.waiting.length, 0)
    clock.ms += 1_000
    queue.tick()
    assert.equal(session.waiting.length, 1)
  })
}

test('what is refused for good is dropped and counted; another status after three tries', () => {
  const { queue, clock, bind, push, counters, over } = scene(1)
  const session = bind()
  const [permanent, rejected, odd] = push(3)
  session.answer(0x65)
  session.answer(0x66)
  assert.deepEqual(over, [permanent, rejected])
  for (let tries = 0; tries < 3; tries++) {
    session.answer(0x0b)
    clock.ms += 60_000
    queue.tick()
  }
  assert.deepEqual(over, [permanent, rejected, odd])
  assert.deepEqual([counters.dropped, session.got.length], [3, 5])
})

test('a session that never answers rests, is tried with one, and leaves the window to the others', () => {
  const { queue, clock, bind, push } = scene(4)
  const [silent, good] = [bind(), bind()]
  const ids = push(8)
  while (good.waiting.length > 0) good.answer(0)
  assert.ok(silent.waiting.length < 4, 'it did not get the whole window')
  while (silent.waiting.length > 0) silent.answer(undefined) // no response in time
  while (good.waiting.length > 0) good.answer(0)
  assert.deepEqual([...new Set(good.got)].sort(), ids)
  assert.equal(silent.waiting.length, 0)
  clock.ms += 60_000
  good.open = false
  push(3)
  assert.equal(silent.waiting.length, 1)
  silent.answer(0)
  assert.equal(silent.waiting.length, 2, 'it answers again')
  assert.equal(queue.unanswered, 2)
})

test('what waited longer than it is kept is not delivered', () => {
  const { bind, push, counters } = scene()
  const session = bind()
  push(1, { id: idOfTime(NOW - 86_400_001) })
  assert.deepEqual([session.got.length, counters.expired], [0, 1])
})

test('what has no form on the wire is dropped, and the next goes out', () => {
  const { queue, bind, push, counters } = scene(1)
  const session = bind()
  session.throwsAt = 1
  const [, second] = push(2)
  assert.deepEqual(session.got, [second])
  assert.deepEqual([counters.dropped, queue.unanswered], [1, 1])
})
