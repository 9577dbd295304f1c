import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReader, encodePdu } from './codec.ts'
import { mayAsk } from './operations.ts'
import type { Command, PduInput, Request } from './pdu.ts'
import { type Asked, createSession, respond, type Session } from './session.ts'
import { STATUS } from './status.ts'

const read = (pdu: PduInput) => {
  const reader = createReader()
  reader.push(encodePdu(pdu))
  const one = reader.next()
  assert.ok(one && one.command !== 'broken' && one.command !== 'unparsable')
  return one
}

interface Submit extends Asked {
  readonly name: string
}
const submit = (name: string, command: Request = 'submit_sm'): Submit => ({ command, name, sentAt: 0 })

function bound(command: 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver' = 'bind_transceiver'): Session<Submit> {
  const session = createSession<Submit>('esme')
  const { sequence } = session.bind(command, { system_id: 'me' })
  const step = session.receive(read({ command: `${command}_resp`, sequence, system_id: 'SMSC' } as PduInput))
  assert.equal(step.kind, 'bound')
  return session
}

test('a response finds its request, in whatever order they come', () => {
  const session = bound()
  const first = session.ask(submit('first'), 1)
  const second = session.ask(submit('second'), 2)
  assert.equal(second, first + 1)
  for (const [sequence, name] of [
    [second, 'second'],
    [first, 'first'],
  ] as const) {
    const step = session.receive(read({ command: 'submit_sm_resp', sequence, message_id: 'a' }))
    assert.ok(step.kind === 'answered')
    assert.equal(step.request.name, name)
  }
  assert.equal(session.unanswered(), 0)
})

test('a second response, one for another command and one for nobody change nothing', () => {
  const session = bound()
  const sequence = session.ask(submit('one'), 1)
  assert.equal(session.receive(read({ command: 'query_sm_resp', sequence })).kind, 'ignored')
  assert.equal(session.receive(read({ command: 'submit_sm_resp', sequence: 999 })).kind, 'ignored')
  assert.equal(session.receive(read({ command: 'submit_sm_resp', sequence })).kind, 'answered')
  assert.equal(session.receive(read({ command: 'submit_sm_resp', sequence })).kind, 'ignored')
})

test('a generic_nack answers whatever has its number', () => {
  const session = bound()
  const sequence = session.ask(submit('one'), 1)
  const step = session.receive(read({ command: 'generic_nack', sequence, status: 3 }))
  assert.ok(step.kind === 'answered' && step.pdu.status === 3)
})

test('a generic_nack without a number is nobody’s', () => {
  const session = bound()
  session.ask(submit('one'), 1)
  assert.equal(session.receive(read({ command: 'generic_nack', sequence: 0, status: 3 })).kind, 'ignored')
  assert.deepEqual([session.state(), session.unanswered()], ['bound_trx', 1])
})

test('what was not answered in time is given up oldest first, and the rest when the connection is gone', () => {
  const session = bound()
  for (const [name, at] of [
    ['a', 10],
    ['b', 10],
    ['c', 20],
    ['d', 30],
  ] as const)
    session.ask(submit(name), at)
  assert.deepEqual(session.expire(10), [])
  assert.deepEqual(
    session.expire(20).map(({ name }) => name),
    ['a', 'b'],
  )
  assert.deepEqual(
    session.close().map(({ name }) => name),
    ['c', 'd'],
  )
  assert.equal(session.state(), 'closed')
})

test('a refused bind says why, also when the carrier does not know the command', () => {
  for (const command of ['bind_transceiver_resp', 'generic_nack'] as const) {
    const session = createSession<Submit>('esme')
    const { sequence } = session.bind('bind_transceiver', {})
    assert.deepEqual(session.receive(read({ command, sequence, status: 0x0e })), { kind: 'refused', status: 0x0e })
  }
})

test('the session answers enquire_link itself, bound or not', () => {
  for (const session of [createSession<Submit>('esme'), bound(), bound('bind_receiver')]) {
    const step = session.receive(read({ command: 'enquire_link', sequence: 77 }))
    assert.deepEqual(step, { kind: 'reply', pdu: { command: 'enquire_link_resp', sequence: 77 } })
  }
})

