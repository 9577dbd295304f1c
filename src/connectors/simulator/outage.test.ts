import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLine } from './line.ts'
import { outageAt } from './outage.ts'

const MINUTE = 1_795_323_060_000 // 12:31:00 UTC of some day

// windows, second, down, seconds until it may change
const cases: [name: string, windows: [number, number][], second: number, isDown: boolean, changesIn: number][] = [
  ['no window, no outage', [], 30, false, Number.POSITIVE_INFINITY],
  ['before the window', [[10, 20]], 9, false, 1],
  ['its first second belongs to it', [[10, 20]], 10, true, 10],
  ['within', [[10, 20]], 15.5, true, 4.5],
  ['its last second does not', [[10, 20]], 20, false, 50],
  ['to the end of the minute', [[50, 60]], 59, true, 1],
  ['over the minute, before it', [[50, 10]], 55, true, 15],
  ['over the minute, after it', [[50, 10]], 5, true, 5],
  ['over the minute, outside', [[50, 10]], 30, false, 20],
  [
    'two windows',
    [
      [10, 20],
      [15, 40],
    ],
    17,
    true,
    3,
  ],
  ['from equal to', [[10, 10]], 10, false, 60],
]

for (const [name, windows, second, isDown, changesIn] of cases) {
  test(`outage windows: ${name}`, () => {
    const outages = windows.map(([fromSecond, toSecond]) => ({ fromSecond, toSecond }))
    const nowMs = MINUTE + second * 1_000
    assert.deepEqual(outageAt(outages, nowMs), { isDown, changesAtMs: nowMs + changesIn * 1_000 })
  })
}

test('a line that is off stays down whatever else ends; one that broke comes up by itself', () => {
  const line = createLine([])
  const look = (nowMs: number) => {
    const { isUp, changesInMs } = line.look(nowMs, MINUTE)
    return [isUp, changesInMs]
  }
  assert.deepEqual(look(0), [true, Number.POSITIVE_INFINITY])
  line.breakUntil(100)
  line.breakUntil(50) // does not make it shorter
  assert.deepEqual(look(60), [false, 40])
  line.switch(false)
  assert.deepEqual(look(100), [false, Number.POSITIVE_INFINITY])
  line.switch(true)
  assert.deepEqual(look(100), [true, Number.POSITIVE_INFINITY])
})
