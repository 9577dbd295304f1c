import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLAG } from './message.ts'
import { newParts, overall, PART, type PartState, partOfReceipt, sayParts, setPart, unsentParts } from './parts.ts'
import { refundOf } from './refund.ts'
import { onUnknown, retryPauseMs } from './retry.ts'
import { WAITING, waitingOf } from './waiting.ts'

const { unsent, taken, unknown, delivered, read, expired, undelivered, rejected } = PART

function partsOf(...states: readonly (PartState | readonly [PartState, number])[]): Uint8Array {
  const parts = newParts(states.length)
  states.forEach((state, at) => {
    if (typeof state === 'number') setPart(parts, at + 1, state)
    else setPart(parts, at + 1, state[0], state[1])
  })
  return parts
}

const STATES: readonly [name: string, parts: Uint8Array, state: number, err: number][] = [
  ['nothing sent yet', partsOf(unsent, unsent), -1, 0],
  ['one part waits to be sent', partsOf(delivered, unsent), -1, 0],
  ['one part was never answered', partsOf(undelivered, unknown), -1, 0],
  ['all parts are with the carrier', partsOf(taken, taken), 0, 0],
  ['one receipt is missing', partsOf([undelivered, 12], taken), 0, 0],
  ['all arrived', partsOf(delivered, delivered), 1, 0],
  ['all read but one', partsOf(read, delivered), 2, 0],
  ['one expired', partsOf(delivered, [expired, 6]), 3, 6],
  ['one did not arrive', partsOf([expired, 6], [undelivered, 12]), 20, 12],
  ['one was refused', partsOf([rejected, 255], [undelivered, 12]), 20, 255],
]
for (const [name, parts, state, err] of STATES)
  test(`a message of parts: ${name}`, () => assert.deepEqual(overall(parts), { state, err }))

test('parts to be sent are those that no carrier has, counted from one', () => {
  assert.deepEqual(unsentParts(partsOf(taken, unsent, unknown, unsent)), [2, 4])
})

test('the parts of a long message are told one by one: part, status, err', () => {
  const parts = newParts(5)
  setPart(parts, 1, PART.delivered)
  setPart(parts, 2, PART.undelivered, 6)
  setPart(parts, 3, PART.taken)
  setPart(parts, 4, PART.expired, 0)
  assert.equal(sayParts(parts), '1:1:0,2:20:6,3:0:0,4:3:0,5:-1:0')
  assert.equal(sayParts(newParts(1)), '')
  assert.equal(sayParts(null), '')
})

test('a receipt that decides nothing has no part state', () => {
  for (const state of ['enroute', 'accepted', 'unknown'] as const) assert.equal(partOfReceipt(state), undefined)
})

const ALL = 9_000_000n
const REFUNDS: readonly [
  name: string,
  state: number,
  wasTaken: boolean,
  flags: number,
  parts: Uint8Array | null,
  back: bigint,
][] = [
  ['never handed over: all', 3, false, 0, null, ALL],
  ['refused by everybody: all', 20, false, 0, null, ALL],
  ['delivered: nothing', 1, true, 0, null, 0n],
  ['delivered, by a tariff that charges for delivery: nothing', 1, true, FLAG.refundUndelivered, null, 0n],
  ['read and clicked are delivered', 4, true, FLAG.refundUndelivered, null, 0n],
  ['not delivered: nothing', 20, true, 0, null, 0n],
  ['not delivered, by such a tariff: all', 20, true, FLAG.refundUndelivered, null, ALL],
  ['one part of three refused: a third', 20, true, 0, partsOf(delivered, delivered, rejected), 3_000_000n],
  ['and all by such a tariff', 20, true, FLAG.refundUndelivered, partsOf(delivered, delivered, rejected), ALL],
]
for (const [name, state, wasTaken, flags, partStates, back] of REFUNDS)
  test(`money that goes back: ${name}`, () => assert.equal(refundOf({ price: ALL, flags, state, partStates }, wasTaken), back))

test('a share that does not come out even is rounded to the centre’s side, to a millionth', () => {
  assert.equal(refundOf({ price: 10n, flags: 0, state: 20, partStates: partsOf(rejected, taken, taken) }, true), 3n)
})

// the carrier's setting, lane, copies so far
const UNKNOWN: readonly ['auto' | 'hold' | 'resend', number, number, 'hold' | 'resend'][] = [
  ['auto', 0, 0, 'resend'],
  ['auto', 1, 0, 'resend'],
  ['auto', 2, 0, 'hold'],
  ['hold', 0, 0, 'hold'],
  ['resend', 2, 0, 'resend'],
  ['resend', 0, 1, 'hold'],
]
for (const [setting, lane, copies, what] of UNKNOWN)
  test(`never answered, "${setting}", lane ${lane}, ${copies} copies: ${what}`, () =>
    assert.equal(onUnknown(setting, lane, copies), what))

test('pauses between attempts double up to five minutes', () => {
  assert.deepEqual([0, 1, 2, 5, 6, 60].map(retryPauseMs), [5_000, 10_000, 20_000, 160_000, 300_000, 300_000])
})

test('every reason to wait has a number of its own and a sentence', () => {
  const reasons = Object.values(WAITING)
  assert.equal(new Set(reasons.map(({ code }) => code)).size, reasons.length)
  for (const { code, says } of reasons) assert.ok(waitingOf(code) && says.length > 10)
  assert.equal(waitingOf(0), undefined)
})
