import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiOptions, NO_LIMITS, NO_SENDERS, startApi } from '../../../../test/support/http-api.ts'
import { DELIVERED } from '../../../../test/support/status-api.ts'
import type { Limits, WindowName } from '../../../account/account.ts'
import type { HistoryRequest } from '../../../account/history.ts'
import type { IncomingRequest } from '../../../account/incoming.ts'
import type { StatisticsRequest } from '../../../account/statistics.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { SenderRow } from '../../../store/senders.ts'

/** As recorded in 2018, seen from Moscow. */
const MESSAGE = { ...DELIVERED, id: 1_234_567_890_123, err: 0 }
const LETTER = { ...MESSAGE, id: 1_234_567_890_122, ref: 'order-7', channel: 'mail', text: 'a, b\r\nc' }
const ANSWER = {
  id: 1_234_568,
  atMs: Date.parse('2018-02-12T15:34:21+03:00'),
  sender: '79161234567',
  body: 'Да, приду',
  recipient: '79991112233',
}
const ZONE = {
  zone: 250,
  within: '',
  name: 'Россия',
  api: 2_950_000n,
  mass: 3_100_000n,
  mms: undefined,
  hlr: 200_000n,
  call: 12_500n,
}
const NETWORK = { ...ZONE, within: '25001', name: 'Россия (25001)' }
const SHOP: SenderRow = {
  ...{ id: 6, name: 'Shop', kind: 0, comment: 'shop', owner: '', status: 1, waits: '', reason: '' },
  ...{ fields: {}, operators: {}, addedAt: 0, documents: 0 },
}

interface Seen {
  history?: HistoryRequest
  incoming?: IncomingRequest
  statistics?: StatisticsRequest
}

/** What get.php answers over a store that holds one of everything, and what it asked of it. */
async function ask(parameters: string, options: ApiOptions = {}): Promise<{ body: string; seen: Seen }> {
  const seen: Seen = {}
  const api = await startApi({
    readHistory: async (_, request) => {
      seen.history = request
      return request.mail ? [LETTER] : [MESSAGE, LETTER].slice(0, request.count)
    },
    readIncoming: async (_, request) => {
      seen.incoming = request
      return request.recipient === '1' ? [] : [ANSWER, { ...ANSWER, id: 1_234_569, body: 'x\ny' }].slice(0, request.count)
    },
    readStatistics: async (_, request) => {
      seen.statistics = request
      return [{ login: 'alex', messages: 12, credit: 50_000_000n, debit: 16_805_000n, currency: 'RUR' }]
    },
    readPrices: async () => ({ zones: [ZONE, NETWORK], codes: [{ mccmnc: '25001', cost: 2_950_000n }], mail: 50_000n }),
    senders: { ...NO_SENDERS, list: async () => [SHOP, { ...SHOP, id: 7, name: 'MyShop' }] },
    ...options,
  })
  try {
    return { body: (await api.ask(`/sys/get.php?login=alex&psw=123&charset=utf-8&${parameters}`)).body, seen }
  } finally {
    await api.stop()
  }
}

