import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { Agent, get, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { eventually } from '../../../test/support/eventually.ts'
import { rawClient } from '../../../test/support/raw-http.ts'
import { parseIpRange } from '../../domain/ip.ts'
import type { Route } from './call.ts'
import { notFound, write } from './pages.ts'
import { createHttpServer, type HttpListener, type HttpServerOptions } from './server.ts'

const TLS = join(import.meta.dirname, '../../../test/support/tls')
const ranges = (...list: string[]) => list.flatMap((text) => parseIpRange(text) ?? [])

let running: HttpListener[] = []
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})

async function start(routes: Route[], options: Partial<HttpServerOptions> = {}): Promise<HttpListener> {
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    trustedProxies: [],
    operatorsFrom: ranges('127.0.0.0/8', '::1'),
    routes,
    otherwise: notFound,
    ...options,
    limits: { checkMs: 20, drainMs: 30_000, ...options.limits },
  })
  running.push(server)
  await server.start()
  return server
}

const hello: Route = { path: '/hello', handle: ({ res, ip }) => write(res, 200, 'text/plain', `hello ${ip}`) }

async function ask(server: HttpListener, path: string, headers: Record<string, string> = {}, agent?: Agent) {
  const req = get({ port: server.ports().http, host: '127.0.0.1', path, headers, ...(agent && { agent }) })
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of res) body += chunk
  return { status: res.statusCode, headers: res.headers, body, reused: req.reusedSocket }
}

test('a connection serves one request after another', async () => {
  const server = await start([hello])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  assert.equal((await ask(server, '/hello', {}, agent)).body, 'hello 127.0.0.1')
  const second = await ask(server, '/hello', {}, agent)
  assert.deepEqual([second.status, second.body, second.reused], [200, 'hello 127.0.0.1', true])
  agent.destroy()
})

test('a path that nobody is mounted at is a 404 that helps', async () => {
  const { status, body } = await ask(await start([hello]), '/helo')
  assert.equal(status, 404)
  assert.match(body, /\/sys\/send\.php/)
  assert.match(body, /Здесь ничего нет/)
})

test('HTTP/1.0 without Host is answered', async () => {
  const client = rawClient((await start([hello])).ports().http)
  client.write('GET /hello HTTP/1.0\r\n\r\n')
  assert.match(await client.heard, /^HTTP\/1\.1 200 OK\r\n[\s\S]*hello 127\.0\.0\.1$/)
})

test('what is mounted may fail, and the client sees no stack', async () => {
  const fail = (path: string, handle: () => Promise<void>): Route => ({ path, handle })
  const server = await start([
    fail('/later', async () => Promise.reject(new Error('secret: at /srv/x.ts'))),
    fail('/now', () => {
      throw new Error('secret')
    }),
    hello,
  ])
  for (const path of ['/later', '/now']) {
    const { status, body } = await ask(server, path)
    assert.equal(status, 500)
    assert.doesNotMatch(body, /secret|\.ts|at /)
  }
  assert.equal((await ask(server, '/hello')).status, 200)
})

// operators' addresses, trusted proxies, headers, status
const doors: [claim: string, from: string[], proxies: string[], headers: Record<string, string>, status: number][] = [
  ['an operator may', ['127.0.0.0/8'], [], {}, 200],
  ['a stranger may not', ['10.0.0.0/8'], [], {}, 403],
  ['nobody may when the list is empty', [], [], {}, 403],
  ['a proxy that nobody declared does not lend its own address', ['127.0.0.0/8'], [], { 'X-Forwarded-For': '127.0.0.1' }, 403],
  ['a declared proxy speaks for a stranger', ['127.0.0.0/8'], ['127.0.0.1'], { 'X-Forwarded-For': '203.0.113.5' }, 403],
  ['a declared proxy speaks for an operator', ['203.0.113.5'], ['127.0.0.1'], { 'X-Forwarded-For': '203.0.113.5' }, 200],
]
for (const [claim, from, proxies, headers, status] of doors) {
  test(`the operators' door: ${claim}`, async () => {
    const server = await start([{ ...hello, operatorsOnly: true }], {
      operatorsFrom: ranges(...from),
      trustedProxies: ranges(...proxies),
    })
    assert.equal((await ask(server, '/hello', headers)).status, status)
  })
}

