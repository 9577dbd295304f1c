import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CANCELLED, decisive, errorCodeOf, isCancelled, messageStateOf } from './message-state.ts'
import { isFinal, STATUSES } from './status.ts'

test('every status has its word and its number', () => {
  const told = (state: number) => {
    const { stat, state: number } = messageStateOf({ state, receipt: null })
    return `${stat} ${number}`
  }
  const words = Object.fromEntries(Object.keys(STATUSES).map((code) => [code, told(Number(code))]))
  assert.deepEqual(words, {
    '-3': 'ENROUTE 1',
    '-2': 'DELETED 4',
    '-1': 'ENROUTE 1',
    0: 'ACCEPTD 6',
    1: 'DELIVRD 2',
    2: 'DELIVRD 2',
    3: 'EXPIRED 3',
    4: 'DELIVRD 2',
    20: 'UNDELIV 5',
    22: 'REJECTD 8',
    23: 'REJECTD 8',
    24: 'REJECTD 8',
    25: 'UNDELIV 5',
  })
})

test('what is final for status.php is final over SMPP', () => {
  for (const code of Object.keys(STATUSES).map(Number))
    if (code > -2) assert.equal(messageStateOf({ state: code, receipt: null }).final, isFinal(code), String(code))
})

test('what its sender cancelled is deleted, and a carrier that says so has not been cancelled', () => {
  assert.equal(messageStateOf(CANCELLED).stat, 'DELETED')
  assert.equal(messageStateOf({ state: 20, receipt: 'DELETED 000' }).stat, 'UNDELIV')
  assert.equal(isCancelled({ state: 1, receipt: CANCELLED.receipt }), false)
})

test('only what waits is scheduled', () => {
  assert.deepEqual(messageStateOf({ state: -1, receipt: null }, true), { stat: 'SCHEDULED', state: 0, final: false })
  assert.equal(messageStateOf({ state: 0, receipt: null }, true).stat, 'ACCEPTD')
})

test('an error code fits into an octet', () => {
  assert.deepEqual([0, 255, 256, -1].map(errorCodeOf), [0, 255, 255, 255])
})

test('several messages are in the state of the one that waits, else of the one that fared worst', () => {
  const of = (...states: number[]) => decisive(states.map((state) => ({ state })))?.state
  assert.equal(of(1, -1, 20), -1)
  assert.equal(of(1, 0, 20), 0)
  assert.equal(of(1, 3, 1), 3)
  assert.equal(of(3, 20, 1), 20)
  assert.equal(of(20, 23), 23)
  assert.equal(of(1, 2), 2)
  assert.equal(of(), undefined)
})
