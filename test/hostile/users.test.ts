import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PARAMETERS } from '../../src/listeners/http/sys/users-parameters.ts'
import { type Api, startApi } from '../support/http-api.ts'
import { openSubclients, type SubclientScene } from '../support/subclients.ts'

/** What is wrong with a value, urlencoded. */
const VALUES: Readonly<Record<string, string>> = {
  'of the wrong type': 'x%27%22%3C%3E%26;--',
  'a huge number': '9'.repeat(400),
  'a number beyond 31 bits': '2147483648',
  'a number beyond 53 bits': '9007199254740993',
  'a negative number': '-1',
  'a fraction': '1.5',
  'money with too much behind the point': '0.00001',
  'not a number': 'NaN',
  empty: '',
  'a NUL': '%00',
  'octets of no charset': '%FF%FE%98%C0%80%ED%A0%80',
  'spaces only': '+++',
  'line ends': '%0D%0AContent-Type:%20text/html%0D%0A%0D%0A<script>',
  SQL: "1'%20or%20'1'='1';drop%20table%20accounts;--",
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'a day that is not there': '31.02.2026',
  'of 100 KB': 'a'.repeat(100_000),
}

/** Operations with all they need; everything else is the value under test, whatever it is for. */
const OPERATIONS = [
  'add=1&user=other&password=mypassword',
  'chg=1&user=sub1',
  'pay=1&user=sub1&sum=1',
  'get_stat=1&user=sub1',
  'get_stat_all=1&reseller=1',
  'get=1&user=sub1',
]
const NAMES = PARAMETERS.map(({ name }) => name).filter((name) => !['login', 'psw', 'apikey', 'fmt', 'charset'].includes(name))

const ENVELOPES: Readonly<Record<number, RegExp>> = {
  0: /^(?:OK|ID = \d+|ERROR = (?:[1-9]|10) \([a-z ,]+\)|(?:login|id) = .*)$/s,
  1: /^(?:OK|\d+|0,-(?:[1-9]|10)|[\w.@+-]+,.*)$/s,
  2: /^(?:<\?xml[^>]*>\n)?<(result|user|list)>.*<\/\1>$/s,
  3: /^[[{].*[\]}]$/s,
}
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|syntax|relation|constraint|null/

let scene: SubclientScene
let api: Api
let id = 0
before(async () => {
  scene = await openSubclients()
  const main = await scene.open(1_000_000, 1_000)
  id = (await scene.add(main)).id
  // Hashes of passwords are slow, and are not what is asked about here.
  const subclients = { ...scene.subclients, add: async () => 1 }
  const { pay: paySubclient, statistics: subclientStatistics } = scene
  api = await startApi({ signIn: async () => main, subclients, paySubclient, subclientStatistics })
})
after(async () => {
  await api?.stop()
  await scene?.close()
})

for (const [kind, value] of Object.entries(VALUES)) {
  describe(`a parameter of users.php may be ${kind}`, () => {
    for (const operation of OPERATIONS) {
      test(operation.replace(/&.*/, ''), async () => {
        for (const [at, name] of NAMES.entries()) {
          if (operation.startsWith('chg') && ['new_login', 'password', 'pswc'].includes(name) && value !== '') continue
          const fmt = at % 4 // all are printed by the same few shapes
          const body = `login=alex&psw=123&charset=utf-8&fmt=${fmt}&${operation}&${encodeURIComponent(name)}=${value}`
          const { body: told, status } = await api.ask('/sys/users.php', { body })
          const claim = `fmt=${fmt} ${operation} ${name}: ${told.slice(0, 300)}`
          assert.equal(status, 200, claim)
          assert.match(told, ENVELOPES[fmt] ?? /^$/, claim)
          assert.doesNotMatch(told, INSIDE, claim)
          if (fmt === 3) JSON.parse(told)
          // 9 is what a statement that failed would be told as.
          assert.doesNotMatch(told, /concurrent/, claim)
        }
      })
    }
  })
}

test('names and passwords that mean harm are refused, or are only names and passwords', async () => {
  for (const [kind, value] of Object.entries(VALUES)) {
    for (const name of ['new_login', 'password', 'pswc']) {
      const body = `login=alex&psw=123&charset=utf-8&chg=1&user_id=${id}&${name}=${value}`
      const { body: told } = await api.ask('/sys/users.php', { body })
      assert.match(told, value.replaceAll('+', '') === '' ? /^(?:OK|ERROR = [58])/ : /^(?:OK|ERROR = [1568] )/, `${name} ${kind}`)
      assert.doesNotMatch(told, /concurrent/, `${name} ${kind}`)
    }
  }
  const { rows } = await scene.pool.query(
    `select count(*)::int as count, bool_and(login ~ '^[A-Za-z0-9._@+-]+$') as good from accounts`,
  )
  assert.deepEqual(rows, [{ count: 2, good: true }])
})

test('what was done to the money is in the books', async () => {
  const { rows } = await scene.pool.query(
    'select (select sum(balance + balance2) from accounts)::text as held, (select sum(amount) from postings)::text as posted',
  )
  assert.equal(rows[0].held, rows[0].posted)
})
