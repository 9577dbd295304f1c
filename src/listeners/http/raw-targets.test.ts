import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { eventually, within } from '../../../test/support/eventually.ts'
import { SERVER_LIMITS, type ServerLimits, serverOptions, takeCareOfBrokenRequests } from './connections.ts'

const TLS = new URL('../../../test/support/tls/', import.meta.url)
const CERTIFICATE = { cert: readFileSync(new URL('first.crt', TLS)), key: readFileSync(new URL('first.key', TLS)) }

interface Client {
  /** Sends the octets of each piece once the server has read the one before. */
  send(...pieces: (string | Buffer)[]): Promise<void>
  readonly socket: Duplex
  /** All that came, when the connection has ended. */
  heard(): Promise<string>
  until(text: RegExp): Promise<string>
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** A server that says what it was asked. */
async function start({ tls = false, limits = {} }: { tls?: boolean; limits?: Partial<ServerLimits> } = {}) {
  const all = { ...SERVER_LIMITS, checkMs: 20, ...limits }
  const server = tls ? createTlsServer({ ...serverOptions(all), ...CERTIFICATE }) : createServer(serverOptions(all))
  takeCareOfBrokenRequests(server, all)
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    let body = ''
    req.on('error', () => {}) // the client has hung up
    req.setEncoding('latin1').on('data', (chunk: string) => {
      body += chunk
    })
    req.on('end', () => {
      const said = Buffer.from(`<${req.method} ${req.url} from ${req.socket.remoteAddress}: ${body}>`, 'latin1')
      res.writeHead(200, { 'Content-Length': said.length }).end(said)
    })
  })
  const arrivals: Duplex[] = []
  server.on(tls ? 'secureConnection' : 'connection', (socket: Duplex) => arrivals.push(socket))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  async function client(): Promise<Client> {
    const socket = tls ? connectTls({ port, rejectUnauthorized: false }) : connect(port, '127.0.0.1')
    await once(socket, tls ? 'secureConnect' : 'connect')
    const arrived = await eventually(() => {
      const mine = arrivals.find((one) => 'remotePort' in one && one.remotePort === socket.localPort)
      assert.ok(mine && 'bytesRead' in mine, 'not there')
      return mine as Duplex & { bytesRead: number }
    })
    const closed = once(socket, 'close')
    let text = ''
    let sent = 0
    socket.setNoDelay(true)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => {}) // a reset is one way to end
    return {
      socket,
      send: async (...pieces) => {
        for (const piece of pieces) {
          sent += Buffer.byteLength(piece, 'latin1')
          socket.write(piece, 'latin1')
          await eventually(() => assert.ok(arrived.bytesRead >= sent || arrived.destroyed, 'not read'))
        }
      },
      heard: async () => {
        await within(closed, 'the end of the connection')
        return text
      },
      until: (wanted) =>
        eventually(() => {
          assert.match(text, wanted)
          return text
        }),
    }
  }
  return { client, server }
}

