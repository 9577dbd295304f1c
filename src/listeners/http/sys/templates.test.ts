import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, startApi } from '../../../../test/support/http-api.ts'
import { noting } from '../../../../test/support/noted.ts'

const TEMPLATES = [
  { id: 5, name: 'Hello, you', body: 'Dear "friend",\nhello <b>', format: 'sms', sender: 'Shop', flag: 1 },
  { id: 6, name: 'Empty', body: 'x', format: '', sender: '', flag: 0 },
]
const OPERATOR_TEMPLATES = [
  { id: 7, body: 'Code, %d{1,6}', sender: 'Bank', operators: 0b10000010, status: -1 as const, reason: 'Not known, to MTS' },
]

const { asked, noted } = noting()

let api: Api
before(async () => {
  api = await startApi({
    templates: {
      ...{ add: noted('add', 5), change: noted('change', undefined), remove: noted('remove', undefined) },
      list: noted('list', TEMPLATES),
    },
    operatorTemplates: {
      add: noted('add op', 7),
      remove: noted('remove op', undefined),
      list: noted('list op', OPERATOR_TEMPLATES),
    },
  })
})
after(() => api.stop())

// script, parameters, answer with ~ for a line end
const answers: [script: string, parameters: string, answer: string][] = [
  ['templates', 'add=1&name=a&msg=b', 'OK, ID - 5'],
  ['templates', 'add=1&name=a&msg=b&fmt=1', '5'],
  ['templates', 'add=1&name=a&msg=b&fmt=2', '<result>~<id>5</id>~</result>'],
  ['templates', 'add=1&name=a&msg=b&fmt=3', '{~"id": 5~}'],
  ['templates', 'chg=1&id=5&name=a', 'OK'],
  ['templates', 'chg=1&id=5&name=a&fmt=2', '<result>OK</result>'],
  ['templates', 'del=1&id=5&fmt=1', 'OK'],
  ['templates', 'del=1&id=5&fmt=3', '{~"result": "OK"~}'],
  [
    'templates',
    'get=1',
    'id = 5, name = Hello, you, message = Dear "friend", hello <b>, format = sms, sender = Shop, flag = 1~' +
      'id = 6, name = Empty, message = x, format = , sender = , flag = 0',
  ],
  ['templates', 'get=1&fmt=1', '5,Hello; you,sms,Shop,1,Dear "friend", hello <b>~6,Empty,,,0,x'],
  [
    'templates',
    'get=1&fmt=3',
    '[{~"id": 5,~"name": "Hello, you",~"message": "Dear \\"friend\\",\\nhello <b>",~"format": "sms",~"sender": "Shop",~"flag": 1~},~' +
      '{~"id": 6,~"name": "Empty",~"message": "x",~"format": "",~"sender": "",~"flag": 0~}]',
  ],
  ['op_templates', 'add=1&msg=b', 'OK, ID - 7'],
  ['op_templates', 'del=1&id=7', 'OK'],
  ['op_templates', 'get=1&fmt=1', '7,Bank,0,1,0,0,0,0,0,1,-1,Code, %d{1,6}'],
  [
    'op_templates',
    'get=1&fmt=2',
    '<list>~<template>~<id>7</id>~<sender>Bank</sender>~<message>Code, %d{1,6}</message>~<mts_srv>0</mts_srv>~<mts_trn>1</mts_trn>~' +
      '<mega_srv>0</mega_srv>~<mega_trn>0</mega_trn>~<bee_srv>0</bee_srv>~<bee_trn>0</bee_trn>~<tele2_srv>0</tele2_srv>~' +
      '<tele2_trn>1</tele2_trn>~<status>-1</status>~<reason>Not known, to MTS</reason>~</template>~</list>',
  ],
]
for (const [script, parameters, answer] of answers) {
  test(`${script}: ${parameters}`, async () => assert.equal(await api.get(script, parameters), answer.replaceAll('~', '\n')))
}

// script, parameters, what the use case is asked
const readings: [script: string, parameters: string, asked: unknown[]][] = [
  [
    'templates',
    'add=1&name=a&msg=b&format=SMS&sender=S&fl[1]=1',
    ['add', { name: 'a', body: 'b', format: 'sms', sender: 'S', flag: 1 }],
  ],
  ['templates', 'add=1&name=a&msg=b', ['add', { name: 'a', body: 'b', format: '', sender: '', flag: 0 }]],
  [
    'templates',
    'chg=1&id=9&sender=&fl%5B1%5D=0',
    ['change', 9, { name: undefined, body: undefined, format: undefined, sender: '', flag: 0 }],
  ],
  ['op_templates', 'add=1&msg=b&mts_trn=1&bee_srv=1', ['add op', { body: 'b', sender: '', operators: 0b10010 }]],
]
for (const [script, parameters, expected] of readings) {
  test(`asked: ${parameters}`, async () => {
    await api.get(script, parameters)
    assert.deepEqual(asked.at(-1), expected)
  })
}

for (const [script, parameters] of [
  ['templates', ''],
  ['templates', 'get=2'],
  ['templates', 'chg=1&name=a'],
  ['templates', 'del=1&id=x'],
  ['templates', 'add=1&name=a&msg=b&fl[1]=2'],
  ['op_templates', 'chg=1&id=7'],
  ['op_templates', 'add=1&msg=a&mts_srv=yes'],
  ['op_templates', `add=1&msg=${'a'.repeat(10_001)}`],
] as const) {
  test(`malformed: ${script} ${parameters.slice(0, 60)}`, async () => {
    const before = asked.length
    assert.equal(await api.get(script, parameters), 'ERROR = 1 (parameters error)')
    assert.equal(asked.length, before)
  })
}
