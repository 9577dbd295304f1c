import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALEX, type Api, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import type { Limits } from '../../../account/account.ts'
import type { CountedLink, ShortLinkDesk } from '../../../account/short-links.ts'
import { Refusal } from '../../../domain/refusal.ts'

const link = (id: number): CountedLink => ({
  ...{ id, clicks: 12_345_678_901, thisMonth: 4, today: 3, yesterday: 2, previousMonth: 1, link: 'https://go.example/aB3' },
})

/** What the desk was asked for. */
let asked: unknown[] = []
const noted =
  <T>(what: string, answer: () => T) =>
  async (account: unknown, ...values: unknown[]): Promise<T> => {
    assert.equal(account, ALEX)
    asked = [what, ...values]
    return answer()
  }
const desk: ShortLinkDesk = {
  find: noted('find', () => link(145_142)),
  list: noted('list', () => [link(1), link(2)]),
  add: noted('add', () => ({ id: 7, link: 'https://go.example/aB3' })),
  remove: noted('remove', () => undefined),
}

let api: Api
before(async () => {
  api = await startApi({ shortLinks: desk })
})
after(() => api.stop())

const ROW = 'cnt = 12345678901, cnt_mon = 4, cnt_day = 3, cnt_yes = 2, cnt_pmon = 1, link = https://go.example/aB3'
const VALUES = '12345678901,4,3,2,1,https://go.example/aB3'
const element = (id: number): string =>
  `<result>~<id>${id}</id>~<cnt>12345678901</cnt>~<cnt_mon>4</cnt_mon>~<cnt_day>3</cnt_day>~<cnt_yes>2</cnt_yes>~<cnt_pmon>1</cnt_pmon>~<link>https://go.example/aB3</link>~</result>`
const object = (id: number): string =>
  `{~"id": "${id}",~"cnt": "12345678901",~"cnt_mon": "4",~"cnt_day": "3",~"cnt_yes": "2",~"cnt_pmon": "1",~"link": "https://go.example/aB3"~}`

// parameters, what the desk is asked for, answer (LF as ~)
const answers: [parameters: string, asked: unknown[], answer: string][] = [
  ['get=1&id=145142', ['find', { id: 145_142 }], `id = 145142, ${ROW}`],
  ['get=1&id=145142&fmt=1', ['find', { id: 145_142 }], `145142,${VALUES}`],
  ['get=1&id=145142&fmt=2', ['find', { id: 145_142 }], element(145_142)],
  ['get=1&id=145142&fmt=3', ['find', { id: 145_142 }], object(145_142)],
  ['get=1&link=mywebsite.ru&fmt=1', ['find', { url: 'mywebsite.ru' }], `145142,${VALUES}`],
  ['get=1&link=mywebsite.ru&id=5&fmt=1', ['find', { id: 5 }], `145142,${VALUES}`],
  ['get=1&link=%EF%F0%E8%EC%E5%F0.%F0%F4&id=&fmt=1', ['find', { url: 'пример.рф' }], `145142,${VALUES}`],
  ['get_list=1', ['list', 0, 100], `id = 1, ${ROW}~id = 2, ${ROW}`],
  ['get_list=1&after_id=5&cnt=10&fmt=1', ['list', 5, 10], `1,${VALUES}~2,${VALUES}`],
  ['get_list=1&cnt=5000&fmt=2', ['list', 0, 1000], `<list>~${element(1)}~${element(2)}~</list>`],
  ['get_list=1&fmt=3', ['list', 0, 100], `[${object(1)},~${object(2)}]`],
  ['add=1&link=a.ru', ['add', { url: 'a.ru', lastDay: undefined, clicksMax: 0 }], 'ID = 7, LINK = https://go.example/aB3'],
  [
    'add=1&link=a.ru&end=31.12.2026&max=5&fmt=1',
    ['add', { url: 'a.ru', lastDay: { year: 2026, month: 12, day: 31 }, clicksMax: 5 }],
    '7,https://go.example/aB3',
  ],
  [
    'add=1&link=a.ru&fmt=2',
    ['add', { url: 'a.ru', lastDay: undefined, clicksMax: 0 }],
    '<result>~<id>7</id>~<link>https://go.example/aB3</link>~</result>',
  ],
  [
    'add=1&link=a.ru&fmt=3',
    ['add', { url: 'a.ru', lastDay: undefined, clicksMax: 0 }],
    '{~"id": "7",~"link": "https://go.example/aB3"~}',
  ],
  ['del=1&id=7', ['remove', 7], 'OK'],
  ['del=1&id=7&fmt=1', ['remove', 7], 'OK'],
  ['del=1&id=7&fmt=2', ['remove', 7], '<result>OK</result>'],
  ['del=1&id=7&fmt=3', ['remove', 7], '{~"result": "OK"~}'],
]
for (const [parameters, wanted, answer] of answers) {
  test(`tinyurls.php?${parameters}`, async () => {
    assert.equal(await api.get('tinyurls', parameters), answer.replaceAll('~', '\n'))
    assert.deepEqual(asked, wanted)
  })
}

for (const parameters of [
  ...['', 'get=0', 'get=2&id=1', 'get=1', 'get=1&id=0', 'get=1&id=x', 'get=1&id=-1', 'get=1&link='],
  ...['add=1', 'add=1&link=+', 'add=1&link=a.ru&end=31.02.2026', 'add=1&link=a.ru&max=-1', 'add=1&link=a.ru&max=x'],
  ...['del=1', 'del=1&link=a.ru', 'get_list=1&cnt=x', 'get_list=1&after_id=x', 'get=1&id=1&del=x'],
]) {
  test(`tinyurls.php?${parameters} is error 1, and nothing is asked`, async () => {
    asked = []
    assert.equal(await api.get('tinyurls', `${parameters}&fmt=1`), '0,-1')
    assert.deepEqual(asked, [])
  })
}

test('what the desk refuses is an error in every format', async () => {
  const refuse = (code: 'not_found' | 'denied') => async () => {
    throw new Refusal(code)
  }
  const full = await startApi({ shortLinks: { ...desk, find: refuse('not_found'), add: refuse('denied') } })
  assert.equal(await full.get('tinyurls', 'get=1&id=1'), 'ERROR = 3 (record not found)')
  assert.equal(await full.get('tinyurls', 'get=1&id=1&fmt=3'), '{\n"error": "record not found",\n"error_code": 3\n}')
  assert.equal(await full.get('tinyurls', 'add=1&link=a.ru'), 'ERROR = 5 (save error)')
  await full.stop()
})

test('the same question too often is error 9', async () => {
  const limits: Limits = { ...NO_LIMITS, allow: (_, window) => window !== 'identical_other' }
  const limited = await startApi({ shortLinks: desk, limits })
  assert.equal(await limited.get('tinyurls', 'get=1&id=1&fmt=1'), '0,-9')
  await limited.stop()
})
