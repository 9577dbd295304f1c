import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLAG } from './message.ts'
import { newParts, PART, type PartState, setPart } from './parts.ts'
import { refundOf } from './refund.ts'

const parts = (...states: PartState[]): Uint8Array => {
  const made = newParts(states.length)
  for (const [at, state] of states.entries()) setPart(made, at + 1, state)
  return made
}
const { delivered, rejected, undelivered, unsent, unknown, expired } = PART
const NONE = undefined

/** [what became of it, final state, parts, taken by a carrier, comes back of 3.00, and by a tariff that charges for what is delivered] */
const TABLE: readonly [string, number, Uint8Array | undefined, boolean, number, number][] = [
  ['never handed over: expired', 3, NONE, false, 3, 3],
  ['never handed over: cancelled', 20, NONE, false, 3, 3],
  ['no route', 25, NONE, false, 3, 3],
  ['refused by every carrier', 20, NONE, false, 3, 3],
  ['delivered', 1, NONE, true, 0, 0],
  ['read', 2, NONE, true, 0, 0],
  ['its link was clicked', 4, NONE, true, 0, 0],
  ['not delivered', 20, NONE, true, 0, 3],
  ['expired at the carrier', 3, NONE, true, 0, 3],
  ['given up without a receipt', 20, NONE, true, 0, 3],
  ['all three parts delivered', 1, parts(delivered, delivered, delivered), true, 0, 0],
  ['one part of three refused, the others delivered', 20, parts(delivered, rejected, delivered), true, 1, 3],
  ['two parts of three refused', 20, parts(delivered, rejected, rejected), true, 2, 3],
  ['one part refused, one not delivered', 20, parts(delivered, rejected, undelivered), true, 1, 3],
  ['one part taken and expired, two never sent', 3, parts(expired, unsent, unsent), true, 2, 3],
  ['one part never answered, one never sent', 20, parts(delivered, unknown, unsent), true, 1, 3],
]

for (const [what, state, partStates, taken, back, backWhenDelivered] of TABLE) {
  test(`${what}: ${back}.00 of 3.00 comes back, ${backWhenDelivered}.00 by a tariff for delivered messages`, () => {
    const message = { price: 3_000_000n, state, partStates }
    assert.equal(refundOf({ ...message, flags: 0 }, taken), BigInt(back) * 1_000_000n)
    assert.equal(refundOf({ ...message, flags: FLAG.refundUndelivered }, taken), BigInt(backWhenDelivered) * 1_000_000n)
  })
}
