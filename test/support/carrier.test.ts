import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import smpp, { type Pdu, type Session } from 'smpp'
import { decimal, hex, startCarrier } from './carrier.ts'
import { assemble } from './carrier-wire.ts'

async function bind(port: number): Promise<{ session: Session; heard: Pdu[] }> {
  const session = smpp.connect({ host: '127.0.0.1', port })
  session.on('error', () => {})
  await once(session, 'connect')
  const heard: Pdu[] = []
  session.on('deliver_sm', (pdu: Pdu) => {
    heard.push(pdu)
    session.send(pdu.response())
  })
  await new Promise<void>((resolve) => session.bind_transceiver({ system_id: 'us', password: 'secret' }, () => resolve()))
  return { session, heard }
}

const submit = (session: Session, fields: object): Promise<Pdu> =>
  new Promise((resolve) =>
    session.submit_sm({ destination_addr: '79001234567', source_addr: 'Shop', registered_delivery: 1, ...fields }, resolve),
  )

test('the carrier of our tests takes a part, writes its id in two notations and sends the receipt', async (t) => {
  const carrier = await startCarrier({ idInResponse: hex, idInReceipt: decimal })
  t.after(carrier.stop)
  const { session, heard } = await bind(carrier.port)
  const taken = await submit(session, { short_message: 'Hello' })
  const [first] = carrier.taken
  assert.equal(taken.message_id, first?.id.toString(16).toUpperCase())
  assert.deepEqual(assemble(carrier.submits), [{ to: '79001234567', from: 'Shop', text: 'Hello' }])
  assert.equal(carrier.binds(), 1)
  await submit(session, { short_message: 'Again' })
  assert.match(String(heard[0]?.short_message?.message), new RegExp(`^id:${first?.id} sub:001 dlvrd:001 .* stat:DELIVRD err:000`))
})

test('its parts are joined by their reference, whatever order they come in', async (t) => {
  const carrier = await startCarrier()
  t.after(carrier.stop)
  const { session } = await bind(carrier.port)
  const part = (number: number, message: string) => ({
    data_coding: 8,
    short_message: { udh: Buffer.from([5, 0, 3, 77, 2, number]), message },
  })
  await submit(session, part(2, 'мир'))
  await submit(session, part(1, 'Привет, '))
  assert.deepEqual(carrier.submits[0]?.part, { by: 'udh', reference: 77, of: 2, number: 2 })
  assert.deepEqual(
    assemble(carrier.submits).map(({ text }) => text),
    ['Привет, мир'],
  )
})

test('a receipt that nobody acknowledged is said again to whoever binds next', async (t) => {
  const carrier = await startCarrier()
  t.after(carrier.stop)
  const { session } = await bind(carrier.port)
  session.removeAllListeners('deliver_sm')
  await submit(session, { short_message: 'Hello' })
  carrier.hangUp()
  const later = await bind(carrier.port)
  while (later.heard.length === 0) await once(later.session, 'pdu')
  assert.match(String(later.heard[0]?.short_message?.message), /stat:DELIVRD/)
})

test('it can keep parts waiting, throttle, and say what a handset wrote', async (t) => {
  const carrier = await startCarrier({ verdict: () => 'later' })
  t.after(carrier.stop)
  const { session, heard } = await bind(carrier.port)
  const answers = [submit(session, { short_message: 'one' }), submit(session, { short_message: 'two' })]
  await carrier.arrived(2)
  assert.equal(carrier.mostUnanswered(), 2)
  carrier.script.verdict = () => ({ status: smpp.errors.ESME_RTHROTTLED ?? 0 })
  assert.equal((await submit(session, { short_message: 'three' })).command_status, 0x58)
  carrier.answer()
  await Promise.all(answers)
  assert.equal(await carrier.says('79001234567', '1234', 'Да'), 0)
  assert.equal(heard.at(-1)?.short_message?.message, 'Да')
})
