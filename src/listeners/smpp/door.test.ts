import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { eventually } from '../../../test/support/eventually.ts'
import { closing, hex } from '../../../test/support/raw-smpp.ts'
import { smppScene } from '../../../test/support/smpp-scene.ts'
import { parseIpRange } from '../../domain/ip.ts'
import type { Pdu } from '../../protocols/smpp/pdu.ts'
import type { SmppLimits } from './limits.ts'

const TLS = join(import.meta.dirname, '../../../test/support/tls')
const ranges = (...list: string[]) => list.flatMap((text) => parseIpRange(text) ?? [])
const V1 = 'PROXY TCP4 198.51.100.7 10.0.0.1 58064 3700\r\n'
const V2 = hex('0d0a0d0a000d0a515549540a 21 11 000c c6336408 0a000001 e2d0 0e74')

/** A listener with TLS whose certificate the test may change. */
async function secureScene(t: TestContext, trusted: string[] = [], limits: Partial<SmppLimits> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'smpp-tls-'))
  t.after(() => rm(folder, { recursive: true }))
  const use = async (name: 'first' | 'second') => {
    await copyFile(join(TLS, `${name}.key`), join(folder, 'key.pem'))
    await copyFile(join(TLS, `${name}.crt`), join(folder, 'cert.pem'))
  }
  await use('first')
  const scene = await smppScene(t, {
    tls: { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem'), port: 0 },
    trustedProxies: ranges(...trusted),
    limits: { certificateCheckMs: 20, ...limits },
  })
  return { scene, port: scene.listener.ports().smppTls ?? 0, use }
}

describe('a PROXY header', () => {
  test('of a trusted proxy names the client', async (t) => {
    const scene = await smppScene(t, { trustedProxies: ranges('127.0.0.0/8') })
    for (const [preface, ip] of [
      [V1, '198.51.100.7'],
      [V2, '198.51.100.8'],
      ['PROXY UNKNOWN\r\n', '127.0.0.1'],
      ['', '127.0.0.1'],
    ] as const) {
      const client = await scene.connect({ preface })
      assert.equal(((await client.bind('alex', 'secret')) as Pdu).status, 0)
      assert.equal(scene.bound.at(-1)?.ip, ip)
      assert.equal(scene.signedIn.at(-1)?.ip, ip)
    }
  })

  test('may come in pieces, and with the bind behind it', async (t) => {
    const scene = await smppScene(t, { trustedProxies: ranges('127.0.0.1') })
    const client = await scene.connect()
    for (const octet of V1) {
      client.raw(octet)
      await new Promise(setImmediate)
    }
    await client.bind('alex', 'secret')
    assert.equal(scene.bound[0]?.ip, '198.51.100.7')
  })

  test('of anybody else is no SMPP', async (t) => {
    const scene = await smppScene(t, { trustedProxies: ranges('10.0.0.0/8') })
    const client = await scene.connect({ preface: V1 })
    const nack = (await client.next()) as Pdu
    assert.deepEqual([nack.command, nack.status], ['generic_nack', 2])
    await client.ended
    assert.equal(scene.signedIn.length, 0)
  })

  test('that is broken, or does not come to its end, closes the connection', async (t) => {
    const scene = await smppScene(t, { trustedProxies: ranges('127.0.0.1'), limits: { handshakeMs: 50 } })
    for (const preface of ['PROXY TCP4 nobody\r\n', 'PROXY TCP4']) {
      const client = await scene.connect({ preface })
      assert.equal((await client.ended).length, 0)
    }
    await eventually(() => assert.equal(scene.listener.figures().connections, 0))
  })

  test('counts a client by its own address, not by the proxy’s', async (t) => {
    const scene = await smppScene(t, { trustedProxies: ranges('127.0.0.1'), limits: { perAddressMax: 1 } })
    const [one, two] = [await scene.connect({ preface: V1 }), await scene.connect({ preface: V2 })]
    assert.deepEqual(
      [(await one.bind('alex', 'x')).command, (await two.bind('alex', 'x')).command],
      ['bind_transceiver_resp', 'bind_transceiver_resp'],
    )
    const third = await scene.connect({ preface: V1 })
    assert.equal((await third.ended).length, 0)
  })
})

