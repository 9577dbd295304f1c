import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { encodePdu } from '../../src/protocols/smpp/codec.ts'
import type { Pdu } from '../../src/protocols/smpp/pdu.ts'
import { STATUS, statusName } from '../../src/protocols/smpp/status.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { type RawSmpp, rawSmpp } from '../support/raw-smpp.ts'
import { story } from '../support/story.ts'

// Customers' gateways at the door of a running centre. They come through a proxy that says who they are.

const TLS = join(import.meta.dirname, '../support/tls')
const certificates = mkdtempSync(join(tmpdir(), 'heliogram-smpp-'))
const useCertificate = (name: string): void => {
  copyFileSync(join(TLS, `${name}.key`), join(certificates, 'key.pem'))
  copyFileSync(join(TLS, `${name}.crt`), join(certificates, 'cert.pem'))
}

let centre: Centre
let httpsPort: number
let smppTlsPort: number
let connections = 0
before(async () => {
  useCertificate('first')
  ;[httpsPort, smppTlsPort] = [await freePort(), await freePort()]
  centre = await startCentre({
    mode: 'serve',
    database: 'test',
    environment: {
      HELIOGRAM_TRUSTED_PROXIES: '127.0.0.1',
      HELIOGRAM_TLS_CERT: join(certificates, 'cert.pem'),
      HELIOGRAM_TLS_KEY: join(certificates, 'key.pem'),
      HELIOGRAM_HTTPS_PORT: String(httpsPort),
      HELIOGRAM_SMPP_TLS_PORT: String(smppTlsPort),
    },
  })
})
after(async () => {
  await centre?.stop()
  rmSync(certificates, { recursive: true })
})

/** A connection from an address of its own, unless it is told which. */
async function connect(ip = `10.0.${++connections >> 8}.${connections & 255}`, tls = false): Promise<RawSmpp> {
  return rawSmpp(tls ? smppTlsPort : centre.smppPort, { tls, preface: `PROXY TCP4 ${ip} 127.0.0.1 40000 3700\r\n` })
}

async function tryBind(login: string, password: string, ip?: string): Promise<string> {
  const client = await connect(ip)
  const answer = (await client.bind(login, password)) as Pdu
  if (answer.status !== 0) await client.ended
  client.close()
  return statusName(answer.status)
}

async function bound(login: string, password: string): Promise<RawSmpp> {
  const client = await connect()
  assert.equal(((await client.bind(login, password)) as Pdu).status, 0)
  return client
}

async function unbound(client: RawSmpp): Promise<void> {
  const unbind = (await client.next()) as Pdu
  assert.equal(unbind.command, 'unbind')
  client.send({ command: 'unbind_resp', sequence: unbind.sequence })
  await client.ended
}

const command = async (...line: string[]): Promise<Record<string, unknown>> => {
  const { code, output } = await centre.cli(...line, '--json')
  assert.equal(code, 0, output)
  return JSON.parse(output)
}

story('a customer is let in by an access password, the password of the login, or a key, and told what is wrong', async () => {
  await centre.account('anna', 10)
  assert.equal(await tryBind('anna', 'anna-secret'), 'ESME_RBINDFAIL', 'SMPP is off until it is switched on')
  const { password } = (await command('account', 'smpp-password', 'anna')) as { password: string }
  assert.equal(password.length, 8)
  const { key } = (await command('account', 'key', 'add', 'anna', '--name', 'gateway')) as { key: string }
  const cases: [login: string, password: string, status: string][] = [
    ['anna', password, 'ESME_ROK'],
    ['anna', 'anna-secret', 'ESME_ROK'],
    ['anna', key, 'ESME_ROK'],
    ['', key, 'ESME_ROK'],
    ['anna', 'guess', 'ESME_RINVPASWD'],
    ['anna', '', 'ESME_RINVPASWD'],
    ['', 'guess', 'ESME_RINVPASWD'],
    ['nobody', password, 'ESME_RINVSYSID'],
    ['ANNA', password, 'ESME_RINVSYSID'],
  ]
  for (const [login, psw, status] of cases) assert.equal(await tryBind(login, psw), status, `${login} ${psw}`)

  await command('account', 'ips', 'anna', '--add', '192.0.2.0/24')
  assert.equal(await tryBind('anna', password, '192.0.2.7'), 'ESME_ROK')
  assert.equal(await tryBind('anna', password, '192.0.3.7'), 'ESME_RBINDFAIL')
  await command('account', 'ips', 'anna', '--clear')
  await command('account', 'block', 'anna')
  assert.equal(await tryBind('anna', password), 'ESME_RBINDFAIL')
})

story('twenty wrong binds close the door to an address, for HTTP as well, and to no other', async () => {
  await centre.account('boris', 10, { 'fl[2]': 1 })
  for (let guess = 0; guess < 20; guess++) assert.equal(await tryBind('boris', 'guess', '203.0.113.5'), 'ESME_RINVPASWD')
  assert.equal(await tryBind('boris', 'boris-secret', '203.0.113.5'), 'ESME_RBINDFAIL')
  assert.equal(await tryBind('boris', 'boris-secret', '203.0.113.6'), 'ESME_ROK')
  const balance = (ip: string) =>
    centre
      .get('/sys/balance.php?login=boris&psw=boris-secret', { headers: { 'X-Forwarded-For': ip } })
      .then((answer) => answer.text())
  assert.match(await balance('203.0.113.5'), /^ERROR = 4/)
  assert.match(await balance('203.0.113.6'), /^10/)
})

