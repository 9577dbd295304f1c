import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DELIVERY_ERRORS,
  deliveryErrorName,
  isDeliveryErrorCode,
  isFinal,
  isStatusCode,
  refusalOfStatus,
  STATUSES,
  statusName,
  statusOfError,
} from './status.ts'

const codes = Object.keys(STATUSES).map(Number)
const errors = Object.keys(DELIVERY_ERRORS).map(Number)

test('the codes are those that client programs know, and no others', () => {
  assert.deepEqual(new Set(codes), new Set([-3, -2, -1, 0, 1, 2, 3, 4, 20, 22, 23, 24, 25]))
  assert.deepEqual(
    errors,
    [0, 1, 2, 3, 4, 6, 11, 12, 13, 21, 200, 219, 220].concat(Array.from({ length: 19 }, (_, index) => 237 + index)),
  )
  assert.equal(isStatusCode(21), false)
  assert.equal(isDeliveryErrorCode(5), false)
})

test('every code has a name in both languages that any answer charset can write', () => {
  for (const code of codes) assert.ok(/^[А-Яа-я ]+$/.test(statusName(code)) && /^[A-Za-z ]+$/.test(statusName(code, 'en')))
  for (const code of errors)
    assert.ok(/^[А-Яа-я a-z-]+$/.test(deliveryErrorName(code)) && /^[A-Za-z ]+$/.test(deliveryErrorName(code, 'en')))
  assert.equal(statusName(1), 'Доставлено') // as recorded in 2018
  assert.equal(statusName(99), '')
  assert.equal(deliveryErrorName(99), '')
})

const finals: [code: number, final: boolean][] = [
  [-3, false],
  [-2, false],
  [-1, false],
  [0, false],
  [1, true],
  [2, true],
  [3, true],
  [4, true],
  [20, true],
  [22, true],
  [25, true],
  [99, false],
]

test('a status is final when nothing more is to come', () => {
  for (const [code, final] of finals) assert.equal(isFinal(code), final, String(code))
})

test('an error comes with its usual status', () => {
  assert.equal(statusOfError(249), 22)
  assert.equal(statusOfError(254), 23)
  assert.equal(statusOfError(248), 25)
  assert.equal(statusOfError(6), 3)
  assert.equal(statusOfError(1), 20)
  assert.equal(statusOfError(200), 1)
})

test('a request without one good number is refused as its first number was', () => {
  assert.deepEqual(
    [22, 23, 24, 25].map((code) => refusalOfStatus(code as 22)),
    ['bad_number', 'denied', 'insufficient_funds', 'no_route'],
  )
})
