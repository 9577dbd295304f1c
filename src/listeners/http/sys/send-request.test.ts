import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ALEX, NOON_MS } from '../../../../test/support/http-api.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { SendRequest } from '../../../lifecycle/request.ts'
import { readForm } from '../form.ts'
import { Params } from '../params.ts'
import { RECIPIENTS_MAX, readSendRequest } from './send-request.ts'

const account = { ...ALEX, utcOffsetMinutes: 300 } // Yekaterinburg: UTC+5, 14:00 now

function read(query: string): SendRequest {
  const params = new Params()
  readForm(query, params)
  return readSendRequest(params, account, NOON_MS)
}

const SMS = 'charset=utf-8&phones=79161234567&mes=Hi'
const HOUR_MS = 3_600_000

/** What a request is when the query says no more than a number and a text. */
const PLAIN: Partial<SendRequest> = {
  account,
  channel: 'sms',
  lines: [{ phones: ['79161234567'], text: 'Hi', comment: '', sender: undefined, dueAtMs: 0 }],
  sender: undefined,
  ref: undefined,
  octets: undefined,
  dcs: undefined,
  pid: 0,
  translit: 0,
  shortenLinks: false,
  partsMax: 0,
  validityMs: 1440 * 60_000,
  spread: undefined,
  bot: undefined,
  userIp: undefined,
}

// parameters behind SMS, what they change
const parameters: [query: string, change: Partial<SendRequest>][] = [
  ['', {}],
  ['id=0', {}],
  ['id=', {}],
  ['id=33', { ref: 33 }],
  ['id=order-7', { ref: 'order-7' }],
  ['id=99999999999', { ref: '99999999999' }],
  ['sender=Shop', { sender: 'Shop' }],
  ['sender=', { sender: '' }],
  ['sender=.', { sender: '.' }],
  ['translit=0', {}],
  ['translit=1', { translit: 1 }],
  ['translit=2', { translit: 2 }],
  ['translit=true', { translit: 1 }],
  ['tinyurl=1', { shortenLinks: true }],
  ['tinyurl=true', { shortenLinks: true }],
  ['tinyurl=0', {}],
  ['maxsms=2', { partsMax: 2 }],
  ['maxsms=1000', { partsMax: 255 }],
  ['maxsms=0', {}],
  ['valid=', {}],
  ['valid=1', { validityMs: 60 * 60_000 }],
  ['valid=24', { validityMs: 1440 * 60_000 }],
  ['valid=01:30', { validityMs: 90 * 60_000 }],
  ['valid=%3A05', { validityMs: 5 * 60_000 }],
  ['flash=1', { channel: 'flash' }],
  ['flash=0', {}],
  ['flash=', {}],
  ['mms=1', { channel: 'mms' }],
  ['call=1', { channel: 'call' }],
  ['viber=1', { channel: 'viber' }],
  ['tg=1', { channel: 'tg' }],
  ['soc=1', { channel: 'soc' }],
  ['whatsapp=1', { channel: 'bot' }],
  ['bot=@shop_bot', { channel: 'bot', bot: '@shop_bot' }],
  ['bot=wa:79161234567', { channel: 'bot', bot: 'wa:79161234567' }],
  ['bot=wa:79161234567&whatsapp=1', { channel: 'bot', bot: 'wa:79161234567' }],
  ['bot=0', {}],
  ['mail=1&subj=Hello&sender=a@b.example', { channel: 'mail', sender: 'a@b.example' }],
  ['freq=30', {}],
  ['period=0', {}],
  ['userip=192.0.2.1&imgcode=abc&pp=123&voice=m2&param=20,30,3&smsreq=11&test=1&txt=x', { userIp: '192.0.2.1' }],
  ['userip=nobody', {}],
]
describe('a parameter of send.php', () => {
  for (const [query, change] of parameters) {
    test(query || '(none)', () => {
      const { hash, ...request } = read(`${SMS}&${query}`)
      assert.notEqual(hash, 0n)
      assert.deepEqual(request, { ...PLAIN, ...change })
    })
  }
})

