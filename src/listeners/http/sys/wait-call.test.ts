import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALEX, type Api, startApi } from '../../../../test/support/http-api.ts'
import { Refusal, type RefusalCode } from '../../../domain/refusal.ts'

const NUMBERS = ['78000000001', '78000000002']
let asked: unknown[] = []
let refusal: RefusalCode | undefined
let api: Api
before(async () => {
  api = await startApi({
    waitForCall: async (account, phone) => {
      asked = [account, phone]
      if (refusal) throw new Refusal(refusal)
      return NUMBERS
    },
  })
})
after(() => api.stop())

const ANSWERS = [
  'PHONE = 78000000001',
  '78000000001',
  '<result>~<phone>78000000001</phone>~</result>',
  '{~"phone": "78000000001",~"all_phones": ["78000000001","78000000002"]~}',
]
for (const [fmt, answer] of ANSWERS.entries())
  test(`fmt=${fmt}: the number to call, and in JSON all that may be called`, async () => {
    refusal = undefined
    assert.equal(await api.get('wait_call', `phone=8(916)123-45-67&fmt=${fmt}`), answer.replaceAll('~', '\n'))
    assert.deepEqual(asked, [ALEX, '8(916)123-45-67'])
  })

const ERRORS: readonly (readonly [RefusalCode, number, string])[] = [
  ['insufficient_funds', 3, 'no money'],
  ['not_found', 3, 'record not found'],
  ['bad_number', 5, 'invalid number'],
  ['denied', 6, 'too many requests for the number'],
  ['unavailable', 9, 'too many concurrent requests'],
]
for (const [code, number, text] of ERRORS)
  test(`${code} is error ${number}`, async () => {
    refusal = code
    assert.equal(await api.get('wait_call', 'phone=79161234567'), `ERROR = ${number} (${text})`)
    assert.equal(await api.get('wait_call', 'phone=79161234567&fmt=1'), `0,-${number}`)
  })

for (const parameters of ['', 'phone=', 'phone=+', `phone=${'7'.repeat(101)}`])
  test(`wait_call.php?${parameters.slice(0, 20)} is error 1, and nobody is waited for`, async () => {
    asked = []
    assert.equal(await api.get('wait_call', `${parameters}&fmt=1`), '0,-1')
    assert.deepEqual(asked, [])
  })
