import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeFairQueue } from './fair-queue.ts'

let last = 0
const item = (accountId: number, lane = 1, weight = 1, id = ++last) => ({ id, accountId, lane, weight })

test("another account's single code does not wait for a mailing of a million", () => {
  const queue = makeFairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 100_000; n++) queue.push(item(1, 2))
  const code = item(2, 1)
  queue.push(code)
  assert.ok(queue.take(1).includes(code))
})

test('two mailings share a link evenly, counted in parts', () => {
  const queue = makeFairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 1000; n++) queue.push(item(1, 2, 1))
  for (let n = 0; n < 1000; n++) queue.push(item(2, 2, 4))
  const parts = [0, 0, 0]
  for (let turn = 0; turn < 40; turn++)
    for (const { accountId, weight } of queue.take(20)) parts[accountId] = (parts[accountId] ?? 0) + weight
  const [, one = 0, two = 0] = parts
  assert.ok(Math.abs(one - two) <= 8, `${one} and ${two}`)
})

test('bulk keeps a tenth of the window while singles keep coming', () => {
  const queue = makeFairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 1000; n++) queue.push(item(1, 2))
  let bulk = 0
  for (let turn = 0; turn < 100; turn++) {
    for (let n = 0; n < 10; n++) queue.push(item(2, 1))
    bulk += queue.take(10).filter(({ lane }) => lane === 2).length
  }
  assert.ok(bulk >= 90 && bulk <= 120, `${bulk} of 1000`)
})

test('singles overtake bulk within an account', () => {
  const queue = makeFairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 100; n++) queue.push(item(1, 2))
  queue.push(item(1, 1))
  queue.push(item(1, 0))
  assert.deepEqual(
    queue.take(2).map(({ lane }) => lane),
    [0, 1],
  )
})

test('what was given back goes first, in its old order', () => {
  const queue = makeFairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 10; n++) queue.push(item(1))
  const taken = queue.take(4)
  const rest = queue.take(1)
  for (const one of [...rest, ...taken].reverse()) queue.putBack(one)
  assert.deepEqual(
    queue.take(10).map(({ id }) => id),
    [...taken, ...rest].map(({ id }) => id).concat(Array.from({ length: 5 }, (_, n) => last - 4 + n)),
  )
})

test('a message longer than the room goes out alone', () => {
  const queue = makeFairQueue<ReturnType<typeof item>>()
  queue.push(item(1, 1, 10))
  queue.push(item(1, 1, 1))
  assert.equal(queue.take(2).length >= 1, true)
})

test('nothing is lost or doubled, and an account keeps its order, whatever is pushed, taken and given back', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('push' as const),
      account: fc.integer({ min: 1, max: 4 }),
      lane: fc.integer({ min: 0, max: 2 }),
      weight: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({ do: fc.constant('take' as const), room: fc.integer({ min: 1, max: 12 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = makeFairQueue<ReturnType<typeof item>>()
      const pushed: number[] = []
      const lastOf = new Map<string, number>()
      let taken = 0
      const check = (items: ReturnType<typeof item>[]) => {
        for (const one of items) {
          const line = `${one.lane}/${one.accountId}`
          assert.ok((lastOf.get(line) ?? 0) < one.id)
          lastOf.set(line, one.id)
          taken += 1
        }
      }
      for (const one of steps) {
        if (one.do === 'push') {
          const fresh = item(one.account, one.lane, one.weight)
          pushed.push(fresh.id)
          queue.push(fresh)
        } else check(queue.take(one.room))
      }
      while (queue.size > 0) check(queue.take(100))
      assert.equal(taken, pushed.length)
      assert.equal(queue.parts, 0)
    }),
  )
})
