import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EPOCH_MS, idOfTime, makeIds, monthOf, nodeOfId, timeOfId } from './message-id.ts'

const MOMENT = Date.UTC(2026, 10, 22, 12)
const FAR = idOfTime(MOMENT + 3_600_000)

test('an id tells its time and its node, and stays a plain number until 2060', () => {
  const ids = makeIds({ node: 31, first: 0, now: () => MOMENT })
  ids.extend(FAR)
  const id = ids.next()
  assert.equal(timeOfId(id), MOMENT)
  assert.equal(nodeOfId(id), 31)
  assert.ok(Number.isSafeInteger(idOfTime(Date.UTC(2060, 0, 1))))
})

test('ids rise and never repeat, whatever the clock does and however many are wanted', () => {
  const steps = fc.array(fc.record({ clock: fc.integer({ min: -50, max: 50 }), count: fc.integer({ min: 1, max: 600 }) }), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(steps, (asked) => {
      let clock = MOMENT
      const ids = makeIds({ node: 3, first: idOfTime(MOMENT), now: () => clock })
      ids.extend(FAR)
      let last = -1
      for (const { clock: step, count } of asked) {
        clock += step
        for (const id of ids.take(count)) {
          assert.ok(id > last && nodeOfId(id) === 3)
          last = id
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('two nodes never make the same id at the same moment', () => {
  const made = [0, 1, 31].flatMap((node) => {
    const ids = makeIds({ node, first: 0, now: () => MOMENT })
    ids.extend(FAR)
    return ids.take(1000)
  })
  assert.equal(new Set(made).size, made.length)
})

test('a restart begins above all that was made, though the clock went back and ids had run ahead of it', () => {
  const before = makeIds({ node: 7, first: 0, now: () => MOMENT })
  before.extend(FAR)
  const last = before.take(1000).at(-1) ?? 0
  const after = makeIds({ node: 7, first: last + 1, now: () => MOMENT - 60_000 + 58_000 })
  after.extend(FAR)
  assert.ok(after.next() > last)
})

test('no id is made at or beyond the end of the lease', () => {
  let clock = MOMENT
  const ids = makeIds({ node: 0, first: 0, now: () => clock })
  assert.throws(() => ids.next(), /lease/)
  const until = idOfTime(MOMENT + 2)
  ids.extend(until)
  for (const id of ids.take(2 * 256)) assert.ok(id < until)
  assert.throws(() => ids.next(), /lease/)
  clock += 2
  assert.throws(() => ids.next(), /lease/)
  ids.extend(idOfTime(MOMENT + 10))
  assert.ok(ids.next() >= until)
})

test('ids run at most five seconds ahead of the clock', () => {
  const ids = makeIds({ node: 0, first: 0, now: () => MOMENT })
  ids.extend(FAR)
  ids.take(5_001 * 256)
  assert.throws(() => ids.next(), /more ids are wanted/)
})

// moment, months later, and the month
const months: [moment: number, later: number, name: string, from: number, to: number][] = [
  [MOMENT, 0, '2026_11', Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)],
  [MOMENT, 2, '2027_01', Date.UTC(2027, 0, 1), Date.UTC(2027, 1, 1)],
  [Date.UTC(2027, 0, 31, 23, 59), 1, '2027_02', Date.UTC(2027, 1, 1), Date.UTC(2027, 2, 1)],
  [Date.UTC(2028, 1, 29), 0, '2028_02', Date.UTC(2028, 1, 1), Date.UTC(2028, 2, 1)],
  [EPOCH_MS, 0, '2026_01', EPOCH_MS, Date.UTC(2026, 1, 1)],
]
for (const [moment, later, name, from, to] of months) {
  test(`${new Date(moment).toISOString()} and ${later} months is ${name}`, () => {
    assert.deepEqual(monthOf(moment, later), { name, from: idOfTime(from), to: idOfTime(to) })
  })
}
