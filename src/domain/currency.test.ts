import assert from 'node:assert/strict'
import { test } from 'node:test'
import { convert, formatRate, parseRate, RATE_UNIT } from './currency.ts'

const RATES: [written: string, rate: bigint | undefined, printed?: string][] = [
  ['92.50', 9_250_000_000n, '92.5'],
  ['92,50', 9_250_000_000n, '92.5'],
  ['1', RATE_UNIT, '1'],
  ['0.00361234', 361_234n, '0.00361234'],
  ['100', 10_000_000_000n, '100'],
  ['0', undefined],
  ['0.000000001', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['', undefined],
  ['9999999999', undefined],
]
for (const [written, rate, printed] of RATES) {
  test(`'${written}' is ${rate === undefined ? 'no rate' : `the rate ${printed}`}`, () => {
    assert.equal(parseRate(written), rate)
    if (rate !== undefined) assert.equal(formatRate(rate), printed)
  })
}

test('money is converted to the millionth, rounded half away from zero', () => {
  const dollar = 9_250_000_000n
  assert.equal(convert(5_000n, dollar, RATE_UNIT), 462_500n) // half a cent
  assert.equal(convert(462_500n, RATE_UNIT, dollar), 5_000n)
  assert.equal(convert(1n, RATE_UNIT, 2n * RATE_UNIT), 1n)
  assert.equal(convert(-1n, RATE_UNIT, 2n * RATE_UNIT), -1n)
  assert.equal(convert(1n, RATE_UNIT, 3n * RATE_UNIT), 0n)
})
