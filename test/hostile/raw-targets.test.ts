import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseIpRange } from '../../src/domain/ip.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import { startApi } from '../support/http-api.ts'
import { rawClient } from '../support/raw-http.ts'

const escaped = (text: string) => text.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`)

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
