import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALEX, type Api, startApi } from '../../../../test/support/http-api.ts'
import type { ExportDesk, ExportTask } from '../../../account/exports.ts'
import { Refusal } from '../../../domain/refusal.ts'

const READY: ExportTask = {
  ...{ id: 1, name: 'messages-1.csv', status: 1, createdAtMs: Date.UTC(2026, 10, 22, 9), size: 12_345_678_901, reason: '' },
}
const FAILED: ExportTask = { ...READY, id: 2, name: 'messages-2.xlsx', status: 2, size: 0, reason: 'Too many, <really>' }
const FILE = Buffer.from([0xcf, 0x0d, 0x0a])

/** What the desk was asked for. */
let asked: unknown[] = []
const noted =
  <T>(what: string, answer: () => T) =>
  async (account: unknown, ...values: unknown[]): Promise<T> => {
    assert.equal(account, ALEX)
    asked = [what, ...values]
    return answer()
  }
async function* content(): AsyncGenerator<Buffer> {
  yield FILE.subarray(0, 1)
  yield FILE.subarray(1)
}
const desk: ExportDesk = {
  add: noted('add', () => 7),
  list: noted('list', () => [READY, FAILED]),
  open: noted('open', () => ({ name: 'messages-7.csv', type: 'text/csv; charset=windows-1251', size: 3, content: content() })),
  remove: noted('remove', () => undefined),
}

let api: Api
before(async () => {
  api = await startApi({ exportDesk: desk })
})
after(() => api.stop())

const DATE = '22.11.2026 12:00:00'
const ALL = { mail: false, recipients: [], start: undefined, end: undefined, format: 'csv', charset: 'windows-1251' }
const day = (year: number, month: number, of: number) => ({ year, month, day: of })
const xml = (id: number, name: string, status: number, size: number, more = ''): string =>
  `<file>~<id>${id}</id>~<name>${name}</name>~<status>${status}</status>~<date>${DATE}</date>~<size>${size}</size>${more}~</file>`

// parameters, what the desk is asked for, answer (LF as ~)
const answers: [parameters: string, asked: unknown[], answer: string][] = [
  [
    'get_list=1',
    ['list', 0, 100],
    `id = 1, name = messages-1.csv, status = 1, date = ${DATE}, size = 12345678901~id = 2, name = messages-2.xlsx, status = 2, date = ${DATE}, size = 0, error = Too many, <really>`,
  ],
  ['get_list=1&fmt=1', ['list', 0, 100], `1,messages-1.csv,1,${DATE},12345678901~2,messages-2.xlsx,2,${DATE},0`],
  [
    'get_list=1&fmt=2&cnt=9999&after_id=5',
    ['list', 5, 1000],
    `<list>~${xml(1, 'messages-1.csv', 1, 12_345_678_901)}~${xml(2, 'messages-2.xlsx', 2, 0, '~<error>Too many, &lt;really&gt;</error>')}~</list>`,
  ],
  [
    'get_list=1&fmt=3&cnt=2',
    ['list', 0, 2],
    `[{~"id": 1,~"name": "messages-1.csv",~"status": 1,~"date": "${DATE}",~"size": 12345678901~},~{~"id": 2,~"name": "messages-2.xlsx",~"status": 2,~"date": "${DATE}",~"size": 0,~"error": "Too many, <really>"~}]`,
  ],
  ['add=1', ['add', ALL], 'ID = 7'],
  ['add=1&type=&fmt=1', ['add', ALL], '7'],
  ['add=1&type=xlsx&fmt=2', ['add', { ...ALL, format: 'xlsx' }], '<result>~<id>7</id>~</result>'],
  ['add=1&type=CSV&fmt=3&charset=utf-8', ['add', { ...ALL, charset: 'utf-8' }], '{~"id": 7~}'],
  [
    'add=1&start=01.02.2026&end=28.02.2026&phone=8(916)123-45-67,79161234568&fmt=1',
    ['add', { ...ALL, start: day(2026, 2, 1), end: day(2026, 2, 28), recipients: ['79161234567', '79161234568'] }],
    '7',
  ],
  ['add=1&email=a@b.ru&fmt=1', ['add', { ...ALL, mail: true, recipients: ['a@b.ru'] }], '7'],
  ['add=1&format=8&fmt=1', ['add', { ...ALL, mail: true }], '7'],
  ['del=1&id=7', ['remove', 7], 'OK'],
  ['del=1&id=7&fmt=3', ['remove', 7], '{~"result": "OK"~}'],
]
for (const [parameters, wanted, answer] of answers) {
  test(`downloads.php?${parameters}`, async () => {
    assert.equal(await api.get('downloads', parameters), answer.replaceAll('~', '\n'))
    assert.deepEqual(asked, wanted)
  })
}

for (const which of ['id=7', 'name=messages-7.csv', 'name=messages-7.xlsx', 'id=7&name=x', 'id=7&fmt=3&charset=utf-8']) {
  test(`get_file=1&${which} is the file, as it is`, async () => {
    const { status, type, bytes } = await api.ask(`/sys/downloads.php?login=alex&psw=123&get_file=1&${which}`)
    assert.deepEqual([status, type, bytes], [200, 'text/csv; charset=windows-1251', FILE])
    assert.deepEqual(asked, ['open', 7])
  })
}

for (const parameters of [
  ...['', 'get_list=2', 'get_list=1&cnt=x', 'get_list=1&after_id=x', 'get_list=1&add=x', 'get_file=1', 'get_file=1&id=x'],
  ...['get_file=1&id=0', 'get_file=1&name=+', 'add=1&type=pdf', 'add=1&start=31.02.2026', 'add=1&end=x', 'add=1&phone=,'],
  ...['add=1&format=1', 'del=1', 'del=1&id=-1', `get_file=1&name=${'x'.repeat(101)}`],
]) {
  test(`downloads.php?${parameters.slice(0, 60)} is error 1, and nothing is asked`, async () => {
    asked = []
    assert.equal(await api.get('downloads', `${parameters}&fmt=1`), '0,-1')
    assert.deepEqual(asked, [])
  })
}

for (const name of ['x', 'messages-0.csv', '../../etc/passwd', 'messages-1.pdf', `messages-${'9'.repeat(16)}.csv`, '%00'])
  test(`no file has the name ${name}`, async () => {
    asked = []
    assert.equal(await api.get('downloads', `get_file=1&fmt=1&name=${name}`), name === '%00' ? '0,-1' : '0,-3')
    assert.deepEqual(asked, [])
  })

test('what the desk refuses is an error in every format', async () => {
  const refuse = (code: 'not_found' | 'denied') => async () => {
    throw new Refusal(code)
  }
  const empty = await startApi({ exportDesk: { ...desk, open: refuse('not_found'), add: refuse('denied') } })
  assert.equal(await empty.get('downloads', 'get_file=1&id=1'), 'ERROR = 3 (record not found)')
  assert.equal(await empty.get('downloads', 'get_file=1&id=1&fmt=3'), '{\n"error": "record not found",\n"error_code": 3\n}')
  assert.equal(await empty.get('downloads', 'add=1'), 'ERROR = 5 (save error)')
  await empty.stop()
})
