import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monthNow, nameOfMonth, restOfFee } from './monthly-fee.ts'

const at = (text: string): number => Date.parse(`${text}Z`)

// moment (UTC), minutes from UTC, month, day, days of the month
const months: [moment: string, offset: number, name: string, day: number, days: number][] = [
  ['2026-11-22T12:00:00', 180, '2026-11', 22, 30],
  ['2026-11-30T20:59:59', 180, '2026-11', 30, 30],
  ['2026-11-30T21:00:00', 180, '2026-12', 1, 31],
  ['2026-12-01T02:00:00', -180, '2026-11', 30, 30],
  ['2026-12-31T18:30:00', 330, '2027-01', 1, 31],
  ['2028-02-10T00:00:00', 0, '2028-02', 10, 29],
  ['2027-02-10T00:00:00', 0, '2027-02', 10, 28],
]
for (const [moment, offset, name, day, days] of months) {
  test(`${moment} at ${offset} is day ${day} of ${name}`, () => {
    const now = monthNow(at(moment), offset)
    assert.deepEqual([nameOfMonth(now.month), now.day, now.days], [name, day, days])
  })
}

test('months are counted on, over the year', () => {
  assert.equal(monthNow(at('2027-01-01T00:00:00'), 0).month - monthNow(at('2026-12-31T00:00:00'), 0).month, 1)
})

// fee, day, days, rest; in millionths
const rests: [fee: bigint, day: number, days: number, rest: bigint][] = [
  [300_000_000n, 1, 30, 300_000_000n],
  [300_000_000n, 30, 30, 10_000_000n],
  [300_000_000n, 16, 30, 150_000_000n],
  [100_000_000n, 30, 31, 6_450_000n],
  [100n, 1, 31, 100n],
  [10_000n, 31, 31, 0n],
  [0n, 5, 31, 0n],
]
for (const [fee, day, days, rest] of rests) {
  test(`of ${fee} from day ${day} of ${days} on is left ${rest}`, () => {
    assert.equal(restOfFee(fee, { month: 0, day, days }), rest)
  })
}
