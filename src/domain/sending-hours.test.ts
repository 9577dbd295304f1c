import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAlways, openingFor, readHours, type SendingHours } from './sending-hours.ts'

const [MOSCOW, VLADIVOSTOK] = [180, 600]
const at = (clock: string): number => Date.parse(`2026-11-22T${clock}:00Z`)

const opens = (hours: string, clock: string, of: { byRecipient?: boolean; recipient?: number | undefined } = {}): string => {
  const window = readHours(hours)
  assert.ok(!('problem' in window), hours)
  const asked: SendingHours = { window, byRecipient: of.byRecipient ?? false, refuses: false }
  const recipient = 'recipient' in of ? of.recipient : VLADIVOSTOK
  return new Date(openingFor(asked, at(clock), { recipient, account: MOSCOW })).toISOString().slice(8, 16)
}

test('what comes within the hours goes at once, what comes outside at their beginning', () => {
  assert.equal(opens('9-22', '12:34'), '22T12:34')
  assert.equal(opens('9-22', '18:59'), '22T18:59') // 21:59 in Moscow
  assert.equal(opens('9-22', '19:00'), '23T06:00') // 22:00: tomorrow at 09:00
  assert.equal(opens('9-22', '03:00'), '22T06:00') // 06:00: today at 09:00
})

test('on the recipient’s clock each number has a moment of its own', () => {
  assert.equal(opens('9-22', '12:34', { byRecipient: true }), '22T23:00') // 22:34 in Vladivostok: 09:00 there
  assert.equal(opens('9-22', '12:34', { byRecipient: true, recipient: MOSCOW }), '22T12:34')
  assert.equal(opens('9-22', '19:30', { byRecipient: true, recipient: 330 }), '23T03:30') // half an hour is no hindrance
})

test('where the recipient’s clock is not known, the account’s counts', () => {
  assert.equal(opens('9-22', '19:00', { byRecipient: true, recipient: undefined }), '23T06:00')
})

test('hours may pass midnight', () => {
  assert.equal(opens('22-6', '20:00'), '22T20:00') // 23:00
  assert.equal(opens('22-6', '02:59'), '22T02:59') // 05:59
  assert.equal(opens('22-6', '03:00'), '22T19:00') // 06:00: from 22:00 on
})

test('0-24 and equal hours are always', () => {
  for (const hours of ['0-24', '24-0', '0-0', '9-9']) {
    assert.equal(opens(hours, '03:00'), '22T03:00')
    const window = readHours(hours)
    assert.ok(!('problem' in window) && isAlways(window))
  }
})

for (const bad of ['', '9', '9-', '-22', '9-25', '25-9', '9:00-22:00', '9-22-', 'always', '9–22', '-1-5'])
  test(`'${bad}' is no window`, () => assert.deepEqual(readHours(bad), { problem: 'bad_hours' }))