test('a request that is no HTTP is told so and its connection closed', async () => {
  const server = await start([hello])
  const client = rawClient(server.ports().http)
  client.write('hello there\r\n\r\n')
  assert.match(await client.heard, /^HTTP\/1\.1 400 Bad Request\r\n/)
  const long = rawClient(server.ports().http)
  long.write(`GET /hello?${'a'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)
  assert.match(await long.heard, /^HTTP\/1\.1 431 /)
})

test('half a request is waited for so long and no longer', async () => {
  const server = await start([hello], { limits: { headersMs: 50, requestMs: 100 } })
  const headers = rawClient(server.ports().http)
  headers.write('GET /hello HTTP/1.1\r\nHost:')
  assert.match(await headers.heard, /^HTTP\/1\.1 408 /)
  const body = rawClient(server.ports().http)
  body.write('POST /never HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nlogin=')
  await body.heard
  // On a busy machine half a second may pass between two halves of it.
  await eventually(async () => assert.equal((await ask(server, '/hello')).status, 200))
})

test('connections over the limit are closed as they come', async () => {
  const server = await start([hello], { limits: { connectionsMax: 1 } })
  const first = rawClient(server.ports().http)
  first.write('GET /hello HTTP/1.1\r\nHost: x\r\n\r\n')
  await first.until('hello 127.0.0.1')
  assert.equal(await rawClient(server.ports().http).heard, '')
  first.socket.destroy()
})

test('a stop lets what is under way finish, and takes nothing new', async () => {
  let finish = (): void => {}
  const asked = new Promise<void>((resolve) => {
    finish = resolve
  })
  const begun = new Promise<void>((resolve) => {
    slow = async ({ res }) => {
      resolve()
      await asked
      write(res, 200, 'text/plain', 'done at last')
    }
  })
  const server = await start([{ path: '/slow', handle: (call) => slow(call) }, hello])
  const idle = rawClient(server.ports().http)
  idle.write('GET /hello HTTP/1.1\r\nHost: x\r\n\r\n')
  await idle.until('hello')
  const busy = rawClient(server.ports().http)
  busy.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await begun

  const { http } = server.ports()
  const stopped = server.stop()
  await idle.heard
  assert.equal(await rawClient(http).heard, '')
  finish()
  assert.match(await busy.heard, /done at last$/)
  await stopped
})
let slow: Route['handle'] = () => {}

test('a stop does not wait for ever', async () => {
  const server = await start([{ path: '/never', handle: () => {} }], { limits: { drainMs: 50 } })
  const client = rawClient(server.ports().http)
  client.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\n')
  await new Promise((resolve) => client.socket.once('connect', resolve))
  await server.stop()
  assert.equal(await client.heard, '')
})

test('a port that is taken is named', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await assert.rejects(start([], { port }), new RegExp(`HTTP can't listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`))
  other.close()
})

test('HTTPS has a certificate, and a new one without a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heliogram-tls-'))
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  const install = async (name: string): Promise<void> => {
    await copyFile(join(TLS, `${name}.key`), files.keyFile)
    await copyFile(join(TLS, `${name}.crt`), files.certFile)
  }
  await install('first')
  const server = await start([hello], { https: { port: 0, ...files }, limits: { certificateCheckMs: 10 } })

  const greet = async (): Promise<string> => {
    const socket = connectTls({ port: server.ports().https ?? 0, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { subject } = socket.getPeerCertificate()
    socket.write('GET /hello HTTP/1.0\r\n\r\n')
    let heard = ''
    for await (const chunk of socket) heard += chunk
    assert.match(heard, /hello 127\.0\.0\.1$/)
    return String(subject.CN)
  }
  assert.equal(await greet(), 'first.localhost')
  await install('second')
  const until = Date.now() + 30_000
  while ((await greet()) !== 'second.localhost') assert.ok(Date.now() < until, 'the new certificate never came')
  await rm(folder, { recursive: true })
})

test('a certificate that is not there stops the start', async () => {
  await assert.rejects(
    start([hello], { https: { port: 0, certFile: '/nowhere/cert.pem', keyFile: '/nowhere/key.pem' } }),
    /\/nowhere\//,
  )
})
