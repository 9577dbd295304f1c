import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { PARAMETERS as GET } from '../../src/listeners/http/sys/get.ts'
import { PARAMETERS as GET_MNP } from '../../src/listeners/http/sys/get-mnp.ts'
import { PARAMETERS as INFO } from '../../src/listeners/http/sys/info.ts'
import type { Parameter } from '../../src/listeners/http/sys/parameters.ts'
import { PARAMETERS as RECEIVE_PHONES } from '../../src/listeners/http/sys/receive-phones.ts'
import { PARAMETERS as TINYURLS } from '../../src/listeners/http/sys/tinyurls.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { story } from '../support/story.ts'

// The whole program, its store included: get.php, get_mnp.php, info.php and tinyurls.php with every parameter, every kind of junk, in every format.
let centre: Centre
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  const victim = await centre.account('victim', 100)
  await victim.sent({ phones: '79161234567', mes: 'Ask me, "please"\r\n<now>' })
})
after(() => centre?.stop())

/** What is wrong with a value, urlencoded. */
const VALUES: Readonly<Record<string, string>> = {
  'of the wrong type': 'x%27%22%3C%3E%26;--',
  'a huge number': '9'.repeat(400),
  'just above a safe integer': '9007199254740993',
  'a negative number': '-1',
  'not a number': 'NaN',
  'an exponent': '1e9',
  'digits of another script': '%D9%A1%D9%A2',
  empty: '',
  'a NUL': '%00',
  'NUL within': '1%000',
  'octets of no charset': '%FF%FE%98%C0%80%ED%A0%80',
  'half an escape': '%D',
  'spaces only': '+++',
  'line ends': '%0D%0AContent-Type:%20text/html%0D%0A%0D%0A<script>',
  'a format string': '%25s%25n%7B%7B7*7%7D%7D$%7Bjndi:ldap://x%7D',
  'a quote that ends a statement': '%27);drop+table+messages;--',
  'no day of the calendar': '31.02.2026',
  'a day before all days': '01.01.0001',
  'a day after all days': '31.12.9999',
  'a list of nothing': ',,;;,',
  'a long list': '79161234567,'.repeat(5_000),
  'of 100 KB': 'a'.repeat(100_000),
}

const CREDENTIALS = 'login=victim&psw=victim-secret&charset=utf-8'
const SCRIPTS: Readonly<Record<string, { readonly parameters: readonly Parameter[]; readonly asked: string[] }>> = {
  get: { parameters: GET, asked: ['get_messages=1', 'get_answers=1', 'get_stat=1', 'get_price=1', 'get_senders=1'] },
  get_mnp: { parameters: GET_MNP, asked: ['date=01.02.2026', ''] },
  tinyurls: { parameters: TINYURLS, asked: ['get=1&link=a.ru', 'get_list=1', 'add=1&link=a.ru', 'del=1&id=1'] },
  receive_phones: {
    parameters: RECEIVE_PHONES,
    asked: ['get=1', 'gets=1', 'buy=1&phone=79161234567', 'chg=1&phone=79161234567&noprolong=1'],
  },
  info: { parameters: INFO, asked: ['get_operator=1&phone=79161234567', 'get_operator=1&phone=79161234567,1'] },
}

