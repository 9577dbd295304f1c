import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maySendUnder, SENDER_MODES } from './sender-rules.ts'

const NAMES = { active: ['MyShop', '79161234567'], rejected: ['Bank'], granted: ['Default', '+79990000001'] }

test('where senders are free, all but the rejected ones are allowed', () => {
  const maySend = maySendUnder('free', NAMES)
  for (const sender of ['Bank', 'BANK']) assert.equal(maySend?.(sender), false, sender)
  for (const sender of ['', 'MyShop', 'Anything']) assert.equal(maySend?.(sender), true, sender)
  assert.equal(maySendUnder('free', { ...NAMES, rejected: [] }), undefined)
})

for (const mode of SENDER_MODES.filter((each) => each !== 'free')) {
  test(`${mode}: only the account’s own, letter for letter, and none at all`, () => {
    const maySend = maySendUnder(mode, NAMES)
    for (const sender of ['', 'MyShop', '79161234567', 'Default', '79990000001']) assert.equal(maySend?.(sender), true, sender)
    for (const sender of ['myshop', 'Bank', 'Anything', '89161234567']) assert.equal(maySend?.(sender), false, sender)
  })
}
