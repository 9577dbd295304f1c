import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createBodyReader } from '../../src/listeners/http/body.ts'
import { PARAMETERS as BALANCE } from '../../src/listeners/http/sys/balance.ts'
import { PARAMETERS as SEND } from '../../src/listeners/http/sys/send-parameters.ts'
import { PARAMETERS as STATUS } from '../../src/listeners/http/sys/status.ts'
import { type Api, type AskOptions, accepted, startApi } from '../support/http-api.ts'
import { rawClient } from '../support/raw-http.ts'

const REQUIRED: Readonly<Record<string, string>> = {
  send: 'login=alex&psw=123&phones=79161234567&mes=Hi',
  status: 'login=alex&psw=123&phone=79161234567&id=1',
  balance: 'login=alex&psw=123',
}
const PARAMETERS = { send: SEND, status: STATUS, balance: BALANCE }

let api: Api
let taken = 0
before(async () => {
  api = await startApi({
    accept: async () => {
      taken++
      return accepted()
    },
  })
})
after(() => api.stop())

const post = (target: string, body: string | Buffer, more: AskOptions = {}) => api.ask(target, { ...more, body })

/** That an answer is one the API gives, in JSON, and shows nothing of our inside. */
function assertAnswered({ status, body, type }: Awaited<ReturnType<Api['ask']>>, claim: string): void {
  assert.equal(status, 200, claim)
  assert.match(type, /^application\/json; charset=/, claim)
  const [answer] = [JSON.parse(body)].flat() as Record<string, unknown>[]
  assert.ok(
    ['error_code', 'id', 'cost', 'balance', 'status', 'result'].some((name) => name in (answer ?? {})),
    claim,
  )
  assert.doesNotMatch(body, /node:|\.ts\b|\bat .*:\d+:\d+|TypeError|undefined/, claim)
}

for (const [script, parameters] of Object.entries(PARAMETERS)) {
  test(`every parameter of ${script}.php may be given twice`, async () => {
    for (const { name } of parameters) {
      if (name === 'fmt') continue
      assertAnswered(await post(`/sys/${script}.php`, `fmt=3&${name}=1&${REQUIRED[script]}&${name}=2`), name)
    }
  })
}

