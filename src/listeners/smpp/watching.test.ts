import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/support/eventually.ts'
import { anAccount, smppScene } from '../../../test/support/smpp-scene.ts'
import type { SmppSeen } from '../../operator/smpp-watches.ts'
import { describePdu } from '../../protocols/smpp/describe.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

const said = ({ sent, octets }: SmppSeen): string => {
  const { name, sequence, status } = describePdu(octets)
  return `${sent ? '<' : '>'} ${name} ${sequence}${sent && status !== '' ? ` ${status.split(' ')[0]}` : ''}`
}

test('who watches a login sees its PDUs both ways, its binds too, and nobody else’s, until they have seen enough', async (t) => {
  const scene = await smppScene(t)
  scene.accounts.set('bob', anAccount('bob', 8))
  const early = await scene.customer()
  const seen: string[] = []
  const twice: string[] = []
  const stop = scene.listener.watch('alex', (watched) => seen.push(said(watched)))
  const stopOther = scene.listener.watch('alex', (watched) => twice.push(said(watched)))

  await early.ask({ command: 'submit_sm', sequence: 7 })
  const bob = await scene.customer('bob')
  await bob.ask({ command: 'submit_sm', sequence: 9 })
  const late = await scene.customer()
  scene.obstacle = () => 'password'
  const refused = await scene.connect()
  await refused.bind('alex', 'wrong')
  assert.deepEqual(seen, [
    '> submit_sm 7',
    '< submit_sm_resp 7 ESME_ROK',
    '> bind_transceiver 1',
    '< bind_transceiver_resp 1 ESME_ROK',
    '> bind_transceiver 1',
    '< bind_transceiver_resp 1 ESME_RINVPASWD',
  ])
  assert.deepEqual(twice, seen)

  stop()
  await late.ask({ command: 'enquire_link', sequence: 3 })
  assert.equal(seen.length, 6)
  assert.equal(twice.length, 8)
  stopOther()
  await late.ask({ command: 'enquire_link', sequence: 4 })
  assert.equal(twice.length, 8)
})

test('the list of sessions says who is there, what they ask, and what went wrong last', async (t) => {
  const scene = await smppScene(t, {
    limits: { tickMs: 10, lingerMs: 50 },
    operations: {
      query_sm: (_session, _pdu, answer) => answer({ status: STATUS.ESME_RQUERYFAIL }),
    },
  })
  const client = await scene.connect()
  const [stranger] = scene.listener.sessions()
  assert.deepEqual([stranger?.state, stranger?.login, stranger?.bind], ['not bound', undefined, undefined])
  await client.bind('alex', 'secret', 'bind_transmitter', { system_type: 'ISO', interface_version: 0x50 })
  for (const sequence of [1, 2, 3]) await client.ask({ command: 'submit_sm', sequence: 10 + sequence })
  await client.ask({ command: 'query_sm', sequence: 20, message_id: '1' })
  scene.keep = true
  client.send({ command: 'submit_sm', sequence: 30 })
  await eventually(() => assert.equal(scene.kept.length, 1))
  const [view] = scene.listener.sessions()
  assert.ok(view)
  const { since, lastError, pdus, submitRate: _, ...rest } = view
  assert.deepEqual(rest, {
    ...{ id: 1, ip: '127.0.0.1', tls: false, login: 'alex', bind: 'bind_transmitter', interfaceVersion: 0x50, systemType: 'ISO' },
    ...{ unanswered: 1, unansweredPeak: 1, submits: 4, accepted: 3, refused: [[STATUS.ESME_RQUERYFAIL, 1]] },
    ...{ delivering: 0, delivered: 0, undelivered: 0, state: 'bound' },
  })
  assert.ok(since > 1_700_000_000_000)
  assert.equal(lastError?.words, 'query_sm: ESME_RQUERYFAIL (0x67), query_sm failed')
  assert.deepEqual(pdus, { read: 6, written: 5 })
  await eventually(() => assert.ok((scene.listener.sessions()[0]?.submitRate ?? 0) > 0, 'it has a rate'))
  const figures = scene.listener.figures()
  assert.deepEqual(
    [figures.connections, figures.unbound, [...figures.sessions], figures.unanswered],
    [1, 0, [['bind_transmitter', 1]], 1],
  )
  client.close() // though a request of it is under way
  await eventually(() => assert.equal(scene.listener.figures().connections, 0))
  assert.deepEqual(
    [scene.listener.figures().pdusRead, [...scene.listener.figures().requestsRefused]],
    [6, [['ESME_RQUERYFAIL', 1]]],
  )
})
