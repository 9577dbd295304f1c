import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSubmits, carrierRig } from '../../../test/support/smpp-carrier.ts'
import { encodePdu } from '../../protocols/smpp/codec.ts'
import { ESM_CLASS } from '../../protocols/smpp/pdu.ts'
import type { Frame } from '../connector.ts'
import { outgoing, until } from '../contract.ts'
import { smpp } from './smpp.ts'

const settings = smpp.settings.parse({ host: 'x', systemId: 'me', password: 'pw' })
const words = (frame: Frame) => smpp.explain?.(settings, frame.octets) ?? assert.fail('SMPP explains itself')

/** A rig that keeps what is captured. */
async function tapped(t: Parameters<typeof carrierRig>[0], options: Parameters<typeof carrierRig>[1] = {}) {
  const rig = await carrierRig(t, options)
  const frames: Frame[] = []
  const dropped = { count: 0 }
  Object.assign(rig.seen, {
    captured: (more: readonly Frame[], lost: number) => {
      frames.push(...more)
      dropped.count += lost
    },
  })
  return { ...rig, frames, dropped }
}

test('while the tap is closed nothing is kept of a link on which all is well', async (t) => {
  const { send, seen, frames } = await tapped(t)
  send(20)
  await until(() => seen.got.length === 20, 'all are delivered')
  assert.deepEqual(frames, [])
})

test('an open tap tells everything, and what is rebuilt of a message is what went over the wire, octet by octet', async (t) => {
  const { connector, seen, frames } = await tapped(t)
  connector.tap?.(true)
  const message = outgoing({ id: 77, accountId: 5, content: { kind: 'text', text: 'Привет '.repeat(30) } })
  connector.submit([message])
  await until(() => seen.got.length === 4, 'four parts are delivered')
  connector.tap?.(false)

  const told = seen.results.map(({ part, sequence = 0, sentAtMs = 0, atMs, carrierId }) => {
    assert.ok(sequence > 0 && sentAtMs > 0 && atMs >= sentAtMs, 'an answer says which PDU it answers, and when that was sent')
    return { part, sequence, sentAtMs, status: 0, answeredAtMs: atMs, carrierId }
  })
  const rebuilt = smpp.rebuild?.(settings, message, told)
  assert.ok(Array.isArray(rebuilt))
  const captured = frames.filter(({ messageId }) => messageId === 77)
  const hex = (list: readonly { sent: boolean; part: number; octets: Uint8Array }[]) =>
    list.map(({ sent, part, octets }) => `${sent} ${part} ${Buffer.from(octets).toString('hex')}`).sort()
  assert.deepEqual(hex(rebuilt), hex(captured))
  assert.deepEqual([...new Set(captured.map(({ accountId }) => accountId))], [5])

  const receipts = frames.filter((frame) => words(frame).name === 'deliver_sm')
  assert.deepEqual(receipts.map(({ carrierIds }) => carrierIds[0]).sort(), seen.results.map(({ carrierId }) => carrierId).sort())
  assert.equal(words(receipts[0] ?? assert.fail()).receipt?.state, 'delivered')
})

test('where people’s texts stand is told, beside their headers, and the beginning of them that a receipt repeats', async (t) => {
  const { connector, seen, smsc, frames } = await tapped(t, { receipts: 'none' })
  connector.tap?.(true)
  connector.submit([outgoing({ id: 1, content: { kind: 'text', text: 'x'.repeat(200) } })])
  await until(() => seen.results.length === 2, 'both parts are taken')
  const text = 'id:7 stat:DELIVRD err:000 text:secret'
  smsc.receivers()[0]?.send({
    command: 'deliver_sm',
    sequence: 9,
    esm_class: ESM_CLASS.receipt,
    short_message: Buffer.from(text),
  })
  await until(() => seen.got.length === 1, 'the receipt came')
  const textsOf = (frame: Frame) =>
    frame.texts.map(([from, to]) => Buffer.from(frame.octets.subarray(from, to)).toString('latin1'))
  const submits = frames.filter((frame) => words(frame).name === 'submit_sm')
  assert.deepEqual(submits.flatMap(textsOf).join(''), 'x'.repeat(200))
  assert.deepEqual(frames.filter((frame) => words(frame).name === 'deliver_sm').flatMap(textsOf), ['secret'])
})

test('the password of a bind is nowhere, whoever looks', async (t) => {
  const { connector, seen, smsc, frames } = await tapped(t, { settings: { password: 'hunter2' } })
  connector.tap?.(true)
  smsc.sessions[0]?.socket.destroy()
  await until(() => seen.links.filter(({ reason }) => reason === 'bound').length === 2, 'it is bound again')
  await until(() => frames.length >= 2, 'the bind and its answer are captured')
  const bind = frames.find((frame) => words(frame).name === 'bind_transceiver') ?? assert.fail('the bind is there')
  assert.ok(!frames.some(({ octets }) => Buffer.from(octets).includes('hunter2')))
  assert.deepEqual(
    words(bind).fields.find(([name]) => name === 'password'),
    ['password', '(not shown)'],
  )
})

