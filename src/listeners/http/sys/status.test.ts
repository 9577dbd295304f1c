import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ALEX, type ApiOptions, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import type { MessageQuestion, MessageReport } from '../../../lifecycle/report.ts'

const at = (text: string): number => Date.parse(text)

/** The message of the answer recorded in 2018, as our store would report it. */
const DELIVERED: MessageReport = {
  id: 1,
  ref: 1,
  accountId: 7,
  phone: '77011234567',
  state: 1,
  err: 0,
  stateAtMs: at('2018-02-12T18:34:21+06:00'),
  acceptedAtMs: at('2018-02-12T18:34:16+06:00'),
  sentAtMs: at('2018-02-12T18:34:17+06:00'),
  price: 6_400_000n,
  sender: 'SMSC.KZ',
  text: 'Test',
  comment: '',
  channel: 'sms',
  parts: 1,
  mccmnc: '40102',
  country: 'Казахстан',
  countryEn: 'Kazakhstan',
  operator: "K'cell",
  region: '',
  flag: 0,
  hlr: undefined,
}
const HLR: MessageReport = {
  ...DELIVERED,
  channel: 'hlr',
  sender: 'whatever',
  text: '',
  flag: 4,
  hlr: ['250011234567890', '79160000000', '250', '01', 'Russia', 'MTS', '', ''],
}

/** Asks an account in Almaty about what the store holds. */
async function status(parameters: string, messages: MessageReport[], options: ApiOptions = {}) {
  const asked: MessageQuestion[] = []
  const api = await startApi({
    signIn: async () => ({ ...ALEX, utcOffsetMinutes: 360 }),
    findMessages: async (_, questions) => {
      asked.push(...questions)
      return questions.map(({ ref, phone }) => messages.find((message) => message.ref === ref && message.phone === phone))
    },
    ...options,
  })
  try {
    const { bytes, type } = await api.ask(`/sys/status.php?login=alex&psw=123&${parameters.replaceAll(' ', '+')}`)
    const decoder = new TextDecoder(/charset=(.*)$/.exec(type)?.[1])
    return { body: decoder.decode(bytes), asked }
  } finally {
    await api.stop()
  }
}

const ONE = 'phone=77011234567&id=1'
const FAILED: MessageReport = { ...DELIVERED, state: 25, err: 248, ref: 32, stateAtMs: 1679060876000 }
const DATES = 'check_time = 12.02.2018 18:34:21'
const WHEN = '"last_date": "12.02.2018 18:34:21",~"last_timestamp": 1518438861,~"flag": 0'

