import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX, NOON_MS } from '../../../../test/support/http-api.ts'
import type { SendRequest } from '../../../lifecycle/request.ts'
import { readForm } from '../form.ts'
import { Params } from '../params.ts'
import { readSendRequest } from './send-request.ts'

function read(query: string): SendRequest {
  const params = new Params()
  readForm(query, params)
  return readSendRequest(params, { ...ALEX, utcOffsetMinutes: 300 }, NOON_MS) // Yekaterinburg: UTC+5, 14:00 now
}

const HOUR_MS = 3_600_000
const at = (text: string): number => Date.parse(text)

// parameters, recipients, text, comment
const texts: [claim: string, query: string, phones: string[], text: string, comment: string][] = [
  ['numbers between commas and semicolons', 'phones=%2B7 (916) 123-45-67;8916,&mes=Hi', ['+7 (916) 123-45-67', '8916'], 'Hi', ''],
  ['a group among numbers', 'phones=G1,79161234567&mes=Hi', ['G1', '79161234567'], 'Hi', ''],
  ['windows-1251 is what a text is by default', 'phones=79161234567&mes=%CF%F0%E8%E2%E5%F2', ['79161234567'], 'Привет', ''],
  ['koi8-r', 'charset=koi8-r&phones=79161234567&mes=%F0%D2%C9%D7%C5%D4', ['79161234567'], 'Привет', ''],
  ['a comment after a line', 'phones=79161234567&mes=Hi%0A~~~%0ABill 7', ['79161234567'], 'Hi', 'Bill 7'],
  ['a comment after the two characters', 'phones=79161234567&mes=Hi\\n~~~\\nBill 7', ['79161234567'], 'Hi', 'Bill 7'],
  ['a hlr request has no text', 'phones=79161234567&hlr=1&mes=Hi', ['79161234567'], '', ''],
  ['a ping needs none', 'phones=79161234567&ping=1', ['79161234567'], '', ''],
  ['1000 characters', `phones=79161234567&mes=${'a'.repeat(1000)}`, ['79161234567'], 'a'.repeat(1000), ''],
  [
    'an emoji is one character',
    `charset=utf-8&phones=79161234567&mes=${'%F0%9F%98%80'.repeat(1000)}`,
    ['79161234567'],
    '😀'.repeat(1000),
    '',
  ],
]
for (const [claim, query, phones, text, comment] of texts) {
  test(`texts: ${claim}`, () => {
    assert.deepEqual(read(query).lines, [{ phones, text, comment, sender: undefined, dueAtMs: 0 }])
  })
}

// text, channel, text without the prefix
const prefixes: [mes: string, channel: string, text: string][] = [
  ['__HLR__', 'hlr', ''],
  ['__VIBER__ Hi', 'viber', 'Hi'],
  ['__FLASH__Hi', 'flash', 'Hi'],
  ['Hi __CALL__', 'sms', 'Hi __CALL__'],
]
for (const [mes, channel, text] of prefixes) {
  test(`a prefix chooses the channel: ${mes}`, () => {
    const request = read(`phones=79161234567&mes=${mes}`)
    assert.deepEqual([request.channel, request.lines[0]?.text], [channel, text])
  })
}

test('a parameter goes before a prefix, which then is text', () => {
  const request = read('phones=79161234567&flash=1&mes=__CALL__ me')
  assert.deepEqual([request.channel, request.lines[0]?.text], ['flash', '__CALL__ me'])
})

// parameters, [phones, text, comment, sender] of each line
const lists: [
  claim: string,
  query: string,
  lines: [phones: string[], text: string, comment: string, sender: string | undefined][],
][] = [
  [
    'two lines',
    'list=79161234567:One%0A79161234568,79161234569:Two',
    [
      [['79161234567'], 'One', '', undefined],
      [['79161234568', '79161234569'], 'Two', '', undefined],
    ],
  ],
  [
    'a line feed in a text and a comment',
    'list=79161234567:One\\nmore\\n~~~\\nBill',
    [[['79161234567'], 'One\nmore', 'Bill', undefined]],
  ],
  ['a sender of its own', 'sender=Main&list=Shop|79161234567:One', [[['79161234567'], 'One', '', 'Shop']]],
  [
    'CRLF',
    'list=79161234567:One%0D%0A79161234568:Two%0D%0A',
    [
      [['79161234567'], 'One', '', undefined],
      [['79161234568'], 'Two', '', undefined],
    ],
  ],
  [
    'several lines of a text with nl',
    'nl=1&list=79161234567:One%0Amore%0A79161234568:Two',
    [
      [['79161234567'], 'One\nmore', '', undefined],
      [['79161234568'], 'Two', '', undefined],
    ],
  ],
  ['a list replaces phones and mes', 'phones=79990000000&mes=No&list=79161234567:One', [[['79161234567'], 'One', '', undefined]]],
  ['an empty list is none', 'list=&phones=79161234567&mes=One', [[['79161234567'], 'One', '', undefined]]],
]
for (const [claim, query, lines] of lists) {
  test(`lists: ${claim}`, () => {
    const got = read(query).lines.map(({ phones, text, comment, sender }) => [phones, text, comment, sender])
    assert.deepEqual(got, lines)
  })
}

// parameters, when (Unix ms, 0: now); it is 14:00 for the account and 12:00 in Moscow
const times: [claim: string, query: string, dueAtMs: number[]][] = [
  ['nothing is now', '', [0]],
  ['0 is now', 'time=0', [0]],
  ['what has passed is now', 'time=0101101000', [0]],
  ["a date by the account's clock", 'time=23.11.26 10:00', [at('2026-11-23T10:00:00+05:00')]],
  ['ten digits by the clock of tz', 'time=2311261000&tz=0', [at('2026-11-23T10:00:00+03:00')]],
  ['tz counts from Moscow', 'time=2311261000&tz=-1', [at('2026-11-23T10:00:00+02:00')]],
  ['an unescaped plus before tz', 'time=2311261000&tz=+1', [at('2026-11-23T10:00:00+04:00')]],
  ['Unix seconds', `time=0${NOON_MS / 1000 + 60}`, [NOON_MS + 60_000]],
  ['minutes from now', 'time=%2B60', [NOON_MS + HOUR_MS]],
  ['within the hours is now', 'time=9-21', [0]],
  ['all day is now', 'time=0-24', [0]],
  ['before the hours it waits', 'time=15-21', [at('2026-11-22T15:00:00+05:00')]],
  ['after the hours it waits for the next day', 'time=9-13', [at('2026-11-23T09:00:00+05:00')]],
  ['hours by the clock of tz', 'time=13-21&tz=0', [at('2026-11-22T13:00:00+03:00')]],
  [
    'a zone of a line',
    'time=2311261000&list=Shop,0|79161234567:a%0A79161234567:b',
    [at('2026-11-23T10:00:00+03:00'), at('2026-11-23T10:00:00+05:00')],
  ],
  ['a zone of a line is for dates only', 'time=15-21&list=Shop,0|79161234567:a', [at('2026-11-22T15:00:00+05:00')]],
]
for (const [claim, query, dueAtMs] of times) {
  test(`time: ${claim}`, () => {
    assert.deepEqual(
      read(`phones=79161234567&mes=Hi&${query}`).lines.map((line) => line.dueAtMs),
      dueAtMs,
    )
  })
}
