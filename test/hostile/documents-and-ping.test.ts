import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createDocuments } from '../../src/account/documents.ts'
import { createEvents, createNotifyGroups } from '../../src/account/notify-groups.ts'
import { monthOf } from '../../src/domain/message-id.ts'
import { PARAMETERS as DOCUMENTS } from '../../src/listeners/http/sys/documents.ts'
import { ownParameters } from '../../src/listeners/http/sys/parameters.ts'
import { PARAMETERS as PING } from '../../src/listeners/http/sys/ping.ts'
import { createSellers } from '../../src/operator/seller.ts'
import { openTestStore } from '../support/database.ts'
import { ALEX, type Api, NOON_MS, startApi } from '../support/http-api.ts'

/** What is wrong with a value, urlencoded. */
const VALUES: Readonly<Record<string, string>> = {
  'of the wrong type': 'x%27%22%3C%3E%26;--',
  'a huge number': '9'.repeat(99),
  'a number beyond 31 bits': '2147483648',
  'a number beyond 53 bits': '9007199254740993',
  'a negative number': '-1',
  'a fraction': '1.5',
  empty: '',
  'a NUL': '%00',
  'octets of no charset': '%FF%FE%98%C0%80%ED%A0%80',
  'line ends': '%0D%0AContent-Type:%20text/html%0D%0A%0D%0A<script>',
  SQL: "1'%20or%20'1'='1';drop%20table%20invoices;--",
  'a path': '..%2F..%2Fetc%2Fpasswd',
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'of 100 KB': 'a'.repeat(100_000),
}

/** Operations with all they need, so that the value under test is what decides; each with the parameters it reads. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  documents: {
    'add_account=1&user=alex&user_id=7&sum=1': 'add_account user user_id sum service',
    'get_account=1&user=alex&id=1': 'get_account user id lang',
    'get_act=1&user=alex&num=1': 'get_act user num id lang',
  },
  ping: { 'id=1': 'id ok name host info' },
}

for (const [script, parameters] of [
  ['documents', DOCUMENTS],
  ['ping', PING],
] as const) {
  test(`every parameter of ${script}.php is tried`, () => {
    const tried = new Set(Object.values(OPERATIONS[script] ?? {}).flatMap((names) => names.split(' ')))
    assert.deepEqual(
      [...tried].sort(),
      ownParameters(parameters)
        .map(({ name }) => name)
        .sort(),
    )
  })
}

/** What an answer may be, by its format, where it is no file. */
const ENVELOPES: readonly RegExp[] = [
  /^(?:OK|ID = \d+|ERROR = [1356] \([a-z, ]+\))$/,
  /^(?:OK|\d+|0,-[1356])$/,
  /^<result>(?:OK|\n<id>\d+<\/id>\n|\n<error>[a-z, ]+<\/error>\n<error_code>[1356]<\/error_code>\n)<\/result>$/,
  /^\{\n.*\n\}$/s,
]
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|syntax|relation|constraint|null/

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  const { pool, session } = rig.store
  await pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const { from, to } = monthOf(Date.UTC(2026, 9, 1))
  await pool.query(
    'insert into closings (account_id, purse, from_id, until_id, charged, refunded, messages) values ($1, 1, $2, $3, 0, 0, 1)',
    [ALEX.id, from, to],
  )
  await createSellers(session).set({ name: 'Example' })
  const groups = createNotifyGroups({ session, profile: 'russia' })
  await groups.add('alex', { name: 'Web', failure: '{NAME} {HOST} {INFO}', recovery: '{NAME}', contacts: ['79161234567'] })
  const now = () => NOON_MS
  api = await startApi({ documents: createDocuments({ session, now }), events: createEvents({ session, now }) })
  await api.get('documents', 'add_account=1&user=alex&sum=1')
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

for (const [kind, value] of Object.entries(VALUES)) {
  describe(`a parameter may be ${kind}`, () => {
    for (const [script, operations] of Object.entries(OPERATIONS)) {
      for (const [operation, names] of Object.entries(operations)) {
        test(`${script} ${operation.replace(/=1&.*/, '')}`, async () => {
          for (const name of names.split(' ')) for (const fmt of [0, 1, 2, 3]) await holds(script, operation, name, value, fmt)
        })
      }
    }
  })
}

async function holds(script: string, operation: string, name: string, value: string, fmt: number): Promise<void> {
  const asked = `login=alex&psw=123&charset=utf-8&fmt=${fmt}&${operation}&${name}=${value}`
  const { body, status, type } = await api.ask(`/sys/${script}.php`, { body: asked })
  const claim = `fmt=${fmt} ${operation} ${name}: ${body.slice(0, 300)}`
  assert.equal(status, 200, claim)
  if (type === 'application/pdf') return assert.match(body, /^%PDF-/, claim)
  assert.match(body, ENVELOPES[fmt] ?? /^$/, claim)
  assert.doesNotMatch(body, INSIDE, claim)
  if (fmt === 3) JSON.parse(body)
}
