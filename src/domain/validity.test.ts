import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseValid } from './validity.ts'

const problem = { problem: 'bad_validity' } as const

// biome-ignore format: a table reads better in columns
const cases: [text: string, minutes: number | typeof problem, maxHours?: number][] = [
  ['',      1440],
  ['',      720,     12],
  ['',      1440,    72],
  ['1',     60],
  ['01',    60],
  ['24',    1440],
  ['25',    problem],
  ['0',     problem],
  ['00:01', 1],
  ['00:00', problem],
  ['01:00', 60],
  ['1:30',  90],
  ['24:00', 1440],
  ['24:01', problem],
  [':30',   30],
  [':00',   problem],
  [':60',   problem],
  ['01:9',  69],
  ['1:',    problem],
  [' 2 ',   120],
  ['1.5',   problem],
  ['-1',    problem],
  ['day',   problem],
  ['72',    4320,    72],
  ['72:01', problem, 72],
]

test('a validity period is hours or a clock time, within its limit', () => {
  for (const [text, minutes, maxHours] of cases) assert.deepEqual(parseValid(text, maxHours), minutes, `"${text}" of ${maxHours}`)
})
