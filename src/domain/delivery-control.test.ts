import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Control,
  type ControlWish,
  controlOf,
  type FirstAttempt,
  isRepeated,
  refundOfBoth,
  secondCandidates,
} from './delivery-control.ts'
import { CANCELLED } from './message-state.ts'

const wish = (of: Partial<ControlWish> = {}): ControlWish => ({
  settings: {},
  deliveryControl: undefined,
  sender2: undefined,
  channel: 'sms',
  sender: 'Shop',
  validityMs: 1000,
  ...of,
})

const PLANS: readonly [what: string, of: Partial<ControlWish>, plan: string | undefined][] = [
  ['nobody asked for it', {}, undefined],
  ['the account has it', { settings: { 'fl[5]': 1 } }, 'failure Shop'],
  ['with a reserve sender', { settings: { 'fl[5]': 1, sender2: 'SHOP2' } }, 'failure SHOP2'],
  ['the request has it', { deliveryControl: true }, 'failure Shop'],
  [
    'the request’s reserve sender wins',
    { deliveryControl: true, sender2: 'MINE', settings: { sender2: 'SHOP2' } },
    'failure MINE',
  ],
  ['the request does without', { deliveryControl: false, settings: { 'fl[5]': 1 } }, undefined],
  ['a reserve sender no network takes is not used', { settings: { 'fl[5]': 1, sender2: 'Кириллица' } }, 'failure Shop'],
  ['cheap routes first', { settings: { 'fl2[24]': 1, sender2: 'SHOP2' } }, 'undeliverable Shop'],
  ['both', { settings: { 'fl[5]': 1, 'fl2[24]': 1, sender2: 'SHOP2' } }, 'failure SHOP2'],
  ['a flash message', { channel: 'flash', deliveryControl: true }, 'failure Shop'],
  ['a look-up', { channel: 'hlr', deliveryControl: true }, undefined],
  ['a ping', { channel: 'ping', deliveryControl: true }, undefined],
  ['an e-mail', { channel: 'mail', deliveryControl: true }, undefined],
]
for (const [what, of, plan] of PLANS) {
  test(`delivery control, ${what}: ${plan ?? 'none'}`, () => {
    const control = controlOf(wish(of))
    assert.equal(control && `${control.on} ${control.sender}`, plan)
  })
}

const first: FirstAttempt = {
  sender: 'Shop',
  state: 20,
  err: 1,
  atMs: 1,
  receipt: null,
  refunded: '0',
  cost: '0',
  carrierId: 2,
  carrierIds: null,
  carriers: [1, 2],
  answers: 2,
}
const control: Control = { on: 'failure', sender: 'SHOP2', validityMs: 1000 }
const end = { state: 20, err: 1, receipt: 'UNDELIV 001', sentAtMs: 5 }

const ENDS: readonly [what: string, repeated: boolean, control: Control, end: Partial<typeof end>][] = [
  ['undeliverable', true, control, {}],
  ['expired', true, control, { state: 3 }],
  ['expired, where only 20 counts', false, { ...control, on: 'undeliverable' }, { state: 3 }],
  ['delivered', false, control, { state: 1, err: 0 }],
  ['forbidden', false, control, { state: 23 }],
  ['without a report', false, control, { err: 245 }],
  ['never at a carrier', false, control, { state: 3, sentAtMs: 0 }],
  ['cancelled', false, control, CANCELLED],
  ['the second attempt’s', false, { ...control, first }, {}],
]
for (const [what, repeated, of, ended] of ENDS) {
  test(`an end is ${repeated ? '' : 'not '}repeated: ${what}`, () => assert.equal(isRepeated(of, { ...end, ...ended }), repeated))
}

test('of two attempts the smaller refund stands, and what is delivered is paid as the second was', () => {
  assert.equal(refundOfBoth({ ...first, refunded: '100' }, 20, 100n), 100n)
  assert.equal(refundOfBoth({ ...first, refunded: '0' }, 20, 100n), 0n)
  assert.equal(refundOfBoth({ ...first, refunded: '100' }, 20, 50n), 50n)
  assert.equal(refundOfBoth({ ...first, refunded: '0' }, 1, 0n), 0n)
})

const WAYS: readonly [
  what: string,
  of: Partial<Control>,
  candidates: readonly number[],
  tried: readonly number[],
  left: readonly number[],
][] = [
  ['those that have not had it', {}, [1, 2, 3, 4], [], [3, 4]],
  ['nor refused it the second time', {}, [1, 2, 3, 4], [3], [4]],
  ['all again from another sender, when nobody else is left', {}, [1, 2], [], [1, 2]],
  ['but once', {}, [1, 2], [1], [2]],
  ['nobody, when the sender is the same', { sender: 'Shop' }, [1, 2], [], []],
  ['those behind all that had it, when only dearer ones count', { on: 'undeliverable' }, [5, 1, 2, 3, 4], [3], [4]],
  ['none in front of them', { on: 'undeliverable' }, [5, 1, 2], [], []],
]
for (const [what, of, candidates, tried, left] of WAYS) {
  test(`the second attempt goes to ${what}`, () =>
    assert.deepEqual(secondCandidates(candidates, { ...control, ...of }, first, tried), left))
}