test('errors, PDUs that can’t be read and receipts without an id are kept though nobody asked', async (t) => {
  const { connector, seen, smsc, frames } = await tapped(t, { on: answerSubmits(() => 0x0b), receipts: 'none' })
  connector.submit([outgoing({ id: 5, accountId: 6 })])
  await until(() => frames.length === 1, 'the error is captured')
  const [error] = frames
  assert.deepEqual([error?.why, error?.messageId, error?.accountId, error?.part], ['error', 5, 6, 1])

  const session = smsc.receivers()[0] ?? assert.fail('somebody is bound')
  const receipt = {
    command: 'deliver_sm',
    sequence: 3,
    esm_class: ESM_CLASS.receipt,
    short_message: Buffer.from('what?'),
  } as const
  const garbled = encodePdu({ ...receipt, short_message: Buffer.alloc(40, 1) })
  garbled[52] = 0xff // a length of the text that runs past the end
  for (let at = 16; at < garbled.length; at++) garbled[at] = 0xff
  session.raw(garbled)
  session.send(receipt)
  await until(() => frames.length === 3, 'both are captured')
  assert.deepEqual(
    frames.slice(1).map(({ why, length }) => [why, length]),
    [
      ['unreadable', garbled.length],
      ['unreadable', encodePdu(receipt).length],
    ],
  )
  assert.match(words(frames[1] ?? assert.fail()).name, /can not be read/)
  assert.equal(seen.got.length, 1, 'the receipt is handed over all the same')
})

test('a carrier that refuses everything does not fill the store with it', async (t) => {
  const { connector, seen, frames, dropped } = await tapped(t, { on: answerSubmits(() => 0x0b), receipts: 'none' })
  connector.submit(Array.from({ length: 400 }, (_, index) => outgoing({ id: index + 1 })))
  await until(() => seen.results.length === 400, 'all are refused')
  assert.equal(frames.length + dropped.count, 400)
  assert.ok(frames.length < 200, `${frames.length} of 400 are kept`)
})

test('a stream that breaks leaves the octets at which it broke', async (t) => {
  const { smsc, frames } = await tapped(t)
  smsc.receivers()[0]?.raw(Buffer.from('0000000300000005deadbeef', 'hex'))
  await until(() => frames.length === 1, 'it is captured')
  assert.equal(Buffer.from(frames[0]?.octets ?? []).toString('hex'), '0000000300000005deadbeef')
  assert.equal(frames[0]?.why, 'unreadable')
})

test('where only some accounts are asked for, the others’ messages are left alone, but for their errors', async (t) => {
  const { connector, seen, frames } = await tapped(t, { on: answerSubmits((pdu) => (pdu.source_addr === 'Bad' ? 0x0b : 0)) })
  connector.tap?.(true, new Set([5]))
  const from = (id: number, accountId: number, sender: string) => outgoing({ id, accountId, from: sender })
  connector.submit([from(1, 5, 'Good'), from(2, 6, 'Good'), from(3, 6, 'Bad')])
  await until(() => seen.results.length === 3 && seen.got.length === 2, 'all are answered and two delivered')
  assert.deepEqual(
    frames.filter(({ messageId }) => messageId > 0).map(({ messageId, sent, why }) => [messageId, sent, why]),
    [
      [1, true, 'asked'],
      [1, false, 'asked'],
      [3, false, 'error'],
    ],
  )
  assert.equal(
    frames.filter((frame) => words(frame).name === 'deliver_sm').length,
    2,
    'receipts are told all: nothing in them says whose they are',
  )
})

test('of a very long PDU the beginning is kept, and its text is told all the same', async (t) => {
  const { connector, seen, smsc, frames } = await tapped(t)
  connector.tap?.(true)
  const message_payload = Buffer.alloc(30_000, 'x')
  smsc.receivers()[0]?.send({ command: 'deliver_sm', sequence: 3, source_addr: '79161234567', tlvs: { message_payload } })
  await until(() => seen.messages.length === 1, 'it came')
  const frame = frames.find(({ sent }) => !sent) ?? assert.fail('it is captured')
  assert.deepEqual([frame.why, frame.octets.length], ['asked', 4_096])
  assert.ok(frame.length > 30_000)
  const [[from = 0, to = 0] = []] = frame.texts
  assert.equal(to - from, 30_000)
  assert.equal(Buffer.from(frame.octets.subarray(from)).toString('latin1').replaceAll('x', ''), '')
})

test('of a spoiled PDU that may hold a password the header alone is kept', async (t) => {
  const { smsc, frames } = await tapped(t)
  const bind = Buffer.from(
    `0000001b${'00000009'}${'00000000'}${'00000001'}${Buffer.from('me\0hunter2\0').toString('hex')}`,
    'hex',
  )
  smsc.receivers()[0]?.raw(bind)
  await until(() => frames.length === 1, 'it is captured')
  assert.deepEqual([frames[0]?.why, frames[0]?.length, frames[0]?.octets.length], ['unreadable', 27, 16])
})
