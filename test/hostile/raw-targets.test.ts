import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseIpRange } from '../../src/domain/ip.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import { startEcho } from '../support/echo-http.ts'
import { eventually } from '../support/eventually.ts'
import { startApi } from '../support/http-api.ts'
import { rawClient } from '../support/raw-http.ts'

const CP1251 = '\xcf\xf0\xe8\xe2\xe5\xf2'
const escaped = (text: string) => text.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`)

// what is no request, however it is read
const broken: [claim: string, octets: string, answer: RegExp][] = [
  ['an unescaped space, and no version', `GET /s?mes=${CP1251} ${CP1251}\r\n\r\n`, /^HTTP\/1\.1 400 /],
  ['an unescaped space in the path, and another version', 'GET /a b HTTP/11\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['spaces behind one that is not answered yet', 'GET /a HTTP/1.1\r\n\r\nGET /s?a b HTTP/1.1\r\n\r\n', /^(HTTP\/1\.1 400 |$)/],
  ['a control character', `GET /s?mes=${CP1251}\x01 HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 400 /],
  ['such octets in the method', `G${CP1251}T /s HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 400 /],
  ['such octets in the version', `GET /s?${CP1251} HTTP/1.${CP1251}\r\n\r\n`, /^HTTP\/1\.1 400 /],
  ['no version, and rubbish', `GET /s?${CP1251}\r\n${CP1251}\r\n\r\n`, /^(HTTP\/1\.1 400 |$)/],
  ['such a line that is too long when escaped', `GET /s?${CP1251.repeat(5000)} HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['two lengths', `POST /s?${CP1251} HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, /^HTTP\/1\.1 400 /],
  [
    'such a request behind one that is not answered yet',
    `GET /a HTTP/1.1\r\n\r\nGET /s?${CP1251} HTTP/1.1\r\n\r\n`,
    /^(HTTP\/1\.1 400 |$)/,
  ],
]
describe('is refused as ever:', () => {
  for (const [claim, octets, answer] of broken) {
    test(claim, async () => {
      const client = await (await startEcho()).client()
      await client.send(octets)
      assert.match(await client.heard(), answer)
    })
  }

  test('a line without an end', async () => {
    const client = await (await startEcho()).client()
    const more = setInterval(() => client.socket.writable && client.socket.write(CP1251.repeat(1000), 'latin1'), 1)
    await client.send(`GET /s?mes=${CP1251}`)
    assert.match(await client.heard(), /^HTTP\/1\.1 431 /)
    clearInterval(more)
  })

  test('a line that comes octet by octet: nobody keeps so many', async () => {
    const client = await (await startEcho()).client()
    await client.send(...`GET /s?mes=${'a'.repeat(100)}`, CP1251)
    assert.match(await client.heard(), /^HTTP\/1\.1 400 /)
  })
})

test('a body is never read as a request', async () => {
  const { client: connected, asked } = await startEcho()
  const client = await connected()
  const body = 'GET /evil HTTP/1.1\r\n\r\n'
  await client.send(`POST /early HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`)
  await client.until(/POST \/early/)
  await client.send(`${body}GET /s?${CP1251} HTTP/1.1\r\n\r\n`)
  assert.match(await client.heard(), /HTTP\/1\.1 400 /)
  assert.deepEqual(asked, ['/early'])
})

test('an answer that is owed is not overtaken', async () => {
  const client = await (await startEcho()).client()
  await client.send('GET /later HTTP/1.1\r\n\r\n', `GET /s?${CP1251} HTTP/1.1\r\n\r\n`)
  assert.doesNotMatch(await client.heard(), /GET \/s/)
})

test('what follows such a request on its connection is not answered', async () => {
  const client = await (await startEcho()).client()
  await client.send(`GET /a?${CP1251} HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n`)
  const heard = await client.heard()
  assert.match(heard, /GET \/a/)
  assert.doesNotMatch(heard, /GET \/b/)
})

// what is sent before the client falls silent
const halves: [claim: string, pieces: string[]][] = [
  ['half a line', [`GET /s?mes=${CP1251}`]],
  ['half a line, in two pieces', ['GET /s?mes=', CP1251]],
  ['half the headers', [`GET /s?mes=${CP1251} HTTP/1.1\r\nHost: x\r\n`]],
  ['half a body', [`POST /s?mes=${CP1251} HTTP/1.1\r\nContent-Length: 100\r\n\r\n`, 'half']],
]
for (const [claim, pieces] of halves) {
  test(`a client that falls silent behind ${claim} is let go`, async () => {
    const client = await (await startEcho({ limits: { headersMs: 50, requestMs: 100 } })).client()
    await client.send(...pieces)
    assert.match(await client.heard(), /^(HTTP\/1\.1 408 |$)/)
  })

  test(`and one that hangs up behind ${claim} harms nobody`, async () => {
    const { client: connected, aborted } = await startEcho()
    const client = await connected()
    await client.send(...pieces)
    client.socket.resetAndDestroy()
    if (/body/.test(claim)) await eventually(() => assert.equal(aborted(), 1))
    const other = await connected()
    await other.send(`GET /s?${CP1251} HTTP/1.1\r\n\r\n`)
    assert.match(await other.heard(), /GET \/s\?%CF/)
  })
}

describe('a text that was not urlencoded', () => {
  const text = 'Привет!'
  const target = '/sys/send.php?login=alex&psw=123&phones=79161234567&fmt=1'
  // charset, its octets as Latin-1
  const charsets: [charset: string, octets: string][] = [
    ['utf-8', Buffer.from(text).toString('latin1')],
    ['windows-1251', '\xcf\xf0\xe8\xe2\xe5\xf2!'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4!'],
  ]
  for (const [charset, octets] of charsets) {
    test(`a text in ${charset} is the text, whoever escapes it`, async () => {
      const api = await startApi()
      for (const mes of [octets, escaped(octets)]) {
        const client = rawClient(api.port)
        client.write(Buffer.from(`GET ${target}&charset=${charset}&mes=${mes} HTTP/1.0\r\n\r\n`, 'latin1'))
        assert.match(await client.heard, /\r\n\r\n1234,1$/)
      }
      const [raw, proper] = api.requests
      assert.equal(raw?.lines[0]?.text, text)
      assert.deepEqual(raw, proper)
      await api.stop()
    })
  }

  test('the client has its own address, also behind a proxy', async () => {
    const seen: string[] = []
    const trustedProxies = [parseIpRange('127.0.0.1') ?? assert.fail()]
    const api = await startApi({
      server: { trustedProxies },
      signIn: async ({ ip }) => {
        seen.push(ip)
        throw new Refusal('bad_credentials')
      },
    })
    for (const header of ['', 'X-Forwarded-For: 203.0.113.5\r\n']) {
      const client = rawClient(api.port)
      client.write(Buffer.from(`GET ${target}&mes=\xcf HTTP/1.1\r\n${header}\r\n`, 'latin1'))
      assert.match(await client.heard, /\r\n\r\n0,-2$/)
    }
    assert.deepEqual(seen, ['127.0.0.1', '203.0.113.5'])
    await api.stop()
  })

  test('a body over the limit is refused', async () => {
    const api = await startApi({ accept: () => assert.fail('accepted') })
    const client = rawClient(api.port)
    const length = 10 * 1024 * 1024
    client.write(Buffer.from(`POST ${target}&mes=\xcf HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`, 'latin1'))
    client.write(Buffer.alloc(length, 'a'))
    assert.match(await client.heard, /\r\n\r\n0,-1$/)
    await api.stop()
  })
})
