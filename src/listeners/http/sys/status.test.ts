import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ALEX, type ApiOptions, NO_LIMITS } from '../../../../test/support/http-api.ts'
import { DATES, DELIVERED, FAILED, ONE, askStatus as status, WHEN } from '../../../../test/support/status-api.ts'
import type { MessageQuestion, MessageReport } from '../../../lifecycle/report.ts'

describe('several messages', () => {
  test('the answer recorded in 2023, byte for byte', async () => {
    const other: MessageReport = { ...FAILED, phone: '79651234567', state: 23, err: 254 }
    const { body, asked } = await status(
      'phone=%2B77051234567, %2B79651234567&id=32,32&fmt=3',
      [{ ...FAILED, phone: '77051234567' }, other],
      {
        signIn: async () => ALEX,
      },
    )
    assert.equal(
      body,
      '[{\n"status": 25,\n"last_date": "17.03.2023 16:47:56",\n"last_timestamp": 1679060876,\n"flag": 0,\n"err": 248,\n"id": 32,\n"phone": "77051234567"\n},\n' +
        '{\n"status": 23,\n"last_date": "17.03.2023 16:47:56",\n"last_timestamp": 1679060876,\n"flag": 0,\n"err": 254,\n"id": 32,\n"phone": "79651234567"\n}]',
    )
    assert.deepEqual(asked, [
      { ref: 32, phone: '77051234567' },
      { ref: 32, phone: '79651234567' },
    ])
  })

  // parameters, answer (LF as ~); stored: 1 for 77011234567
  const lists: [parameters: string, answer: string][] = [
    ['phone=77011234567,&id=1,&fmt=0', `Status = 1, ${DATES}, err = 0, ID = 1, phone = 77011234567`],
    ['phone=77011234567,&id=1,&fmt=1', '1,1518438861,0,1,77011234567'],
    ['phone=77011234567,&id=1,&fmt=3', `[{~"status": 1,~${WHEN},~"id": 1,~"phone": "77011234567"~}]`],
    ['phone=77011234567&id=1,&fmt=1', '1,1518438861,0,1,77011234567'],
    ['phone=77011234567,79161234567&id=1,2&fmt=1', '1,1518438861,0,1,77011234567~-3,0,0,2,79161234567'],
    ['phone=77011234567,79161234567&id=1&fmt=1', '1,1518438861,0,1,77011234567~-3,0,0,1,79161234567'],
    ['phone=77011234567&id=1,2&fmt=1', '1,1518438861,0,1,77011234567~-3,0,0,2,77011234567'],
    [
      'phone=77011234567,79161234567&id=1,2&fmt=0',
      `Status = 1, ${DATES}, err = 0, ID = 1, phone = 77011234567~Status = -3, check_time = , err = 0, ID = 2, phone = 79161234567`,
    ],
    ['phone=77011234567,&id=1,&fmt=1&all=1', '1,1518438861,0,1518438857,77011234567,6.40,SMSC.KZ,Доставлено,Test,,0,1'],
    [
      'phone=77011234567,79161234567&id=1,2&fmt=2',
      '<list>~<sms>~<status>1</status>~<last_date>12.02.2018 18:34:21</last_date>~<last_timestamp>1518438861</last_timestamp>~<flag>0</flag>~<id>1</id>~<phone>77011234567</phone>~</sms>~' +
        '<sms>~<status>-3</status>~<last_date></last_date>~<last_timestamp>0</last_timestamp>~<id>2</id>~<phone>79161234567</phone>~</sms>~</list>',
    ],
    ['phone=8 701 123-45-67,&id=1,&fmt=1', '1,1518438861,0,1,87011234567'],
    [
      'phone=%2B7 701 1234567,John@Example.COM,@john&id=1&fmt=1',
      '1,1518438861,0,1,77011234567~-3,0,0,1,John@Example.COM~-3,0,0,1,@john',
    ],
    ['phone=8 701 123-45-67,&id=1,&fmt=1&all=1', '1,1518438861,0,1518438857,77011234567,6.40,SMSC.KZ,Доставлено,Test,,0,1'],
    [
      'phone=77011234567,&id=x-1,&fmt=3',
      '[{~"status": -3,~"last_date": "",~"last_timestamp": 0,~"id": "x-1",~"phone": "77011234567"~}]',
    ],
  ]
  for (const [parameters, answer] of lists) {
    test(parameters, async () => assert.equal((await status(parameters, [DELIVERED])).body, answer.replaceAll('~', '\n')))
  }

  test('with all=1 and all=2 the id is the last member', async () => {
    for (const all of [1, 2])
      assert.match((await status(`phone=77011234567,&id=1,&fmt=3&all=${all}`, [DELIVERED])).body, /"sms_cnt": 1,\n"id": 1\n\}\]$/)
  })
})

