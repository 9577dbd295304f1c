import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../../../test/support/eventually.ts'
import { smppScene } from '../../../test/support/smpp-scene.ts'
import type { Pdu } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

describe('a delivery', () => {
  test('ends with the status of its response, whatever the customer calls it', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    const ended: (number | undefined)[] = []
    const deliver = async (answer: 'deliver_sm_resp' | 'generic_nack', status: number) => {
      const seen = ended.length
      scene.bound[0]?.deliver({ source_addr: '79161234567' }, (said) => ended.push(said))
      assert.equal(ended.length, seen, 'not before it returns')
      const { command, sequence } = (await client.next()) as Pdu
      assert.equal(command, 'deliver_sm')
      client.send({ command: answer, sequence, status })
      await eventually(() => assert.equal(ended.length, seen + 1))
    }
    await deliver('deliver_sm_resp', 0)
    await deliver('deliver_sm_resp', STATUS.ESME_RX_T_APPN)
    await deliver('generic_nack', STATUS.ESME_RINVCMDID)
    await deliver('generic_nack', 0)
    assert.deepEqual(ended, [0, STATUS.ESME_RX_T_APPN, STATUS.ESME_RINVCMDID, STATUS.ESME_RUNKNOWNERR])
    const [view] = scene.listener.sessions()
    assert.deepEqual([view?.delivered, view?.undelivered, view?.delivering], [1, 3, 0])
  })

  test('without a response ends in time', async (t) => {
    const scene = await smppScene(t, { limits: { tickMs: 10, deliveryMs: 50 } })
    const client = await scene.customer()
    const status = await new Promise((resolve) => scene.bound[0]?.deliver({}, resolve))
    assert.equal(status, undefined)
    assert.equal((await client.ask({ command: 'enquire_link', sequence: 9 })).command, 'enquire_link_resp')
  })

  test('that has no form on the wire is refused for good, and the session goes on', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    const status = await new Promise((resolve) => scene.bound[0]?.deliver({ source_addr: 'x'.repeat(300) }, resolve))
    assert.equal(status, STATUS.ESME_RX_P_APPN)
    assert.equal((await client.ask({ command: 'enquire_link', sequence: 9 })).command, 'enquire_link_resp')
    assert.equal(scene.listener.sessions()[0]?.delivering, 0)
  })

  test('waits for a socket that is behind, and is told when it has caught up', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    client.socket.pause()
    const [session] = scene.bound
    assert.ok(session)
    const payload = { tlvs: { message_payload: new Uint8Array(60_000) } }
    let written = 0
    while (session.mayDeliver()) {
      session.deliver(payload, () => {})
      written++
      await new Promise(setImmediate)
    }
    assert.ok(written > 0)
    assert.deepEqual(scene.told, ['bound 1'])
    client.socket.resume()
    await eventually(() => assert.deepEqual(scene.told, ['bound 1', 'ready 1']))
    assert.equal(session.mayDeliver(), true)
    await eventually(() => assert.equal(client.received.length, 1 + written))
  })
})