// parameters, what is stored, answer (LF as ~)
const answers: [claim: string, parameters: string, message: MessageReport, answer: string][] = [
  ['all=0', `${ONE}&fmt=0`, DELIVERED, `Status = 1, ${DATES}, err = 0`],
  ['all=0', `${ONE}&fmt=1`, DELIVERED, '1,1518438861,0'],
  [
    'all=0',
    `${ONE}&fmt=2`,
    DELIVERED,
    '<sms>~<status>1</status>~<last_date>12.02.2018 18:34:21</last_date>~<last_timestamp>1518438861</last_timestamp>~<flag>0</flag>~</sms>',
  ],
  ['all=0', `${ONE}&fmt=3`, DELIVERED, `{~"status": 1,~${WHEN}~}`],
  [
    'all=1',
    `${ONE}&fmt=0&all=1`,
    DELIVERED,
    `Status = 1, ${DATES}, err = 0, send_date = 12.02.2018 18:34:17, phone = 77011234567, cost = 6.40, sender_id = SMSC.KZ, status_name = Доставлено, message = Test, comment = , type = 0`,
  ],
  ['all=1', `${ONE}&fmt=1&all=1`, DELIVERED, '1,1518438861,0,1518438857,77011234567,6.40,SMSC.KZ,Доставлено,Test,,0'],
  [
    'all=2',
    `${ONE}&fmt=0&all=2`,
    DELIVERED,
    `Status = 1, ${DATES}, err = 0, send_date = 12.02.2018 18:34:17, phone = 77011234567, country = Казахстан, operator = K'cell, region = , cost = 6.40, sender_id = SMSC.KZ, status_name = Доставлено, message = Test, comment = , type = 0`,
  ],
  [
    'all=2',
    `${ONE}&fmt=1&all=2`,
    DELIVERED,
    "1,1518438861,0,1518438857,77011234567,Казахстан,K'cell,,6.40,SMSC.KZ,Доставлено,Test,,0",
  ],
  [
    'all=1',
    `${ONE}&fmt=3&all=1`,
    DELIVERED,
    `{~"status": 1,~${WHEN},~"send_date": "12.02.2018 18:34:17",~"send_timestamp": 1518438857,~"phone": "77011234567",~"cost": "6.40",~"sender_id": "SMSC.KZ",~"status_name": "Доставлено",~"message": "Test",~"comment": "",~"mccmnc": "40102",~"type": 0,~"sms_cnt": 1~}`,
  ],
  [
    'all=2 with a comment, in UTF-8',
    `${ONE}&fmt=2&all=2&charset=utf-8`,
    { ...DELIVERED, comment: 'Bill <7>' },
    '<?xml version="1.0" encoding="utf-8"?>~<sms>~<status>1</status>~<last_date>12.02.2018 18:34:21</last_date>~<last_timestamp>1518438861</last_timestamp>~<flag>0</flag>~<send_date>12.02.2018 18:34:17</send_date>~<send_timestamp>1518438857</send_timestamp>~<phone>77011234567</phone>~<cost>6.40</cost>~<sender_id>SMSC.KZ</sender_id>~<status_name>Доставлено</status_name>~<message>Test</message>~<comment>Bill &lt;7&gt;</comment>~<mccmnc>40102</mccmnc>~<country>Казахстан</country>~<operator>K\'cell</operator>~<region></region>~<type>0</type>~<sms_cnt>1</sms_cnt>~</sms>',
  ],
  [
    'a failed message always has err',
    `phone=77011234567&id=32&fmt=3`,
    { ...FAILED, err: 0, state: 24 },
    '{~"status": 24,~"last_date": "17.03.2023 19:47:56",~"last_timestamp": 1679060876,~"flag": 0,~"err": 0~}',
  ],
  ['virtual sending says 200', `${ONE}&fmt=3`, { ...DELIVERED, err: 200 }, `{~"status": 1,~${WHEN},~"err": 200~}`],
  ['a waiting message has no err', `${ONE}&fmt=3`, { ...DELIVERED, state: -1 }, `{~"status": -1,~${WHEN}~}`],
  [
    'a ping always has err',
    `${ONE}&fmt=3`,
    { ...DELIVERED, channel: 'ping', flag: 5 },
    `{~"status": 1,~${WHEN.replace('"flag": 0', '"flag": 5')},~"err": 0~}`,
  ],
  [
    'a message not sent yet has the date it was accepted',
    `${ONE}&fmt=1&all=1`,
    { ...DELIVERED, sentAtMs: 0, state: -1 },
    '-1,1518438861,0,1518438856,77011234567,6.40,SMSC.KZ,Ожидает отправки,Test,,0',
  ],
  ['no date yet is empty, and 0', `${ONE}&fmt=0`, { ...DELIVERED, stateAtMs: 0 }, 'Status = 1, check_time = , err = 0'],
  [
    'line ends do not end the line',
    `${ONE}&fmt=1&all=1`,
    { ...DELIVERED, text: 'a\r\nb\nc' },
    '1,1518438861,0,1518438857,77011234567,6.40,SMSC.KZ,Доставлено,a b c,,0',
  ],
  [
    'a look-up, all=0',
    `${ONE}&fmt=0`,
    HLR,
    `Status = 1, ${DATES}, err = 0, imsi = 250011234567890, msc = 79160000000, mcc = 250, mnc = 01, cn = Russia, net = MTS, rcn = , rnet = `,
  ],
  ['a look-up, all=0', `${ONE}&fmt=1`, HLR, '1,1518438861,0,250011234567890,79160000000,250,01,Russia,MTS,,'],
  [
    'a look-up, all=0',
    `${ONE}&fmt=3`,
    HLR,
    `{~"status": 1,~${WHEN.replace('"flag": 0', '"flag": 4')},~"err": 0,~"imsi": "250011234567890",~"msc": "79160000000",~"mcc": "250",~"mnc": "01",~"cn": "Russia",~"net": "MTS",~"rcn": "",~"rnet": ""~}`,
  ],
  [
    'a look-up without an answer has its fields, empty',
    `${ONE}&fmt=1`,
    { ...HLR, hlr: undefined, state: -1 },
    '-1,1518438861,0,,,,,,,,',
  ],
]
for (const [claim, parameters, message, answer] of answers) {
  test(`status.php: ${claim}, ${parameters}`, async () => {
    assert.equal((await status(parameters, [message])).body, answer.replaceAll('~', '\n'))
  })
}

test('clients know a look-up by the 14th value with all=1, by the 17th with all=2', async () => {
  assert.equal((await status(`${ONE}&fmt=1&all=1`, [HLR])).body.split(',')[14], 'HLR')
  assert.equal((await status(`${ONE}&fmt=1&all=2`, [HLR])).body.split(',')[17], 'HLR')
  assert.match((await status(`${ONE}&fmt=3&all=1`, [HLR])).body, /"sender_id": "HLR"/)
})

test('the answer recorded in 2018 is ours without the members that came later', async () => {
  const recorded =
    '{\n"status": 1,\n"last_date": "12.02.2018 18:34:21",\n"last_timestamp": 1518438861,\n"send_date": "12.02.2018 18:34:17",\n"send_timestamp": 1518438857,\n"phone": "77011234567",\n"cost": "6.40",\n"sender_id": "SMSC.KZ",\n"status_name": "Доставлено",\n"message": "Test",\n"country": "Казахстан",\n"operator": "K\'cell",\n"region": "",\n"type": 0\n}'
  const { body } = await status(`${ONE}&fmt=3&all=2`, [DELIVERED])
  assert.equal(body.replace(/"(flag|comment|mccmnc)": .*\n/g, '').replace(/,\n"sms_cnt": 1/, ''), recorded)
})

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

// parameters, answer (LF as ~)
const lost: [parameters: string, answer: string][] = [
  [`${ONE}&fmt=0`, 'Status = -3, check_time = , err = 0'],
  [`${ONE}&fmt=1`, '-3,0,0'],
  [`${ONE}&fmt=1&all=2`, '-3,0,0'],
  [`${ONE}&fmt=2`, '<sms>~<status>-3</status>~<last_date></last_date>~<last_timestamp>0</last_timestamp>~</sms>'],
  [`${ONE}&fmt=3`, '{~"status": -3,~"last_date": "",~"last_timestamp": 0~}'],
]
for (const [parameters, answer] of lost) {
  test(`a message that is not there: ${parameters}`, async () =>
    assert.equal((await status(parameters, [])).body, answer.replaceAll('~', '\n')))
}

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
