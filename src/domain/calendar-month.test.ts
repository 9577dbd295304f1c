import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monthAt, nameOfMonth, restOfMonth } from './calendar-month.ts'

const MOSCOW = 180
// UTC, offset, days, days left, next month begins (UTC), name
const months: [at: string, offset: number, days: number, left: number, until: string, name: string][] = [
  ['2026-11-22T09:00:00Z', MOSCOW, 30, 9, '2026-11-30T21:00:00Z', '11.2026'],
  ['2026-11-30T20:59:59Z', MOSCOW, 30, 1, '2026-11-30T21:00:00Z', '11.2026'],
  ['2026-11-30T21:00:00Z', MOSCOW, 31, 31, '2026-12-31T21:00:00Z', '12.2026'],
  ['2026-12-31T23:00:00Z', MOSCOW, 31, 31, '2027-01-31T21:00:00Z', '01.2027'],
  ['2026-12-31T18:30:00Z', 330, 31, 31, '2027-01-31T18:30:00Z', '01.2027'],
  ['2026-12-31T23:00:00Z', 0, 31, 1, '2027-01-01T00:00:00Z', '12.2026'],
  ['2028-02-01T00:00:00Z', 0, 29, 29, '2028-03-01T00:00:00Z', '02.2028'],
  ['2027-02-28T10:00:00Z', -720, 28, 2, '2027-03-01T12:00:00Z', '02.2027'],
]
for (const [at, offset, days, left, until, name] of months) {
  test(`${at} at ${offset} minutes is in ${name}, with ${left} of ${days} days left`, () => {
    const { month, ...seen } = monthAt(Date.parse(at), offset)
    assert.deepEqual({ ...seen, name: nameOfMonth(month) }, { days, daysLeft: left, untilMs: Date.parse(until), name })
  })
}

test('months are counted on, over the year', () => {
  assert.equal(monthAt(Date.parse('2027-01-01'), 0).month - monthAt(Date.parse('2026-12-31'), 0).month, 1)
})

// price in millionths, days left, days, costs
const rests: [price: bigint, left: number, days: number, costs: bigint][] = [
  [300_000_000n, 30, 30, 300_000_000n],
  [300_000_000n, 1, 30, 10_000_000n],
  [250_000_000n, 9, 30, 75_000_000n],
  [100_000_000n, 1, 31, 3_220_000n],
  [100_000_000n, 2, 31, 6_450_000n],
  [100n, 31, 31, 100n],
  [10_000n, 1, 31, 0n],
  [0n, 9, 30, 0n],
]
for (const [price, daysLeft, days, costs] of rests)
  test(`${daysLeft} of ${days} days at ${price} millionths a month cost ${costs}`, () =>
    assert.equal(restOfMonth(price, { daysLeft, days }), costs))