describe('of several channels the first in this order is taken', () => {
  const ORDER = ['hlr', 'ping', 'mail', 'call', 'viber', 'tg', 'bot', 'soc', 'mms', 'push', 'bin', 'flash'] as const
  for (const [index, channel] of ORDER.entries()) {
    test(channel, () => {
      const flags = ORDER.slice(index).map((name) => `${name}=${name === 'bot' ? '@b' : '1'}`)
      assert.equal(read(`phones=79161234567&mes=%00Hi&subj=s&sender=a@b.example&${flags.reverse().join('&')}`).channel, channel)
    })
  }
})

// parameters, octets, pid, dcs
const binaries: [claim: string, query: string, octets: number[], pid: number, dcs: number | undefined][] = [
  ['octets without a header', 'bin=1&mes=%00Hi%FF%00', [0, 0x48, 0x69, 0xff, 0], 0, undefined],
  [
    'hexadecimal with a header',
    'bin=2&mes=050A0307056048656C6C6F',
    [5, 0x0a, 3, 7, 5, 0x60, 0x48, 0x65, 0x6c, 0x6c, 0x6f],
    0,
    undefined,
  ],
  ['pid and dcs', 'bin=2&mes=004869%0A~~~%0Apid: 65, dcs: 4', [0, 0x48, 0x69], 65, 4],
  ['charset says nothing about octets', 'charset=utf-8&bin=1&mes=%00%D0', [0, 0xd0], 0, undefined],
]
for (const [claim, query, octets, pid, dcs] of binaries) {
  test(`binary: ${claim}`, () => {
    const request = read(`phones=79161234567&${query}`)
    assert.deepEqual([...(request.octets ?? [])], octets)
    assert.deepEqual([request.channel, request.pid, request.dcs, request.lines[0]?.text], ['bin', pid, dcs, ''])
  })
}

// recipients, parameters, portions, ms between them
const spreads: [phones: number, query: string, spread: SendRequest['spread']][] = [
  [100, 'period=1&freq=15', { portions: 4, everyMs: 900_000 }],
  [100, 'period=2', { portions: 2, everyMs: HOUR_MS }],
  [3, 'period=10&freq=60', { portions: 3, everyMs: HOUR_MS }],
  [100, 'period=0.1&freq=1', { portions: 6, everyMs: 60_000 }],
]
for (const [phones, query, spread] of spreads) {
  test(`spread: ${phones} numbers, ${query}`, () => {
    const numbers = Array.from({ length: phones }, (_, index) => 79160000000 + index).join(',')
    assert.deepEqual(read(`phones=${numbers}&mes=Hi&${query}`).spread, spread)
  })
}