story('an account has as many sessions as it is allowed, ten if nobody said how many', async () => {
  await centre.account('clara', 10, { 'fl[2]': 1 })
  const sessions = await Promise.all(Array.from({ length: 10 }, () => bound('clara', 'clara-secret')))
  assert.equal(await tryBind('clara', 'clara-secret'), 'ESME_RBINDFAIL')
  await command('account', 'limits', 'clara', '--binds', '11')
  sessions.push(await bound('clara', 'clara-secret'))
  assert.equal(await tryBind('clara', 'clara-secret'), 'ESME_RBINDFAIL')
  sessions.pop()?.close()
  await eventually(async () => assert.equal(await tryBind('clara', 'clara-secret'), 'ESME_ROK'))
  for (const session of sessions) session.close()
})

story('who is bound and may not be any more is unbound', async () => {
  await centre.account('dora', 10, { 'fl[2]': 1 })
  const change = (method: string, path: string, body: object) => centre.admin(method, `/accounts/dora/${path}`, body)
  const deeds: [deed: () => Promise<unknown>, undo: () => Promise<unknown>][] = [
    [() => command('account', 'ips', 'dora', '--add', '192.0.2.1'), () => command('account', 'ips', 'dora', '--clear')],
    [() => change('PATCH', 'settings', { 'fl[2]': 0 }), () => change('PATCH', 'settings', { 'fl[2]': 1 })],
    [() => change('PUT', 'blocked', { blocked: true }), () => change('PUT', 'blocked', { blocked: false })],
    [() => change('PUT', 'password', { password: 'another' }), async () => {}],
  ]
  for (const [deed, undo] of deeds) {
    const [one, other] = [await bound('dora', 'dora-secret'), await bound('dora', 'dora-secret')]
    await deed()
    await Promise.all([unbound(one), unbound(other)])
    await undo()
  }
  assert.equal(await tryBind('dora', 'another'), 'ESME_ROK')
})

story('a flood of enquire_links, a customer who never reads and one of an octet now and then hurt nobody else', async () => {
  await centre.account('emma', 10, { 'fl[2]': 1 })
  const [flood, deaf, slow, good] = [
    await bound('emma', 'emma-secret'),
    await bound('emma', 'emma-secret'),
    await bound('emma', 'emma-secret'),
    await bound('emma', 'emma-secret'),
  ]
  const residentMb = (): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${centre.pid()}/status`, 'utf8'))?.[1]) / 1_024
  const before = residentMb()
  const one = encodePdu({ command: 'enquire_link', sequence: 7 })
  flood.raw(Buffer.concat(Array.from({ length: 100_000 }, () => one)))
  deaf.socket.pause()
  const asked = encodePdu({ command: 'query_sm', sequence: 8, message_id: '1' })
  deaf.raw(Buffer.concat(Array.from({ length: 100_000 }, () => asked)))
  const submit = encodePdu({ command: 'submit_sm', sequence: 9, short_message: new Uint8Array(200) })
  let at = 0
  const drip = setInterval(() => slow.raw(submit.subarray(at, ++at)), 500)
  try {
    for (let round = 0; round < 500; round++) {
      const answer = (await good.ask({ command: 'submit_sm', sequence: 100 + round })) as Pdu
      assert.equal(answer.command, 'submit_sm_resp')
    }
    assert.equal((await centre.get('/healthz')).status, 200)
    assert.ok(flood.received.length < 100_000, 'the good one was done before the flood was')
    assert.ok(residentMb() - before < 100, `${before} MB before, ${residentMb()} MB now`)
    await eventually(() => assert.ok(flood.received.length > 3_000, 'it is answered'))
    for (const client of [flood, slow]) assert.equal(client.socket.closed, false)
  } finally {
    clearInterval(drip)
    for (const client of [flood, deaf, slow, good]) client.close()
  }
})

story('SMPP over TLS and HTTPS have one certificate, and a new one without a restart', async () => {
  await centre.account('fedor', 10, { 'fl[2]': 1 })
  const nameOfSmpp = async (): Promise<string> => {
    const client = await connect(undefined, true)
    assert.equal(((await client.bind('fedor', 'fedor-secret')) as Pdu).status, 0)
    const { subject } = (client.socket as TLSSocket).getPeerCertificate()
    client.close()
    return String(subject.CN)
  }
  const nameOfHttps = (): Promise<string> =>
    new Promise((resolve, reject) => {
      get({ port: httpsPort, host: '127.0.0.1', path: '/healthz', rejectUnauthorized: false, agent: false }, (res) => {
        resolve(String((res.socket as TLSSocket).getPeerCertificate().subject.CN))
        res.resume()
      }).on('error', reject)
    })
  const stays = await connect(undefined, true)
  await stays.bind('fedor', 'fedor-secret')
  assert.deepEqual([await nameOfSmpp(), await nameOfHttps()], ['first.localhost', 'first.localhost'])
  useCertificate('second')
  await eventually(async () =>
    assert.deepEqual([await nameOfSmpp(), await nameOfHttps()], ['second.localhost', 'second.localhost']),
  )
  assert.equal((await stays.ask({ command: 'enquire_link', sequence: 50 })).command, 'enquire_link_resp')
  stays.close()
})

story('a centre that is told to end unbinds everybody, and they come back to the next one', async () => {
  await centre.account('greta', 10, { 'fl[2]': 1 })
  const sessions = await Promise.all(Array.from({ length: 5 }, () => bound('greta', 'greta-secret')))
  const ended = centre.terminate()
  await Promise.all(sessions.map(unbound))
  assert.equal((await ended).code, 0)
  await centre.start()
  assert.equal(await tryBind('greta', 'greta-secret'), statusName(STATUS.ESME_ROK))
})