/** What an answer may look like: an error, rows, or nothing. */
const ENVELOPES: Readonly<Record<number, RegExp>> = {
  0: /^(?:ERROR = \d \([a-z, ]+\)|[\w ]+ = [\s\S]*|OK|Phone;mccmnc\n|)$/,
  1: /^(?:0,-\d|OK|[^,]*(?:,[^\n]*)+[\s\S]*|\d+\.\d\d|Phone;mccmnc\n|)$/,
  2: /^(?:<\?xml version="1\.0" encoding="[\w-]+"\?>\n)?<(result|list|sms_answers|price|info)>[\s\S]*<\/\1>$|^Phone;mccmnc\n$/,
}
/** Names of our inside. */
const INSIDE = /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined|\[object|NaN|Infinity|select |pg_/

function assertAnswered(body: string, fmt: number, claim: string): void {
  if (fmt !== 3) assert.match(body, ENVELOPES[fmt] as RegExp, claim)
  else if (body !== 'Phone;mccmnc\n') assert.ok(typeof JSON.parse(body) === 'object', claim)
  assert.doesNotMatch(body, INSIDE, claim)
  assert.doesNotMatch(
    body,
    /too many concurrent requests|^0,-9$/,
    `${claim}: the store was asked something it does not understand`,
  )
}

/** Sixteen at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}

async function ask(script: string, query: string, fmt: number): Promise<string> {
  const init = {
    method: 'POST',
    body: `${CREDENTIALS}&fmt=${fmt}&${query}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  }
  const response = await centre.get(`/sys/${script}.php`, init)
  assert.equal(response.status, 200, query.slice(0, 100))
  return response.text()
}

/** What a parameter is asked with: the questions that its description names, else the first. */
function questionsFor({ meaning }: Parameter, asked: readonly string[]): readonly string[] {
  const named = asked.filter((question) => meaning.includes(`\`${question.split('=')[0]}\``))
  return named.length > 0 ? named : asked.slice(0, 1)
}

/** A wrong password costs a slow hash: that of one script, in one format, tells enough. */
function formatsFor(script: string, name: string): readonly number[] {
  if (!['login', 'psw', 'apikey'].includes(name)) return [0, 1, 2, 3]
  return script === 'get' ? [3] : []
}

for (const [script, { parameters, asked }] of Object.entries(SCRIPTS)) {
  const cases = parameters
    .filter(({ name }) => name !== 'fmt' && name !== 'charset')
    .flatMap((parameter) => questionsFor(parameter, asked).map((question) => [question, parameter.name] as const))
    .flatMap(([question, name]) => formatsFor(script, name).map((fmt) => [question, name, fmt] as const))
  for (const [kind, value] of Object.entries(VALUES)) {
    story(`every parameter of ${script}.php may be ${kind}, in every format`, () =>
      each(cases, async ([question, name, fmt]) => {
        const answer = await ask(script, `${question}&${name}=${value}`, fmt)
        assertAnswered(answer, fmt, `${script}.php?${question}&${name}=${value.slice(0, 60)}&fmt=${fmt}`)
      }),
    )
  }
}

story('an unknown format, or charset, is answered too', async () => {
  for (const junk of ['4', '-1', 'x', '%00', '9'.repeat(50)]) {
    assert.match(await ask('get', `get_price=1&fmt=${junk}`, 3), /^ERROR = 1 /)
    assert.doesNotMatch(await ask('get', `get_price=1&charset=${junk}`, 3), /error/)
  }
})

story('what is asked in JSON may be of any type', async () => {
  for (const value of [[], [[]], {}, { a: { b: 1 } }, null, true, -1, 1e21, '\ud800']) {
    for (const { name } of [...GET, ...INFO]) {
      if (name === 'login' || name === 'psw' || name === 'fmt' || name === 'charset') continue
      const body = {
        login: 'victim',
        psw: 'victim-secret',
        get_messages: 1,
        get_operator: 1,
        phone: '79161234567',
        [name]: value,
      }
      const init = { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
      for (const script of ['get', 'info']) {
        const answer = await (await centre.get(`/rest/${script}/`, init)).text()
        assertAnswered(answer, 3, `${script} ${JSON.stringify(body)}`)
      }
    }
  }
})

story('and the message is there as before', async () => {
  const answer = await ask('get', 'get_messages=1', 3)
  assert.match(answer, /"message": "Ask me, \\"please\\"\\r\\n<now>"/)
  assert.equal((await ask('get', 'get_messages=1', 1)).split('\n').length, 1)
})
