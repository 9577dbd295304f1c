import assert from 'node:assert/strict'
import { after, afterEach, before } from 'node:test'
import { run } from '../../src/cli/run.ts'
import type { Bind } from '../../src/protocols/smpp/operations.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { eventually, within } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { CERTIFICATE_SETTINGS, trusted } from '../support/http-exchange.ts'
import { type SmppClient, smppClient } from '../support/smpp-client.ts'
import { story } from '../support/story.ts'

const NUMBER = '79161234567'
const TEXT = 'Nobody else shall read this'

let centre: Centre
let tlsPort = 0
const passwords: Record<string, string> = {}
before(async () => {
  tlsPort = await freePort()
  const environment = { ...CERTIFICATE_SETTINGS, HELIOGRAM_HTTPS_PORT: '0', HELIOGRAM_SMPP_TLS_PORT: String(tlsPort) }
  centre = await startCentre({ mode: 'sandbox', database: 'test', environment })
  for (const login of ['alex', 'shop']) {
    await centre.account(login, 100)
    passwords[login] = ((await centre.admin('POST', `/accounts/${login}/smpp-password`)) as { password: string }).password
  }
})
after(() => centre?.stop())

let clients: SmppClient[] = []
afterEach(async () => {
  await Promise.all(clients.map((client) => client.unbind()))
  clients = []
})

async function bind(login: string, how: Bind = 'bind_transceiver', more: object = {}): Promise<SmppClient> {
  const client = await smppClient({
    port: centre.smppPort,
    systemId: login,
    password: passwords[login] ?? '',
    bind: how,
    ...more,
  })
  clients.push(client)
  return client
}

const submit = (client: SmppClient, number = NUMBER) =>
  client.ask({ command: 'submit_sm', source_addr: 'Shop', destination_addr: number, short_message: Buffer.from(TEXT) })

/** `heliogram …` in this process, so that what it says can be waited for. */
function command(...words: readonly string[]) {
  let said = ''
  let heard = (): void => {}
  const say = (text: string): void => {
    said += text
    heard()
  }
  const env = { HELIOGRAM_URL: centre.url, HELIOGRAM_DATA: centre.dataDir }
  const code = run(words, { env, out: say, err: say })
  return {
    said: () => said,
    code,
    until: (pattern: RegExp) =>
      within(
        new Promise<void>((resolve) => {
          heard = () => pattern.test(said) && resolve()
          heard()
        }),
        `${words.join(' ')} to say ${pattern}; it said:\n${said}`,
      ),
  }
}

async function say(...words: readonly string[]): Promise<string> {
  const one = command(...words)
  assert.equal(await one.code, 0, one.said())
  for (const line of one.said().split('\n')) assert.ok(line.length <= 100, `${line.length} columns: ${line}`)
  return one.said()
}

const unwrapped = (text: string): string => text.replace(/\n +/g, ' ')

story('an operator sees who is connected, how, and what went wrong last', async () => {
  assert.match(await say('smpp', 'sessions'), /^No customer has an SMPP session here\./)
  const alex = await bind('alex')
  const shop = await bind('shop', 'bind_receiver', { port: tlsPort, tls: { ca: trusted() }, version: 0x50 })
  assert.deepEqual([alex.status, shop.status], [0, 0])
  assert.equal((await submit(alex)).status, 0)
  assert.notEqual((await submit(alex, '12')).status, 0)

  const listed = await say('smpp', 'sessions')
  assert.match(listed, /alex +trx 3\.4 +127\.0\.0\.1 +\d\d-\d\d \d\d:\d\d:\d\d +0 of 1 .* 1 +1 +0$/m)
  assert.match(listed, /shop +rx 5\.0 +127\.0\.0\.1 TLS /)
  assert.match(listed, /last error, \d\d:\d\d:\d\d UTC: submit_sm: ESME_RINVDSTADR \(0x0b\)/)
  const own = JSON.parse(await say('smpp', 'sessions', '--login', 'alex', '--json')) as { sessions: Record<string, unknown>[] }
  assert.deepEqual(
    own.sessions.map(({ login, bind: how, tls, accepted, refused, submits }) => ({
      login,
      how,
      tls,
      accepted,
      refused,
      submits,
    })),
    [{ login: 'alex', how: 'transceiver', tls: false, accepted: 1, refused: { '0x0000000b': 1 }, submits: 2 }],
  )
  const unknown = command('smpp', 'sessions', '--login', 'nobody')
  assert.equal(await unknown.code, 1)
  assert.match(unknown.said(), /There is no account 'nobody'/)
})

