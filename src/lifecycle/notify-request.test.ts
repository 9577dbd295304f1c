import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Notification, sampleOf } from '../domain/notification.ts'
import { requestOf, webhookHeaders } from './notify-request.ts'

const handler = (url: string) => ({ url, utcOffsetMinutes: 180, webhookKey: '' })
const status = { ...sampleOf('status', 0), id: 123, phone: 'text', status: 234 } as Notification

function told(notification: Notification, url: string): URLSearchParams {
  const request = requestOf(notification, handler(url), 'event_1', 0)
  if ('problem' in request) throw new Error(request.problem)
  return new URLSearchParams(Buffer.from(request.body).toString('latin1'))
}

test('a signature is that of the original: sha1 and md5 in hexadecimal, crc32 as a number without sign', () => {
  const form = told(status, 'http://h.example/?sha1=zxc&md5=zxc&crc32=zxc')
  assert.equal(form.get('sha1'), 'b6f768ce7614d7858cc4a6116f8ffd0dc236a3cd')
  assert.equal(form.get('md5'), '7fb04576256c41afe248c391d925ff1f')
  assert.equal(form.get('crc32'), '2071336081')
})

test('a signature is over the octets that are transmitted', () => {
  const incoming: Notification = { kind: 'incoming', id: 1, phone: '7', to: '8', text: 'Да', atMs: 0 }
  const of = (charset: string): string | null => told(incoming, `http://h.example/?charset=${charset}&md5=w`).get('md5')
  assert.equal(new Set(['utf-8', 'koi8-r', 'windows-1251'].map(of)).size, 3)
})

test('a call is signed by who called and when', () => {
  const form = told(
    { kind: 'wait-call', phone: '79161234567', called: '78001234567', atMs: 1_700_000_000_999 },
    'http://h.example/?md5=w',
  )
  assert.deepEqual([...form.keys()], ['phone', 'waitcall', 'time', 'ts', 'md5'])
  assert.deepEqual([form.get('waitcall'), form.get('ts')], ['78001234567', '1700000000'])
})

test('Standard Webhooks headers are those of its reference libraries', () => {
  assert.deepEqual(
    webhookHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      Buffer.from('{"test": 2432232314}'),
    ),
    {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  )
})