// fmt, error 1
const formats: [fmt: number, answer: string][] = [
  [0, 'ERROR = 1 (parameters error)'],
  [1, '0,-1'],
  [2, '<result>\n<error>parameters error</error>\n<error_code>1</error_code>\n</result>'],
  [3, '{\n"error": "parameters error",\n"error_code": 1\n}'],
]
describe('a body of 10 MB is refused in the format asked for', () => {
  const TEN_MB = 'a'.repeat(10 * 1024 * 1024)
  for (const [fmt, answer] of formats) {
    test(`fmt=${fmt} in the query, and in the body`, async () => {
      const before = taken
      assert.equal((await post(`/sys/send.php?${REQUIRED.send}&fmt=${fmt}`, `mes=${TEN_MB}`)).body, answer)
      assert.equal((await post('/sys/send.php', `${REQUIRED.send}&fmt=${fmt}&mes=${TEN_MB}`)).body, answer)
      assert.equal(taken, before)
    })
  }

  test('as JSON, and as multipart where files may be larger', async () => {
    const body = `{"login":"alex","psw":"123","phones":"79161234567","mes":"${TEN_MB}"}`
    assert.equal((await post('/rest/send/', body, { type: 'application/json' })).body, formats[3]?.[1])
    const part = `--x\r\nContent-Disposition: form-data; name="mes"\r\n\r\n${TEN_MB}\r\n--x--\r\n`
    assert.equal(
      (await post(`/sys/send.php?${REQUIRED.send}&fmt=1`, part, { type: 'multipart/form-data; boundary=x' })).body,
      '0,-1',
    )
    const file = `--x\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n${TEN_MB}\r\n--x--\r\n`
    assert.equal(
      (await post(`/sys/send.php?${REQUIRED.send}&fmt=1`, file, { type: 'multipart/form-data; boundary=x' })).body,
      '1234,1',
    )
    const larger = `--x\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n${TEN_MB}${TEN_MB}\r\n--x--\r\n`
    assert.equal(
      (await post(`/sys/send.php?${REQUIRED.send}&fmt=1`, larger, { type: 'multipart/form-data; boundary=x' })).body,
      '0,-1',
    )
  })

  test('in chunks without a length', async () => {
    const client = rawClient(api.port)
    client.write(
      `POST /sys/send.php?${REQUIRED.send}&fmt=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    const chunk = Buffer.from(`100000\r\n${'a'.repeat(0x100000)}\r\n`)
    for (let count = 0; count < 10; count++) client.write(chunk)
    client.write('0\r\n\r\n')
    assert.match(await client.heard, /\r\n\r\n0,-1$/)
  })

  test('one that never ends loses its connection', async () => {
    const small = await startApi({
      readBody: createBodyReader({
        formBytesMax: 1000,
        multipartBytesMax: 1000,
        discardBytesMax: 300_000,
        heldBytesMax: 10_000_000,
      }),
    })
    const client = rawClient(small.port)
    client.write('POST /sys/send.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = Buffer.from(`10000\r\n${'a'.repeat(0x10000)}\r\n`)
    const flood = setInterval(() => client.socket.writable && client.write(chunk), 1)
    assert.equal(await client.heard, '')
    clearInterval(flood)
    await small.stop()
  })
})

test('large bodies together have a limit: over it they are told to come again', async () => {
  const limits = { formBytesMax: 1_000_000, multipartBytesMax: 1_000_000, discardBytesMax: 10_000_000, heldBytesMax: 500_000 }
  const busy = await startApi({ readBody: createBodyReader(limits) })
  const answer = (await busy.ask(`/sys/send.php?${REQUIRED.send}&fmt=1`, { body: `mes=${'a'.repeat(600_000)}` })).body
  assert.equal(answer, '0,-9')
  for (let round = 0; round < 3; round++) {
    const phones = `${'79161234567,'.repeat(30_000)}`
    assert.equal((await busy.ask('/sys/send.php', { body: `${REQUIRED.send}&fmt=1&phones=${phones}` })).body, '1234,1')
  }
  await busy.stop()
})

test('100,000 numbers in one request are read, all of them', async () => {
  const phones = Array.from({ length: 100_000 }, (_, index) => 79160000000 + index)
  assert.equal((await post('/sys/send.php', `login=alex&psw=123&fmt=1&mes=Hi&phones=${phones.join(',')}`)).body, '1234,1')
  assert.deepEqual(api.requests.at(-1)?.lines[0]?.phones, phones.map(String))
  const body = JSON.stringify({ login: 'alex', psw: '123', mes: 'Hi', phones })
  assert.equal((await post('/rest/send/', body, { type: 'application/json' })).body, '{\n"id": 1234,\n"cnt": 1\n}')
  assert.equal(api.requests.at(-1)?.lines[0]?.phones.length, 100_000)
})

// what is sent before the client falls silent
const halves: [claim: string, octets: string][] = [
  ['nothing', ''],
  ['half a request line', 'GET /sys/send.php?login=al'],
  ['headers without an end', 'GET /sys/send.php HTTP/1.1\r\nHost: x\r\n'],
  ['half a body', 'POST /sys/send.php HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nlogin=alex&psw=123&phones=7916'],
  ['half a chunk', 'POST /sys/send.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nlogin=alex'],
  [
    'half a multipart body',
    'POST /sys/send.php HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900\r\n\r\n--x\r\nContent',
  ],
]
describe('a client that falls silent is let go, and nothing is taken', () => {
  for (const [claim, octets] of halves) {
    test(`after ${claim}`, async () => {
      const short = await startApi({
        accept: () => assert.fail('accepted'),
        server: { limits: { headersMs: 50, requestMs: 100, checkMs: 20 } },
      })
      const client = rawClient(short.port)
      client.write(octets)
      const heard = await client.heard
      assert.ok(heard === '' || /^HTTP\/1\.1 408 /.test(heard), heard)
      await short.stop()
    })

    test(`or hangs up after ${claim}`, async () => {
      const before = taken
      const client = rawClient(api.port)
      client.socket.end(octets)
      await client.heard
      assert.equal(taken, before)
      assert.equal(await api.get('balance'), '250.80')
    })
  }

  test('or sends an octet now and then', async () => {
    const short = await startApi({
      accept: () => assert.fail('accepted'),
      server: { limits: { headersMs: 100, requestMs: 200, checkMs: 20 } },
    })
    const client = rawClient(short.port)
    const octets = `GET /sys/send.php?${REQUIRED.send}&x=${'x'.repeat(100_000)}`
    let at = 0
    const drip = setInterval(() => client.socket.writable && client.write(octets.charAt(at++)), 5)
    assert.match(await client.heard, /^HTTP\/1\.1 408 /)
    clearInterval(drip)
    await short.stop()
  })
})

// requests that are no HTTP, or more than one
const smuggled: [claim: string, octets: string][] = [
  ['two lengths', 'POST /sys/balance.php HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'],
  [
    'a length and chunks',
    'POST /sys/balance.php HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a chunk of nonsense', 'POST /sys/balance.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc'],
  ['a negative length', 'POST /sys/balance.php HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nabc'],
  ['octets of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['NUL in a header', 'GET /sys/balance.php HTTP/1.1\r\nHost: x\0y\r\n\r\n'],
]
for (const [claim, octets] of smuggled) {
  test(`${claim}: 400, and the connection is closed`, async () => {
    const client = rawClient(api.port)
    client.write(Buffer.from(octets, 'latin1'))
    assert.match(await client.heard, /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/)
  })
}

test('a compressed body is refused, not unpacked', async () => {
  const client = rawClient(api.port)
  client.write(
    `POST /sys/balance.php?login=alex&psw=123&fmt=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd`,
  )
  assert.match(await client.heard, /\r\n\r\n0,-1$/)
})

test('names that objects have are parameters like any other', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assertAnswered(await post('/sys/send.php', `${REQUIRED.send}&fmt=3&${name}=1&${name}[x]=2`), name)
    assertAnswered(
      await post('/rest/send/', `{"login":"alex","psw":"123","phones":"79161234567","mes":"Hi","${name}":{"a":1}}`, {
        type: 'application/json',
      }),
      name,
    )
  }
})

test('after all of this the centre answers as before', async () => {
  assert.equal(await api.get('balance'), '250.80')
})
