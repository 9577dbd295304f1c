import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { smppScene } from '../../../test/support/smpp-scene.ts'
import type { BindObstacle } from '../../account/sign-in.ts'
import { REFUSALS, Refusal, type RefusalCode } from '../../domain/refusal.ts'
import type { Pdu } from '../../protocols/smpp/pdu.ts'
import { STATUS, type StatusName } from '../../protocols/smpp/status.ts'
import { bindStatus, bindTrouble } from './bind.ts'

describe('a bind that is refused', () => {
  const told: [obstacle: BindObstacle | 'unavailable', status: StatusName][] = [
    ['login', 'ESME_RINVSYSID'],
    ['password', 'ESME_RINVPASWD'],
    ['smpp_off', 'ESME_RBINDFAIL'],
    ['ip', 'ESME_RBINDFAIL'],
    ['blocked', 'ESME_RBINDFAIL'],
    ['unavailable', 'ESME_RSYSERR'],
  ]
  for (const [obstacle, status] of told) {
    test(`${obstacle}: ${status}, then the connection is closed`, async (t) => {
      const scene = await smppScene(t)
      scene.obstacle = () => obstacle
      const client = await scene.connect()
      const answer = (await client.bind('alex', 'wrong', 'bind_receiver')) as Pdu
      assert.deepEqual([answer.command, answer.status], ['bind_receiver_resp', STATUS[status]])
      // What comes behind it is not looked at: one connection, one guess.
      client.send({ command: 'bind_receiver', sequence: 2, system_id: 'alex', password: 'another' })
      assert.equal((await client.ended).length, 1)
      assert.equal(scene.signedIn.length, 1)
      assert.deepEqual([...scene.listener.figures().bindsRefused], [[status, 1]])
      assert.deepEqual(scene.told, [])
    })
  }

  test('every refusal has a status and words', () => {
    for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
      assert.notEqual(bindStatus(new Refusal(code)), 0, code)
      assert.equal(bindTrouble(new Refusal(code)), REFUSALS[code])
    }
    assert.equal(bindStatus(new TypeError('a bug')), STATUS.ESME_RSYSERR)
    assert.doesNotMatch(bindTrouble(new TypeError('a bug')), /a bug/)
  })

  test('with a length that lies is no bind, and may be tried again', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.connect()
    client.raw(Buffer.from('0000001100000009000000000000000361', 'hex'))
    const answer = (await client.answer(3)) as Pdu
    assert.deepEqual([answer.command, answer.status], ['bind_transceiver_resp', STATUS.ESME_RINVCMDLEN])
    assert.equal(((await client.bind('alex', 'secret')) as Pdu).status, 0)
  })
})

test('an answer to the bind names the version, but not to those who do not know of it', async (t) => {
  const scene = await smppScene(t)
  // interface_version as the customer writes it, sc_interface_version
  const versions: [written: number, answered: number | undefined][] = [
    [0x00, undefined],
    [0x33, undefined],
    [0x34, 0x34],
    [0x50, 0x50],
    [0x51, 0x50],
  ]
  for (const [written, answered] of versions) {
    const client = await scene.connect()
    const answer = (await client.bind('alex', 'secret', 'bind_transceiver', { interface_version: written })) as Pdu
    assert.equal(answer.tlvs.sc_interface_version, answered)
    assert.equal(scene.bound.at(-1)?.interfaceVersion, written)
  }
})

test('a client of SMPP 3.3 is sent no optional parameters', async (t) => {
  const tlvs = { additional_status_info_text: 'why' }
  const scene = await smppScene(t, {
    operations: { submit_sm: (_session, _pdu, answer) => answer({ message_id: '1', tlvs }) },
  })
  for (const [version, expected] of [
    [0x33, {}],
    [0x34, tlvs],
  ] as const) {
    const client = await scene.connect()
    await client.bind('alex', 'secret', 'bind_transceiver', { interface_version: version })
    assert.deepEqual({ ...((await client.ask({ command: 'submit_sm', sequence: 5 })) as Pdu).tlvs }, expected)
    scene.bound.at(-1)?.deliver({ tlvs }, () => {})
    assert.deepEqual({ ...((await client.next()) as Pdu).tlvs }, expected)
  }
})

test('who may ask for what, by the bind', async (t) => {
  const scene = await smppScene(t)
  const unbound = await scene.connect()
  const early = (await unbound.ask({ command: 'submit_sm', sequence: 1 })) as Pdu
  assert.deepEqual([early.command, early.status], ['submit_sm_resp', STATUS.ESME_RINVBNDSTS])
  assert.equal((await unbound.ask({ command: 'enquire_link', sequence: 2 })).command, 'enquire_link_resp')

  const receiver = await scene.connect()
  await receiver.bind('alex', 'secret', 'bind_receiver')
  assert.equal(((await receiver.ask({ command: 'submit_sm', sequence: 2 })) as Pdu).status, STATUS.ESME_RINVBNDSTS)
  assert.equal(scene.bound[0]?.mayDeliver(), true)
  const again = (await receiver.bind('alex', 'secret')) as Pdu
  assert.deepEqual([again.command, again.status], ['bind_transceiver_resp', STATUS.ESME_RALYBND])

  const transmitter = await scene.connect()
  await transmitter.bind('alex', 'secret', 'bind_transmitter')
  assert.equal(((await transmitter.ask({ command: 'submit_sm', sequence: 2 })) as Pdu).status, 0)
  assert.equal(scene.bound[1]?.mayDeliver(), false)
  assert.equal(scene.submits, 1)
})

test('a client that does not wait for the answer to its bind is served in order', async (t) => {
  const scene = await smppScene(t)
  const client = await scene.connect()
  client.send({ command: 'bind_transmitter', sequence: 1, system_id: 'alex', password: 'secret' })
  client.send({ command: 'submit_sm', sequence: 2 })
  client.send({ command: 'unbind', sequence: 3 })
  const heard = (await client.ended) as Pdu[]
  assert.deepEqual(
    heard.map(({ command, status }) => [command, status]),
    [
      ['bind_transmitter_resp', 0],
      ['submit_sm_resp', 0],
      ['unbind_resp', 0],
    ],
  )
})

test('an account has as many sessions as its limit says, and places come free', async (t) => {
  const scene = await smppScene(t)
  scene.accounts.set('alex', { ...scene.accounts.get('alex'), settings: { 'limit.binds': 2 } } as never)
  const first = await scene.customer()
  await scene.customer()
  const third = await scene.connect()
  assert.equal(((await third.bind('alex', 'secret')) as Pdu).status, STATUS.ESME_RBINDFAIL)
  await third.ended
  await first.ask({ command: 'unbind', sequence: 9 })
  await first.ended
  const fourth = await scene.connect()
  assert.equal(((await fourth.bind('alex', 'secret')) as Pdu).status, 0)
})
