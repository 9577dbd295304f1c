import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ALEX, type Api, accepted, NO_LIMITS, startApi } from '../../../test/support/http-api.ts'
import type { Credentials } from '../../account/account.ts'
import { createApiLog } from '../../account/api-log.ts'
import { Refusal } from '../../domain/refusal.ts'

let api: Api
const offered: Credentials[] = []
before(async () => {
  api = await startApi({
    signIn: async (credentials) => {
      offered.push(credentials)
      if (credentials.psw === 'wrong') throw new Refusal('bad_credentials')
      if (credentials.psw === 'blocked') throw new Refusal('ip_blocked')
      return ALEX
    },
  })
})
after(() => api.stop())

const SMS = 'login=alex&psw=123&phones=79999999999&mes=Hi'
const OK = '1234,1'

describe('a request may come', () => {
  const boundary = 'xyz'
  const part = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const multipart = `${SMS.split('&')
    .map((pair) => part(...(pair.split('=') as [string, string])))
    .join('')}--${boundary}--\r\n`

  // target, body, type
  const ways: [claim: string, target: string, body: string | undefined, type: string | undefined][] = [
    ['by GET', `/sys/send.php?${SMS}&fmt=1`, undefined, undefined],
    ['as a form', '/sys/send.php', `${SMS}&fmt=1`, undefined],
    ['as a form without a type', '/sys/send.php', `${SMS}&fmt=1`, ''],
    ['as a form with a charset of its own', '/sys/send.php', `${SMS}&fmt=1`, 'application/x-www-form-urlencoded; charset=UTF-8'],
    ['as multipart', '/sys/send.php?fmt=1', multipart, `multipart/form-data; boundary=${boundary}`],
    ['as JSON', '/sys/send.php', '{"login":"alex","psw":"123","phones":"79999999999","mes":"Hi","fmt":1}', 'application/json'],
    ['half in the query, half in the body', '/sys/send.php?login=alex&psw=123&fmt=1', 'phones=79999999999&mes=Hi', undefined],
    ['below /rest/', `/rest/send/?${SMS}&fmt=1`, undefined, undefined],
    ['below /rest/ without the last slash', `/rest/send?${SMS}&fmt=1`, undefined, undefined],
  ]
  for (const [claim, target, body, type] of ways) {
    test(claim, async () => {
      const answer = await api.ask(target, { ...(body !== undefined && { body }), ...(type !== undefined && { type }) })
      assert.deepEqual([answer.status, answer.body], [200, OK])
    })
  }
})

test('below /rest/ JSON is the answer, unless another format is asked for', async () => {
  const body = '{"login":"alex","psw":"123","phones":"79999999999","mes":"Привет"}'
  const answer = await api.ask('/rest/send/', { body, type: 'application/json' })
  assert.equal(answer.body, '{\n"id": 1234,\n"cnt": 1\n}')
  assert.equal(answer.type, 'application/json; charset=utf-8')
  assert.equal(api.requests.at(-1)?.lines[0]?.text, 'Привет')
  assert.equal((await api.ask('/rest/balance/?login=alex&psw=123')).body, '{\n"balance": "250.80"\n}')
  assert.equal(
    (await api.ask('/rest/send/', { body: '{"login"', type: 'application/json' })).body,
    '{\n"error": "parameters error",\n"error_code": 1\n}',
  )
})

// fmt and charset, type
const types: [parameters: string, type: string][] = [
  ['', 'text/plain; charset=windows-1251'],
  ['fmt=1', 'text/plain; charset=windows-1251'],
  ['fmt=2', 'text/xml; charset=windows-1251'],
  ['fmt=3', 'application/json; charset=windows-1251'],
  ['fmt=3&charset=utf-8', 'application/json; charset=utf-8'],
  ['fmt=3&charset=UTF=8', 'application/json; charset=utf-8'],
  ['charset=koi8_r', 'text/plain; charset=koi8-r'],
  ['charset=unknown', 'text/plain; charset=windows-1251'],
]
for (const [parameters, type] of types) {
  test(`the type of an answer to ${parameters || 'nothing special'}`, async () => {
    assert.equal((await api.ask(`/sys/balance.php?login=alex&psw=123&${parameters}`)).type, type)
  })
}

// parameters, answer of fmt 1
const doors: [claim: string, parameters: string, answer: string][] = [
  ['login and password', 'login=alex&psw=123', '250.80'],
  ['a key alone', 'apikey=key', '250.80'],
  ['a key as password, without a login', 'psw=key', '250.80'],
  ['nothing at all', '', '0,-1'],
  ['a login alone', 'login=alex', '0,-1'],
  ['an empty password', 'login=alex&psw=', '0,-1'],
  ['a wrong password', 'login=alex&psw=wrong', '0,-2'],
  ['an address that guessed too often', 'login=alex&psw=blocked', '0,-4'],
  ['a password of a megabyte', `login=alex&psw=${'x'.repeat(300)}`, '0,-2'],
]
for (const [claim, parameters, answer] of doors) {
  test(`sign-in: ${claim}`, async () => assert.equal((await api.ask(`/sys/balance.php?fmt=1&${parameters}`)).body, answer))
}

