import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookUp } from './number/plan.ts'
import { compilePrices, type PriceRow } from './price.ts'

const tariff: PriceRow[] = [
  { price: 9n },
  { country: 'Germany', price: 8n },
  { country: 'казахстан', price: 7n },
  { mccmnc: '250', price: 5n },
  { mccmnc: '25001', price: 4n },
  { prefix: '791', price: 3n },
  { prefix: '7916123', price: 2n },
  { prefix: '', mccmnc: '25099', price: 1n },
  { prefix: '375', mccmnc: '25701', price: 6n },
]

// biome-ignore format: a table reads better in columns
const cases: [number: string, price: bigint, why: string][] = [
  ['79161234567',     2n, 'the longest prefix'],
  ['79160000000',     3n, 'a shorter prefix, before its MCC and MNC'],
  ['79851234567',     4n, 'MCC and MNC'],
  ['79261234567',     5n, 'the MCC'],
  ['74951234567',     5n, 'the MCC where the operator is unknown'],
  ['79031234567',     1n, 'an empty prefix is no condition'],
  ['375291234567',    6n, 'of two conditions, the prefix'],
  ['77011234567',     7n, 'the country in Russian, in any case'],
  ['491701234567',    8n, 'the country in English'],
  ['12125551234',     9n, 'the default'],
  ['ann@example.com', 9n, 'the default for what is no number'],
]

for (const [number, price, why] of cases) {
  test(`${number} costs ${price}: ${why}`, () => assert.equal(compilePrices(tariff)(number, lookUp(number)), price))
}

test('without a default there may be no price', () => {
  assert.equal(compilePrices([{ mccmnc: '250', price: 1n }])('12125551234', lookUp('12125551234')), undefined)
  assert.equal(compilePrices([])('79161234567', lookUp('79161234567')), undefined)
})

test('of equal lines the last one counts', () => {
  const priceOf = compilePrices([
    { prefix: '79', price: 1n },
    { prefix: '79', price: 2n },
  ])
  assert.equal(priceOf('79161234567', lookUp('79161234567')), 2n)
})

test('a price of zero is a price', () => {
  const priceOf = compilePrices([{ mccmnc: '25001', price: 0n }, { price: 5n }])
  assert.equal(priceOf('79161234567', lookUp('79161234567')), 0n)
})
