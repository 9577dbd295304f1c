import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX } from '../../test/support/http-api.ts'
import type { Channel } from '../domain/channel.ts'
import { composeSender } from './compose-sender.ts'
import type { SendRequest } from './request.ts'

const allowed = (sender: string): boolean => ['', 'MyShop', 'ivan@example.com'].includes(sender)

function senderOf(
  sender: string | undefined,
  { channel = 'sms' as Channel, own = undefined as string | undefined, byDefault = '' } = {},
) {
  const account = { ...ALEX, settings: { sender: byDefault } }
  const line = { phones: [], text: '', comment: '', sender: own, dueAtMs: 0 }
  return composeSender(line, { account, channel, sender } as unknown as SendRequest, allowed)
}

test('a line’s sender goes before its request’s, that before the account’s', () => {
  assert.deepEqual(senderOf('Bank', { own: 'MyShop' }), { sender: 'MyShop', bad: false })
  assert.deepEqual(senderOf('MyShop', { own: 'Bank' }), { sender: 'Bank', bad: true })
  assert.deepEqual(senderOf(undefined, { byDefault: 'MyShop' }), { sender: 'MyShop', bad: false })
  assert.deepEqual(senderOf(undefined, { byDefault: 'Bank' }), { sender: 'Bank', bad: true })
})

test('none is always allowed, and what no message can come from never is', () => {
  for (const sender of ['', '.', ' ']) assert.deepEqual(senderOf(sender, { byDefault: 'Bank' }), { sender: '', bad: false })
  assert.equal(senderOf('TwelveLetter').bad, true)
})

test('a look-up has the sender HLR, whoever asks; an e-mail is compared in small letters', () => {
  assert.deepEqual(senderOf('Bank', { channel: 'hlr' }), { sender: 'HLR', bad: false })
  assert.deepEqual(senderOf('Ivan@Example.com', { channel: 'mail' }), { sender: 'Ivan@Example.com', bad: false })
  assert.equal(senderOf('other@example.com', { channel: 'mail' }).bad, true)
  assert.equal(senderOf('Bank', { channel: 'viber' }).bad, true)
})