test('sign-in is given what was offered, and from where', async () => {
  await api.ask('/sys/balance.php?charset=utf-8&login=%D0%B0&psw=p%2B&apikey=k')
  assert.deepEqual(offered.at(-1), { login: 'а', psw: 'p+', apikey: 'k', ip: '127.0.0.1' })
})

test('fmt that is none is error 1 in the format of the place', async () => {
  assert.equal((await api.ask('/sys/balance.php?login=alex&psw=123&fmt=7')).body, 'ERROR = 1 (parameters error)')
  assert.equal(
    (await api.ask('/rest/balance/?login=alex&psw=123&fmt=json')).body,
    '{\n"error": "parameters error",\n"error_code": 1\n}',
  )
  assert.equal((await api.ask('/sys/balance.php?login=alex&psw=123&fmt=')).body, '250.80')
})

test('other methods are told error 1, HEAD only the headers, and neither does anything', async () => {
  const before = api.requests.length
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await api.ask(`/sys/send.php?${SMS}&fmt=1`, { method })
    assert.deepEqual([answer.status, answer.body], [200, '0,-1'], method)
  }
  const head = await api.ask(`/sys/send.php?${SMS}`, { method: 'HEAD' })
  assert.deepEqual([head.status, head.type, head.body], [200, 'text/plain; charset=windows-1251', ''])
  assert.equal(api.requests.length, before)
})

test('requests of one login under way are counted in and out, whatever becomes of them', async () => {
  let under = 0
  let most = 0
  const release: (() => void)[] = []
  const limits = {
    ...NO_LIMITS,
    enter: () => {
      if (under === 2) return false
      most = Math.max(most, ++under)
      return true
    },
    leave: () => {
      under--
    },
  }
  const busy = await startApi({
    limits,
    accept: ({ ref }) => {
      if (ref === 9) throw new Error('a bug')
      return new Promise((resolve) => release.push(() => resolve(accepted())))
    },
  })
  const both = [busy.get('send', 'phones=79999999999&mes=Hi&fmt=1'), busy.get('send', 'phones=79999999999&mes=Hi&fmt=1')]
  while (release.length < 2) await new Promise(setImmediate)
  assert.equal(await busy.get('send', 'phones=79999999999&mes=Hi'), 'ERROR = 9 (too many concurrent requests)')
  for (const letGo of release) letGo()
  assert.deepEqual(await Promise.all(both), [OK, OK])
  assert.equal(await busy.get('send', 'phones=79999999999&mes=Hi&fmt=1&id=9'), '0,-9')
  assert.equal(await busy.get('send', 'fmt=1'), '0,-1')
  assert.deepEqual([under, most], [0, 2])
  await busy.stop()
})

test('the log of an account keeps its requests without passwords and texts, and nobody else’s', async () => {
  const apiLog = createApiLog()
  const logged = { ...ALEX, settings: { 'fl[30]': 1 } }
  const own = await startApi({
    apiLog,
    signIn: async ({ login }) => (login === 'logged' ? logged : { ...ALEX, id: ALEX.id + 1 }),
  })
  await own.ask('/sys/send.php?login=logged&psw=secret&phones=79161234567&mes=Hello&fmt=3')
  await own.ask('/sys/status.php?login=logged&psw=secret')
  await own.ask('/sys/balance.php?login=another&psw=secret')
  await own.stop()
  const shown = apiLog.of(ALEX.id).map(({ script, error, parameters }) => [script, error, parameters.join(' ')])
  assert.deepEqual(shown, [
    ['/sys/status.php', 1, 'login=logged psw=***'],
    ['/sys/send.php', 0, 'login=logged psw=*** phones=79161234567 mes=*** (5 characters) fmt=3'],
  ])
  assert.deepEqual(apiLog.of(ALEX.id + 1), [])
})

test('answers are observed with their script and error number', async () => {
  const seen: [script: string, error: number][] = []
  const observed = await startApi({ observe: (script, error, ms) => void (ms >= 0 && seen.push([script, error])) })
  await observed.get('balance')
  await observed.get('send', 'fmt=3')
  await observed.ask('/sys/status.php')
  await observed.stop()
  assert.deepEqual(seen, [
    ['balance', 0],
    ['send', 1],
    ['status', 1],
  ])
})
