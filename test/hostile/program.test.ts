import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { PARAMETERS } from '../../src/listeners/http/sys/send-parameters.ts'
import { PARAMETERS as STATUS } from '../../src/listeners/http/sys/status.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Answer, Customer } from '../support/customer.ts'
import { rawClient } from '../support/raw-http.ts'
import { story } from '../support/story.ts'

// The whole program, its store included, and somebody who means it ill, or can't do better.
let centre: Centre
let victim: Customer
const START = 1_000_000
/** What the answers said was charged. */
let charged = 0

before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  victim = await centre.account('victim', START)
})
after(() => centre?.stop())

const PHONE = '79161234567'
const credentials = { login: 'victim', psw: 'victim-secret' }
const required = `login=victim&psw=victim-secret&cost=3&fmt=3&phones=${PHONE}`

const FORM = 'application/x-www-form-urlencoded'

/** The answer's bytes. */
async function post(target: string, body: string, type = FORM): Promise<string> {
  const response = await centre.get(target, { method: 'POST', body, headers: { 'Content-Type': type } })
  assert.equal(response.status, 200, body.slice(0, 200))
  return Buffer.from(await response.arrayBuffer()).toString('latin1')
}

/** An answer of send.php, whatever it says; what it says was charged is counted. */
async function send(body: string, target = '/sys/send.php', type = FORM): Promise<Answer> {
  const text = await post(target, body, type)
  const answer = JSON.parse(text) as Answer
  assert.ok('id' in answer || 'error_code' in answer || 'cost' in answer, text.slice(0, 200))
  if (answer.balance !== undefined) charged += Number(answer.cost)
  return answer
}
const sendJson = (body: object) =>
  send(JSON.stringify({ ...credentials, cost: 3, phones: PHONE, ...body }), '/rest/send/', 'application/json')

/** Sixteen at a time. */
async function each<T>(items: readonly T[], work: (item: T, at: number) => Promise<unknown>): Promise<void> {
  const queue = items.entries()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const [at, item] of queue) await work(item, at)
    }),
  )
}

const JUNK = [
  'x%27%22%3C%3E%26;--',
  '9'.repeat(400),
  '-1',
  'NaN',
  '',
  '%00',
  'a%00b',
  '%FF%FE%98%C0%80%ED%A0%80',
  '%D',
  '+++',
  '%0D%0A%0D%0A<script>',
  '%25s%25n%7B%7B7*7%7D%7D$%7Bjndi:ldap://x%7D',
  '../../../../etc/passwd',
  '[object+Object]',
  '%F0%9F%92%A9'.repeat(50),
  '%27);drop+table+messages;--',
  'a'.repeat(100_000),
]
// What would turn the answer into something else, or the account into another.
const NOT_THESE = new Set(['login', 'psw', 'apikey', 'fmt', 'cost'])

/** Some junk for each parameter, other junk for the next: scripts.test.ts tries all with all. */
const junkFor = (parameters: readonly { readonly name: string }[]) =>
  parameters
    .filter(({ name }) => !NOT_THESE.has(name))
    .flatMap(({ name }, nth) => JUNK.flatMap((junk, at) => ((at + nth) % 5 === 0 ? [[name, junk] as const] : [])))

story('junk in parameters of send.php is answered, in form and in JSON, and what is sent is paid', async () => {
  const cases = junkFor(PARAMETERS)
  await each(cases, async ([name, junk], at) => {
    await send(`${required}&mes=${name}+${at}&${name}=${junk}`)
    const value = new URLSearchParams(`v=${junk}`).get('v')
    if (at % 3 === 0) await sendJson({ mes: `${name} ${at} in JSON`, [name]: value })
  })
})