story('an operator sees what waits for a customer who is not there, until somebody takes it', async () => {
  const sender = await bind('shop', 'bind_transmitter')
  const answer = await sender.ask({
    ...{ command: 'submit_sm', destination_addr: NUMBER, registered_delivery: 1, short_message: Buffer.from(TEXT) },
  })
  assert.equal(answer.status, 0)
  const listed = await eventually(async () => {
    const said = await say('smpp', 'sessions', '--login', 'shop')
    assert.match(said, /waits/)
    return said
  })
  assert.match(listed, /^One delivery for shop waits, the first since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.$/m)
  const metrics = async () => (await centre.get('/metrics')).text()
  assert.match(await metrics(), /^heliogram_smpp_sessions\{bind="transmitter"\} 1$/m)
  assert.match(await metrics(), /^heliogram_smpp_owed_waiting 1$/m)

  const receiver = await bind('shop', 'bind_receiver')
  await eventually(() => assert.equal(receiver.heard.length, 1))
  await eventually(async () => assert.doesNotMatch(await say('smpp', 'sessions', '--login', 'shop'), /deliver(y|ies) for shop/))
})

story('an operator sees who could not bind, and why', async () => {
  for (let guess = 0; guess < 2; guess++) {
    const refused = await smppClient({ port: centre.smppPort, systemId: 'alex', password: 'hunter2' })
    assert.notEqual(refused.status, 0)
    await refused.closed
  }
  const listed = await say('smpp', 'sessions', '--login', 'alex')
  assert.match(unwrapped(listed), /^alex could not bind from 127\.0\.0\.1, 2 times, last .*: the password or key is wrong\.$/m)
  assert.doesNotMatch(listed, /hunter2/)
})

story('an operator watches what passes: no text, no password, no whole number, and nobody else’s', async () => {
  const watching = command('smpp', 'watch', 'alex', '--seconds', '60', '--count', '6')
  await watching.until(/alex has no session with this node yet/)
  const refused = await smppClient({ port: centre.smppPort, systemId: 'alex', password: 'hunter2' })
  await refused.closed
  await watching.until(/bind_transceiver_resp #1, ESME_RINVPASWD/)
  const [alex, shop] = [await bind('alex'), await bind('shop')]
  await alex.ask({ command: 'enquire_link' })
  await submit(shop, '79169999999')
  await submit(alex)
  assert.equal(await watching.code, 0)

  const said = watching.said()
  assert.match(said, /from alex \(\d+, 127\.0\.0\.1\): bind_transceiver #1\n +system_id +alex\n +password +\(not shown\)/)
  assert.match(said, /from alex \(\d+, 127\.0\.0\.1\): submit_sm #3\n/)
  assert.match(said, /^ {4}destination_addr +7916\*\*\*4567$/m)
  assert.match(said, /^ {4}text +masked \(27 octets\)$/m)
  assert.match(said, /to alex \(\d+, 127\.0\.0\.1\): submit_sm_resp #3, ESME_ROK \(0x00\)$/m)
  assert.match(said, /6 PDUs were shown\.\n$/)
  for (const secret of [TEXT, 'hunter2', NUMBER, passwords.alex ?? '?', '79169999999', 'enquire_link', 'shop']) {
    assert.ok(!said.includes(secret), `it says ${secret}:\n${said}`)
  }
  for (const line of said.split('\n')) assert.ok(line.length <= 100, line)
})

story('with --json every PDU is a line', async () => {
  const alex = await bind('alex')
  const watching = command('smpp', 'watch', 'alex', '--count', '2', '--json')
  await watching.until(/^\{"watching":"alex","sessions":1\}\n/)
  await submit(alex)
  assert.equal(await watching.code, 0)
  const [, ...lines] = watching.said().trimEnd().split('\n')
  const seen = lines.map((line) => JSON.parse(line) as { sent: boolean; pdu: { name: string } })
  assert.deepEqual(
    seen.map(({ sent, pdu }) => [sent, pdu.name]),
    [
      [false, 'submit_sm'],
      [true, 'submit_sm_resp'],
    ],
  )
})

story('a session that an operator ends is unbound and closed, and the customer may come back', async () => {
  const alex = await bind('alex')
  const { sessions } = JSON.parse(await say('smpp', 'sessions', '--json')) as { sessions: { id: number; login: string }[] }
  const id = sessions.find(({ login }) => login === 'alex')?.id
  assert.match(await say('smpp', 'disconnect', String(id)), /of alex, from 127\.0\.0\.1, is being closed\./)
  await within(alex.closed, 'the end of the session')
  assert.deepEqual(
    alex.heard.map(({ command: name }) => name),
    ['unbind'],
  )
  const gone = command('smpp', 'disconnect', String(id))
  assert.equal(await gone.code, 1)
  assert.match(gone.said(), /There is no session \d+ here: heliogram smpp sessions\./)
  const again = await bind('alex')
  assert.equal(again.status, 0)
})
