import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { explainAnswer, type HandlerAnswer, verdictOf } from '../../domain/handler-call.ts'
import { createHandlerCaller } from './caller.ts'

const open: { close(): void; closeAllConnections?(): void }[] = []
after(() => {
  for (const each of open) {
    each.closeAllConnections?.()
    each.close()
  }
})

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  open.push(server)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return (server.address() as AddressInfo).port
}
const serving = async (answer: RequestListener): Promise<string> => `http://127.0.0.1:${await listening(createServer(answer))}/h`

const sandbox = createHandlerCaller({ loopback: true })
const impatient = createHandlerCaller({ loopback: true, timeoutMs: 100 })
open.push(sandbox, impatient)
const request = (url: string) => ({ url, headers: { 'Content-Type': 'text/plain' }, body: Buffer.from('id=1') })

test('a handler is told by POST, on a connection that is kept', async () => {
  const told: string[] = []
  const ports = new Set<number>()
  const url = await serving((req, res) => {
    ports.add(req.socket.remotePort ?? 0)
    let body = ''
    req.on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      told.push(`${req.method} ${req.url} ${req.headers['content-type']} ${body}`)
      res.end('OK')
    })
  })
  for (let times = 0; times < 3; times++) {
    const answer = await sandbox.call(request(url))
    assert.equal(answer.code, 200)
    assert.equal(answer.text, 'OK')
    assert.equal(verdictOf(answer), 'delivered')
  }
  assert.deepEqual(told, Array(3).fill('POST /h text/plain id=1'))
  assert.equal(ports.size, 1)
})

test('a redirect is explained and not followed', async () => {
  let followed = 0
  const url = await serving((req, res) => {
    if (req.url !== '/h') followed += 1
    res.writeHead(302, { Location: '/other?token=1' }).end()
  })
  const answer = await sandbox.call(request(url))
  assert.equal(verdictOf(answer), 'failed')
  assert.match(
    explainAnswer(answer),
    /^It answered 302, a redirect to http:\/\/127\.0\.0\.1:\d+\/other\. Redirects are not followed/,
  )
  assert.equal(followed, 0)
})

test('an answer without end is cut, and its status counts', async () => {
  let sent = 0
  const url = await serving((_, res) => {
    res.on('error', () => undefined)
    const block = Buffer.alloc(65_536)
    const more = () => {
      while (!res.destroyed && res.write(block)) sent += block.length
    }
    res.on('drain', more)
    more()
  })
  const answer = await sandbox.call(request(url))
  assert.equal(answer.code, 200)
  assert.ok(sent < 100_000_000, `${sent} octets were taken`)
})

test('an answer that comes an octet now and then is not waited for', async () => {
  const url = await serving((_, res) => void res.writeHead(200).write('O'))
  assert.equal((await sandbox.call(request(url))).text, 'O')
})

test('a handler that says nothing, or never ends its headers, has not answered in time', async () => {
  const mute = await serving(() => undefined)
  const dripping = await listening(createTcpServer((socket) => void socket.resume().write('HTTP/1.1 200 OK\r\nX-A: ')))
  for (const url of [mute, `http://127.0.0.1:${dripping}/`]) {
    assert.match(explainAnswer(await impatient.call(request(url))), /^It did not answer within/)
  }
})