// phone, id, what the store is asked
const questions: [phone: string, id: string, question: MessageQuestion][] = [
  ['%2B7 (916) 123-45-67', '33', { ref: 33, phone: '79161234567' }],
  ['8 916 123-45-67', '33', { ref: 33, phone: '79161234567' }],
  ['7123', 'a.b', { ref: 'a.b', phone: '7123' }],
  ['John@Example.COM', '33', { ref: 33, phone: 'John@example.com' }],
  ['@john', '33', { ref: 33, phone: '@john' }],
  ['%23123456789', '99999999999', { ref: '99999999999', phone: '#123456789' }],
]
for (const [phone, id, question] of questions) {
  test(`status.php asks for ${phone}`, async () => {
    assert.deepEqual((await status(`phone=${phone}&id=${id}&bot=1`, [])).asked, [question])
  })
}

// parameters that can't be read
const bad = [
  '',
  'id=1',
  'phone=79161234567',
  'phone=&id=1',
  'phone=79161234567&id=',
  'phone=79161234567&id=,',
  'phone=1,2,3&id=1,2',
  'phone=79161234567&id=a b',
  `phone=79161234567&id=${'a'.repeat(41)}`,
  `${ONE}&all=3`,
  `${ONE}&del=x`,
  `phone=79161234567&id=${'1,'.repeat(1001)}`,
]
for (const parameters of bad) {
  test(`status.php refuses ${parameters.slice(0, 60) || 'a request without parameters'}`, async () => {
    assert.equal((await status(`${parameters}&fmt=1`, [])).body, '0,-1')
  })
}

describe('deletion', () => {
  const removing = (outcomes: Record<string, 'removed' | 'not_found' | 'undeletable'>): ApiOptions => ({
    removeMessage: async (_, { ref }) => outcomes[ref] ?? 'not_found',
  })
  const DEL = `${ONE}&del=1`
  // fmt, answer (LF as ~)
  const done: [fmt: number, answer: string][] = [
    [0, 'OK'],
    [1, 'OK'],
    [2, '<result>OK</result>'],
    [3, '{~"result": "OK"~}'],
  ]
  for (const [fmt, answer] of done) {
    test(`done, fmt ${fmt}`, async () =>
      assert.equal((await status(`${DEL}&fmt=${fmt}`, [], removing({ 1: 'removed' }))).body, answer.replaceAll('~', '\n')))
  }

  test('a bare OK in every format, where old clients want it', async () => {
    assert.equal((await status(`${DEL}&fmt=3`, [], { ...removing({ 1: 'removed' }), bareOk: true })).body, 'OK')
  })

  test('what is not there, or is on its way, is error 5', async () => {
    assert.equal((await status(`${DEL}&fmt=0`, [], removing({}))).body, 'ERROR = 5 (delete failed)')
    assert.equal((await status(`${DEL}&fmt=1`, [], removing({ 1: 'undeletable' }))).body, '0,-5')
  })

  test('of several all are tried, and one that fails is told', async () => {
    const tried: (number | string)[] = []
    const options: ApiOptions = {
      removeMessage: async (_, { ref }) => {
        tried.push(ref)
        return ref === 2 ? 'not_found' : 'removed'
      },
    }
    assert.equal((await status('phone=77011234567&id=1,2,3&del=1&fmt=1', [], options)).body, '0,-5')
    assert.deepEqual(tried, [1, 2, 3])
  })
})

test('one message and several have windows of their own, the first by message', async () => {
  const used: [limit: string, key: string | bigint][] = []
  const limits = { ...NO_LIMITS, allow: (_: unknown, limit: string, key: string | bigint) => used.push([limit, key]) > 0 }
  await status(ONE, [], { limits })
  await status('phone=77011234567&id=1,2', [], { limits })
  await status('phone=&id=1', [], { limits })
  assert.deepEqual(used, [
    ['status', '1 77011234567'],
    ['status_mass', ''],
  ])
  const shut = { ...NO_LIMITS, allow: () => false }
  assert.equal((await status(`${ONE}&fmt=1`, [DELIVERED], { limits: shut })).body, '0,-9')
})

test('names of states and countries may be English', async () => {
  const { body } = await status(`${ONE}&fmt=1&all=2`, [DELIVERED], { language: 'en' })
  assert.equal(body, "1,1518438861,0,1518438857,77011234567,Kazakhstan,K'cell,,6.40,SMSC.KZ,Delivered,Test,,0")
})
