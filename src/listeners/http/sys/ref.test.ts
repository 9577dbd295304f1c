import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRef } from './ref.ts'

const cases: [written: string, ref: number | string | undefined][] = [
  ['1', 1],
  ['33', 33],
  ['2147483647', 2147483647],
  ['2147483648', '2147483648'],
  ['99999999999999999999', '99999999999999999999'],
  ['0', 0],
  ['000', 0],
  ['007', '007'],
  ['order-7', 'order-7'],
  ['5a81ae3e-0b0f-4a7e-8f5e-0a6b6b7f0d1c', '5a81ae3e-0b0f-4a7e-8f5e-0a6b6b7f0d1c'],
  ['a.b_c-D', 'a.b_c-D'],
  ['-5', '-5'],
  ['a'.repeat(40), 'a'.repeat(40)],
  ['a'.repeat(41), undefined],
  ['', undefined],
  ['a b', undefined],
  ['заказ', undefined],
  ["1' or 1=1", undefined],
  ['1,2', undefined],
]
for (const [written, ref] of cases) test(`id ${written || '(empty)'}`, () => assert.equal(parseRef(written), ref))
