import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refusal } from '../domain/refusal.ts'
import { sendingRulesOf } from '../domain/sending-rules.ts'
import { ACCOUNT_SETTINGS, readSettings } from './settings.ts'

const stored = (name: string, value: string | number): string | number | undefined => readSettings({ [name]: value }).get(name)

describe('values of settings', () => {
  const KEPT: readonly [name: string, value: string, as: string | number][] = [
    ['email', ' alex@example.com ', 'alex@example.com'],
    ['phone', '+7 (916) 123-45-67', '+7 (916) 123-45-67'],
    ['ph', '79161234567; G12,', '79161234567,G12'],
    ['mph', 'g1', 'g1'],
    ['sender', 'Shop', 'Shop'],
    ['sender2', '79161234567', '79161234567'],
    ['sender', 'shop@example.com', 'shop@example.com'],
    ['fmts', '7,-77', '7,-77'],
    ['tmlim', ' 9 - 22 ', '9-22'],
    ['tmlim', '22-6', '22-6'],
    ['tmlim', '0-24', '0-24'],
    ['nb', '100', '100.00'],
    ['nb', '0.5', '0.50'],
    ['vld', '1440', 1440],
    ['mh2', '24', 24],
    ['ktm', '30', 30],
    ['dlim', '0', 0],
    ['fl[29]', 'on', 1], // the checkbox of a form
    ['fl[29]', '-1', 1],
    ['fl[29]', '12345678901', 1],
    ['opt_out', 'Off', 0],
    ['link_host', 'https://Go.Shop.example:443/', 'https://go.shop.example'],
    ['link_host', 'http://go.shop.example:8080', 'http://go.shop.example:8080'],
  ]
  for (const [name, value, as] of KEPT) test(`${name}=${value} is kept`, () => assert.equal(stored(name, value), as))

  const WRONG: readonly [name: string, value: string][] = [
    ['email', 'alex'],
    ['email2', 'a@b'],
    ['email', 'a@example.com, b@example.com'],
    ['phone', '12345'],
    ['phone2', 'Anna'],
    ['ph', '79161234567,Anna'],
    ['mph', Array(51).fill('79161234567').join()],
    ['sender', 'much too long a name'],
    ['sender2', 'Магазин'],
    ['fmts', '7,x'],
    ['fmts', '--7'],
    ['tmlim', '9'],
    ['tmlim', '9-25'],
    ['tmlim', 'night'],
    ['tmlim', '9:30-22'],
    ['nb', 'little'],
    ['nb', '-1'],
    ['vld', '-5'],
    ['vld', '43201'],
    ['mh1', '25'],
    ['ktm', '1.5'],
    ['dlim', 'many'],
    ['plim', '9999999999'],
    ['tlim', '-1'],
    ['ilim', '1e3'],
    ['url_passed', 'perhaps'],
  ]
  for (const [name, value] of WRONG)
    test(`${name}=${value.slice(0, 20)} is refused in a sentence`, () => {
      assert.throws(
        () => stored(name, value),
        (error) =>
          error instanceof Refusal &&
          error.code === 'bad_request' &&
          new RegExp(`^${name} must be .*\\.$`).test(String(error.detail.reason)),
      )
    })

  test('one bad value rejects the whole change', () => {
    assert.throws(() => readSettings({ dlim: 10, tmlim: '9-99' }), Refusal)
  })

  test('nothing takes a value out', () => {
    for (const [name, { kind }] of ACCOUNT_SETTINGS) if (kind !== 'flag') assert.equal(stored(name, ''), undefined, name)
  })
})

describe('rules of sending', () => {
  const account = (settings: Record<string, string | number>) => ({
    ...{ id: 1, version: 1, login: 'a', payerId: 1, tariffId: 1, currency: 'RUR', creditLimit: 0n, utcOffsetMinutes: 180 },
    ...{ blocked: false, allowedIps: [], settings },
  })

  test('an account whose settings say nothing of them has none, and they are read once', () => {
    assert.equal(sendingRulesOf(account({ sender: 'Shop', 'fl[2]': 1 })), undefined)
    const limited = account({ dlim: 5 })
    const later = { ...limited, version: 2 }
    assert.equal(sendingRulesOf(limited), sendingRulesOf(later))
    assert.deepEqual(sendingRulesOf(limited)?.limits, { messages: 5, number: 0, text: 0, address: 0 })
  })
})
