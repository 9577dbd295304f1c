import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type Centre, openCentre } from '../../src/centre.ts'
import { readConfig } from '../../src/config.ts'
import { LIMITS } from '../../src/domain/account.ts'
import { SCRIPTS } from '../../src/listeners/http/sys/scripts.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type Client, openClient } from './client.ts'
import { assertEnvelope, isBusy } from './envelope.ts'
import { trialsOf } from './questions.ts'
import { JSON_VALUES, VALUES } from './values.ts'

// All scripts × all parameters × hostile values × all formats, some 47,000 requests. A new script is walked by itself: the table of
// scripts is read.
const AT_ONCE = 24
const FORMATS = [0, 1, 2, 3] as const
type Fmt = (typeof FORMATS)[number]
const CREDENTIALS = 'login=walker&psw=walker-secret'
/** By turns. */
const CHARSETS = ['&charset=utf-8', '', '&charset=koi8-r']

let folder: string
let database: TestDatabase
let centre: Centre
const clients: Client[] = []
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heliogram-walk-'))
  database = await createDatabase()
  const environment = {
    ...{ HELIOGRAM_DATA: folder, DATABASE_URL: database.url, HELIOGRAM_HTTP_PORT: '0', HELIOGRAM_SMPP_PORT: '0' },
    HELIOGRAM_SMTP_PORT: '0',
  }
  const read = readConfig(environment, { sandbox: true })
  assert.ok('config' in read)
  centre = await openCentre(read.config, true, (error) => assert.fail(error))
  for (let each = 0; each < AT_ONCE; each += 1) clients.push(openClient(centre.ports().http))
  await openWalker()
})
after(async () => {
  for (const client of clients) client.close()
  await centre?.stop(0)
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const admin = async (method: string, path: string, body: object): Promise<void> => {
  const headers = {
    Authorization: `Bearer ${readFileSync(join(folder, 'admin-token'), 'utf8').trim()}`,
    'Content-Type': 'application/json',
  }
  const url = `http://127.0.0.1:${centre.ports().http}/admin/v1${path}`
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  assert.ok(response.ok, `${path}: ${await response.text()}`)
}

/** Somebody who has a little of everything, and no limits. */
async function openWalker(): Promise<void> {
  await admin('POST', '/accounts', { login: 'walker', password: 'walker-secret', balance: '1000000' })
  await admin('PATCH', '/accounts/walker/limits', Object.fromEntries(Object.keys(LIMITS).map((name) => [name, 0])))
  await admin('POST', '/accounts', { login: 'branch', password: 'branch-secret', parent: 'walker' })
  for (const [script, question] of [
    ['phones', 'add_group=1&name=Group'],
    ['phones', 'add=1&name=Somebody&phone=79160000001&grp=1'],
    ['templates', 'add=1&name=Name&msg=Text'],
    ['tinyurls', 'add=1&link=mywebsite.ru'],
    ['send', 'phones=79161234567&mes=Ask+me,+%22please%22%0D%0A%3Cnow%3E&id=1'],
  ] as const)
    await ask(clients[0] as Client, script, question, 3, CREDENTIALS)
}

const FORM = 'application/x-www-form-urlencoded'

async function ask(client: Client, script: string, question: string, fmt: Fmt, credentials: string): Promise<void> {
  const asked = `${credentials}&fmt=${fmt}&${question}`
  await holds(client, `/sys/${script}.php`, FORM, asked, fmt, `${script}.php?${question.slice(0, 300)}&fmt=${fmt}`)
}

/** A machine that is busy may have no room for a request; a request that the store does not understand has none for good. */
const BUSY_MS = 10_000

async function holds(client: Client, path: string, type: string, body: string, fmt: Fmt, claim: string): Promise<void> {
  const answer = await eventually(async () => {
    const given = await client.post(path, type, body)
    if (isBusy(given)) throw new Error(`${claim}: the store was asked something that it does not understand`)
    return given
  }, BUSY_MS)
  assertEnvelope(answer, fmt, claim)
}

/** All of them, several at a time; every complaint is told, not the first alone. */
async function all<T>(items: readonly T[], work: (client: Client, item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const complaints: string[] = []
  await Promise.all(
    clients.map(async (client) => {
      for (const item of queue)
        await work(client, item).catch((error: Error) => complaints.push(error.message.split('\n')[0] ?? ''))
    }),
  )
  assert.equal(complaints.length, 0, `${complaints.length} answers:\n  ${complaints.slice(0, 20).join('\n  ')}`)
}

let turn = 0
/** One of the charsets, another with every call. */
const nextCharset = (): string => CHARSETS[turn++ % CHARSETS.length] ?? ''

for (const [script, { parameters }] of Object.entries(SCRIPTS)) {
  test(`every parameter of ${script}.php may be anything, in every format`, () => {
    const cases = trialsOf(script, parameters).flatMap(([question, name]) =>
      Object.values(VALUES).flatMap((value) =>
        FORMATS.map((fmt) => [`${question}&${encodeURIComponent(name)}=${value}${nextCharset()}`, fmt] as const),
      ),
    )
    return all(cases, (client, [question, fmt]) => ask(client, script, question, fmt, CREDENTIALS))
  })

  test(`a JSON object may have anything where ${script}.php has a parameter`, () => {
    const [login, psw] = CREDENTIALS.split('&').map((pair) => pair.split('=')[1])
    const cases = trialsOf(script, parameters).flatMap(([question, name]) =>
      JSON_VALUES.map((value) => [question, name, value] as const),
    )
    return all(cases, async (client, [question, name, value]) => {
      const known = { login, psw, ...Object.fromEntries(new URLSearchParams(question)) }
      const body = `${JSON.stringify(known).slice(0, -1)},"fmt":3,${JSON.stringify(name)}:${value}}`
      await holds(client, `/rest/${script}/`, 'application/json', body, 3, `/rest/${script}/ ${body.slice(0, 300)}`)
    })
  })
}

test('the charset and the format may be anything too', () => {
  const cases = Object.entries(SCRIPTS).flatMap(([script, { parameters }]) => {
    const [question = ''] = trialsOf(script, parameters)[0] ?? []
    return Object.values(VALUES).flatMap((value) => [
      ...FORMATS.map((fmt) => [script, `${question}&charset=${value}`, fmt] as const),
      [script, `${question}&fmt=${value}`, value === '1' ? 1 : 0] as const,
    ])
  })
  return all(cases, (client, [script, question, fmt]) => ask(client, script, question, fmt, CREDENTIALS))
})

test('who asks may be anything too', () => {
  const scripts = Object.keys(SCRIPTS)
  // A wrong password costs a slow hash: every script gets some of the values, and every value comes to some script.
  const cases = Object.values(VALUES).flatMap((value, at) =>
    ['login', 'psw', 'apikey'].map((name, nth) => [scripts[(at * 3 + nth) % scripts.length] ?? '', name, value] as const),
  )
  return all(cases, (client, [script, name, value]) => ask(client, script, `${name}=${value}`, 3, CREDENTIALS))
})

test('what was done to the money is in the books', async () => {
  const reader = new pg.Client(database.config)
  await reader.connect()
  const { rows } = await reader.query(
    'select (select sum(balance + balance2) from accounts)::text as held, (select sum(amount) from postings)::text as posted',
  )
  await reader.end()
  assert.equal(rows[0].held, rows[0].posted)
})

test('after all that a message is sent and delivered as ever', async () => {
  const get = async (target: string): Promise<{ id: number; status: number }> => {
    const response = await fetch(`http://127.0.0.1:${centre.ports().http}${target}&${CREDENTIALS}&fmt=3`)
    return (await response.json()) as { id: number; status: number }
  }
  const { id } = await get('/sys/send.php?phones=79160000003&mes=As+ever')
  await eventually(async () => assert.equal((await get(`/sys/status.php?phone=79160000003&id=${id}`)).status, 1))
})
