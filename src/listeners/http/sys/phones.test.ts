import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALEX, type Api, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import { noting } from '../../../../test/support/noted.ts'
import { createBodyReader } from '../body.ts'
import { scriptRoutes } from '../routes.ts'
import { createPhones, type PhonesServices } from './phones.ts'

const contact = (id: number, more: object = {}) => ({
  ...{ id, address: '79161234567', groups: '', name: 'Ivan', lastName: '', firstName: '', middleName: '', birthday: '' },
  ...{ ownId: '', comment: '', tags: '', otherPhones: '', ...more },
})
const ROWS = [
  contact(5, { address: 'ivan@example.com', name: 'Ivan, "the great"', groups: '1,22', comment: 'a\nb, <c>', ownId: '7' }),
  contact(6, { tags: 'x,y' }),
]

/** What the use cases were asked for, and what they answer. */
const { asked, noted } = noting()
const services: PhonesServices = {
  contacts: {
    add: noted('add', 5),
    change: noted('change', undefined),
    remove: noted('remove', undefined),
    list: noted('list', ROWS),
  },
  groups: {
    ...{ add: noted('add group', 6), change: noted('change group', undefined), remove: noted('remove group', undefined) },
    ...{
      move: noted('move', undefined),
      list: noted('groups', [{ id: 1, name: 'Mails, all', number: null, kind: 1, members: 2 }]),
    },
  },
  blacklist: {
    ...{ add: noted('bar', 8), remove: noted('unbar', undefined) },
    list: noted('barred', [{ id: 8, address: 'a@b.ru', type: 2 }]),
  },
  ...{ signIn: async () => ALEX, limits: NO_LIMITS, readBody: createBodyReader() },
}

let api: Api
before(async () => {
  const old = createPhones({ ...services, bareOk: true })
  api = await startApi({ ...services, routes: scriptRoutes('old-phones', old) })
})
after(() => api.stop())

// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  [
    'get=1',
    'phone = , mail = ivan@example.com, name = Ivan, "the great", group = 1,22, id = 7, comments = a b, <c>, int_id = 5~' +
      'phone = 79161234567, name = Ivan, group = 0, tags = x,y, int_id = 6',
  ],
  ['get=1&fmt=1', 'ivan@example.com,Ivan; "the great",1;22,,,,,7,5,,,a b; <c>~79161234567,Ivan,0,,,,,,6,x;y,,'],
  [
    'get=1&fmt=2',
    '<phones>~<phone>~<phone></phone>~<mail>ivan@example.com</mail>~<name>Ivan, &quot;the great&quot;</name>~<group>1,22</group>~<id>7</id>~' +
      '<comments>a~b, &lt;c&gt;</comments>~<int_id>5</int_id>~</phone>~' +
      '<phone>~<phone>79161234567</phone>~<name>Ivan</name>~<group>0</group>~<tags>x,y</tags>~<int_id>6</int_id>~</phone>~</phones>',
  ],
  [
    'get=1&fmt=3',
    '[{~"phone": "",~"mail": "ivan@example.com",~"name": "Ivan, \\"the great\\"",~"group": "1,22",~"id": "7",~"comments": "a\\nb, <c>",~"int_id": 5~},~' +
      '{~"phone": "79161234567",~"name": "Ivan",~"group": "0",~"tags": "x,y",~"int_id": 6~}]',
  ],
  ['get_group=1', 'id = 1, name = Mails, all, cnt = 2, type = 1'],
  ['get_group=1&fmt=1', '1,,2,Mails, all'],
  ['get_group=1&fmt=2', '<groups>~<group>~<id>1</id>~<name>Mails, all</name>~<cnt>2</cnt>~<type>1</type>~</group>~</groups>'],
  ['get_black=1', 'phone = , mail = a@b.ru, type = 2, int_id = 8'],
  ['get_black=1&fmt=1', 'a@b.ru,2,8'],
  ['get_black=1&fmt=3', '[{~"phone": "",~"mail": "a@b.ru",~"type": 2,~"int_id": 8~}]'],
  ['add_group=1&name=x', 'ID = 6'],
  ['del=1&phone=1&fmt=3', '{~"result": "OK"~}'],
  ['move_group=true&grp=1&phone=1', 'OK'],
  ['add_group=0&add=1&phone=1&name=x', 'ID = 5'],
]
for (const [parameters, answer] of answers) {
  test(parameters, async () => assert.equal(await api.get('phones', parameters), answer.replaceAll('~', '\n')))
}

