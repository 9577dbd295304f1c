import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openSenderBook } from '../../src/account/sender-book.ts'
import { COMMON_PARAMETERS } from '../../src/listeners/http/sys/parameters.ts'
import { PARAMETERS } from '../../src/listeners/http/sys/senders-parameters.ts'
import { countIds } from '../support/accounts.ts'
import { openTestStore } from '../support/database.ts'
import { ALEX, type Api, startApi } from '../support/http-api.ts'

/** What is wrong with a value, urlencoded. */
const VALUES: Readonly<Record<string, string>> = {
  'of the wrong type': 'x%27%22%3C%3E%26;--',
  'a huge number': '9'.repeat(400),
  'a number beyond 31 bits': '2147483648',
  'a number beyond 53 bits': '9007199254740993',
  'a negative number': '-1',
  'a fraction': '1.5',
  empty: '',
  'a NUL': '%00',
  'NUL within': 'a%00b',
  'octets of no charset': '%FF%FE%98%C0%80%ED%A0%80',
  'half an escape': '%D',
  'spaces only': '+++',
  'line ends': '%0D%0AContent-Type:%20text/html%0D%0A%0D%0A<script>',
  SQL: "1'%20or%20'1'='1';drop%20table%20senders;--",
  'a day that is none': '31.02.2026',
  'a name of eleven symbols': '%21%22%23%24%25%26%27%28%29%2A%2B',
  'digits of another script': '%D9%A1%D9%A2%D9%A3%D9%A4',
  commas: ',,,;;;|||',
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'of 100 KB': 'a'.repeat(100_000),
}

const REGISTRATION = PARAMETERS.map(({ name }) => name).filter((name) =>
  /^(?:mts|mega|bee|tele2|motiv|sber|winmob|volnamob|ua|by)\b|_/.test(name),
)
const TEXTS = ['fio', 'inn', 'site', 'email', 'address', 'desc', 'subj']
const GIVEN = ['cmt', 'name', 'mail', 'doc_info', ...TEXTS]
const known = new Set(['send_code', 'check_code', 'get_doc', 'site_name', 'from_date', 'prev_id', 'doc_info'])
const OPERATORS = REGISTRATION.filter((name) => !known.has(name))

/** Operations with all they need, so that the value under test is what decides; each with the parameters it reads. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'get=1': ['get', 'all', 'operators', 'mail', 'from_date', 'prev_id', 'cnt', 'user'],
  'add=1&sender=Other&cmt=comment': ['add', 'sender', 'user', ...GIVEN, ...OPERATORS],
  'chg=1&sender=Name&cmt=comment': ['chg', 'sender', 'id', 'cmt', 'doc_info'],
  'send_code=1&sender=79161234567': ['send_code', 'sender', 'site_name'],
  'check_code=1&sender=79161234567&code=1': ['check_code', 'sender', 'code'],
  'del=1&sender=Nobody': ['del', 'sender', 'id'],
  'get_doc=1&sender=Name': ['get_doc', 'sender', 'id', 'doc'],
}

test('every parameter of senders.php is tried', () => {
  const tried = new Set(Object.values(OPERATIONS).flat())
  const common = COMMON_PARAMETERS.map(({ name }): string => name)
  const own = PARAMETERS.map(({ name }): string => name).filter((name) => !common.includes(name))
  assert.deepEqual([...tried].sort(), own.sort())
})

/** What an answer may be, by its format: nothing of our inside, nothing of another format. */
const ENVELOPES: readonly RegExp[] = [
  /^(?:OK|ID = \d+|ERROR = [135] \([a-z, ]+\)|name = .*)$/s,
  /^(?:OK|\d+|0,-[135]|[^\n]*(?:\n[^\n]*)*)$/,
  /^(?:<result>OK<\/result>|<sender>\n<id>\d+<\/id>\n<\/sender>|<result>\n<error>[a-z, ]+<\/error>\n<error_code>[135]<\/error_code>\n<\/result>|(?:<\?xml[^>]*>\n)?<list>.*<\/list>)$/s,
  /^(?:\{\n.*\n\}|\[\{\n.*\n\}\]|\[\])$/s,
]
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|syntax|relation|constraint|null/

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const book = openSenderBook({
    ...{ pool: rig.store.pool, mode: 'own', moderated: false, fee: 0n, profile: 'russia', language: 'ru' },
    ...{ nextId: countIds(), now: Date.now, changed: () => {} },
  })
  const { senders, senderDocuments } = book
  api = await startApi({ senders, senderDocuments, senderCodes: book.codesBy(async () => {}) })
  await api.get('senders', 'add=1&sender=Name&cmt=comment')
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

const ask = async (body: string) => api.ask('/sys/senders.php', { body: `login=alex&psw=123&charset=utf-8&${body}` })

