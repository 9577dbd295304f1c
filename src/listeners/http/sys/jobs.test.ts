import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NOON_MS, startApi } from '../../../../test/support/http-api.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { NewMailing } from '../../../mailing/add.ts'
import type { SeenMailing } from '../../../mailing/desk.ts'

const MAILING: SeenMailing = {
  ...{
    id: 1_234_567,
    accountId: 7,
    loginId: null,
    login: 'alex',
    madeBy: null,
    name: 'News, all',
    state: 'running',
    was: '',
    reason: '',
    reasonValue: 0,
  },
  message: {
    ...{ sender: 'Shop, Ltd', ref: null, octets: null, dcs: null, pid: 0, translit: 0, shortenLinks: false, partsMax: 0 },
    ...{ validityMs: 86_400_000, bot: null, deliveryControl: null, sender2: null, mes2: null },
  },
  ...{ channel: 0, text: 'Hello,\nall', sender: 'Shop, Ltd', repeats: 3, runsMax: 5, periodHours: 0, freqMinutes: 0, tzHours: 0 },
  ...{ offsetMinutes: 180, createdAtMs: NOON_MS, firstAtMs: NOON_MS, startAtMs: NOON_MS + 60_000, baseAtMs: 0, run: 1, ref: 9 },
  ...{ total: 10, taken: 6, judgedAfter: 0, price: 8_400_000n },
  counts: { taken: 6, waiting: 4, sent: 3, delivered: 2, notDelivered: 1 },
}

const asked: NewMailing[] = []
const told: unknown[][] = []
let api: Api
before(async () => {
  api = await startApi({
    mailings: {
      async add(_, mailing) {
        asked.push(mailing)
        if (mailing.name === 'denied') throw new Refusal('denied')
        if (mailing.name === 'nobody') throw new Refusal('bad_number')
        return { id: 1_234_567, price: mailing.estimate ? 1_400_000n : undefined }
      },
      cancel: async (_, ...rest) => void told.push(['cancel', ...rest]),
      remove: async (_, ...rest) => void told.push(['remove', ...rest]),
      show: async () => MAILING,
      async list(_, between, mail) {
        told.push(['list', between, mail])
        return [MAILING, { ...MAILING, id: 1_234_566, state: 'waiting', name: 'Second' }]
      },
    },
    templates: {
      ...{ add: async () => 1, change: async () => {}, remove: async () => {} },
      list: async () => [{ id: 4, name: 'T', body: 'From a template', format: '', sender: '', flag: 0 }],
    },
  })
})
after(() => api.stop())

const ADD = 'add=1&name=News&phones=79999999999,79999999998&mes=Hello'
const DATES = '22.11.2026 12:00:00,22.11.2026 12:01:00'
const LINE = `1234567,0,${DATES},3,10,8.40,Shop; Ltd,News; all`
const JOB =
  '"id": 1234567,~"name": "News, all",~"status": 0,~"status_name": "Отправляется",~"create_date": "22.11.2026 12:00:00",~' +
  '"start_date": "22.11.2026 12:01:00",~"rpt": 3,~"rptn": 5,~"type": 0,~"cnt": 10,~"cost": "8.40",~"sender_id": "Shop, Ltd",~' +
  '"message": "Hello,\\nall",~"tz": 0,~"phones": 10,~"waiting": 4,~"sent": 3,~"delivered": 2,~"not_delivered": 1'

// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  [ADD, 'OK, ID - 1234567'],
  [`${ADD}&fmt=1`, '1234567'],
  [`${ADD}&fmt=2`, '<result>~<id>1234567</id>~</result>'],
  [`${ADD}&fmt=3`, '{~"id": 1234567~}'],
  [`${ADD}&cost=1`, 'OK, ID - 1234567, COST - 1.40'],
  [`${ADD}&cost=1&fmt=1`, '1234567,1.40'],
  [`${ADD}&cost=1&fmt=2`, '<result>~<id>1234567</id>~<cost>1.40</cost>~</result>'],
  [`${ADD}&cost=1&fmt=3`, '{~"id": 1234567,~"cost": "1.40"~}'],
  ['cancel=1&id=1234567', 'OK'],
  ['cancel=1&id=1234567&fmt=1', 'OK'],
  ['del=1&id=1234567&fmt=2', '<result>OK</result>'],
  ['del=1&id=1234567&fmt=3', '{~"result": "OK"~}'],
  ['get=1&id=1234567', `${LINE},Hello, all`],
  ['get=1&id=1234567&fmt=1', `${LINE},Hello, all`],
  ['get=1&id=1234567&fmt=3', `{~${JOB}~}`],
  ['get_all=1', `${LINE}~1234566,-1,${DATES},3,10,8.40,Shop; Ltd,Second`],
  ['add=1&name=denied&phones=79999999999&mes=Hello', 'ERROR = 3 (save error)'],
  ['add=1&name=nobody&phones=x&mes=Hello&fmt=1', '0,-1'],
  ['add=1&phones=79999999999&mes=Hello', 'ERROR = 1 (parameters error)'],
  ['add=1&name=&phones=79999999999&mes=Hello', 'ERROR = 1 (parameters error)'],
  ['add=1&name=News&mes=Hello', 'ERROR = 1 (parameters error)'],
  ['add=1&name=News&phones=79999999999', 'ERROR = 1 (parameters error)'],
  ['add=1&name=News&phones=79999999999&tpl=5', 'ERROR = 3 (record not found)'],
  [`${ADD}&time=soon`, 'ERROR = 5 (wrong date format)'],
  [`${ADD}&rpt=8`, 'ERROR = 1 (parameters error)'],
  [`${ADD}&rptn=-1`, 'ERROR = 1 (parameters error)'],
  [`${ADD}&period=0.01`, 'ERROR = 1 (parameters error)'],
  ['get_all=1&start=30.02.2026', 'ERROR = 5 (wrong date format)'],
  ['get_all=1&end=yesterday&fmt=3', '{~"error": "wrong date format",~"error_code": 5~}'],
  ['cancel=1', 'ERROR = 1 (parameters error)'],
  ['cancel=1&id=abc', 'ERROR = 1 (parameters error)'],
  ['id=1234567', 'ERROR = 1 (parameters error)'],
]
for (const [parameters, answer] of answers) {
  test(`jobs.php?${parameters}`, async () => {
    assert.equal(await api.get('jobs', `charset=utf-8&${parameters}`), answer.replaceAll('~', '\n'))
  })
}

