import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSubmits, carrierRig } from '../../../test/support/smpp-carrier.ts'
import { until } from '../contract.ts'

test('a carrier that dies in mid-window leaves its parts unknown, those not sent busy, and is bound again', async (t) => {
  const { smsc, seen, send, answered, connector } = await carrierRig(t, {
    settings: { window: 10 },
    on: (pdu) => pdu.command === 'submit_sm',
  })
  send(15)
  await until(() => smsc.submits.length === 10, 'the window is full')
  smsc.on = () => undefined
  smsc.sessions[0]?.socket.destroy()
  await answered(15)
  const outcomes = seen.results.map(({ id, outcome }) => `${id} ${outcome}`)
  assert.deepEqual(
    outcomes.slice(0, 10),
    Array.from({ length: 10 }, (_, index) => `${index + 1} unknown`),
  )
  assert.deepEqual(outcomes.slice(10), ['11 busy', '12 busy', '13 busy', '14 busy', '15 busy'])
  await until(() => connector.free() > 0, 'it is bound again')
  send(1)
  await answered(16)
  assert.equal(seen.results[15]?.outcome, 'taken')
  assert.deepEqual(
    seen.links.map(({ state }) => state),
    ['connecting', 'up', 'down', 'up'],
  )
  assert.ok(connector.stats().reconnects >= 1)
})

test('a part without a response is unknown after its time, and a late response changes nothing', async (t) => {
  const { smsc, seen, send, answered, connector } = await carrierRig(t, {
    settings: { responseTimeoutSeconds: 1.5, enquireLinkSeconds: 600 },
    receipts: 'none',
    on: answerSubmits((pdu) => (pdu.destination_addr.endsWith('9') ? undefined : 0)),
  })
  send(1, { to: '79160000009' })
  send(1)
  await answered(2)
  assert.deepEqual(
    seen.results.map(({ id, outcome }) => [id, outcome]),
    [
      [2, 'taken'],
      [1, 'unknown'],
    ],
  )
  assert.match(seen.results[1]?.reason ?? '', /no response/)
  smsc.sessions[0]?.send({ command: 'submit_sm_resp', sequence: smsc.submits[0]?.sequence ?? 0, message_id: 'late' })
  send(1)
  await answered(3)
  assert.deepEqual([seen.results.length, connector.stats().unknown], [3, 1])
})

test('a carrier that is silent is asked once, and left when it does not answer', async (t) => {
  const { smsc, seen } = await carrierRig(t, {
    settings: { enquireLinkSeconds: 0.1, responseTimeoutSeconds: 0.2, reconnectMinMs: 60_000 },
    on: (pdu) => pdu.command === 'enquire_link',
  })
  await until(() => seen.links.at(-1)?.state === 'down', 'the link goes down')
  assert.match(seen.links.at(-1)?.reason ?? '', /silent/)
  assert.equal(smsc.sessions[0]?.received.filter(({ command }) => command === 'enquire_link').length, 1)
})

test('a carrier that answers enquire_link stays, and its own is answered', async (t) => {
  const { smsc, seen } = await carrierRig(t, { settings: { enquireLinkSeconds: 0.1, responseTimeoutSeconds: 5 } })
  const count = (name: string) => smsc.sessions[0]?.received.filter(({ command }) => command === name).length ?? 0
  smsc.sessions[0]?.send({ command: 'enquire_link', sequence: 42 })
  await until(() => count('enquire_link') >= 3 && count('enquire_link_resp') === 1, 'both ask')
  assert.deepEqual(
    seen.links.map(({ state }) => state),
    ['connecting', 'up'],
  )
})

test('a garbled PDU is answered by generic_nack, and the link goes on', async (t) => {
  const { smsc, send, answered, seen } = await carrierRig(t)
  const [session] = smsc.sessions
  session?.raw(Buffer.from('00000014000009990000000000000063deadbeef', 'hex')) // a command nobody knows
  session?.raw(Buffer.from('0000001300000005000000000000006400' + '0100', 'hex')) // a deliver_sm cut short
  const nacks = () => session?.received.filter(({ command }) => command === 'generic_nack') ?? []
  await until(() => nacks().length === 2, 'both are answered')
  assert.deepEqual(
    nacks().map(({ sequence, status }) => [sequence, status]),
    [
      [99, 3],
      [100, 2],
    ],
  )
  send(1)
  await answered(1)
  assert.equal(seen.results[0]?.outcome, 'taken')
})

test('a broken length closes the link', async (t) => {
  const { smsc, seen, send, answered } = await carrierRig(t, {
    settings: { reconnectMinMs: 60_000 },
    on: (pdu) => pdu.command === 'submit_sm',
  })
  send(1)
  await until(() => smsc.submits.length === 1, 'a part is under way')
  smsc.sessions[0]?.raw(Buffer.from('0000000800000005', 'hex'))
  await answered(1)
  assert.equal(seen.results[0]?.outcome, 'unknown')
  assert.match(seen.links.at(-1)?.reason ?? '', /length of 8/)
  await until(() => smsc.sessions[0]?.socket.destroyed ?? false, 'it is closed')
})