for (const [kind, value] of Object.entries(VALUES)) {
  describe(`a parameter may be ${kind}`, () => {
    for (const [operation, names] of Object.entries(OPERATIONS)) {
      test(operation.replace(/&.*/, ''), async () => {
        for (const [at, name] of names.entries()) {
          // What is alike is tried in one of the four formats: they are printed by others than read it.
          for (const fmt of OPERATORS.includes(name) || TEXTS.includes(name) ? [at % 4] : [at % 3, 3]) {
            const { body, status } = await ask(`fmt=${fmt}&${operation}&${name}=${value}`)
            const claim = `fmt=${fmt} ${operation} ${name}: ${body.slice(0, 300)}`
            assert.equal(status, 200, claim)
            assert.match(body, ENVELOPES[fmt] ?? /^$/, claim)
            assert.doesNotMatch(body, INSIDE, claim)
            if (fmt === 3) JSON.parse(body)
          }
        }
      })
    }
  })
}

test('a name, a document or a sub-client of another is unknown', async () => {
  await rig.store.pool.query(
    `insert into accounts (id, login, payer_id, tariff_id) values (8, 'other', 8, 1);
     insert into senders (account_id, name, kind, comment, status, added_at) values (8, 'Theirs', 0, 'x', 1, 0);
     insert into sender_documents (account_id, sender_id, name, type, content, added_at) select 8, id, 'x', 'pdf', '%PDF-', 0 from senders where account_id = 8`,
  )
  const { rows } = await rig.store.pool.query(
    'select s.id, d.id as doc from senders s join sender_documents d on d.sender_id = s.id where s.account_id = 8',
  )
  const { id, doc } = rows[0]
  for (const asked of [
    ...[`chg=1&id=${id}&cmt=mine`, `del=1&id=${id}`, `del=1&sender=Theirs`, `get_doc=1&doc=${doc}`, 'get=1&user=other'],
    ...['get_doc=1&doc=2147483648', 'del=1&id=2147483648', `chg=1&id=${id}&sender=Name&cmt=x`],
  ])
    assert.equal((await ask(asked)).body, 'ERROR = 3 (record not found)', asked)
})

const PDF = Buffer.from('%PDF-1.4 ')
const BOUNDARY = 'xxxxxxxxxxxxxxxx'
const posted = (files: readonly { name: string; content: Buffer }[]) => {
  const parts = files.map(({ name, content }, at) =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="f${at}"; filename="${name}"\r\n\r\n`),
      content,
      Buffer.from('\r\n'),
    ]),
  )
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    type: `multipart/form-data; boundary=${BOUNDARY}`,
  }
}
const MB3 = 3 * 1024 * 1024

// claim, files, answer
const files: [claim: string, files: readonly { name: string; content: Buffer }[], answer: RegExp][] = [
  ['of exactly 3 MB is taken', [{ name: 'a.pdf', content: Buffer.concat([PDF, Buffer.alloc(MB3 - PDF.length)]) }], /^OK$/],
  ['an octet longer is not', [{ name: 'a.pdf', content: Buffer.concat([PDF, Buffer.alloc(MB3)]) }], /^ERROR = 5/],
  ['that is empty is not', [{ name: 'a.pdf', content: Buffer.alloc(0) }], /^ERROR = 5/],
  ['that only calls itself one is not', [{ name: 'a.pdf', content: Buffer.from('<html><script>') }], /^ERROR = 5/],
  ['with a name of folders and signs is taken', [{ name: '../../../etc/passwd%00<b>', content: PDF }], /^OK$/],
  [
    'beside one that is none, none is taken',
    [
      { name: 'a.pdf', content: PDF },
      { name: 'b.exe', content: Buffer.from('MZ') },
    ],
    /^ERROR = 5/,
  ],
  ['is taken until there are five', [1, 2, 3].map((n) => ({ name: `${n}.pdf`, content: PDF })), /^OK$/],
  ['is not, when there are', [{ name: '6.pdf', content: PDF }], /^ERROR = 5/],
]
for (const [claim, sent, answer] of files) {
  test(`a document ${claim}`, async () => {
    const target = '/sys/senders.php?login=alex&psw=123&chg=1&sender=Name&cmt=x'
    assert.match((await api.ask(target, { method: 'POST', ...posted(sent) })).body, answer)
  })
}

test('a document is called by what it is where it is handed out', async () => {
  const listed = JSON.parse((await ask('fmt=3&get_doc=1&sender=Name')).body) as { id: number; name: string }[]
  assert.equal(listed.length, 5)
  assert.ok(listed.every(({ name }) => !/[\\/\0]/.test(name)))
})

test('a full register takes no more', async () => {
  await rig.store.pool.query(
    `insert into senders (account_id, name, kind, comment, status, added_at)
     select $1, 'n' || n, 0, 'x', 1, 0 from generate_series(1, 1000) n on conflict do nothing`,
    [ALEX.id],
  )
  assert.equal((await ask('add=1&sender=OneMore&cmt=x')).body, 'ERROR = 5 (save error)')
  assert.equal((await ask('send_code=1&sender=79031234567')).body, 'ERROR = 5 (save error)')
})
