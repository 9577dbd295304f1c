import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_SENDERS, startApi } from '../../../../test/support/http-api.ts'
import { noting } from '../../../../test/support/noted.ts'
import type { SenderRow } from '../../../store/senders.ts'

const ADDED_AT = Date.UTC(2026, 10, 22, 9, 0, 0)
const SHOP: SenderRow = {
  ...{ id: 5, name: 'My, Shop', kind: 0, comment: 'a, b\n<c>', owner: '', status: 1, waits: '', reason: '' },
  ...{ fields: {}, operators: { mts: 1, mega: -1 }, addedAt: ADDED_AT, documents: 0 },
}
const MAIL: SenderRow = {
  ...SHOP,
  id: 6,
  name: 'a@b.ru',
  kind: 2,
  comment: 'mail',
  owner: 'Ivan',
  status: 0,
  waits: 'moderator',
  operators: {},
}
const BAD: SenderRow = { ...SHOP, id: 7, name: 'Bank', comment: 'x', status: -1, reason: 'of others', operators: {} }

const { asked, noted } = noting()

let api: Api
before(async () => {
  api = await startApi({
    senders: {
      ...NO_SENDERS,
      ...{ add: noted('add', 5), change: noted('change', undefined), remove: noted('remove', undefined) },
      list: async (_, question) => {
        asked.push(['list', question])
        return question.afterId > 0 ? [] : question.all ? [SHOP, MAIL, BAD] : [SHOP]
      },
    },
    senderCodes: { sendCode: noted('send', undefined), checkCode: noted('check', undefined) },
    senderDocuments: {
      list: async () => [{ id: 9, senderId: 5, name: 'a, b.pdf', type: 'pdf', info: 'it', size: 3, addedAt: ADDED_AT }],
      read: async () => ({ name: 'sender-5-9.pdf', type: 'application/pdf', content: Buffer.from('%PDF-') }),
    },
  })
})
after(() => api.stop())

// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  ['add=1&sender=a&cmt=b', 'ID = 5'],
  ['add=1&sender=a&cmt=b&fmt=1', '5'],
  ['add=1&sender=a&cmt=b&fmt=2', '<sender>~<id>5</id>~</sender>'],
  ['add=1&sender=a&cmt=b&fmt=3', '{~"sender": 5~}'],
  ['chg=1&id=5&cmt=b', 'OK'],
  ['send_code=1&sender=79161234567&fmt=2', '<result>OK</result>'],
  ['check_code=1&sender=79161234567&code=1234&fmt=3', '{~"result": "OK"~}'],
  ['del=1&sender=a&fmt=1', 'OK'],
  ['get=1', 'name = My, Shop'],
  ['get=1&fmt=1', 'My, Shop'],
  ['get=1&fmt=2', '<list>~<sender>~<id>5</id>~<name>My, Shop</name>~</sender>~</list>'],
  ['get=1&fmt=3', '[{~"id": 5,~"sender": "My, Shop"~}]'],
  ['get=1&prev_id=5', 'ERROR = 3 (record not found)'],
  ['get=1&prev_id=5&fmt=1', '0,-3'],
  ['get=1&prev_id=5&fmt=3', '[]'],
  [
    'get=1&operators=1',
    'name = My, Shop, id = 5, status = 1, default = 0, date = 22.11.2026 12:00:00, operators = mts:1;mega:-1, cmt = a, b <c>',
  ],
  ['get=1&operators=1&fmt=1', 'My; Shop,5,1,0,22.11.2026 12:00:00,mts:1;mega:-1,a, b <c>'],
  [
    'get=1&all=1&fmt=1',
    'My; Shop,5,1,0,22.11.2026 12:00:00,,a, b <c>~a@b.ru,6,0,0,22.11.2026 12:00:00,,mail~Bank,7,-1,0,22.11.2026 12:00:00,,x',
  ],
  [
    'get=1&operators=1&fmt=2',
    '<list>~<sender>~<id>5</id>~<name>My, Shop</name>~<cmt>a, b~&lt;c&gt;</cmt>~<status>1</status>~<default>0</default>~' +
      '<date>22.11.2026 12:00:00</date>~<operators>~<mts>1</mts>~<mega>-1</mega>~</operators>~</sender>~</list>',
  ],
  [
    'get=1&all=1&operators=1&fmt=3',
    '[{~"id": 5,~"sender": "My, Shop",~"cmt": "a, b\\n<c>",~"status": 1,~"default": 0,~"date": "22.11.2026 12:00:00",~' +
      '"operators": {~"mts": 1,~"mega": -1~}~},~' +
      '{~"id": 6,~"sender": "a@b.ru",~"cmt": "mail",~"status": 0,~"default": 0,~"date": "22.11.2026 12:00:00",~"mail": 1,~"name": "Ivan",~' +
      '"waits": "moderator",~"operators": {}~},~' +
      '{~"id": 7,~"sender": "Bank",~"cmt": "x",~"status": -1,~"default": 0,~"date": "22.11.2026 12:00:00",~"reason": "of others",~"operators": {}~}]',
  ],
  ['get_doc=1&id=5', 'id = 9, name = a, b.pdf, type = pdf, size = 3, date = 22.11.2026 12:00:00, doc_info = it'],
  ['get_doc=1&id=5&fmt=1', '9,a; b.pdf,pdf,3,22.11.2026 12:00:00,it'],
  ['get_doc=1&doc=9', '%PDF-'],
]
for (const [parameters, answer] of answers) {
  test(parameters, async () => assert.equal(await api.get('senders', parameters), answer.replaceAll('~', '\n')))
}