test('a bind that is refused says why, and is tried again', async (t) => {
  let refusals = 2
  const { smsc, seen, connector } = await carrierRig(t, {
    down: true,
    on(pdu, session) {
      if (pdu.command !== 'bind_transceiver' || refusals-- <= 0) return false
      session.send({ command: 'bind_transceiver_resp', sequence: pdu.sequence, status: 0x0e })
      return true
    },
  })
  await until(() => connector.free() > 0, 'it is bound at last')
  assert.equal(smsc.sessions.length, 3)
  assert.match(seen.links[1]?.reason ?? '', /ESME_RINVPASWD \(0x0e\)/)
})

test('a carrier that does not answer the bind is left and tried again', async (t) => {
  let silent = true
  const { smsc, seen, connector } = await carrierRig(t, { down: true, settings: { bindTimeoutSeconds: 0.2 }, on: () => silent })
  await until(() => seen.links.at(-1)?.state === 'down', 'the link is given up')
  assert.match(seen.links.at(-1)?.reason ?? '', /bind in time/)
  silent = false
  await until(() => connector.free() > 0, 'it is bound at last')
  assert.ok(smsc.sessions.length >= 2)
})

test('a carrier that is not there is no exception', async (t) => {
  const { smsc, seen, connector, send, answered } = await carrierRig(t)
  await smsc.close()
  await until(() => seen.links.some(({ reason }) => /ECONNREFUSED/.test(reason)), 'connecting fails')
  send(2)
  await answered(2)
  assert.deepEqual(
    seen.results.map(({ outcome }) => outcome),
    ['busy', 'busy'],
  )
  assert.equal(connector.free(), 0)
})

test('a carrier may end the session', async (t) => {
  const { smsc, seen, connector } = await carrierRig(t)
  smsc.sessions[0]?.send({ command: 'unbind', sequence: 9 })
  await until(() => smsc.sessions[0]?.received.at(-1)?.command === 'unbind_resp', 'it is told yes')
  await until(() => smsc.sessions.length === 2 && connector.free() > 0, 'it is bound again')
  assert.match(seen.links[2]?.reason ?? '', /ended the session/)
})

test('what is not for us does no harm', async (t) => {
  const { smsc, send, answered, seen } = await carrierRig(t)
  const [session] = smsc.sessions
  session?.send({ command: 'outbind', sequence: 1, system_id: 'x' })
  session?.send({ command: 'alert_notification', sequence: 2 })
  session?.send({ command: 'submit_sm_resp', sequence: 999, message_id: 'nobody' })
  session?.send({ command: 'generic_nack', sequence: 0, status: 3 })
  session?.send({ command: 'submit_sm', sequence: 3 })
  send(1)
  await answered(1)
  assert.equal(seen.results[0]?.outcome, 'taken')
  const answer = session?.received.find(({ command }) => command === 'submit_sm_resp')
  assert.deepEqual([answer?.sequence, answer?.status], [3, 4], 'a carrier can not submit')
})

test('a generic_nack to a submit is an answer', async (t) => {
  const { send, answered, seen } = await carrierRig(t, {
    on(pdu, session) {
      if (pdu.command === 'submit_sm') session.send({ command: 'generic_nack', sequence: pdu.sequence, status: 3 })
      return pdu.command === 'submit_sm'
    },
  })
  send(1)
  await answered(1)
  assert.deepEqual([seen.results[0]?.outcome, seen.results[0]?.reason], ['rejected', 'ESME_RINVCMDID (0x03), invalid command ID'])
})

test('one bind of three that falls takes only its own parts with it', async (t) => {
  const { smsc, seen, send, answered, connector } = await carrierRig(t, {
    settings: { binds: 3, window: 2, reconnectMinMs: 60_000 },
    on: (pdu) => pdu.command === 'submit_sm',
  })
  send(6)
  await until(() => smsc.submits.length === 6, 'all are sent')
  smsc.sessions[1]?.socket.destroy()
  await answered(2)
  assert.deepEqual(
    seen.results.map(({ outcome }) => outcome),
    ['unknown', 'unknown'],
  )
  assert.deepEqual([seen.links.at(-1)?.state, connector.stats().unanswered], ['up', 4])
  assert.match(seen.links.at(-1)?.reason ?? '', /^2 of 3 binds: /)
})

test('stop unbinds, and waits for what is owed', async (t) => {
  const late: (() => void)[] = []
  const { smsc, seen, send, connector } = await carrierRig(t, {
    receipts: 'none',
    on(pdu, session) {
      if (pdu.command !== 'submit_sm') return false
      late.push(() => session.send({ command: 'submit_sm_resp', sequence: pdu.sequence, message_id: 'x' }))
      return true
    },
  })
  send(2)
  await until(() => late.length === 2, 'they are sent')
  const stopped = connector.stop(30_000)
  for (const answer of late) answer()
  await stopped
  assert.deepEqual(
    seen.results.map(({ outcome }) => outcome),
    ['taken', 'taken'],
  )
  assert.equal(smsc.sessions[0]?.received.at(-1)?.command, 'unbind')
  assert.deepEqual(seen.links.at(-1), { state: 'down', reason: 'stopped' })
})
