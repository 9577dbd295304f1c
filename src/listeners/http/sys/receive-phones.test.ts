import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type Api, startApi } from '../../../../test/support/http-api.ts'
import { lookUp } from '../../../domain/number/plan.ts'
import { Refusal, type RefusalCode } from '../../../domain/refusal.ts'

const OFFERED = [
  { number: '79161234567', price: 250_000_000n, currency: 'RUR', plan: lookUp('79161234567'), own: false, prolong: true },
  { number: '1234', price: 0n, currency: 'RUR', plan: lookUp(''), own: true, prolong: false },
]
let api: Api
let asked: unknown[] = []
let listed = OFFERED
let refused: RefusalCode | undefined
before(async () => {
  const noted = async (...what: unknown[]) => {
    asked = what
    if (refused) throw new Refusal(refused)
  }
  api = await startApi({
    rentedNumbers: {
      list: async () => listed,
      rent: (_, number, prolong) => noted('rent', number, prolong),
      prolong: (_, number, prolong) => noted('prolong', number, prolong),
    },
  })
})
after(() => api?.stop())
beforeEach(() => {
  asked = []
  listed = OFFERED
  refused = undefined
})
const ask = (parameters: string): Promise<string> => api.get('receive_phones', `charset=utf-8&${parameters}`)

// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  ['get=1', 'phone = 79161234567, cost = 250.00~phone = 1234, cost = 0.00'],
  ['gets=1', 'phone = 79161234567, cost = 250.00~phone = 1234, cost = 0.00'],
  ['get=1&fmt=1', '79161234567,250.00~1234,0.00'],
  [
    'get=1&fmt=2',
    '<phones>~<phone>~<phone>79161234567</phone>~<cost>250.00</cost>~<currency>RUR</currency>~<country>Россия</country>~<operator>МТС</operator>~<connected>0</connected>~</phone>~' +
      '<phone>~<phone>1234</phone>~<cost>0.00</cost>~<currency>RUR</currency>~<country></country>~<operator></operator>~<connected>1</connected>~<noprolong>1</noprolong>~</phone>~</phones>',
  ],
  [
    'get=1&fmt=3',
    '[{~"phone": "79161234567",~"cost": "250.00",~"currency": "RUR",~"country": "Россия",~"operator": "МТС",~"connected": 0~},~' +
      '{~"phone": "1234",~"cost": "0.00",~"currency": "RUR",~"country": "",~"operator": "",~"connected": 1,~"noprolong": 1~}]',
  ],
  ['buy=1&phone=79161234567', 'OK'],
  ['buy=1&phone=79161234567&fmt=1', 'OK'],
  ['buy=1&phone=79161234567&fmt=2', '<result>OK</result>'],
  ['chg=1&phone=79161234567&noprolong=1&fmt=3', '{~"result": "OK"~}'],
  ['', 'ERROR = 1 (parameters error)'],
  ['buy=1', 'ERROR = 1 (parameters error)'],
  ['buy=1&phone=abc', 'ERROR = 1 (parameters error)'],
  ['buy=1&phone=79161234567&noprolong=2', 'ERROR = 1 (parameters error)'],
  ['chg=1&phone=79161234567', 'ERROR = 1 (parameters error)'],
  ['chg=1&noprolong=1', 'ERROR = 1 (parameters error)'],
]
for (const [parameters, answer] of answers)
  test(`receive_phones.php?${parameters}`, async () =>
    assert.equal((await ask(parameters)).replaceAll('\n', '~').replace(/^<\?xml[^>]*\?>~/, ''), answer))

// parameters, what is asked for
const operations: [parameters: string, asked: unknown[]][] = [
  ['buy=1&phone=%2B7(916)123-45-67', ['rent', '79161234567', true]],
  ['buy=1&phone=89161234567&noprolong=0', ['rent', '79161234567', true]],
  ['buy=1&phone=1234&noprolong=1', ['rent', '1234', false]],
  ['chg=1&phone=1234&noprolong=1', ['prolong', '1234', false]],
  ['chg=1&phone=1234&noprolong=0', ['prolong', '1234', true]],
]
for (const [parameters, expected] of operations)
  test(`${parameters} asks for ${expected.join(' ')}`, async () => {
    await ask(parameters)
    assert.deepEqual(asked, expected)
  })

// refusal, answer
const refusals: [code: RefusalCode, answer: string][] = [
  ['not_found', 'ERROR = 3 (record not found)'],
  ['insufficient_funds', 'ERROR = 3 (no money)'],
  ['denied', 'ERROR = 5 (save error)'],
]
for (const [code, answer] of refusals)
  test(`a number that is refused with ${code} is ${answer}`, async () => {
    refused = code
    assert.equal(await ask('buy=1&phone=1234'), answer)
  })

test('where there is no number JSON is an empty list, and other formats say that none was found', async () => {
  listed = []
  assert.deepEqual(await Promise.all([0, 1, 2, 3].map((fmt) => ask(`get=1&fmt=${fmt}`))), [
    'ERROR = 3 (record not found)',
    '0,-3',
    '<result>\n<error>record not found</error>\n<error_code>3</error_code>\n</result>',
    '[]',
  ])
})
