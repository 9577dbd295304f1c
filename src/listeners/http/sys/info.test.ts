import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import type { Limits } from '../../../account/account.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.stop())

const ask = (parameters: string): Promise<string> => api.get('info', `charset=utf-8&get_operator=1&${parameters}`)

const RECORD =
  '"country": "Россия",~"operator": "МТС",~"region": "Москва и Московская область",~"mcc": "250",~"mnc": "01",~"tz": "3"~'
const EMPTY = '"country": "",~"operator": "",~"region": "",~"mcc": "",~"mnc": "",~"tz": ""~'

// parameters, answer (LF as ~)
const answers: [parameters: string, answer: string][] = [
  [
    'phone=79161234567&fmt=0',
    'country = Россия, operator = МТС, region = Москва и Московская область, mcc = 250, mnc = 01, tz = 3',
  ],
  ['phone=79161234567&fmt=1', 'Россия,МТС,Москва и Московская область,250,01,3'],
  [
    'phone=79161234567&fmt=2',
    '<?xml version="1.0" encoding="utf-8"?>~<info>~<country>Россия</country>~<operator>МТС</operator>~<region>Москва и Московская область</region>~<mcc>250</mcc>~<mnc>01</mnc>~<tz>3</tz>~</info>',
  ],
  ['phone=79161234567&fmt=3', `{~${RECORD}}`],
  ['phone=8 (916) 123-45-67,&fmt=3', `{~${RECORD}}`],
  [
    'phone=79161234567,77011234567&fmt=0',
    "phone = 79161234567, country = Россия, operator = МТС, region = Москва и Московская область, mcc = 250, mnc = 01, tz = 3~phone = 77011234567, country = Казахстан, operator = K'cell, region = , mcc = 401, mnc = 02, tz = 5",
  ],
  ['phone=79161234567;12&fmt=1', '79161234567,Россия,МТС,Москва и Московская область,250,01,3~12,,,,,,'],
  [
    'phone=12,79161234567&fmt=2',
    '<?xml version="1.0" encoding="utf-8"?>~<list>~<info>~<phone>12</phone>~<country></country>~<operator></operator>~<region></region>~<mcc></mcc>~<mnc></mnc>~<tz></tz>~</info>~<info>~<phone>79161234567</phone>~<country>Россия</country>~<operator>МТС</operator>~<region>Москва и Московская область</region>~<mcc>250</mcc>~<mnc>01</mnc>~<tz>3</tz>~</info>~</list>',
  ],
  [
    'phone=79161234567,12,79161234567&fmt=3',
    `[{~"phone": "79161234567",~${RECORD}},~{~"phone": "12",~${EMPTY}},~{~"phone": "79161234567",~${RECORD}}]`,
  ],
  ['phone=12&fmt=1', '0,-3'],
  ['phone=12,13&fmt=3', '{~"error": "record not found",~"error_code": 3~}'],
  ['fmt=1', '0,-1'],
  ['phone=,&fmt=1', '0,-1'],
  ['phone=79161234567,abc&fmt=1', '0,-1'],
]
for (const [parameters, answer] of answers) {
  test(`info.php?${parameters}`, async () =>
    assert.equal(await ask(parameters.replaceAll(' ', '+')), answer.replaceAll('~', '\n')))
}

test('a thousand numbers are told in one answer, more are error 1', async () => {
  const numbers = (count: number): string => Array.from({ length: count }, (_, n) => 79161230000 + n).join(',')
  assert.equal((await ask(`fmt=1&phone=${numbers(1000)}`)).split('\n').length, 1000)
  assert.equal(await ask(`fmt=1&phone=${numbers(1001)}`), '0,-1')
})

test('however many numbers, it is one request', async () => {
  const used: string[] = []
  const limits: Limits = { ...NO_LIMITS, allow: (_, window) => used.push(window) > 0 }
  const counted = await startApi({ limits })
  await counted.get('info', 'get_operator=1&phone=79161234567,77011234567,79161234568')
  await counted.stop()
  assert.deepEqual(used, ['identical_other', 'operator'])
})