test('headers without end are not read for ever', async () => {
  const port = await listening(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume().write(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}`)
    }),
  )
  assert.match(explainAnswer(await sandbox.call(request(`http://127.0.0.1:${port}/`))), /more than 16 KB of headers/)
})

test('a handler that closes, is not there, or speaks something else is explained', async () => {
  const closing = await listening(createTcpServer((socket) => socket.destroy()))
  const strange = await listening(createTcpServer((socket) => void socket.end('220 mail.example.com ESMTP\r\n')))
  const gone = createServer()
  const port = await listening(gone)
  await new Promise((closed) => gone.close(closed))
  const says = async (url: string): Promise<string> => explainAnswer(await sandbox.call(request(url)))
  assert.match(await says(`http://127.0.0.1:${closing}/`), /closed the connection before it answered/)
  assert.match(await says(`http://127.0.0.1:${strange}/`), /does not speak HTTP/)
  assert.match(await says(`http://127.0.0.1:${port}/`), /Nobody listens/)
  assert.match(await says(`https://127.0.0.1:${strange}/`), /does not speak TLS/)
})

test('a certificate that nobody vouches for is refused and explained', async () => {
  const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../../test/support/tls', name))
  const server = createTlsServer({ cert: file('first.crt'), key: file('first.key') }, (_, res) => res.end('OK'))
  const port = await listening(server)
  assert.match(explainAnswer(await sandbox.call(request(`https://127.0.0.1:${port}/`))), /TLS certificate is self-signed/)
})

test('a pause that is asked for is understood in seconds and as a date', async () => {
  const asked = ['120', new Date(Date.now() + 3_600_000).toUTCString(), 'soon']
  const url = await serving((_, res) => res.writeHead(503, { 'Retry-After': asked.shift() }).end())
  const answers: HandlerAnswer[] = []
  for (let times = 0; times < 3; times++) answers.push(await sandbox.call(request(url)))
  assert.equal(answers[0]?.retryAfterMs, 120_000)
  assert.ok(Math.abs((answers[1]?.retryAfterMs ?? 0) - 3_600_000) < 60_000)
  assert.equal(answers[2]?.retryAfterMs, undefined)
})

test('a connection that was closed while it was kept is opened again', async () => {
  const sockets: Socket[] = []
  const server = createServer((_, res) => res.end('OK'))
  server.on('connection', (socket: Socket) => sockets.push(socket))
  const url = `http://127.0.0.1:${await listening(server)}/`
  assert.equal((await sandbox.call(request(url))).code, 200)
  for (const socket of sockets) socket.resetAndDestroy()
  assert.equal((await sandbox.call(request(url))).code, 200)
})

const SPELLINGS = [
  'http://127.0.0.1:1024/',
  'http://2130706433:1024/',
  'http://0x7f.0.0.1:1024/',
  'http://0177.1:1024/',
  'http://[::1]:1024/',
  'http://[::ffff:127.0.0.1]:1024/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'http://0/',
  'http://localhost:1024/',
]

for (const url of SPELLINGS) {
  test(`outside of a sandbox ${url} is not called`, async () => {
    const strict = createHandlerCaller({ loopback: false })
    const answer = await strict.call(request(url))
    strict.close()
    assert.match(explainAnswer(answer), /must be reached over the public internet/)
  })
}

test('a name is called at the addresses that were looked at, and not at all when one of them is private', async () => {
  const url = await serving((_, res) => res.end('inside'))
  const asked: string[] = []
  const answers = [['8.8.8.8', '10.0.0.1'], ['169.254.169.254'], ['::ffff:10.0.0.1'], []]
  const strict = createHandlerCaller({
    loopback: false,
    resolve: async (hostname) => {
      asked.push(hostname)
      return (answers.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  })
  const target = url.replace('127.0.0.1', 'rebinding.example')
  const said: string[] = []
  for (let times = 0; times < 4; times++) said.push(explainAnswer(await strict.call(request(target))))
  strict.close()
  assert.match(said[0] ?? '', /^rebinding\.example leads to 10\.0\.0\.1, which is an address of a private network/)
  assert.match(said[1] ?? '', /link-local/)
  assert.match(said[2] ?? '', /private network/)
  assert.match(said[3] ?? '', /has no address/)
  assert.deepEqual(asked, Array(4).fill('rebinding.example'))
})

test('the socket goes where the name led when it was looked at', async () => {
  const url = await serving((req, res) => res.end(req.headers.host))
  const mine = createHandlerCaller({ loopback: true, resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
  const answer = await mine.call(request(url.replace('127.0.0.1', 'handler.example')))
  mine.close()
  assert.match(answer.text, /^handler\.example:\d+$/)
})
