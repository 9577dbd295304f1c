import assert from 'node:assert/strict'
import { globalAgent } from 'node:https'
import type { Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { within } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { CERTIFICATE_SETTINGS, dialHttp, dialHttps, type Exchange, openExchange, trusted } from '../support/http-exchange.ts'
import { type Asked, CLOSING, KEPT } from './https-requests.ts'
import { tellNodeSmsc } from './node-smsc.ts'
import { openScene, type Scene } from './scene.ts'

const PHONE = '79161234567'

// One running program with a certificate: whoever speaks HTTPS to it hears what HTTP hears, to the octet.
let scene: Scene
const ports = { http: 0, https: 0 }
const keys = { http: '', https: '' }
before(async () => {
  ports.https = await freePort()
  const opened = await openScene({ ...CERTIFICATE_SETTINGS, HELIOGRAM_HTTPS_PORT: String(ports.https) })
  scene = { ...opened, url: `https://127.0.0.1:${ports.https}` }
  ports.http = Number(new URL(scene.centre.url).port)
})
after(() => scene?.centre.stop())

const LOGINS = { http: 'twin-a', https: 'twin-b' } as const
type Protocol = keyof typeof LOGINS
const PROTOCOLS = ['http', 'https'] as const

const dial = (protocol: Protocol): Socket => (protocol === 'http' ? dialHttp(ports.http) : dialHttps(ports.https))
const octetsOf = ({ octets }: Asked, protocol: Protocol): Buffer =>
  Buffer.from(octets({ login: LOGINS[protocol], key: keys[protocol] }), 'latin1')

/** The second in which an answer was written is all that may differ; and that it is told at all is a part of the answer. */
const dateless = (answer: string): string => answer.replace(/\r\nDate: [^\r]+ GMT\r\n/g, '\r\nDate: …\r\n')

describe('over HTTPS every answer is byte for byte the one of HTTP', () => {
  const kept = {} as Record<Protocol, Exchange>
  before(async () => {
    const same = await scene.open({ login: 'same', balance: '100' })
    await scene.ask(`/sys/send.php?${same}&phones=${PHONE}&mes=Hello,+world&id=1&sender=Shop`)
    await scene.ask(`/sys/send.php?${same}&phones=${PHONE}&id=2&hlr=1`)
    await scene.centre.admin('PUT', '/prices', { tariff: 'russia', prefix: '79', price: '1' })
    for (const protocol of PROTOCOLS) {
      const login = LOGINS[protocol]
      await scene.open({ login, balance: '1000', tariff: 'russia' })
      await scene.open({ login: `${login}poor`, balance: '0.5' })
      const slow = await scene.open({ login: `${login}slow`, balance: '10', limited: true })
      await scene.ask(`/sys/send.php?${slow}&phones=${PHONE}&mes=Hi`)
      keys[protocol] = ((await scene.centre.admin('POST', `/accounts/${login}/keys`, { name: 'k' })) as { key: string }).key
      kept[protocol] = openExchange(dial(protocol))
    }
    await scene.until(same, 1, PHONE, 1)
    await scene.until(same, 1, PHONE, 2)
  })
  after(() => {
    for (const protocol of PROTOCOLS) kept[protocol]?.end()
  })

  for (const asked of KEPT) {
    test(`on a connection that is kept: ${asked.claim}`, async () => {
      const plain = await kept.http.ask(octetsOf(asked, 'http'))
      const secure = await kept.https.ask(octetsOf(asked, 'https'))
      assert.match(plain, /^HTTP\/1\.1 \d\d\d [A-Z]/)
      assert.match(plain, /\r\nConnection: keep-alive\r\n/)
      assert.equal(dateless(secure), dateless(plain))
    })
  }

  for (const asked of CLOSING) {
    test(`where the connection ends: ${asked.claim}`, async () => {
      const [plain, secure] = await Promise.all(
        PROTOCOLS.map((protocol) => {
          const socket = dial(protocol)
          const { closed } = openExchange(socket)
          socket.write(octetsOf(asked, protocol))
          return within(closed, `the end of a connection over ${protocol}`)
        }),
      )
      assert.match(plain ?? '', /^HTTP\/1\.1 \d\d\d [A-Z]/)
      assert.equal(dateless(secure ?? ''), dateless(plain ?? ''))
    })
  }

  test('a client that trusts nobody hears nothing', async () => {
    const refused = fetch(`${scene.url}/healthz`)
    await assert.rejects(refused, (error: Error) => /self-signed/.test(String(error.cause)))
  })
})

describe('node-smsc over HTTPS', () => {
  before(() => {
    globalAgent.options.ca = trusted() // the package has no option for it
  })
  after(() => {
    delete globalAgent.options.ca
  })
  tellNodeSmsc(() => scene)
})