// parameters, refusal, field
const refused: [query: string, code: string, field: string][] = [
  ['mes=Hi', 'bad_request', 'phones'],
  ['phones=&mes=Hi', 'bad_request', 'phones'],
  ['phones=,;,&mes=Hi', 'bad_request', 'phones'],
  ['phones=79161234567', 'bad_request', 'mes'],
  ['phones=79161234567&mes=', 'bad_request', 'mes'],
  ['phones=79161234567&mes=%0A~~~%0Aonly a comment', 'bad_request', 'mes'],
  ['phones=79161234567&mes=%00', 'bad_request', 'mes'],
  [`phones=79161234567&mes=${'a'.repeat(1001)}`, 'bad_request', 'mes'],
  [`phones=79161234567&mes=${'%CF'.repeat(1001)}`, 'bad_request', 'mes'],
  [`phones=79161234567&mes=Hi%0A~~~%0A${'a'.repeat(1001)}`, 'bad_request', 'mes'],
  [`phones=${'1,'.repeat(RECIPIENTS_MAX + 1)}&mes=Hi`, 'bad_request', 'phones'],
  [`${SMS}&id=${'a'.repeat(41)}`, 'bad_request', 'id'],
  [`${SMS}&id=a b`, 'bad_request', 'id'],
  [`${SMS}&id=%D0%B0`, 'bad_request', 'id'],
  [`${SMS}&id=${'1'.repeat(1000)}`, 'bad_request', 'id'],
  [`${SMS}&translit=3`, 'bad_request', 'translit'],
  [`${SMS}&translit=x`, 'bad_request', 'translit'],
  [`${SMS}&tinyurl=2`, 'bad_request', 'tinyurl'],
  [`${SMS}&flash=yes`, 'bad_request', 'flash'],
  [`${SMS}&hlr=1&flash=x`, 'bad_request', 'flash'],
  [`${SMS}&bin=3`, 'bad_request', 'bin'],
  [`${SMS}&bin=1`, 'bad_request', 'mes'],
  ['phones=79161234567&bin=2&mes=00xy', 'bad_request', 'mes'],
  ['phones=79161234567&bin=2', 'bad_request', 'mes'],
  [`phones=79161234567&bin=2&mes=00${'41'.repeat(1001)}`, 'bad_request', 'mes'],
  ['bin=2&list=79161234567:004869', 'bad_request', 'bin'],
  [`${SMS}&maxsms=-1`, 'bad_request', 'maxsms'],
  [`${SMS}&maxsms=two`, 'bad_request', 'maxsms'],
  [`${SMS}&maxsms=1e3`, 'bad_request', 'maxsms'],
  [`${SMS}&valid=25`, 'bad_request', 'valid'],
  [`${SMS}&valid=0`, 'bad_request', 'valid'],
  [`${SMS}&valid=a`, 'bad_request', 'valid'],
  [`${SMS}&period=721`, 'bad_request', 'period'],
  [`${SMS}&period=x`, 'bad_request', 'period'],
  [`${SMS}&period=1&freq=1441`, 'bad_request', 'period'],
  [`${SMS}&tz=100`, 'bad_request', 'tz'],
  [`${SMS}&tz=Moscow`, 'bad_request', 'tz'],
  [`${SMS}&time=tomorrow`, 'bad_time', 'time'],
  [`${SMS}&time=31.02.27 10:00`, 'bad_time', 'time'],
  [`${SMS}&time=9-25`, 'bad_time', 'time'],
  [`${SMS}&time=12345`, 'bad_time', 'time'],
  [`${SMS}&time=${'1'.repeat(200)}`, 'bad_request', 'time'],
  [`${SMS}&sender=${'a'.repeat(301)}`, 'bad_request', 'sender'],
  ['list=hello', 'bad_request', 'list'],
  ['list=79161234567:', 'bad_request', 'mes'],
  ['list=Shop,99|79161234567:Hi&time=2311261000', 'bad_request', 'list'],
  [`${SMS}&mail=1`, 'bad_request', 'subj'],
  [`${SMS}&mail=1&subj=a`, 'bad_request', 'subj'],
]
for (const [query, code, field] of refused) {
  test(`refused with ${code}: ${query.length > 70 ? `${query.slice(0, 70)}…` : query}`, () => {
    assert.throws(
      () => read(query),
      (error) => error instanceof Refusal && error.code === code && error.detail.field === field,
    )
  })
}

// which requests are the same as SMS
const identical: [query: string, same: boolean][] = [
  ['', true],
  ['id=5', true],
  ['cost=3', true],
  ['fmt=1', true],
  ['mes=Ho', false],
  ['phones=79161234568', false],
  ['sender=Shop', false],
  ['sender=', false],
  ['time=%2B60', false],
  ['flash=1', false],
  ['bot=@a', false],
  ['list=79161234567:Hi', false],
]
for (const [query, same] of identical) {
  test(`identical: ${query || 'the same again'} is ${same ? 'the same request' : 'another'}`, () => {
    assert.equal(read(`${SMS}&${query}`).hash === read(SMS).hash, same)
  })
}
