import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createOperatorTemplates, createTemplates } from '../../src/account/templates.ts'
import { PARAMETERS as OPERATORS } from '../../src/listeners/http/sys/op-templates.ts'
import { COMMON_PARAMETERS } from '../../src/listeners/http/sys/parameters.ts'
import { PARAMETERS as OWN } from '../../src/listeners/http/sys/templates.ts'
import { templateStore } from '../../src/store/templates.ts'
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
  SQL: "1'%20or%20'1'='1';drop%20table%20templates;--",
  'a pattern that goes back': `(a%2B)%2B$${'%25w{1,99}'.repeat(10)}`,
  'a placeholder of nothing': '%25d{1,0}',
  'eleven placeholders': '%25d{1,9}+'.repeat(11),
  'a placeholder without end': '%25d{1,99999999999999999999',
  commas: ',,,;;;|||',
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'of 100 KB': 'a'.repeat(100_000),
}

/** Operations with all they need, so that the value under test is what decides; each with the parameters it reads. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  templates: {
    'add=1&name=Name&msg=Text': 'add name msg format sender fl[1]',
    'chg=1&id=1&name=Name': 'chg id name msg format sender fl[1]',
    'del=1&id=999': 'del id',
    'get=1': 'get',
  },
  op_templates: {
    'add=1&msg=Text': 'add msg sender mts_srv mts_trn mega_srv mega_trn bee_srv bee_trn tele2_srv tele2_trn',
    'del=1&id=999': 'del id',
    'get=1': 'get',
  },
}

for (const [script, parameters] of [
  ['templates', OWN],
  ['op_templates', OPERATORS],
] as const) {
  test(`every parameter of ${script}.php is tried`, () => {
    const tried = new Set(Object.values(OPERATIONS[script] ?? {}).flatMap((names) => names.split(' ')))
    const common = COMMON_PARAMETERS.map(({ name }): string => name)
    const own = parameters.map(({ name }): string => name).filter((name) => !common.includes(name))
    assert.deepEqual([...tried].sort(), own.sort())
  })
}

/** What an answer may be, by its format: nothing of our inside, nothing of another format. */
const ENVELOPES: readonly RegExp[] = [
  /^(?:OK|OK, ID - \d+|ERROR = [135] \([a-z, ]+\)|id = .*|)$/s,
  /^(?:OK|\d+|0,-[135]|\d+,[^\n]*(?:\n\d+,[^\n]*)*|)$/,
  /^(?:<result>OK<\/result>|<result>\n<id>\d+<\/id>\n<\/result>|<result>\n<error>[a-z, ]+<\/error>\n<error_code>[135]<\/error_code>\n<\/result>|(?:<\?xml[^>]*>\n)?<list>.*<\/list>)$/s,
  /^(?:\{\n.*\n\}|\[\{\n.*\n\}\]|\[\])$/s,
]
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|syntax|relation|constraint|null/

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const parts = { templates: templateStore(rig.store.pool), changed: () => {} }
  api = await startApi({ templates: createTemplates(parts), operatorTemplates: createOperatorTemplates(parts) })
  await api.get('templates', 'add=1&name=Name&msg=Text')
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

const ask = async (script: string, body: string) =>
  api.ask(`/sys/${script}.php`, { body: `login=alex&psw=123&charset=utf-8&${body}` })

for (const [kind, value] of Object.entries(VALUES)) {
  describe(`a parameter may be ${kind}`, () => {
    for (const [script, operations] of Object.entries(OPERATIONS)) {
      for (const [operation, names] of Object.entries(operations)) {
        test(`${script} ${operation.replace(/&.*/, '')}`, async () => {
          for (const name of names.split(' ')) {
            for (const fmt of [0, 1, 2, 3]) {
              const { body, status } = await ask(script, `fmt=${fmt}&${operation}&${name}=${value}`)
              const claim = `fmt=${fmt} ${operation} ${name}: ${body.slice(0, 300)}`
              assert.equal(status, 200, claim)
              assert.match(body, ENVELOPES[fmt] ?? /^$/, claim)
              assert.doesNotMatch(body, INSIDE, claim)
              if (fmt === 3) JSON.parse(body)
            }
          }
        })
      }
    }
  })
}

test('a template of another, or of nobody, is an unknown one', async () => {
  await rig.store.pool.query(`insert into templates (account_id, name, body) values (8, 'theirs', 'theirs')`)
  const [row] = (await rig.store.pool.query('select id from templates where account_id = 8')).rows
  for (const id of [row.id, 999, 2_147_483_648]) {
    assert.equal((await ask('templates', `chg=1&id=${id}&name=mine`)).body, 'ERROR = 3 (record not found)')
    assert.equal((await ask('templates', `del=1&id=${id}`)).body, 'ERROR = 3 (record not found)')
    assert.equal((await ask('op_templates', `del=1&id=${id}`)).body, 'ERROR = 3 (record not found)')
  }
})

test('a full shelf takes no more', async () => {
  await rig.store.pool.query(
    `insert into operator_templates (account_id, body) select $1, 'text ' || n from generate_series(1, 200) n`,
    [ALEX.id],
  )
  assert.equal((await ask('op_templates', 'add=1&msg=One+more')).body, 'ERROR = 5 (save error)')
})
