import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSenderBook } from '../../src/account/sender-book.ts'
import { countIds } from '../support/accounts.ts'
import { openTestStore } from '../support/database.ts'
import { ALEX, type Api, startApi } from '../support/http-api.ts'

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
