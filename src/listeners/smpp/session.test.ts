import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../../../test/support/eventually.ts'
import { closing } from '../../../test/support/raw-smpp.ts'
import { anAccount, smppScene } from '../../../test/support/smpp-scene.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { Pdu } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Bound } from './bound.ts'

const QUICK = { tickMs: 10, verifyMs: 30 }

describe('an account that changes', () => {
  for (const reason of ['blocked', 'password', 'smpp_off', 'ip', 'login'] as const) {
    test(`${reason}: its sessions are unbound`, async (t) => {
      const scene = await smppScene(t, { limits: QUICK })
      const [one, other] = [await scene.customer(), await scene.customer()]
      scene.obstacle = () => reason
      for (const client of [one, other]) {
        const unbind = (await client.next()) as Pdu
        assert.equal(unbind.command, 'unbind')
        client.send({ command: 'unbind_resp', sequence: unbind.sequence })
        await client.ended
      }
      assert.deepEqual(scene.told.slice(2).sort(), ['unbound 1', 'unbound 2'])
    })
  }

  test('is seen by its sessions as it is now', async (t) => {
    const scene = await smppScene(t, { limits: QUICK })
    await scene.customer()
    scene.accounts.set('alex', anAccount('alex', 7, { 'limit.throughput': 5 }))
    await eventually(() => assert.equal(scene.bound[0]?.account().settings['limit.throughput'], 5))
  })

  test('of a store that is away nothing is known, and nobody is sent home', async (t) => {
    const scene = await smppScene(t, { limits: QUICK })
    const client = await scene.customer()
    scene.obstacle = () => 'unavailable'
    const asked = scene.signedIn.length
    await eventually(() => assert.ok(scene.signedIn.length > asked + 3, 'signed in again'))
    assert.equal((await client.ask({ command: 'enquire_link', sequence: 5 })).command, 'enquire_link_resp')
    await assert.rejects(scene.bound[0]?.signInAgain() ?? Promise.resolve(), new Refusal('unavailable'))
    assert.equal((await client.ask({ command: 'submit_sm', sequence: 6 })).command, 'submit_sm_resp')
  })

  test('is forgotten and asked for once, however many requests found it changed', async (t) => {
    const forgotten: number[] = []
    const signIn = async () => anAccount('alex', 7, { asked: ++asked })
    let asked = 0
    const scene = await smppScene(t, {
      signing: { signInSmpp: signIn, signInSmppAgain: signIn, forget: (id) => forgotten.push(id) },
      limits: { verifyMs: 3_600_000 },
    })
    await scene.customer()
    const [session] = scene.bound
    assert.ok(session)
    const again = await Promise.all(Array.from({ length: 100 }, () => session.signInAgain()))
    assert.deepEqual([forgotten, asked], [[7], 2])
    assert.equal(again[99]?.settings.asked, 2)
  })

  test('one that may not go on is told so, and its requests under way are answered first', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    scene.keep = true
    client.send({ command: 'submit_sm', sequence: 5 })
    await eventually(() => assert.equal(scene.kept.length, 1))
    scene.obstacle = () => 'blocked'
    await assert.rejects(scene.bound[0]?.signInAgain() ?? Promise.resolve(), (error: Refusal) => error.code === 'bad_credentials')
    const late = (await client.ask({ command: 'submit_sm', sequence: 6 })) as Pdu
    assert.equal(late.status, STATUS.ESME_RMSGQFUL, 'it was not taken, and is sent elsewhere')
    scene.kept[0]?.answer({ message_id: '77' })
    assert.equal((await client.next()).command, 'submit_sm_resp')
    assert.equal((await client.next()).command, 'unbind')
  })
})

