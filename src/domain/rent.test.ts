import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rentMonth, restOfMonth } from './rent.ts'

const MOSCOW = 180
// UTC, offset, days, days left, next month begins (UTC), name
const months: [at: string, offset: number, days: number, left: number, until: string, name: string][] = [
  ['2026-11-22T09:00:00Z', MOSCOW, 30, 9, '2026-11-30T21:00:00Z', '11.2026'],
  ['2026-11-30T20:59:59Z', MOSCOW, 30, 1, '2026-11-30T21:00:00Z', '11.2026'],
  ['2026-11-30T21:00:00Z', MOSCOW, 31, 31, '2026-12-31T21:00:00Z', '12.2026'],
  ['2026-12-31T23:00:00Z', MOSCOW, 31, 31, '2027-01-31T21:00:00Z', '01.2027'],
  ['2026-12-31T23:00:00Z', 0, 31, 1, '2027-01-01T00:00:00Z', '12.2026'],
  ['2028-02-01T00:00:00Z', 0, 29, 29, '2028-03-01T00:00:00Z', '02.2028'],
  ['2027-02-28T10:00:00Z', -720, 28, 2, '2027-03-01T12:00:00Z', '02.2027'],
]
for (const [at, offset, days, left, until, name] of months) {
  test(`${at} at ${offset} minutes is in ${name}, with ${left} of ${days} days left`, () => {
    const untilMs = Date.parse(until)
    assert.deepEqual(rentMonth(Date.parse(at), offset), { days, daysLeft: left, untilMs, name })
  })
}

// price, days left, days, costs
const rests: [price: bigint, left: number, days: number, costs: bigint][] = [
  [250_000_000n, 30, 30, 250_000_000n],
  [250_000_000n, 9, 30, 75_000_000n],
  [100_000_000n, 1, 31, 3_225_806n],
  [100_000_000n, 2, 31, 6_451_613n],
  [1n, 15, 30, 1n],
  [1n, 14, 30, 0n],
  [0n, 9, 30, 0n],
]
for (const [price, daysLeft, days, costs] of rests)
  test(`${daysLeft} of ${days} days at ${price} millionths a month cost ${costs}`, () =>
    assert.equal(restOfMonth(price, { daysLeft, days, untilMs: 0, name: '' }), costs))
