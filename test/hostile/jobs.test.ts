import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTemplates } from '../../src/account/templates.ts'
import { PARAMETERS } from '../../src/listeners/http/sys/jobs-parameters.ts'
import { ownParameters } from '../../src/listeners/http/sys/parameters.ts'
import { createMailingDesk } from '../../src/mailing/desk.ts'
import { templateStore } from '../../src/store/templates.ts'
import { openTestStore } from '../support/database.ts'
import { ALEX, type Api, accepted, startApi } from '../support/http-api.ts'

/** What is wrong with a value, urlencoded. */
const VALUES: Readonly<Record<string, string>> = {
  'of the wrong type': 'x%27%22%3C%3E%26;--',
  'a huge number': '9'.repeat(400),
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
  SQL: "1'%20or%20'1'='1';drop%20table%20mailings;--",
  'many groups': 'G1,G2,G999999999,G9999999999',
  commas: ',,,;;;|||',
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'of 100 KB': 'a'.repeat(100_000),
}

/** Each with all that it needs, so that the value under test decides. */
const OPERATIONS = [
  'add=1&name=Name&phones=79161234567&mes=Text',
  'add=1&name=Name&phones=79161234567&mes=Text&cost=1&period=1&rpt=2',
  'cancel=1&id=999',
  'del=1&id=999',
  'get=1&id=999',
  'get_all=1',
]

const NAMES = ownParameters(PARAMETERS).map(({ name }) => name)
const READ_BY_OTHERS = ['add', 'cancel', 'del', 'get', 'get_all', 'id', 'mail', 'start', 'end']

/** What an answer may be, by its format: nothing of our inside, nothing of another format. */
const ENVELOPES: readonly RegExp[] = [
  /^(?:OK|OK, ID - \d+(?:, COST - \d+\.\d\d)?|ERROR = [135] \([a-z, ]+\)|\d{7},-?\d+,.*)$/s,
  /^(?:OK|\d+(?:,\d+\.\d\d)?|0,-[135]|\d{7},-?\d+,.*)$/s,
  /^(?:<\?xml[^>]*>\n)?<(result|list|job)>.*<\/\1>$/s,
  /^(?:\{\n.*\n\}|\[\{\n.*\n\}\])$/s,
]
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|syntax|relation|constraint|null|NaN/

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const { session, pool } = rig.store
  api = await startApi({
    templates: createTemplates({ templates: templateStore(pool), changed: () => {} }),
    mailings: createMailingDesk({
      ...{ session, profile: 'russia', bookOf: async ({ id }) => id, estimate: async () => accepted(), now: Date.now },
    }),
  })
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

const ask = (body: string) => api.ask('/sys/jobs.php', { body: `login=alex&psw=123&charset=utf-8&${body}` })

for (const [kind, value] of Object.entries(VALUES)) {
  describe(`a parameter may be ${kind}`, () => {
    for (const operation of OPERATIONS) {
      test(operation.replace(/&.*&/, ' … '), async () => {
        const names = operation.startsWith('add') ? NAMES : READ_BY_OTHERS
        for (const [at, name] of names.entries()) {
          const fmt = at % 4
          const { body, status } = await ask(`fmt=${fmt}&${operation}&${encodeURIComponent(name)}=${value}`)
          const claim = `fmt=${fmt} ${operation} ${name}: ${body.slice(0, 300)}`
          assert.equal(status, 200, claim)
          assert.match(body, ENVELOPES[fmt] ?? /^$/, claim)
          assert.doesNotMatch(body, INSIDE, claim)
          if (fmt === 3) JSON.parse(body)
        }
      })
    }
  })
}

test('a mailing of another, or of nobody, is an unknown one', async () => {
  const { rows } = await rig.store.pool.query(
    `insert into mailings (account_id, name, state, message, channel, text, sender, created_at, first_at, start_at)
     values (8, 'theirs', 'waiting', '{}', 0, 'theirs', '', 0, 0, 0) returning id`,
  )
  for (const id of [rows[0].id, 999, Number.MAX_SAFE_INTEGER]) {
    for (const operation of ['cancel', 'del', 'get'])
      assert.equal((await ask(`${operation}=1&id=${id}`)).body, 'ERROR = 3 (record not found)')
  }
})

test('whoever can be sent nothing gets no mailing, and nothing of it is left', async () => {
  for (const phones of ['123', 'G77', 'x;y;z', '@@@']) {
    const answer = await ask(`add=1&name=None&phones=${phones}&mes=Hello&fmt=1`)
    assert.equal(answer.body, '0,-1')
  }
  const { rows } = await rig.store.pool.query(`select from mailings where name = 'None' and state <> 'deleted'`)
  assert.equal(rows.length, 0)
})