describe('a customer who leaves', () => {
  test('unbinds, and hears first what it asked', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    scene.keep = true
    for (const sequence of [5, 6]) client.send({ command: 'submit_sm', sequence })
    client.send({ command: 'unbind', sequence: 7 })
    await eventually(() => assert.equal(scene.kept.length, 2))
    for (const { answer, pdu } of scene.kept.reverse()) answer({ message_id: `id ${pdu.sequence}` })
    const heard = (await client.ended) as Pdu[]
    assert.deepEqual(
      heard.map(({ command, sequence }) => `${command} ${sequence}`),
      ['bind_transceiver_resp 1', 'submit_sm_resp 6', 'submit_sm_resp 5', 'unbind_resp 7'],
    )
  })

  test('closes its half of the connection, and still hears what it asked', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    scene.keep = true
    client.send({ command: 'submit_sm', sequence: 5 })
    client.socket.end()
    await eventually(() => assert.equal(scene.kept.length, 1))
    scene.kept[0]?.answer({ message_id: '5' })
    assert.equal((await client.ended).at(-1)?.command, 'submit_sm_resp')
  })

  test('hangs up, and nothing is written to nobody', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    scene.keep = true
    client.send({ command: 'submit_sm', sequence: 5 })
    await eventually(() => assert.equal(scene.kept.length, 1))
    const ended: (number | undefined)[] = []
    scene.bound[0]?.deliver({}, (status) => ended.push(status))
    client.socket.resetAndDestroy()
    await eventually(() => assert.deepEqual(scene.told, ['bound 1', 'unbound 1']))
    assert.deepEqual(ended, [undefined], 'before it is said to be unbound')
    scene.kept[0]?.answer({ message_id: '5' })
    assert.equal(scene.bound[0]?.mayDeliver(), false)
    await new Promise<void>((resolve) =>
      scene.bound[0]?.deliver({}, (status) => {
        assert.equal(status, undefined)
        resolve()
      }),
    )
  })

  test('is dropped: what it asked last stays without an answer', async (t) => {
    const scene = await smppScene(t)
    const client = await scene.customer()
    scene.keep = true
    for (const sequence of [5, 6]) client.send({ command: 'submit_sm', sequence })
    await eventually(() => assert.equal(scene.kept.length, 2))
    scene.kept[0]?.answer({ message_id: '5' })
    scene.bound[0]?.drop('nobody knows')
    scene.kept[1]?.answer({ message_id: '6' })
    assert.deepEqual(
      (await client.ended).map((pdu) => 'sequence' in pdu && pdu.sequence),
      [1, 5],
    )
  })
})

test('a centre that stops answers what is under way, unbinds everybody, and takes nobody new', async (t) => {
  const scene = await smppScene(t)
  const [busy, idle, stranger] = [await scene.customer(), await scene.customer(), await scene.connect()]
  scene.keep = true
  busy.send({ command: 'submit_sm', sequence: 5 })
  await eventually(() => assert.equal(scene.kept.length, 1))
  const stopped = scene.listener.stop()
  const unbind = (await idle.next()) as Pdu
  assert.equal(unbind.command, 'unbind')
  idle.send({ command: 'unbind_resp', sequence: unbind.sequence })
  await Promise.all([idle.ended, stranger.ended])
  await assert.rejects(scene.connect(), /ECONNREFUSED/)

  assert.equal(busy.received.length, 1, 'it waits for its answer')
  scene.kept[0]?.answer({ message_id: '5' })
  assert.equal((await busy.next()).command, 'submit_sm_resp')
  const second = (await busy.next()) as Pdu
  busy.send({ command: 'unbind_resp', sequence: second.sequence })
  await Promise.all([busy.ended, stopped])
})

test('who does not answer our unbind is cut off', async (t) => {
  const scene = await smppScene(t, { limits: { tickMs: 10, unbindMs: 50 } })
  const client = await scene.customer()
  assert.equal(scene.listener.disconnect(99), false)
  assert.equal(scene.listener.disconnect(1), true)
  assert.equal((await client.next()).command, 'unbind')
  await client.ended
})

