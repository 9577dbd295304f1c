import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellsOf, toldState } from './delivery.ts'
import { FLAG } from './message.ts'
import { CANCELLED } from './message-state.ts'

const FINAL = FLAG.receipt
const BOTH = FLAG.receipt | FLAG.intermediate

// Flags, the state before and after, what came with it; the kind that is told and the state in it.
const TOLD: readonly (readonly [string, number, number, number, string | null, number, number?])[] = [
  ['nothing was asked for', 0, 0, 1, null, 0],
  ['delivered', FINAL, 0, 1, null, 1, 1],
  ['delivered within one commit', BOTH, -1, 1, null, 1, 1],
  ['undelivered', FINAL, 0, 20, null, 1, 20],
  ['delivered after all', FINAL, 20, 1, 'DELIVRD 000', 1, 1],
  ['read after it was delivered: DELIVRD again', FINAL, 1, 2, null, 0],
  ['its link was clicked', FINAL, 1, 4, null, 0],
  ['another part of it', FINAL, 1, 1, 'DELIVRD 000', 0],
  ['cancelled by its sender', FINAL, -1, CANCELLED.state, CANCELLED.receipt, 1, -2],
  ['passed on, receipts only', FINAL, -1, 0, null, 0],
  ['passed on', BOTH, -1, 0, null, 2, 0],
  ['passed on, only intermediate ones asked for', FLAG.intermediate, -1, 0, null, 2, 0],
  ['the end, only intermediate ones asked for', FLAG.intermediate, 0, 1, null, 0],
  ['the carrier says that it is under way', BOTH, 0, 0, 'ENROUTE 000', 2, -1],
  ['the carrier says what nobody knows', BOTH, 0, 0, 'QUEUED 000', 0],
  ['moved to another carrier', BOTH, -1, -1, null, 0],
]

for (const [name, flags, was, state, receipt, kind, told] of TOLD) {
  test(`an SMPP session is told: ${name}`, () => {
    assert.equal(tellsOf(flags, was, { state, receipt }), kind)
    if (told !== undefined) assert.equal(toldState(was, { state, receipt }), told)
  })
}