const UTF8 = Buffer.from('Привет,+мир').toString('latin1')
const CP1251 = '\xcf\xf0\xe8\xe2\xe5\xf2'
const escaped = (text: string) => text.replace(/[\x80-\xff]/g, percent)
const percent = (octet: string) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`

// what the request says, and what the server is asked
const requests: [claim: string, octets: string, asked: string][] = [
  ['GET, UTF-8', `GET /s?mes=${UTF8} HTTP/1.1\r\nHost: x\r\n\r\n`, `<GET /s?mes=${escaped(UTF8)} from 127.0.0.1: >`],
  ['GET, windows-1251', `GET /s?mes=${CP1251}&a=1 HTTP/1.0\r\n\r\n`, `<GET /s?mes=${escaped(CP1251)}&a=1 from 127.0.0.1: >`],
  ['in the path', `GET /${CP1251} HTTP/1.1\r\n\r\n`, `<GET /${escaped(CP1251)} from 127.0.0.1: >`],
  [
    'an address as proxies write it',
    `GET http://x/s?${CP1251} HTTP/1.1\r\n\r\n`,
    `<GET http://x/s?${escaped(CP1251)} from 127.0.0.1: >`,
  ],
  ['empty lines in front', `\r\n\r\nGET /s?${CP1251} HTTP/1.1\r\n\r\n`, `<GET /s?${escaped(CP1251)} from 127.0.0.1: >`],
  [
    'POST with a body of such octets',
    `POST /s?a=${UTF8} HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nb=${CP1251}`,
    `<POST /s?a=${escaped(UTF8)} from 127.0.0.1: b=${CP1251}>`,
  ],
  [
    'POST in chunks',
    `POST /s?a=${UTF8} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n${CP1251}\r\n0\r\n\r\n`,
    `<POST /s?a=${escaped(UTF8)} from 127.0.0.1: ${CP1251}>`,
  ],
  [
    'headers of such octets, which stay as they are',
    `GET /s?${CP1251} HTTP/1.1\r\nX: ${CP1251}\r\n\r\n`,
    `<GET /s?${escaped(CP1251)} from 127.0.0.1: >`,
  ],
]
for (const tls of [false, true]) {
  describe(`unescaped octets in a target, over ${tls ? 'HTTPS' : 'HTTP'}`, () => {
    for (const [claim, octets, asked] of requests) {
      test(`${claim}: answered, and the connection closed`, async () => {
        const client = await (await start({ tls })).client()
        await client.send(octets)
        const heard = await client.heard()
        assert.match(heard, /^HTTP\/1\.1 200 OK\r\n[\s\S]*^Connection: close\r$/m)
        assert.equal(heard.slice(heard.indexOf('\r\n\r\n') + 4), asked)
      })

      test(`${claim}: cut anywhere`, async () => {
        const { client: connected } = await start({ tls })
        for (let cut = 1; cut < octets.length; cut += 5) {
          const client = await connected()
          await client.send(octets.slice(0, cut), octets.slice(cut))
          assert.ok((await client.heard()).includes(asked), `cut at ${cut}`)
        }
      })
    }

    test('in many pieces', async () => {
      const [, octets = '', asked = ''] = requests[5] ?? []
      const client = await (await start({ tls })).client()
      await client.send(...(octets.match(/[\s\S]{1,2}/g) ?? []))
      assert.ok((await client.heard()).includes(asked))
    })

    test('behind requests without them, on one connection', async () => {
      const client = await (await start({ tls })).client()
      await client.send('GET /first HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.until(/GET \/first/)
      await client.send('POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc', 'def')
      await client.until(/POST \/second .*abcdef/)
      await client.send('GET /third?a=b&c', `=${CP1251} HTTP/1.1\r\nHost: x\r\n\r\n`)
      assert.match(await client.heard(), /GET \/third\?a=b&c=%CF%F0%E8%E2%E5%F2 from/)
    })

    test('a hundred at once, each in two pieces', async () => {
      const { client: connected } = await start({ tls })
      const clients = await Promise.all(Array.from({ length: 100 }, () => connected()))
      await Promise.all(clients.map((client, at) => client.send(`GET /s?n=${at}&mes=a`, `${UTF8} HTTP/1.1\r\nHost: x\r\n\r\n`)))
      const heard = await Promise.all(clients.map((client) => client.heard()))
      for (const [at, text] of heard.entries()) assert.match(text, new RegExp(`/s\\?n=${at}&mes=a%D0`))
    })
  })
}

// what is no request, however it is read
const broken: [claim: string, octets: string, answer: RegExp][] = [
  ['an unescaped space', `GET /s?mes=${CP1251} ${CP1251} HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 400 /],
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
      const client = await (await start()).client()
      await client.send(octets)
      assert.match(await client.heard(), answer)
    })
  }

  test('a line without an end', async () => {
    const client = await (await start()).client()
    const more = setInterval(() => client.socket.writable && client.socket.write(CP1251.repeat(1000), 'latin1'), 1)
    await client.send(`GET /s?mes=${CP1251}`)
    assert.match(await client.heard(), /^HTTP\/1\.1 431 /)
    clearInterval(more)
  })

  test('a line that comes octet by octet: nobody keeps so many', async () => {
    const client = await (await start()).client()
    await client.send(...`GET /s?mes=${'a'.repeat(100)}`, CP1251)
    assert.match(await client.heard(), /^HTTP\/1\.1 400 /)
  })
})

test('what follows such a request on its connection is not answered', async () => {
  const client = await (await start()).client()
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
    const client = await (await start({ limits: { headersMs: 50, requestMs: 100 } })).client()
    await client.send(...pieces)
    assert.match(await client.heard(), /^(HTTP\/1\.1 408 |$)/)
  })

  test(`and one that hangs up behind ${claim} harms nobody`, async () => {
    const { client: connected } = await start()
    const client = await connected()
    await client.send(...pieces)
    client.socket.destroy()
    const other = await connected()
    await other.send(`GET /s?${CP1251} HTTP/1.1\r\n\r\n`)
    assert.match(await other.heard(), /GET \/s\?%CF/)
  })
}

test('a server that stops waits for the answer', async () => {
  const { client: connected, server } = await start()
  const client = await connected()
  await client.send('POST /s?mes=', `${CP1251} HTTP/1.1\r\nContent-Length: 4\r\n\r\n`, 'ab')
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await client.send('cd')
  assert.match(await client.heard(), /POST .*: abcd>$/)
  await closed
})