describe('silence', () => {
  test('who only answers our enquire_link is alive; who does not is given up', async (t) => {
    const scene = await smppScene(t, { limits: { tickMs: 10, enquireLinkMs: 30, inactivityMs: 2_000 } })
    const [alive, silent, slow] = [await scene.customer(), await scene.customer(), await scene.customer()]
    let asked = 0
    const answering = (async () => {
      while (asked < 60) {
        const pdu = (await alive.next()) as Pdu
        assert.equal(pdu.command, 'enquire_link')
        asked++
        alive.send({ command: 'enquire_link_resp', sequence: pdu.sequence })
      }
    })()
    // Octets that never become a PDU are no sign of life.
    const drip = setInterval(() => slow.raw(Buffer.from([0])), 50)
    t.after(() => clearInterval(drip))
    await silent.ended
    assert.equal(silent.received.at(-1)?.command, 'enquire_link')
    await Promise.all([answering, slow.ended])
    assert.equal((await alive.ask({ command: 'submit_sm', sequence: 500_000 })).command, 'submit_sm_resp')
  })

  test('without a bind the connection is closed', async (t) => {
    const scene = await smppScene(t, { limits: { tickMs: 10, sessionInitMs: 50 } })
    const client = await scene.connect()
    await client.ended
    assert.equal(scene.listener.sessions().length, 0)
  })
})

describe('what goes wrong here', () => {
  test('an operation that throws is a system error for that request alone', async (t) => {
    const scene = await smppScene(t, {
      operations: {
        query_sm() {
          throw new TypeError('a bug')
        },
      },
    })
    const client = await scene.customer()
    const answer = (await client.ask({ command: 'query_sm', sequence: 5, message_id: '1' })) as Pdu
    assert.deepEqual([answer.command, answer.status], ['query_sm_resp', STATUS.ESME_RSYSERR])
    assert.equal(((await client.ask({ command: 'submit_sm', sequence: 6 })) as Pdu).status, 0)
  })

  test('who is told of sessions may fail, and the sessions go on', async (t) => {
    const fail = () => {
      throw new TypeError('a bug')
    }
    const scene = await smppScene(t, { events: { bound: fail, unbound: fail, ready: fail } })
    const [one, other] = [await scene.customer(), await scene.customer()]
    assert.equal(((await one.ask({ command: 'submit_sm', sequence: 5 })) as Pdu).status, 0)
    one.close()
    await eventually(() => assert.equal(scene.listener.sessions().length, 1))
    assert.equal(((await other.ask({ command: 'submit_sm', sequence: 5 })) as Pdu).status, 0)
  })

  test('whose delivery fails to end loses that session, and nobody else does', async (t) => {
    const bound: Bound[] = []
    const scene = await smppScene(t, { events: { bound: (session) => bound.push(session), unbound() {}, ready() {} } })
    const [one, other] = [await scene.customer(), await scene.customer()]
    bound[0]?.deliver({}, () => {
      throw new TypeError('a bug')
    })
    const { sequence } = (await one.next()) as Pdu
    one.send({ command: 'deliver_sm_resp', sequence })
    await one.ended
    assert.equal(((await other.ask({ command: 'submit_sm', sequence: 5 })) as Pdu).status, 0)
  })

  test('an answer that has no form on the wire is a system error; a second one is nothing', async (t) => {
    const scene = await smppScene(t, {
      operations: {
        submit_sm(_session, _pdu, answer) {
          answer({ message_id: 'x'.repeat(100) })
          answer({ message_id: '1' })
        },
      },
    })
    const client = await scene.customer()
    assert.equal(((await client.ask({ command: 'submit_sm', sequence: 5 })) as Pdu).status, STATUS.ESME_RSYSERR)
    await client.ask({ command: 'enquire_link', sequence: 6 })
    assert.equal(client.received.length, 3)
    assert.equal(scene.listener.sessions()[0]?.unanswered, 0)
  })
})

test('a customer whose bind is being checked when it hangs up leaves nothing behind', async (t) => {
  let letIn = (_account: ReturnType<typeof anAccount>): void => {}
  const signIn = () =>
    new Promise<ReturnType<typeof anAccount>>((resolve) => {
      letIn = resolve
    })
  const scene = await smppScene(t, { signing: { signInSmpp: signIn, signInSmppAgain: signIn, forget() {} } })
  const client = await scene.connect()
  client.send({ command: 'bind_transceiver', sequence: 1, system_id: 'alex', password: 'secret' })
  await eventually(() => assert.equal(scene.listener.figures().pdusRead, 1))
  client.close()
  await closing(client.socket)
  letIn(anAccount('alex', 7))
  await eventually(() => assert.deepEqual(scene.told, ['bound 1', 'unbound 1']))
  await eventually(() => assert.equal(scene.listener.figures().connections, 0))
  assert.deepEqual(scene.listener.sessions(), [])
})