describe('TLS', () => {
  test('carries SMPP, with TLS 1.2 as well, and asks nobody for a certificate', async (t) => {
    const { scene, port } = await secureScene(t)
    const client = await scene.connect({ port, tls: true })
    assert.equal(((await client.bind('alex', 'secret')) as Pdu).status, 0)
    assert.equal(((await client.ask({ command: 'submit_sm', sequence: 9 })) as Pdu).status, 0)
    assert.deepEqual(
      scene.listener.sessions().map(({ tls, ip }) => [tls, ip]),
      [[true, '127.0.0.1']],
    )
    const old = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
    t.after(() => old.destroy())
    await once(old, 'secureConnect')
    assert.equal(old.getProtocol(), 'TLSv1.2')
  })

  test('begins behind a PROXY header', async (t) => {
    const { scene, port } = await secureScene(t, ['127.0.0.1'])
    for (const [preface, ip] of [
      [V1, '198.51.100.7'],
      [V2, '198.51.100.8'],
      ['', '127.0.0.1'],
    ] as const) {
      const client = await scene.connect({ port, tls: true, preface })
      assert.equal(((await client.bind('alex', 'secret')) as Pdu).status, 0)
      assert.equal(scene.bound.at(-1)?.ip, ip)
    }
  })

  test('that does not come about in time, or is none, closes the connection and nothing else', async (t) => {
    const { scene, port } = await secureScene(t, [], { handshakeMs: 1_500 })
    const client = await scene.connect({ port, tls: true })
    await client.bind('alex', 'secret')
    const silent = connect({ port, host: '127.0.0.1' })
    const wrong = connect({ port, host: '127.0.0.1' }, () => wrong.write('GET / HTTP/1.1\r\n\r\n'))
    const broken = await scene.connect({ port, preface: hex('0000001e0000000200000000') })
    for (const socket of [silent, wrong]) socket.resume().on('error', () => {})
    await Promise.all([closing(silent), closing(wrong), broken.ended])
    await eventually(() => assert.equal(scene.listener.figures().connections, 1))
    assert.equal((await client.ask({ command: 'enquire_link', sequence: 9 })).command, 'enquire_link_resp')
  })

  test('has the new certificate for who comes next, and who is bound stays', async (t) => {
    const { scene, port, use } = await secureScene(t)
    const client = await scene.connect({ port, tls: true })
    await client.bind('alex', 'secret')
    const before = (client.socket as TLSSocket).getPeerCertificate().fingerprint256
    await use('second')
    await eventually(async () => {
      const next = await scene.connect({ port, tls: true })
      await next.bind('alex', 'secret')
      assert.notEqual((next.socket as TLSSocket).getPeerCertificate().fingerprint256, before)
      next.close()
    })
    assert.equal((await client.ask({ command: 'enquire_link', sequence: 9 })).command, 'enquire_link_resp')
  })

  test('of a customer who goes without a word leaves nothing behind', async (t) => {
    const { scene, port } = await secureScene(t)
    const clients = await Promise.all(Array.from({ length: 20 }, () => scene.connect({ port, tls: true })))
    await Promise.all(clients.map((client) => client.bind('alex', 'secret')))
    for (const client of clients) client.socket.destroy()
    await eventually(() => assert.deepEqual([scene.listener.figures().connections, scene.listener.sessions().length], [0, 0]))
  })

  test('without its files does not start, and says which', async (t) => {
    await assert.rejects(
      smppScene(t, { tls: { certFile: '/nowhere/cert.pem', keyFile: '/nowhere/key.pem', port: 0 } }),
      /\/nowhere\/cert\.pem/,
    )
  })
})

test('a port that somebody has is named', async (t) => {
  const scene = await smppScene(t)
  const { smpp } = scene.listener.ports()
  await assert.rejects(smppScene(t, { port: smpp }), new RegExp(`SMPP can't listen on 127.0.0.1:${smpp}`))
})
