import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatUdh } from './text/udh.ts'
import { type PartRow, wholeOf } from './whole-message.ts'

const row = (id: number, number: number, of: Partial<PartRow> = {}): PartRow => ({
  id,
  text: `<${number}>`,
  octets: concatUdh(7, number, 3),
  dcs: -1,
  state: 1,
  err: 0,
  price: 1_000_000n,
  refunded: 0n,
  ...of,
})

test('parts that came in any order are one text with one price', () => {
  const whole = wholeOf([row(12, 3), row(10, 2), row(11, 1)])
  assert.deepEqual([whole?.text, whole?.price, whole?.total, whole?.firstId], ['<1><2><3>', 3_000_000n, 3, 10])
  assert.deepEqual(
    whole?.parts.map(({ number, row: { id } }) => [number, id]),
    [
      [1, 11],
      [2, 10],
      [3, 12],
    ],
  )
})

test('what is missing is missing', () => {
  const whole = wholeOf([row(10, 3)])
  assert.deepEqual([whole?.text, whole?.total, whole?.parts.length], ['<3>', 3, 1])
  assert.equal(wholeOf([]), undefined)
})

test('its state is that of the part that waits, else of the worst, and refunds lessen its price', () => {
  const bad = row(11, 2, { state: 20, err: 13, refunded: 1_000_000n })
  const failed = wholeOf([row(10, 1), bad, row(12, 3)])
  assert.deepEqual([failed?.decided.state, failed?.decided.err, failed?.price], [20, 13, 2_000_000n])
  assert.equal(wholeOf([row(10, 1), bad, row(12, 3, { state: 0 })])?.decided.state, 0)
})
