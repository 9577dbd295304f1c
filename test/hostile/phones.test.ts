import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openPhoneBook } from '../../src/account/phone-book.ts'
import { PARAMETERS } from '../../src/listeners/http/sys/phones-parameters.ts'
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
  'not a number': 'NaN',
  empty: '',
  'a NUL': '%00',
  'NUL within': '7916123a%00b4567',
  'octets of no charset': '%FF%FE%98%C0%80%ED%A0%80',
  'half an escape': '%D',
  'spaces only': '+++',
  'line ends': '%0D%0AContent-Type:%20text/html%0D%0A%0D%0A<script>',
  'a format string': '%25s%25n%7B%7B7*7%7D%7D$%7Bjndi:ldap://x%7D',
  SQL: "1'%20or%20'1'='1';drop%20table%20contacts;--",
  'a pattern': '%25%25_*.(%5B%5C',
  commas: ',,,;;;|||',
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'an object': '[object+Object]',
  'of 100 KB': 'a'.repeat(100_000),
  'of ten thousand numbers': Array.from({ length: 10_000 }, (_, at) => 79_160_000_000 + at).join(),
}

/** Operations with all they need, so that the value under test is what decides; each with the parameters it reads. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'add=1&phone=79161234567&name=Ivan': 'add phone mail name grp lnm fnm mnm bd myid cmt tags pho lmt',
  'add_group=1&name=Group': 'add_group name num type',
  'chg=1&phone=79160000001&name=Ivan': 'chg phone mail new_phone new_mail name grp lnm fnm mnm bd myid cmt tags pho lmt',
  'chg_group=1&grp=1&name=Group': 'chg_group grp name num',
  'move_group=2&grp=1&phone=79160000001': 'move_group grp phone mail',
  'del=1&phone=79169999999': 'del phone mail',
  'del_group=1&grp=999': 'del_group grp',
  'get=1&phone=79160000001': 'get phone mail grp fio search after_id cnt',
  'get_group=1': 'get_group',
  'add_black=1&phone=79161234567': 'add_black phone mail type',
  'del_black=1&phone=79169999999': 'del_black phone mail',
  'get_black=1': 'get_black after_id cnt',
}
const OF_THE_REQUEST = ['login', 'psw', 'apikey', 'fmt', 'charset']

test('every parameter is tried', () => {
  const tried = new Set(Object.values(OPERATIONS).flatMap((names) => names.split(' ')))
  const own = PARAMETERS.map(({ name }): string => name).filter((name) => !OF_THE_REQUEST.includes(name))
  assert.deepEqual([...tried].sort(), own.sort())
})

/** What an answer may be, by its format: nothing of our inside, nothing of another format. */
const ENVELOPES: readonly RegExp[] = [
  /^(?:OK|ID = \d+|ERROR = [1359] \([a-z, ]+\)|(?:phone|id) = .*)$/s,
  /^(?:OK|\d+|0,-[1359]|[^\n]*(?:,[^\n]*){2,}(?:\n[^\n]*)*)$/,
  /^(?:<result>OK<\/result>|<result>\n<error>[a-z, ]+<\/error>\n<error_code>[1359]<\/error_code>\n<\/result>|(?:<\?xml[^>]*>\n)?<(phone|group|phones|groups)>\n.*<\/\1>)$/s,
  /^(?:\{\n.*\n\}|\[\{\n.*\n\}\])$/s,
]
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|syntax|relation|constraint|null/

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const book = openPhoneBook({ pool: rig.store.pool, profile: 'russia', hint: () => {} })
  api = await startApi({ contacts: book.contacts, groups: book.groups, blacklist: book.blacklist })
  await api.get('phones', 'add_group=1&name=Group')
  await api.get('phones', 'add=1&name=Somebody&phone=79160000001&grp=1')
  await api.get('phones', 'add_black=1&phone=79160000002')
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

const ask = async (body: string) => api.ask('/sys/phones.php', { body: `login=alex&psw=123&charset=utf-8&${body}` })

for (const [kind, value] of Object.entries(VALUES)) {
  describe(`a parameter may be ${kind}`, () => {
    for (const [operation, names] of Object.entries(OPERATIONS)) {
      test(operation.replace(/&.*/, ''), async () => {
        for (const name of names.split(' ')) {
          for (const fmt of [0, 1, 2, 3]) {
            // Of ten thousand numbers and 100 KB one format is enough: all are printed alike.
            if (value.length > 10_000 && fmt !== 3) continue
            const { body, status } = await ask(`fmt=${fmt}&${operation}&${name}=${value}`)
            const claim = `fmt=${fmt} ${operation} ${name}: ${body.slice(0, 300)}`
            assert.equal(status, 200, claim)
            assert.match(body, ENVELOPES[fmt] ?? /^$/, claim)
            assert.doesNotMatch(body.replaceAll(/jndi|sans/g, ''), INSIDE, claim)
            if (fmt === 3) JSON.parse(body)
            // 9 is what a statement that failed would be told as.
            assert.doesNotMatch(body, /concurrent/, claim)
          }
        }
      })
    }
  })
}

test('what was stored of all that can be listed, and the rest of the book is as it was', async () => {
  for (const listing of ['get=1', 'get_group=1', 'get_black=1']) {
    for (const fmt of [0, 1, 2, 3]) assert.match((await ask(`${listing}&fmt=${fmt}`)).body, ENVELOPES[fmt] ?? /^$/, listing)
  }
  const [row] = (await rig.store.pool.query('select contacts, (select count(*)::int from contacts) as stored from contact_books'))
    .rows
  assert.equal(row.contacts, row.stored)
})