// parameters, answer (LF as ~)
const answers: [parameters: string, answer: string][] = [
  [
    'get_messages=1&fmt=0',
    "Status = 1, check_time = 12.02.2018 15:34:21, err = 0, send_date = 12.02.2018 15:34:17, phone = 77011234567, mccmnc = 40102, country = Казахстан, operator = K'cell, region = , cost = 6.40, sender_id = SMSC.KZ, status_name = Доставлено, message = Test, type = 0, ID = 1, int_id = 1234567890123, sms_cnt = 1, format = 0, crc = 2018365746~" +
      "Status = 1, check_time = 12.02.2018 15:34:21, err = 0, send_date = 12.02.2018 15:34:17, phone = 77011234567, mccmnc = 40102, country = Казахстан, operator = K'cell, region = , cost = 6.40, sender_id = SMSC.KZ, status_name = Доставлено, message = a, b c, type = 8, ID = order-7, int_id = 1234567890122, sms_cnt = 1, format = 8, crc = 3064006357",
  ],
  [
    'get_messages=1&fmt=1&cnt=1',
    "1,1518438861,0,1518438857,77011234567,40102,Казахстан,K'cell,,6.40,SMSC.KZ,Доставлено,Test,0,1,1234567890123,1,0,2018365746",
  ],
  [
    'get_messages=1&fmt=2&cnt=1',
    '<?xml version="1.0" encoding="utf-8"?>~<list>~<sms>~<status>1</status>~<last_date>12.02.2018 15:34:21</last_date>~<last_timestamp>1518438861</last_timestamp>~<err>0</err>~<send_date>12.02.2018 15:34:17</send_date>~<send_timestamp>1518438857</send_timestamp>~<phone>77011234567</phone>~<cost>6.40</cost>~<sender_id>SMSC.KZ</sender_id>~<status_name>Доставлено</status_name>~<message>Test</message>~<mccmnc>40102</mccmnc>~<country>Казахстан</country>~<operator>K\'cell</operator>~<region></region>~<type>0</type>~<id>1</id>~<int_id>1234567890123</int_id>~<sms_cnt>1</sms_cnt>~<format>0</format>~<crc>2018365746</crc>~</sms>~</list>',
  ],
  [
    'get_messages=1&fmt=3&format=8',
    '[{~"status": 1,~"last_date": "12.02.2018 15:34:21",~"last_timestamp": 1518438861,~"err": 0,~"send_date": "12.02.2018 15:34:17",~"send_timestamp": 1518438857,~"phone": "77011234567",~"cost": "6.40",~"sender_id": "SMSC.KZ",~"status_name": "Доставлено",~"message": "a, b\\r\\nc",~"mccmnc": "40102",~"country": "Казахстан",~"operator": "K\'cell",~"region": "",~"type": 8,~"id": "order-7",~"int_id": "1234567890122",~"sms_cnt": 1,~"format": 8,~"crc": 3064006357~}]',
  ],
  [
    'get_answers=1&fmt=0',
    'id = 1234568, received = 12.02.2018 15:34:21, phone = 79161234567, message = Да, приду, to_phone = 79991112233, sent = 12.02.2018 15:34:21~' +
      'id = 1234569, received = 12.02.2018 15:34:21, phone = 79161234567, message = x y, to_phone = 79991112233, sent = 12.02.2018 15:34:21',
  ],
  ['get_answers=1&fmt=1&cnt=1', '1234568,12.02.2018 15:34:21,79161234567,79991112233,12.02.2018 15:34:21,Да, приду'],
  [
    'get_answers=1&fmt=2&cnt=1',
    '<?xml version="1.0" encoding="utf-8"?>~<sms_answers>~<sms>~<id>1234568</id>~<received>12.02.2018 15:34:21</received>~<phone>79161234567</phone>~<message>Да, приду</message>~<to_phone>79991112233</to_phone>~<sent>12.02.2018 15:34:21</sent>~</sms>~</sms_answers>',
  ],
  [
    'get_answers=1&fmt=3&cnt=1',
    '[{~"id": 1234568,~"received": "12.02.2018 15:34:21",~"phone": "79161234567",~"message": "Да, приду",~"to_phone": "79991112233",~"sent": "12.02.2018 15:34:21"~}]',
  ],
  ['get_answers=1&fmt=0&to_phone=1', ''],
  ['get_answers=1&fmt=1&to_phone=1', ''],
  ['get_answers=1&fmt=2&to_phone=1', '<sms_answers></sms_answers>'],
  ['get_answers=1&fmt=3&to_phone=1', '[]'],
  ['get_stat=1&fmt=0', 'login = alex, sms = 12, credit = 50.00, debit = 16.81, currency = RUR'],
  ['get_stat=1&fmt=1', 'alex,12,50.00,16.81,RUR'],
  [
    'get_stat=1&fmt=2',
    '<list>~<stat>~<login>alex</login>~<sms>12</sms>~<credit>50.00</credit>~<debit>16.81</debit>~<currency>RUR</currency>~</stat>~</list>',
  ],
  ['get_stat=1&fmt=3', '[{~"login": "alex",~"sms": "12",~"credit": "50.00",~"debit": "16.81",~"currency": "RUR"~}]'],
  [
    'get_price=1&fmt=0',
    'zone = 250, name = Россия, api = 2.95, mass = 3.10, mms = , hlr = 0.20, call = 0.0125~zone = 250, name = Россия (25001), api = 2.95, mass = 3.10, mms = , hlr = 0.20, call = 0.0125~mccmnc = 25001, cost = 2.95~mail = 0.05',
  ],
  ['get_price=1&fmt=1', '250,Россия,2.95,3.10,,0.20,0.0125~250,Россия (25001),2.95,3.10,,0.20,0.0125~25001,2.95~0.05'],
  [
    'get_price=1&fmt=2',
    '<?xml version="1.0" encoding="utf-8"?>~<price>~<zones>~<zone name="Россия" api="2.95" mass="3.10" mms="" hlr="0.20" call="0.0125">250</zone>~<zone name="Россия (25001)" api="2.95" mass="3.10" mms="" hlr="0.20" call="0.0125">250</zone>~</zones>~<codes>~<mccmnc cost="2.95">25001</mccmnc>~</codes>~<mail>0.05</mail>~</price>',
  ],
  [
    'get_price=1&fmt=3',
    '{~"zones": [{~"zone": "250",~"name": "Россия",~"api": "2.95",~"mass": "3.10",~"mms": "",~"hlr": "0.20",~"call": "0.0125"~},~{~"zone": "250",~"name": "Россия (25001)",~"api": "2.95",~"mass": "3.10",~"mms": "",~"hlr": "0.20",~"call": "0.0125"~}],~"codes": [{~"mccmnc": "25001",~"cost": "2.95"~}],~"mail": "0.05"~}',
  ],
  ['get_senders=1&fmt=0', 'name = Shop~name = MyShop'],
  ['get_senders=1&fmt=1', 'Shop~MyShop'],
  [
    'get_senders=1&fmt=2',
    '<list>~<sender>~<id>6</id>~<name>Shop</name>~</sender>~<sender>~<id>7</id>~<name>MyShop</name>~</sender>~</list>',
  ],
  ['get_senders=1&fmt=3', '[{~"id": 6,~"sender": "Shop"~},~{~"id": 7,~"sender": "MyShop"~}]'],
  ['get_mega_accounts=1&account=1&fmt=0', 'ERROR = 3 (record not found)'],
  ['get_mega_accounts=1&account=1&fmt=1', '0,-3'],
  ['get_mega_accounts=1&account=1&fmt=2', '<result>~<error>record not found</error>~<error_code>3</error_code>~</result>'],
  ['get_mega_accounts=1&account=1&fmt=3', '{~"error": "record not found",~"error_code": 3~}'],
]
for (const [parameters, answer] of answers) {
  test(`get.php?${parameters}`, async () => assert.equal((await ask(parameters)).body, answer.replaceAll('~', '\n')))
}