story('every parameter of status.php too, and nothing is lost by it', async () => {
  const id = await victim.sent({ phones: PHONE, mes: 'Ask me', cost: 3 })
  charged += 1
  const cases = junkFor(STATUS)
  const asked = `login=victim&psw=victim-secret&fmt=3&phone=${PHONE}&id=${id}`
  await each(cases, async ([name, junk]) => {
    const text = await post('/sys/status.php', `${asked}&${name}=${junk}`)
    assert.match(text, /^\[?\{\n"(?:status|error|result)": /, `${name}=${junk.slice(0, 100)}`)
  })
  assert.ok(Number((await victim.status(PHONE, id)).status) > -3)
})

story('given twice, the last of a parameter counts', async () => {
  const answer = await send(`${required}&mes=first&id=7001&mes=second&id=7002`)
  assert.equal(answer.id, 7002)
  assert.equal((await victim.status(PHONE, 7002, { all: 1 })).message, 'second')
  assert.equal((await victim.status(PHONE, 7001)).status, -3)
})

// what is sent, and what is left of it
const texts: [claim: string, mes: string, stored: string][] = [
  ['NUL', 'a\0b', 'ab'],
  ['a lone surrogate', 'a\ud800b', 'ab'],
  ['a pair the wrong way round', '\udc00\ud800', ''],
  ['a non-character', 'a\uffff', 'a\uffff'],
  ['a byte order mark within', 'a\ufeffb', 'a\ufeffb'],
  ['what is written right to left', 'x\u202egnp.exe', 'x\u202egnp.exe'],
  ['a quote and a semicolon', `'; drop table accounts; --`, `'; drop table accounts; --`],
  ['a backslash of COPY', '\\N', '\\N'],
]
for (const [claim, mes, stored] of texts) {
  story(`a text with ${claim} does no harm, and none to those beside it`, async () => {
    const beside = Array.from({ length: 10 }, (_, at) => sendJson({ mes: `beside ${claim} ${at}` }))
    const answer = await sendJson({ mes })
    if (stored === '') assert.equal(answer.error_code, 1)
    else assert.equal((await victim.status(PHONE, answer.id ?? 0, { all: 1 })).message, stored)
    for (const { error } of await Promise.all(beside)) assert.equal(error, undefined)
  })
}

story('a text of 1000 characters is as many parts as it takes; one more is refused', async () => {
  const ask = async (character: string) => (await sendJson({ mes: character.repeat(1000) })).cnt
  assert.deepEqual([await ask('a'), await ask('я'), await ask('€'), await ask('😀')], [7, 15, 14, 31])
  assert.equal((await sendJson({ mes: 'я'.repeat(1001) })).error_code, 1)
  const phones = Array.from({ length: 300 }, (_, at) => 79160000000 + at)
  assert.equal((await sendJson({ mes: 'ж'.repeat(670), phones })).cnt, 3000)
})

story('bodies of 10 MB are refused, ten at a time', async () => {
  const huge = 'a'.repeat(10 * 1024 * 1024)
  const refused = await Promise.all(Array.from({ length: 10 }, () => send(`${required}&mes=${huge}`)))
  assert.deepEqual(new Set(refused.map(({ error_code: number }) => number)), new Set([1]))
})

story('what is no HTTP, or half of it, takes nothing with it', async () => {
  const port = Number(new URL(centre.url).port)
  const request = `POST /sys/send.php?${required}&mes=half HTTP/1.1\r\nHost: x\r\n`
  const pieces = [
    '\0\0\0\0',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    `${request}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`,
    `${request}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${request}Content-Length: 100\r\n\r\nhalf`,
    `GET /sys/send.php?${'\xcf'.repeat(70_000)} HTTP/1.1\r\n\r\n`,
  ]
  const clients = Array.from({ length: 60 }, (_, at) => {
    const client = rawClient(port)
    client.socket.end(Buffer.from(pieces[at % pieces.length] ?? '', 'latin1'))
    return client
  })
  for (const { heard } of clients) assert.doesNotMatch(await heard, /OK|"id"/)
})

story('after all of this every rouble is where the answers said, and the books agree', async () => {
  assert.equal(Number(await victim.balance()).toFixed(2), (START - charged).toFixed(2))
  const audit = await centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
})

story('the program lives, has logged no bug, and has not grown without bound', async () => {
  assert.equal((await centre.get('/healthz')).status, 200)
  const said = centre.output().split('\n')
  assert.deepEqual(
    said.filter((line) => /"level":[56]0|^\s+at |\.[jt]s:\d+/.test(line)),
    [],
  )
  assert.doesNotMatch(centre.output(), /victim-secret|drop table/)
  if (process.platform !== 'linux') return
  const [, peakKb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${centre.pid()}/status`, 'utf8')) ?? []
  assert.ok(Number(peakKb) < 1_000_000, `${peakKb} kB`)
})