const DRAFT = { comment: 'c', owner: '', fields: {}, documents: [], sender: 'a', isMail: false }
const LIST = { all: false, isMail: false, operatorsSinceMs: undefined, afterId: 0, limit: undefined }

// parameters, what the use case is asked
const readings: [parameters: string, asked: unknown[]][] = [
  ['add=1&sender=a&cmt=c', ['add', DRAFT]],
  ['add=1&sender=a&cmt=c&mail=1&name=Ivan', ['add', { ...DRAFT, isMail: true, owner: 'Ivan' }]],
  [
    'add=1&sender=a&cmt=c&mts_step=1&ua_reg=0&fio=+Ivan+&by_more=x&other=y',
    ['add', { ...DRAFT, fields: { mts_step: '1', ua_reg: '0', fio: 'Ivan', by_more: 'x' } }],
  ],
  ['chg=1&sender=a', ['change', { id: undefined, sender: 'a', isMail: false }, { fields: {}, documents: [] }]],
  ['chg=1&id=5&cmt=', ['change', { id: 5, sender: undefined, isMail: false }, { comment: '', fields: {}, documents: [] }]],
  ['send_code=1&sender=7&site_name=s', ['send', '7', 's']],
  ['check_code=1&sender=7&code=+1234+', ['check', '7', '1234']],
  ['del=1&id=5', ['remove', { id: 5, sender: undefined, isMail: false }]],
  ['get=1', ['list', LIST]],
  [
    'get=1&all=1&mail=1&from_date=22.11.2026&prev_id=4&cnt=5000&fmt=3',
    ['list', { all: true, isMail: true, operatorsSinceMs: Date.UTC(2026, 10, 21, 21), afterId: 4, limit: 1000 }],
  ],
]
for (const [parameters, wanted] of readings) {
  test(`is read: ${parameters}`, async () => {
    asked.length = 0
    await api.get('senders', parameters)
    assert.deepEqual(asked, [wanted])
  })
}

const malformed = [
  ...['', 'get=2', 'get=1&all=x', 'get=1&from_date=31.02.2026', 'get=1&prev_id=x', 'get=1&cnt=x'],
  ...['send_code=1', 'check_code=1&sender=7', 'check_code=1&code=1234', 'add=1&sender=a&cmt=c&mts=2'],
  ...['chg=1&id=x', `add=1&sender=${'a'.repeat(1001)}&cmt=c`, `add=1&sender=a&cmt=c&fio=${'a'.repeat(501)}`],
]
for (const parameters of malformed) {
  test(`malformed: ${parameters.slice(0, 60) || 'nothing is asked for'}`, async () => {
    assert.equal(await api.get('senders', parameters), 'ERROR = 1 (parameters error)')
  })
}

// how the file is called in the body, an octet a character; what it is called then
const fileNames: [written: string, charset: string, name: string][] = [
  ['filename="a.pdf"', '', 'a.pdf'],
  [`filename="${latin1('Знак.pdf')}"`, '', 'Знак.pdf'],
  ['filename="\xc7\xed\xe0\xea.pdf"', '', 'Знак.pdf'],
  ['filename="\xfa\xce\xc1\xcb.pdf"', 'koi8-r', 'Знак.pdf'],
  [`filename="x.pdf"; filename*=utf-8''%D0%97%D0%BD%D0%B0%D0%BA.pdf`, '', 'Знак.pdf'],
  ['filename="C:\\docs\\../a %22b%22.pdf"', '', 'a "b".pdf'],
  [`filename*=utf-8''a%0D%1B%00.pdf`, '', 'a  .pdf'],
]
for (const [written, charset, name] of fileNames) {
  test(`a file with ${written} in ${charset || 'the usual charset'} is called ${name}`, async () => {
    asked.length = 0
    const part = `--a b\r\nContent-Disposition: form-data; name="0"; ${written}\r\nContent-Type: application/pdf\r\n\r\n%PDF-\r\n--a b--\r\n`
    await api.ask(`/sys/senders.php?login=alex&psw=123&chg=1&id=5&charset=${charset}`, {
      body: Buffer.from(part, 'latin1'),
      type: 'multipart/form-data; boundary="a b"',
    })
    const [, , change] = asked[0] as [string, unknown, { documents: { name: string }[] }]
    assert.deepEqual(change.documents, [{ name, info: '', content: Buffer.from('%PDF-') }])
  })
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