test('XML has the members of JSON', async () => {
  const one = await api.get('jobs', 'get=1&id=1&fmt=2&charset=utf-8')
  assert.match(one, /<job>\n<id>1234567<\/id>\n<name>News, all<\/name>\n<status>0<\/status>/)
  const list = await api.get('jobs', 'get_all=1&fmt=2&charset=utf-8')
  assert.match(list, /<list>\n<job>\n<id>1234567<\/id>[\s\S]*<\/job>\n<job>\n<id>1234566<\/id>[\s\S]*<\/job>\n<\/list>$/)
})

const added = async (parameters: string): Promise<NewMailing> => {
  asked.length = 0
  await api.get('jobs', `charset=utf-8&add=1&name=News&${parameters}`)
  assert.equal(asked.length, 1, `${parameters} makes a mailing`)
  return asked[0] as NewMailing
}

test('everything that a message may have is read as send.php reads it, and what a mailing has besides', async () => {
  const mailing = await added(
    'phones=89161234567,G5&mes=Hi~&sender=Shop&sender2=Other&mes2=By+SMS&fl[5]=1&translit=1&tinyurl=1&maxsms=3&valid=2' +
      '&time=0101301000&tz=2&rpt=6&rptn=10&period=1,5&freq=15&id=77&flash=1&userip=192.0.2.7',
  )
  assert.deepEqual(
    [mailing.channel, mailing.repeats, mailing.runsMax, mailing.pace, mailing.tzHours, mailing.estimate],
    ['flash', 6, 10, { periodHours: 1.5, freqMinutes: 15 }, 2, false],
  )
  assert.deepEqual(mailing.message, {
    ...{ sender: 'Shop', ref: 77, octets: null, dcs: null, pid: 0, translit: 1, shortenLinks: true, partsMax: 3 },
    ...{ validityMs: 7_200_000, bot: null, deliveryControl: true, sender2: 'Other', mes2: 'By SMS', userIp: '192.0.2.7' },
  })
  const [line] = mailing.lines
  assert.deepEqual([line?.phones, line?.text, line?.dueAtMs], [['89161234567', 'G5'], 'Hi~', Date.UTC(2030, 0, 1, 5)])
})

test('what is not said stays open', async () => {
  const { message, pace, repeats, runsMax } = await added('phones=79999999999&mes=Hello')
  assert.deepEqual([message.deliveryControl, message.sender, message.ref, message.sender2, message.mes2], Array(5).fill(null))
  assert.deepEqual([pace, repeats, runsMax], [undefined, 0, 0])
})

test('fl[5] is what it says, as in users.php set by its name alone; without a value the account decides', async () => {
  for (const [written, control] of [
    ['fl[5]=1', true],
    ['fl%5B5%5D=0', false],
    ['fl[5]', true],
    ['fl[5]=', null],
  ] as const) {
    const { message } = await added(`phones=79999999999&mes=${written}&${written}`)
    assert.equal(message.deliveryControl, control, written)
  }
})

test('a template replaces the text, a list both numbers and text, binary octets are kept', async () => {
  assert.equal((await added('phones=79999999999&tpl=4')).lines[0]?.text, 'From a template')
  const { lines } = await added('list=79999999999:One%0A79999999998:Two')
  assert.deepEqual(
    lines.map(({ phones, text }) => [...phones, text]),
    [
      ['79999999999', 'One'],
      ['79999999998', 'Two'],
    ],
  )
  assert.equal((await added('phones=79999999999&bin=2&mes=0048656c6c6f')).message.octets, '0048656c6c6f')
})

test('days are the account’s own, the last one whole; e-mail mailings are asked about apart', async () => {
  told.length = 0
  await api.get('jobs', 'get_all=1&start=21.11.2026&end=22.11.2026&mail=1')
  await api.get('jobs', 'del=1&id=5&mail=1')
  await api.get('jobs', 'cancel=1&id=5')
  assert.deepEqual(told, [
    ['list', { fromMs: Date.UTC(2026, 10, 20, 21), toMs: Date.UTC(2026, 10, 22, 21) }, true],
    ['remove', 5, true],
    ['cancel', 5, false],
  ])
})