test('unbind goes both ways', () => {
  const asked = bound()
  assert.deepEqual(asked.receive(read({ command: 'unbind', sequence: 5 })), {
    kind: 'unbound',
    reply: { command: 'unbind_resp', sequence: 5 },
  })
  const asking = bound()
  const sequence = asking.ask(submit('one'), 1)
  const unbind = asking.unbind()
  assert.equal(asking.receive(read({ command: 'submit_sm_resp', sequence })).kind, 'answered', 'what is owed still comes')
  assert.throws(() => asking.ask(submit('late'), 2), /not allowed in state unbinding/)
  assert.deepEqual(asking.receive(read({ command: 'unbind_resp', sequence: unbind.sequence })), {
    kind: 'unbound',
    reply: undefined,
  })
})

test('outbind and alert_notification need no answer', () => {
  assert.equal(createSession<Submit>('esme').receive(read({ command: 'outbind', sequence: 1, system_id: 'x' })).kind, 'ignored')
  assert.equal(bound().receive(read({ command: 'outbind', sequence: 1 })).kind, 'ignored')
  assert.equal(bound().receive(read({ command: 'alert_notification', sequence: 1 })).kind, 'ignored')
})

test('what can not be read is answered by generic_nack, but a response is not', () => {
  const session = bound()
  const unparsable = { command: 'unparsable', status: 0, sequence: 9, nack: STATUS.ESME_RINVCMDID } as const
  assert.deepEqual(session.receive({ ...unparsable, commandId: 0x999 }), {
    kind: 'reply',
    pdu: { command: 'generic_nack', status: 3, sequence: 9 },
  })
  assert.equal(session.receive({ ...unparsable, commandId: 0x80000999 }).kind, 'ignored')
  assert.deepEqual(session.receive({ command: 'broken', length: 3 }), { kind: 'lost', length: 3 })
})

test('a message is the application’s, and its response carries its number', () => {
  const step = bound('bind_receiver').receive(read({ command: 'deliver_sm', sequence: 12 }))
  assert.ok(step.kind === 'request')
  assert.deepEqual(respond(step.pdu), { command: 'deliver_sm_resp', sequence: 12, status: 0 })
})

test('a carrier that submits to us, or delivers before the bind, is told that it may not', () => {
  const reply = (session: Session<Submit>, command: Command) => session.receive(read({ command, sequence: 3 } as PduInput))
  for (const [session, command] of [
    [bound(), 'submit_sm'],
    [createSession<Submit>('esme'), 'deliver_sm'],
    [bound(), 'bind_receiver'],
  ] as const) {
    const step = reply(session, command)
    assert.ok(step.kind === 'reply')
    assert.deepEqual([step.pdu.command, step.pdu.status], [`${command}_resp`, STATUS.ESME_RINVBNDSTS])
  }
})

test('a message centre uses the same machine', () => {
  const session = createSession<Submit>('mc')
  assert.equal(session.receive(read({ command: 'submit_sm', sequence: 1 })).kind, 'reply', 'not bound yet')
  assert.equal(session.receive(read({ command: 'bind_receiver', sequence: 2, system_id: 'me' })).kind, 'request')
  session.accept('bind_receiver')
  assert.equal(session.state(), 'bound_rx')
  const sequence = session.ask(submit('receipt', 'deliver_sm'), 1)
  assert.equal(session.receive(read({ command: 'deliver_sm_resp', sequence })).kind, 'answered')
})

// command, who asks, states in which it may
const MATRIX: readonly (readonly [command: Command, by: 'esme' | 'mc', states: string])[] = [
  ['submit_sm', 'esme', 'bound_tx bound_trx'],
  ['submit_sm', 'mc', ''],
  ['query_sm', 'esme', 'bound_tx bound_trx'],
  ['deliver_sm', 'mc', 'bound_tx bound_rx bound_trx unbinding'],
  ['deliver_sm', 'esme', ''],
  ['data_sm', 'esme', 'bound_tx bound_trx'],
  ['bind_receiver', 'esme', 'open'],
  ['bind_receiver', 'mc', ''],
  ['enquire_link', 'mc', 'open bound_tx bound_rx bound_trx unbinding'],
  ['submit_sm_resp', 'esme', ''],
]
for (const [command, by, states] of MATRIX) {
  test(`${command} by ${by}: ${states || 'never'}`, () => {
    const allowed = (['open', 'bound_tx', 'bound_rx', 'bound_trx', 'unbinding', 'closed'] as const).filter((state) =>
      mayAsk(command, by, state),
    )
    assert.equal(allowed.join(' '), states)
  })
}
