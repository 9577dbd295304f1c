import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePace, portions } from './portions.ts'

// biome-ignore format: a table reads better in columns
const spreads: [recipients: number, periodHours: number, freqMinutes: number, minutesOfEach: number[]][] = [
  [4,  1,   15,  [0, 15, 30, 45]],
  [8,  1,   15,  [0, 0, 15, 15, 30, 30, 45, 45]],
  [6,  1,   15,  [0, 0, 15, 30, 30, 45]],
  [2,  1,   15,  [0, 15]],
  [3,  0.1, 60,  [0, 0, 0]],          // a period shorter than the interval is one portion
  [5,  0.1, 4,   [0, 0, 0, 4, 4]],    // ceil(6 / 4) = 2
  [1,  720, 1,   [0]],
  [0,  1,   15,  []],
]

for (const [recipients, periodHours, freqMinutes, minutes] of spreads) {
  test(`${recipients} recipients in ${periodHours} h, a portion each ${freqMinutes} min`, () => {
    const { offsetMs } = portions(recipients, { periodHours, freqMinutes })
    assert.deepEqual(
      Array.from({ length: recipients }, (_, index) => offsetMs(index) / 60_000),
      minutes,
    )
  })
}

test('1.1 hours are 66 portions of a minute, not 67', () => {
  assert.equal(portions(1000, { periodHours: 1.1, freqMinutes: 1 }).count, 66)
})

test('the portions of a large mailing differ by one at most', () => {
  const { count, offsetMs } = portions(100_003, { periodHours: 24, freqMinutes: 7 })
  const sizes = new Map<number, number>()
  for (let index = 0; index < 100_003; index++) sizes.set(offsetMs(index), (sizes.get(offsetMs(index)) ?? 0) + 1)
  assert.equal(count, Math.ceil((24 * 60) / 7))
  assert.equal(sizes.size, count)
  assert.ok(Math.max(...sizes.values()) - Math.min(...sizes.values()) <= 1)
  assert.ok(Math.max(...sizes.keys()) < 24 * 3_600_000)
})

const paces: [period: string, freq: string, pace: ReturnType<typeof parsePace>][] = [
  ['', '', undefined],
  ['', '30', undefined],
  ['0', '30', undefined],
  ['1', '', { periodHours: 1, freqMinutes: 60 }],
  ['0.1', '1', { periodHours: 0.1, freqMinutes: 1 }],
  ['1,5', '15', { periodHours: 1.5, freqMinutes: 15 }],
  ['720', '1440', { periodHours: 720, freqMinutes: 1440 }],
  ['720.1', '1', { problem: 'bad_pace' }],
  ['0.05', '1', { problem: 'bad_pace' }],
  ['1', '0', { problem: 'bad_pace' }],
  ['1', '1441', { problem: 'bad_pace' }],
  ['1', '1.5', { problem: 'bad_pace' }],
  ['day', '1', { problem: 'bad_pace' }],
  ['-1', '1', { problem: 'bad_pace' }],
  ['1e2', '1', { problem: 'bad_pace' }],
]

test('period and freq are read within their limits', () => {
  for (const [period, freq, pace] of paces) assert.deepEqual(parsePace(period, freq), pace, `${period} ${freq}`)
})