test('without sender names JSON is an empty list, the other formats are error 3', async () => {
  const none = { senders: NO_SENDERS }
  assert.equal((await ask('get_senders=1&fmt=3', none)).body, '[]')
  assert.equal((await ask('get_senders=1&fmt=1', none)).body, '0,-3')
})

test('a tariff without rows has an empty list of zones, no codes, and no price of an e-mail', async () => {
  const none = { readPrices: async () => ({ zones: [], codes: [], mail: undefined }) }
  assert.equal((await ask('get_price=1&fmt=3', none)).body, '{\n"zones": [],\n"mail": ""\n}')
  assert.equal((await ask('get_price=1&fmt=2', none)).body, '<price>\n<zones></zones>\n<mail></mail>\n</price>')
  assert.equal((await ask('get_price=1&fmt=1', none)).body, '')
})

test('a history without messages is error 3', async () => {
  const readHistory = async () => Promise.reject(new Refusal('not_found'))
  assert.equal((await ask('get_messages=1&fmt=3', { readHistory })).body, '{\n"error": "record not found",\n"error_code": 3\n}')
})

const day = (text: string) => {
  const [date = 0, month = 0, year = 0] = text.split('.').map(Number)
  return { year, month, day: date }
}
const HISTORY: HistoryRequest = {
  mail: false,
  recipients: [],
  start: undefined,
  end: undefined,
  count: 100,
  beforeId: undefined,
  user: undefined,
}
const histories: [parameters: string, asked: Partial<HistoryRequest>][] = [
  ['', {}],
  ['cnt=10', { count: 10 }],
  ['cnt=1000', { count: 1000 }],
  ['cnt=1001', { count: 1000 }],
  [`cnt=${'9'.repeat(20)}`, { count: 1000 }],
  ['cnt=0', {}],
  ['cnt=', {}],
  ['start=01.11.2026', { start: day('1.11.2026') }],
  ['start=1.11.2026&end=02.11.2026', { start: day('1.11.2026'), end: day('2.11.2026') }],
  ['phone=79999999999', { recipients: ['79999999999'] }],
  ['phone=8 (916) 123-45-67,%2B7 999 999-99-99,', { recipients: ['79161234567', '79999999999'] }],
  ['phone=123', { recipients: ['123'] }],
  ['email=Jack@Example.COM,a@b.cc', { mail: true, recipients: ['Jack@example.com', 'a@b.cc'] }],
  ['format=8', { mail: true }],
  ['format=0', {}],
  ['format=8&phone=79999999999&email=a@b.cc', { mail: true, recipients: ['a@b.cc'] }],
  ['phone=79999999999&email=a@b.cc', { recipients: ['79999999999'] }],
  ['prev_id=1234567890123', { beforeId: 1_234_567_890_123 }],
  ['prev_id=0', {}],
  ['user= sub_alex &cnt=5', { user: 'sub_alex', count: 5 }],
  ['user=', {}],
]
for (const [parameters, asked] of histories) {
  test(`get_messages reads ${parameters || 'nothing'}`, async () =>
    assert.deepEqual((await ask(`get_messages=1&${parameters.replaceAll(' ', '+')}`)).seen.history, { ...HISTORY, ...asked }))
}

