import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import { noting } from '../../../../test/support/noted.ts'
import type { SubclientRow } from '../../../store/subclients.ts'

const SUBCLIENT: SubclientRow = {
  ...{ id: 77, login: 'mylogin', type: 0, payerId: 77, tariffId: 1, tariffNumber: 0, currency: 'RUR' },
  ...{ balance: 1_239_900n, balance2: 0n, blocked: false, utcOffsetMinutes: 180, deleted: false },
  settings: { fio: 'Shop, "the best"', dlim: 5, 'fl[29]': 1, url: 'https://example.com/in?md5=word' },
}
const ROW = { login: 'mylogin', messages: 12, credit: 100_000_000n, debit: 18_450_000n, currency: 'RUR' }

/** What the use cases were asked for. */
const { asked, noted } = noting()

let api: Api
before(async () => {
  api = await startApi({
    subclients: {
      ...{ add: noted('add', 77), change: noted('change', undefined) },
      ...{ find: noted('find', SUBCLIENT), findReported: noted('find', SUBCLIENT) },
    },
    paySubclient: noted('pay', undefined),
    subclientStatistics: { sums: noted('sums', [ROW, ROW]), byDay: noted('days', [{ ...ROW, date: '22.11.2026' }]) },
  })
})
after(() => api.stop())

// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  ['add=1&user=mylogin&password=mypassword', 'ID = 77'],
  ['add=1&user=mylogin&password=mypassword&fmt=1', '77'],
  ['add=1&user=mylogin&password=mypassword&fmt=2', '<user>~<id>77</id>~</user>'],
  ['add=1&user=mylogin&password=mypassword&fmt=3', '{~"id": 77~}'],
  ['chg=1&user=mylogin&type=2', 'OK'],
  ['chg=1&user=mylogin&fmt=1', 'OK'],
  ['chg=1&user=mylogin&fmt=2', '<result>OK</result>'],
  ['pay=1&user=mylogin&sum=100&fmt=3', '{~"result": "OK"~}'],
  [
    'get_stat=1&user=mylogin',
    'login = mylogin, sms = 12, credit = 100.00, debit = 18.45, currency = RUR~'.repeat(2).slice(0, -1),
  ],
  ['get_stat=1&fmt=1', 'mylogin,12,100.00,18.45,RUR~mylogin,12,100.00,18.45,RUR'],
  ['get_stat_all=1', 'login = mylogin, date = 22.11.2026, sms = 12, credit = 100.00, debit = 18.45, currency = RUR'],
  ['get_stat_all=1&fmt=1', 'mylogin,22.11.2026,12,100.00,18.45,RUR'],
  [
    'get_stat_all=1&fmt=2',
    '<list>~<stat>~<login>mylogin</login>~<date>22.11.2026</date>~<sms>12</sms>~<credit>100.00</credit>~<debit>18.45</debit>~<currency>RUR</currency>~</stat>~</list>',
  ],
  [
    'get_stat_all=1&fmt=3',
    '[{~"login": "mylogin",~"date": "22.11.2026",~"sms": "12",~"credit": "100.00",~"debit": "18.45",~"currency": "RUR"~}]',
  ],
]
for (const [parameters, answer] of answers) {
  test(parameters, async () => assert.equal(await api.get('users', parameters), answer.replaceAll('~', '\n')))
}

test('all settings of a sub-client, in every format', async () => {
  const json = JSON.parse(await api.get('users', 'get=1&user=mylogin&fmt=3'))
  assert.deepEqual(
    [json.id, json.user, json.type, json.tariff, json.curr, json.currency, json.balance, json.tz],
    [77, 'mylogin', 0, 0, 1, 'RUR', '1.23', 15],
  )
  assert.deepEqual(
    [json.fio, json.dlim, json.plim, json['fl[29]'], json['fl2[10]'], json['mfl[6]']],
    ['Shop, "the best"', 5, '', 1, 0, 0],
  )
  assert.doesNotMatch(json.url, /word/, 'secret words are nobody’s business')
  assert.equal(Object.keys(json).length, 8 + 29 + 35)
  assert.match(await api.get('users', 'get=1&user=mylogin&fmt=2'), /^<user>\n<id>77<\/id>.*\n<fl_29>1<\/fl_29>.*<\/user>$/s)
  assert.match(await api.get('users', 'get=1&user=mylogin'), /^id = 77, user = mylogin, type = 0, .*fl\[29\] = 1.*mfl\[6\] = 0$/)
  assert.equal((await api.get('users', 'get=1&user=mylogin&fmt=1')).split(',').length, 8 + 29 + 35)
})

