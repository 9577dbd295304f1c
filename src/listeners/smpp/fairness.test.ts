import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../../../test/support/eventually.ts'
import { hex, type RawSmpp } from '../../../test/support/raw-smpp.ts'
import { smppScene } from '../../../test/support/smpp-scene.ts'
import { encodePdu } from '../../protocols/smpp/codec.ts'
import type { Pdu, PduInput } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

/** So many of the same, one after another in one write. */
const many = (count: number, pdu: PduInput): Buffer => {
  const one = encodePdu(pdu)
  const octets = Buffer.alloc(count * one.length)
  for (let at = 0; at < count; at++) {
    one.copy(octets, at * one.length)
    octets.writeUInt32BE(pdu.sequence + at, at * one.length + 12)
  }
  return octets
}

/** How far a session gets by asking one thing after another. */
async function converse(client: RawSmpp, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const answer = (await client.ask({ command: 'submit_sm', sequence: 1_000 + round })) as Pdu
    assert.deepEqual([answer.command, answer.status], ['submit_sm_resp', 0])
  }
}

describe('one session that does not behave', () => {
  test('100,000 enquire_links are answered in order, a part each second, while another session gets on', async (t) => {
    const scene = await smppScene(t)
    const [flood, other] = [await scene.customer(), await scene.customer()]
    flood.raw(many(100_000, { command: 'enquire_link', sequence: 10 }))
    await eventually(() => assert.ok(flood.received.length > 1, 'it is answered'))
    await converse(other, 300)
    await eventually(() => assert.equal(scene.listener.sessions()[0]?.state, 'held', 'it waits its time'))
    assert.ok(flood.received.length < 100_000)
    // The order of what was answered, whatever that was.
    for (const [at, pdu] of flood.received.slice(1).entries()) assert.equal('sequence' in pdu && pdu.sequence, 10 + at)
  })

  test('submits that flood in take turns with those of others', async (t) => {
    const scene = await smppScene(t, { limits: { pdusATurn: 16 } })
    const [flood, other] = [await scene.customer(), await scene.customer()]
    const octets = many(20_000, { command: 'submit_sm', sequence: 10, short_message: new Uint8Array(100) })
    flood.raw(octets)
    await eventually(() => assert.ok(flood.received.length > 1, 'it is answered'))
    other.send({ command: 'submit_sm', sequence: 5 })
    await other.answer(5)
    assert.ok(flood.received.length < 20_000, 'the other was answered before the flood was over')
    await eventually(() => assert.equal(flood.received.length, 20_001))
    assert.equal(scene.submits, 20_001)
  })

  test('who never reads is read no further, keeps little, and is closed', async (t) => {
    const scene = await smppScene(t, { limits: { stuckMs: 300, outputOctetsMax: 64 * 1024 } })
    const [deaf, other] = [await scene.customer(), await scene.customer()]
    deaf.socket.pause()
    const octets = many(10_000, { command: 'submit_sm', sequence: 10 })
    const write = (error?: Error | null): void => {
      if (!error) deaf.socket.write(octets, write)
    }
    write()
    await eventually(() => assert.equal(scene.listener.sessions().find(({ id }) => id === 1)?.state, 'held'))
    const before = process.memoryUsage().external
    await converse(other, 100)
    assert.ok(process.memoryUsage().external - before < 20_000_000)
    await eventually(() => assert.deepEqual(scene.told.slice(2), ['unbound 1']))
    await converse(other, 10)
  })

  test('a PDU that never ends is given up', async (t) => {
    const scene = await smppScene(t, { limits: { tickMs: 10, pduMs: 200 } })
    const [slow, other] = [await scene.customer(), await scene.customer()]
    const submit = encodePdu({ command: 'submit_sm', sequence: 2, short_message: new Uint8Array(200) })
    let at = 0
    const drip = setInterval(() => slow.raw(submit.subarray(at, ++at)), 20)
    t.after(() => clearInterval(drip))
    await slow.ended
    assert.ok(at < submit.length)
    await converse(other, 10)
  })

  test('a PDU that comes octet by octet is a PDU all the same', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    for (const octet of encodePdu({ command: 'submit_sm', sequence: 2 })) {
      client.raw(Uint8Array.of(octet))
      await new Promise(setImmediate)
    }
    assert.equal((await client.answer(2)).command, 'submit_sm_resp')
  })

  test('refusals that are asked for again at once come a part each second', async (t) => {
    const scene = await smppScene(t, {
      operations: { submit_sm: (_session, _pdu, answer) => answer({ status: STATUS.ESME_RTHROTTLED }) },
      limits: { uselessASecond: 400, tickMs: 50 },
    })
    const client = await scene.customer()
    client.raw(many(600, { command: 'submit_sm', sequence: 10 }))
    await eventually(() => assert.equal(scene.listener.sessions()[0]?.state, 'held'))
    assert.ok(client.received.length < 600)
    await eventually(() => assert.equal(client.received.length, 601))
  })
})

test('a session has so many requests under way, and more wait unread', async (t) => {
  const scene = await smppScene(t, { limits: { unansweredMax: 20 } })
  const client = await scene.customer()
  scene.keep = true
  client.raw(many(100, { command: 'submit_sm', sequence: 10 }))
  await eventually(() => assert.equal(scene.kept.length, 20))
  for (let round = 0; round < 100; round++) {
    assert.equal(scene.kept.length, 20, 'as many as there may be')
    scene.kept.shift()?.answer({ message_id: String(round) })
    const left = Math.min(20, 99 - round)
    await eventually(() => assert.equal(scene.kept.length, left))
    if (left < 20) break
  }
  for (const { answer } of scene.kept) answer({ message_id: '1' })
  await eventually(() => assert.equal(client.received.length, 101))
  assert.equal(scene.listener.sessions()[0]?.unansweredPeak, 20)
})

describe('connections', () => {
  test('of one address, of all, and such that are not bound: each has a limit, and places come free', async (t) => {
    const scene = await smppScene(t, { limits: { unboundPerAddressMax: 2, perAddressMax: 4 } })
    const isOpen = async (client: RawSmpp) =>
      Promise.race([
        client.ended.then(() => false),
        client.ask({ command: 'enquire_link', sequence: 99 }).then(
          () => true,
          () => false,
        ),
      ])
    const open = async () => {
      const client = await scene.connect()
      return { client, open: await isOpen(client) }
    }
    const [one, two] = [await open(), await open()]
    assert.deepEqual([one.open, two.open, (await open()).open], [true, true, false])
    await one.client.bind('alex', 'secret')
    await two.client.bind('alex', 'secret')
    const [three, four] = [await open(), await open()]
    await three.client.bind('alex', 'secret')
    assert.deepEqual([three.open, four.open, (await open()).open], [true, true, false])
    one.client.close()
    await eventually(() => assert.equal(scene.listener.figures().connections, 3))
    assert.equal((await open()).open, true)
    assert.deepEqual(
      scene.listener.figures().connectionsRefused,
      new Map([
        ['too many connections of one address that are not bound', 1],
        ['too many connections of one address', 1],
      ]),
    )
  })

  test('nobody who is not bound is listened to at length', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.connect()
    client.raw(hex('00002000 00000004 00000000 00000007'))
    const nack = (await client.next()) as Pdu
    assert.deepEqual([nack.command, nack.status, nack.sequence], ['generic_nack', STATUS.ESME_RINVCMDLEN, 7])
    await client.ended
  })
})
