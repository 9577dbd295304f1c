import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STATUS, type StatusName } from '../../protocols/smpp/status.ts'
import { readTimes } from './submission-times.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const MAY_1 = Date.UTC(2027, 4, 1, 0)

// schedule_delivery_time, validity_period, [due (0: now), validity in ms] or the refusal
const CASES: readonly (readonly [schedule: string, validity: string, expected: readonly [number, number] | StatusName])[] = [
  ['', '', [0, DAY]],
  ['', '000000013000000R', [0, 1.5 * HOUR]],
  ['', '000001000000000R', [0, DAY]],
  ['', '000002000000000R', [0, DAY]], // the PHP library's longest, and longer: a day
  ['', '000100000000000R', [0, DAY]],
  ['', '000000000001000R', [0, 1_000]],
  ['', '000000000000000R', 'ESME_RINVEXPIRY'],
  ['', '261122213112000+', [0, 9 * HOUR + 31 * 60_000 + 12_000]], // Kannel
  ['', '261122213112012+', [0, 6 * HOUR + 31 * 60_000 + 12_000]], // in Moscow
  ['', '261122120001500+', [0, 1_500]],
  ['', '261122120000000+', 'ESME_RINVEXPIRY'],
  ['', '261121120000000+', 'ESME_RINVEXPIRY'],
  ['', '270101000000000+', [0, DAY]],
  ['', '2611222131', 'ESME_RINVEXPIRY'],
  ['', '261331000000000+', 'ESME_RINVEXPIRY'],
  ['', '261122213112000?', 'ESME_RINVEXPIRY'],
  ['', 'garbage', 'ESME_RINVEXPIRY'],
  ['000000010000000R', '', [NOW + HOUR, DAY]],
  ['000000010000000R', '000000010000000R', [NOW + HOUR, HOUR]],
  ['000100000000000R', '', [Date.UTC(2026, 11, 22, 12), DAY]],
  ['270501000000000+', '', [MAY_1, DAY]],
  ['270501000000000+', '270501010000000+', [MAY_1, HOUR]],
  ['270501000000000+', '270430000000000+', 'ESME_RINVEXPIRY'],
  ['261122115800000+', '', [0, DAY]], // clocks differ
  ['261122115000000+', '', 'ESME_RINVSCHED'],
  ['271123000000000+', '', 'ESME_RINVSCHED'],
  ['990000000000000R', '', 'ESME_RINVSCHED'],
  ['260230000000000+', '', 'ESME_RINVSCHED'],
  ['0000000000', '', 'ESME_RINVSCHED'],
]

for (const [schedule, validity, expected] of CASES) {
  test(`schedule '${schedule}', validity '${validity}': ${expected}`, () => {
    const times = readTimes(schedule, validity, NOW)
    if (typeof expected === 'string') assert.equal(times, STATUS[expected])
    else assert.deepEqual(times, { dueAtMs: expected[0], validityMs: expected[1] })
  })
}

test('a time that is written into every message is read by the clock of each', () => {
  const relative = '000000010000000R'
  const absolute = '261122213112000+'
  const both = [NOW, NOW + 1_000].map((nowMs) => [readTimes(relative, relative, nowMs), readTimes('', absolute, nowMs)])
  assert.deepEqual(both, [
    [
      { dueAtMs: NOW + HOUR, validityMs: HOUR },
      { dueAtMs: 0, validityMs: 34_272_000 },
    ],
    [
      { dueAtMs: NOW + 1_000 + HOUR, validityMs: HOUR },
      { dueAtMs: 0, validityMs: 34_271_000 },
    ],
  ])
})
