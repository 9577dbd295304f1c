import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { startEcho } from '../../../test/support/echo-http.ts'
import { eventually } from '../../../test/support/eventually.ts'

const UTF8 = Buffer.from('Привет,+мир').toString('latin1')
const CP1251 = '\xcf\xf0\xe8\xe2\xe5\xf2'
const escaped = (text: string) => text.replace(/[\x80-\xff]/g, percent)
const percent = (octet: string) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`

// what the request says, and what the server is asked
const requests: [claim: string, octets: string, asked: string][] = [
  [
    'GET, UTF-8',
    `GET /s?mes=${UTF8} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `<GET /s?mes=${escaped(UTF8)} from 127.0.0.1, header undefined: >`,
  ],
  [
    'GET, windows-1251',
    `GET /s?mes=${CP1251}&a=1 HTTP/1.0\r\n\r\n`,
    `<GET /s?mes=${escaped(CP1251)}&a=1 from 127.0.0.1, header undefined: >`,
  ],
  ['in the path', `GET /${CP1251} HTTP/1.1\r\n\r\n`, `<GET /${escaped(CP1251)} from 127.0.0.1, header undefined: >`],
  [
    'an address as proxies write it',
    `GET http://x/s?${CP1251} HTTP/1.1\r\n\r\n`,
    `<GET http://x/s?${escaped(CP1251)} from 127.0.0.1, header undefined: >`,
  ],
  [
    'empty lines in front',
    `\r\n\r\nGET /s?${CP1251} HTTP/1.1\r\n\r\n`,
    `<GET /s?${escaped(CP1251)} from 127.0.0.1, header undefined: >`,
  ],
  [
    'spaces, as PHP lets them be written',
    'GET /s?mes=Your code: 1234 &a=1 HTTP/1.1\r\nHost: x\r\n\r\n',
    '<GET /s?mes=Your%20code:%201234%20&a=1 from 127.0.0.1, header undefined: >',
  ],
  [
    'spaces and letters',
    `GET /s?mes=${CP1251}: 12 ${CP1251} HTTP/1.0\r\n\r\n`,
    `<GET /s?mes=${escaped(CP1251)}:%2012%20${escaped(CP1251)} from 127.0.0.1, header undefined: >`,
  ],
  [
    'words that look like the end of the line',
    'POST /s?mes=I speak HTTP/1.1 and HTTP HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nb',
    '<POST /s?mes=I%20speak%20HTTP/1.1%20and%20HTTP from 127.0.0.1, header undefined: b>',
  ],
  [
    'POST with a body of such octets',
    `POST /s?a=${UTF8} HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nb=${CP1251}`,
    `<POST /s?a=${escaped(UTF8)} from 127.0.0.1, header undefined: b=${CP1251}>`,
  ],
  [
    'POST in chunks',
    `POST /s?a=${UTF8} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n${CP1251}\r\n0\r\n\r\n`,
    `<POST /s?a=${escaped(UTF8)} from 127.0.0.1, header undefined: ${CP1251}>`,
  ],
  [
    'headers of such octets, which stay as they are',
    `GET /s?${CP1251} HTTP/1.1\r\nX: ${CP1251}\r\n\r\n`,
    `<GET /s?${escaped(CP1251)} from 127.0.0.1, header ${CP1251}: >`,
  ],
]
for (const tls of [false, true]) {
  describe(`unescaped octets in a target, over ${tls ? 'HTTPS' : 'HTTP'}`, () => {
    for (const [claim, octets, asked] of requests) {
      test(`${claim}: answered, and the connection closed`, async () => {
        const client = await (await startEcho({ tls })).client()
        await client.send(octets)
        const heard = await client.heard()
        assert.match(heard, /^HTTP\/1\.1 200 OK\r\n[\s\S]*^Connection: close\r$/m)
        assert.equal(heard.slice(heard.indexOf('\r\n\r\n') + 4), asked)
      })

      test(`${claim}: cut anywhere`, async () => {
        const { client: connected } = await startEcho({ tls })
        for (let cut = 1; cut < octets.length; cut += tls ? 7 : 3) {
          const client = await connected()
          await client.send(octets.slice(0, cut), octets.slice(cut))
          assert.ok((await client.heard()).includes(asked), `cut at ${cut}`)
        }
      })
    }

    test('octet by octet', async () => {
      for (const [, octets, asked] of [requests[5], requests[7]].flatMap((request) => (request ? [request] : []))) {
        const client = await (await startEcho({ tls })).client()
        await client.send(...octets)
        assert.ok((await client.heard()).includes(asked))
      }
    })

    test('behind requests without them, on one connection', async () => {
      const client = await (await startEcho({ tls })).client()
      await client.send('GET /first HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.until(/GET \/first/)
      await client.send('POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc', 'def')
      await client.until(/POST \/second .*abcdef/)
      await client.send('GET /third?a=b&c', `=${CP1251} HTTP/1.1\r\nHost: x\r\n\r\n`)
      assert.match(await client.heard(), /GET \/third\?a=b&c=%CF%F0%E8%E2%E5%F2 from/)
    })

    test('a hundred at once, each in two pieces', async () => {
      const { client: connected } = await startEcho({ tls })
      const clients = await Promise.all(Array.from({ length: 100 }, () => connected()))
      await Promise.all(clients.map((client, at) => client.send(`GET /s?n=${at}&mes=a`, `${UTF8} HTTP/1.1\r\nHost: x\r\n\r\n`)))
      const heard = await Promise.all(clients.map((client) => client.heard()))
      for (const [at, text] of heard.entries()) assert.match(text, new RegExp(`/s\\?n=${at}&mes=a%D0`))
    })
  })
}

test('a line that says no version is refused, and so is one that never ends', async () => {
  const { client: connected } = await startEcho()
  for (const octets of [
    'GET /s?mes=a b\r\nHost: x\r\n\r\n',
    'GET /s b c HTTP/x\r\n\r\n',
    `GET /s?mes=a b${' c'.repeat(70_000)}`,
  ]) {
    const client = await connected()
    await client.send(octets)
    assert.match(await client.heard(), /^HTTP\/1\.1 4\d\d /, octets.slice(0, 30))
  }
})

test('a server that stops waits for the answer', async () => {
  const { client: connected, server } = await startEcho()
  const client = await connected()
  await client.send('POST /s?mes=', `${CP1251} HTTP/1.1\r\nContent-Length: 4\r\n\r\n`, 'ab')
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await client.send('cd')
  assert.match(await client.heard(), /POST .*: abcd>$/)
  await closed
})

test('an answer may take longer than a request may', async () => {
  const { client: connected, answerLater } = await startEcho({ limits: { headersMs: 500, requestMs: 1_000 } })
  const client = await connected()
  await client.send('GET /later?mes=', `${CP1251} HTTP/1.1\r\n\r\n`)
  const silent = await connected()
  await silent.send('GET /s')
  assert.match(await silent.heard(), /^HTTP\/1\.1 408 /)
  answerLater()
  assert.match(await client.heard(), /^HTTP\/1\.1 200 /)
})

test('a body that nobody reads is not read ahead', async () => {
  const { client: connected, answerLater } = await startEcho()
  const client = await connected()
  const length = 64 * 1024 * 1024
  await client.send(`POST /later?mes=${CP1251} HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`)
  client.socket.write(Buffer.alloc(length, 'a'))
  let [read, same] = [0, 0]
  await eventually(() => {
    same = client.read() === read ? same + 1 : 0
    read = client.read()
    assert.ok(same > 5, 'it still reads')
  })
  assert.ok(read < length / 2, `${read} octets were read`)
  answerLater()
  await client.until(/aaa>$/)
})