const kind = { type: undefined, tariff: undefined, currency: undefined }
const change = { login: undefined, password: undefined, currentPassword: undefined, ...kind, settings: {} }
const report = { purse: 1, start: undefined, end: undefined, independent: false, hideDeleted: false, inMainCurrency: false }
// parameters, what a use case is asked
const readings: [parameters: string, asked: unknown[]][] = [
  [
    'add=1&user=u&password=mypassword&email=e&phone=7916&reseller=1&op=1&type=0&tariff=0&mintrf=0&fl2[24]=1&sender=S&fl[29]&fl[6]=0&fl[5]=',
    [
      'add',
      {
        ...{ login: 'u', password: 'mypassword', type: 0, tariff: 0, currency: undefined },
        settings: {
          email: 'e',
          phone: '7916',
          mintrf: '0',
          sender: 'S',
          'fl[5]': '',
          'fl[6]': '0',
          'fl[29]': true,
          'fl2[24]': '1',
        },
      },
    ],
  ],
  ['chg=1&user=mylogin&fl%5B29%5D&fl%5B6%5D=', ['change', SUBCLIENT, { ...change, settings: { 'fl[6]': '', 'fl[29]': true } }]],
  [
    'chg=1&user=mylogin&password=p&pswc=c&new_login=mylogin2&type=2&curr=2&tariff=8&fmts=7,-77',
    [
      'change',
      SUBCLIENT,
      {
        ...{ login: 'mylogin2', password: 'p', currentPassword: 'c', type: 2, tariff: 8, currency: 'USD' },
        settings: { fmts: '7,-77' },
      },
    ],
  ],
  ['pay=1&user=mylogin&sum=-99.50', ['pay', SUBCLIENT, -99_500_000n, 1]],
  ['pay=1&user_id=77&sum=%2B1&balance2=1', ['pay', SUBCLIENT, 1_000_000n, 2]],
  ['get_stat=1&balance2=1', ['sums', { ...report, purse: 2, subclient: undefined }]],
  ['get_stat=1&user=sub_alex', ['sums', { ...report, subclient: SUBCLIENT }]],
  [
    'get_stat=1&reseller=1&mycur=1&start=01.01.2014&end=01.02.2014',
    [
      'sums',
      {
        ...{ ...report, independent: true, inMainCurrency: true, subclient: undefined },
        ...{ start: { year: 2014, month: 1, day: 1 }, end: { year: 2014, month: 2, day: 1 } },
      },
    ],
  ],
  [
    'get_stat_all=1&mycurr=1&hide_deleted=1',
    ['days', { ...report, hideDeleted: true, inMainCurrency: true, subclient: undefined }],
  ],
]
for (const [parameters, expected] of readings) {
  test(`asked: ${parameters}`, async () => {
    await api.get('users', parameters)
    assert.deepEqual(asked.at(-1), expected)
  })
}

test('which sub-client is meant', async () => {
  for (const [parameters, which] of [
    ['user=mylogin', { login: 'mylogin' }],
    ['user_id=77', { id: 77 }],
    ['user=mylogin&user_id=78', { login: 'mylogin' }],
  ] as const) {
    await api.get('users', `get=1&${parameters}`)
    assert.deepEqual(asked.at(-1)?.slice(0, 2), ['find', which])
  }
})

for (const parameters of [
  '',
  'get=1',
  'add=1&user=u',
  'add=1&password=mypassword',
  'chg=1',
  'chg=1&user_id=99999999999',
  'chg=1&user=mylogin&type=5',
  'chg=1&user=mylogin&tariff=gold',
  'chg=1&user=mylogin&curr=6',
  'pay=1&user=mylogin',
  'pay=1&user=mylogin&sum=0',
  'pay=1&user=mylogin&sum=1e9',
  'pay=1&user=mylogin&sum=1.00001',
  'pay=1&sum=1',
  'get_stat=1&start=31.02.2026',
  `add=1&password=mypassword&user=${'x'.repeat(101)}`,
]) {
  test(`a parameters error: ${parameters.slice(0, 60)}`, async () =>
    assert.equal(await api.get('users', parameters), 'ERROR = 1 (parameters error)'))
}

test('three are added a minute, and three changes made of one sub-client', async () => {
  const seen: string[] = []
  const counting = await startApi({
    limits: { ...NO_LIMITS, allow: (_, limit, key) => limit === 'subclients' && seen.push(String(key)) < 3 },
    subclients: {
      ...{ add: async () => 1, change: async () => {} },
      ...{ find: async () => SUBCLIENT, findReported: async () => SUBCLIENT },
    },
  })
  try {
    const chg = 'chg=1&user=mylogin'
    assert.deepEqual(
      [
        await counting.get('users', chg),
        await counting.get('users', 'add=1&user=a&password=mypassword'),
        await counting.get('users', chg),
      ],
      ['OK', 'ID = 1', 'ERROR = 9 (duplicate request, wait a minute)'],
    )
    assert.deepEqual(seen, ['chg 77', 'add', 'chg 77'])
    for (const other of ['pay=1&user=mylogin&sum=1', chg.replace('chg', 'get')])
      assert.doesNotMatch(await counting.get('users', other), /ERROR/, 'nothing else is counted')
  } finally {
    await counting.stop()
  }
})
