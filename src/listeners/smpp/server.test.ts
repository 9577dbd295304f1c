import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex } from '../../../test/support/raw-smpp.ts'
import { smppScene } from '../../../test/support/smpp-scene.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

test('a customer binds, sends, is asked for life, and unbinds', async (t) => {
  const scene = await smppScene(t)
  const client = await scene.connect()
  const bound = await client.bind('alex', 'secret', 'bind_transceiver', { system_type: 'ISO' })
  assert.deepEqual(
    { ...bound },
    {
      command: 'bind_transceiver_resp',
      status: 0,
      sequence: 1,
      system_id: 'Heliogram',
      tlvs: { sc_interface_version: 0x34 },
    },
  )
  assert.equal(scene.bound[0]?.systemType, 'ISO')
  assert.equal(scene.signedIn[0]?.psw, 'secret')
  const taken = await client.ask({ command: 'submit_sm', sequence: 5, destination_addr: '79161234567' })
  assert.deepEqual([taken.command, 'message_id' in taken && taken.message_id], ['submit_sm_resp', '5'])
  const alive = await client.ask({ command: 'enquire_link', sequence: 6 })
  assert.equal(alive.command, 'enquire_link_resp')
  const gone = await client.ask({ command: 'unbind', sequence: 7 })
  assert.equal(gone.command, 'unbind_resp')
  await client.ended
  assert.deepEqual(scene.told, ['bound 1', 'unbound 1'])
})

test('the bytes of the service’s own PHP library are answered with the bytes it expects', async (t) => {
  const scene = await smppScene(t, {
    operations: { submit_sm: (_session, _pdu, answer) => answer({ message_id: '855469' }) },
  })
  const client = await scene.connect()
  client.raw(hex('0000001e 00000002 00000000 00000001 616c657800 31323300 00 34 05 01 00'))
  assert.equal((await client.answer(1)).command, 'bind_transmitter_resp')
  let octets = Buffer.alloc(0)
  client.socket.on('data', (chunk: Buffer) => {
    octets = Buffer.concat([octets, chunk])
  })
  client.raw(
    hex(`00000042 00000004 00000000 00000002 00 05 01 73656e64657200 05 01 373939393939393939393900
         00 00 03 00 00 00 00 04 00 00 0424 000c 74657374206d657373616765`),
  )
  await client.answer(2)
  assert.equal(octets.toString('hex'), hex('00000017 80000004 00000000 00000002 38353534363900').toString('hex'))
})

test('a refusal carries an empty message_id rather than none', async (t) => {
  const scene = await smppScene(t, {
    operations: { submit_sm: (_session, _pdu, answer) => answer({ status: STATUS.ESME_RTHROTTLED }) },
  })
  const client = await scene.customer()
  let octets = Buffer.alloc(0)
  client.socket.on('data', (chunk: Buffer) => {
    octets = Buffer.concat([octets, chunk])
  })
  await client.ask({ command: 'submit_sm', sequence: 3 })
  assert.equal(octets.toString('hex'), '00000011800000040000005800000003' + '00')
})