const INCOMING: IncomingRequest = { count: 1000, hours: undefined, afterId: undefined, recipient: undefined }
const incoming: [parameters: string, asked: Partial<IncomingRequest>][] = [
  ['', {}],
  ['cnt=10', { count: 10 }],
  ['hour=48&cnt=15', { hours: 48, count: 15 }],
  ['after_id=1234567&cnt=20', { afterId: 1_234_567, count: 20 }],
  ['hour=1200&cnt=20000', { hours: 168, count: 10_000 }],
  ['hour=0', {}],
  ['hour=&after_id=', {}],
  ['after_id=0', { afterId: 0 }],
  ['to_phone=%2B7 (999) 111-22-33', { recipient: '79991112233' }],
  ['to_phone=1234', { recipient: '1234' }],
]
for (const [parameters, asked] of incoming) {
  test(`get_answers reads ${parameters || 'nothing'}`, async () =>
    assert.deepEqual((await ask(`get_answers=1&${parameters.replaceAll(' ', '+')}`)).seen.incoming, { ...INCOMING, ...asked }))
}

const statistics: [parameters: string, asked: Partial<StatisticsRequest>][] = [
  ['', {}],
  ['mycur=1&start=01.01.2014&end=01.02.2014', { start: day('1.1.2014'), end: day('1.2.2014') }],
  ['balance2=1', { purse: 2 }],
]
for (const [parameters, asked] of statistics) {
  test(`get_stat reads ${parameters || 'nothing'}`, async () =>
    assert.deepEqual((await ask(`get_stat=1&${parameters}`)).seen.statistics, {
      purse: 1,
      start: undefined,
      end: undefined,
      ...asked,
    }))
}

const wrong: string[] = [
  '',
  'get_messages=0',
  'get_messages=x',
  'get_messages=1&cnt=-1',
  'get_messages=1&cnt=ten',
  'get_messages=1&start=2026-11-22',
  'get_messages=1&start=31.11.2026',
  'get_messages=1&end=x',
  'get_messages=1&format=1',
  'get_messages=1&phone=,',
  `get_messages=1&phone=${Array.from({ length: 1001 }, (_, n) => 79161230000 + n).join(',')}`,
  'get_messages=1&prev_id=-1',
  'get_messages=1&prev_id=9007199254740992',
  'get_answers=1&hour=-1',
  'get_answers=1&after_id=x',
  'get_answers=1&to_phone=x',
  'get_stat=1&start=x',
  'get_stat=1&balance2=x',
  'get_stat=1&mycur=x',
]
for (const parameters of wrong) {
  test(`get.php?${parameters.slice(0, 60)} is error 1`, async () => assert.equal((await ask(`${parameters}&fmt=1`)).body, '0,-1'))
}

test('each question counts under its own limits, and the same in other words of format and charset is the same', async () => {
  const used: string[] = []
  const keys = new Set<string>()
  const limits: Limits = {
    ...NO_LIMITS,
    allow: (_, window: WindowName, key) => {
      used.push(window)
      keys.add(`${window} ${key}`)
      return true
    },
  }
  for (const [parameters, windows] of [
    ['get_messages=1&cnt=10', ['identical_other', 'history']],
    ['cnt=10&get_messages=1&fmt=3&pp=1', ['identical_other', 'history']],
    ['get_messages=1&cnt=11', ['identical_other', 'history']],
    ['get_answers=1', ['identical_other']],
    ['get_stat=1', ['statistics']],
    ['get_price=1', ['identical_other']],
    ['get_senders=1', ['identical_other']],
  ] as const) {
    used.length = 0
    await ask(parameters, { limits })
    assert.deepEqual(used, windows, parameters)
  }
  assert.equal([...keys].filter((key) => key.startsWith('identical_other')).length, 5)
})

test('what is one too many is error 9', async () => {
  for (const window of ['identical_other', 'history']) {
    const limits: Limits = { ...NO_LIMITS, allow: (_, name) => name !== window }
    const { body, seen } = await ask('get_messages=1&fmt=3', { limits })
    assert.equal(body, '{\n"error": "duplicate request, wait a minute",\n"error_code": 9\n}')
    assert.equal(seen.history, undefined)
  }
})