test('what the original answered until 2018 can be had again', async () => {
  assert.equal(await api.get('old-phones', 'del=1&phone=1&fmt=3'), 'OK')
})

// parameters, what the use case is asked
const readings: [parameters: string, asked: unknown[]][] = [
  [
    'chg=1&phone=1&new_phone=&name=x&cmt=&grp=',
    [
      'change',
      { written: { phones: '1', mails: undefined }, becoming: undefined, fields: { name: 'x', comment: '' }, groups: [] },
    ],
  ],
  ['chg_group=1&grp=7&name=x', ['change group', { id: 7, name: 'x', number: undefined }]],
  ['chg_group=1&grp=7&name=x&num=', ['change group', { id: 7, name: 'x', number: null }]],
  ['chg_group=1&grp=7&name=x&num=12', ['change group', { id: 7, name: 'x', number: 12 }]],
  ['move_group=3&grp=7&mail=a@b.ru', ['move', { written: { phones: undefined, mails: 'a@b.ru' }, group: 7, move: 3 }]],
  ['get=1&after_id=9&cnt=2&grp=0', ['list', { written: undefined, group: 0, person: '', words: '', afterId: 9, limit: 2 }]],
  ['add_black=1&phone=1&type=2', ['bar', { phones: '1', mails: undefined }, 2]],
  ['get_black=1&after_id=3', ['barred', 3, 10_000]],
  ['get_black=1&cnt=0', ['barred', 0, 10_000]],
  ['get_black=1&cnt=10001', ['barred', 0, 10_000]],
]
for (const [parameters, expected] of readings) {
  test(`asked: ${parameters}`, async () => {
    await api.get('phones', parameters)
    assert.deepEqual(asked.at(-1), expected)
  })
}

for (const parameters of [
  '',
  'get=2',
  'move_group=4&grp=1&phone=1',
  'move_group=1&phone=1',
  'get=1&grp=1,2',
  'get=1&cnt=1.5',
  'get=1&cnt=-1',
  'get=1&after_id=-1',
  'chg_group=1&name=x',
  'add=1&phone=1&name=x&grp=a',
  'add_group=1&name=x&num=1000000000',
  'add_group=1&name=x&type=2',
  'add_black=1&phone=1&type=3',
  `add=1&phone=${'1'.repeat(50_001)}&name=x`,
]) {
  test(`malformed: ${parameters.slice(0, 60)}`, async () => {
    const before = asked.length
    assert.equal(await api.get('phones', parameters), 'ERROR = 1 (parameters error)')
    assert.equal(asked.length, before)
  })
}

test('a repeated request is one whatever stands around it', async () => {
  const seen: unknown[] = []
  const limits = { ...NO_LIMITS, allow: (_: unknown, __: unknown, key: string | bigint) => seen.push(key) > 0 }
  const strict = await startApi({ ...services, limits })
  await strict.ask('/sys/phones.php?login=alex&psw=123&get=1&grp=5')
  await strict.ask('/sys/phones.php?grp=5&get=1&apikey=key&fmt=3&charset=utf-8&pp=1')
  await strict.ask('/sys/phones.php?login=alex&psw=123&get=1&grp=6')
  await strict.stop()
  assert.equal(seen[0], seen[1])
  assert.notEqual(seen[0], seen[2])
})
