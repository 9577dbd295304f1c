import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelCode } from '../../domain/channel.ts'
import { FLAG } from '../../domain/message.ts'
import { EPOCH_MS } from '../../domain/message-id.ts'
import type { Delivery } from '../../lifecycle/deliveries.ts'
import { encodePdu } from '../../protocols/smpp/codec.ts'
import { parseReceiptText } from '../../protocols/smpp/receipt-text.ts'
import { deliverSmOf } from './deliver-sm.ts'

const READER = { interfaceVersion: 0x34, isLatin1: false, utcOffsetMinutes: 180 }
const at = (iso: string): number => Date.parse(iso)

const receipt = (of: Partial<Delivery> = {}): Delivery => ({
  accountId: 1,
  lane: 1,
  id: 2,
  messageId: (at('2024-01-01T09:00:30Z') - EPOCH_MS) * 8192,
  atMs: at('2024-01-01T09:01:59Z'),
  kind: 1,
  state: 1,
  err: 0,
  node: 0,
  attempts: 0,
  ref: 855469,
  recipient: '79999999999',
  sender: 'sender',
  charged: 1_500_000n,
  parts: 1,
  arrived: 1,
  mccmnc: '25001',
  channel: 0,
  flags: 0,
  hlr: null,
  body: null,
  ...of,
})

const textOf = (of: Partial<Delivery>, reader = READER): string =>
  Buffer.from(deliverSmOf(receipt(of), reader).short_message ?? []).toString('latin1')

test('a receipt is the example of the SMSC API, octet for octet', () => {
  const pdu = encodePdu({ command: 'deliver_sm', sequence: 1, ...deliverSmOf(receipt(), READER) })
  const example = `
    000000ca 00000005 00000000 00000001  00 01 01 373939393939393939393900 05 01 73656e64657200 04 00 00 00 00 00 00 00 00 62
    ${Buffer.from('id:855469 sub:001 dlvrd:001 submit date:2401011200 done date:2401011201 stat:DELIVRD err:000 text:').toString('hex')}
    001e 0007 38353534363900   0427 0001 02   0423 0003 030000
    2000 0006 312e35303030     2001 0002 0000  2002 0002 0001  2003 0005 3235303031`
  assert.equal(pdu.toString('hex'), example.replace(/\s/g, ''))
})

test('a session that speaks 3.3 gets no optional parameters', () => {
  assert.deepEqual(deliverSmOf(receipt(), { ...READER, interfaceVersion: 0x33 }).tlvs, undefined)
})

for (const [name, of, expected] of [
  ['undelivered', { state: 20, err: 1, arrived: 0 }, 'dlvrd:000 stat:UNDELIV err:001'],
  ['cancelled', { state: -2, arrived: 0 }, 'dlvrd:000 stat:DELETED err:000'],
  ['one part of three did not arrive', { state: 20, err: 255, parts: 3, arrived: 2 }, 'sub:003 dlvrd:002 stat:UNDELIV err:255'],
  ['passed on', { kind: 2, state: 0, arrived: 0 }, 'dlvrd:000 stat:ACCEPTD err:000'],
  ['on its way', { kind: 2, state: -1, arrived: 0 }, 'stat:ENROUTE'],
] as const) {
  test(`a receipt's text is read by any parser: ${name}`, () => {
    const text = textOf(of)
    for (const word of expected.split(' ')) assert.ok(` ${text} `.includes(` ${word} `), `${word} in ${text}`)
    assert.equal(parseReceiptText(text)?.id, '855469')
  })
}

test('dates are in the account’s own time', () => {
  assert.match(textOf({}, { ...READER, utcOffsetMinutes: 330 }), /submit date:2401011430 done date:2401011431/)
})

for (const [address, ton, npi, written = address] of [
  ['Heliogram', 5, 1],
  ['79161234567', 1, 1],
  ['1234', 3, 0],
  ['', 0, 0],
  ['a.very.long.name@example.org', 5, 1, 'a.very.long.name@exa'],
] as const) {
  test(`an address says what it is: ${address}`, () => {
    const { dest_addr_ton, dest_addr_npi, destination_addr } = deliverSmOf(receipt({ sender: address }), READER)
    assert.deepEqual([dest_addr_ton, dest_addr_npi, destination_addr], [ton, npi, written])
  })
}

const vendorTlv = (of: Partial<Delivery>, tag: number): Buffer | undefined => {
  const [, value] = deliverSmOf(receipt(of), READER).tlvs?.other?.find(([each]) => each === tag) ?? []
  return value && Buffer.from(value)
}
for (const [millionths, cost] of [
  [0n, '0.0000'],
  [1_500_000n, '1.5000'],
  [12_345_600n, '12.345'],
  [123_456_000_000n, '123456'],
  [12_345_000_000n, '12345'],
  [1_234_567_000_000n, undefined],
] as const) {
  test(`what a message cost has at most six octets: ${millionths}`, () => {
    assert.equal(vendorTlv({ charged: millionths }, 0x2000)?.toString(), cost)
  })
}

test('the flags tell the kind of message and the purse it was paid from', () => {
  assert.equal(vendorTlv({ channel: channelCode('viber') }, 0x2001)?.toString('hex'), '000a')
  assert.equal(vendorTlv({ channel: channelCode('hlr'), flags: FLAG.electronic }, 0x2001)?.toString('hex'), '0024')
})

test('a network with six digits has no place in the parameter for it', () => {
  assert.equal(vendorTlv({ mccmnc: '310410' }, 0x2003), undefined)
})

test('the result of a look-up is the line of the SMSC API', () => {
  const hlr = '250023012345678\n79232510066\n250\n02\nRussian Federation\nMegaFON open Joint Stock Company\n\n'
  assert.equal(
    textOf({ channel: channelCode('hlr'), hlr }),
    'id:855469 stat:DELIVRD err:000 imsi:250023012345678 msc:79232510066 mcc:250 mnc:02 cn:Russian+Federation net:MegaFON+open+Joint+Stock+Company rcn: rnet:',
  )
  assert.equal(
    textOf({ channel: channelCode('hlr'), state: 20, err: 6 }),
    'id:855469 stat:UNDELIV err:006 imsi: msc: mcc: mnc: cn: net: rcn: rnet:',
  )
  assert.match(
    textOf({ channel: channelCode('hlr'), hlr: '\n\n\n\nCôte d’Ivoire\n\n\n' }),
    / cn:C%C3%B4te\+d%E2%80%99Ivoire net: /,
  )
})

const incoming = (body: string, reader = READER) =>
  deliverSmOf(receipt({ kind: 3, sender: '79161234567', recipient: '1234', body }), reader)

test('a message from a handset goes from the subscriber to the number he wrote to', () => {
  const { source_addr_ton, source_addr, dest_addr_ton, dest_addr_npi, destination_addr, esm_class, tlvs } = incoming('Hello')
  assert.deepEqual([source_addr_ton, source_addr], [1, '79161234567'])
  assert.deepEqual([dest_addr_ton, dest_addr_npi, destination_addr], [3, 0, '1234'])
  assert.deepEqual([esm_class, tlvs], [0, {}])
})

for (const [name, body, reader, coding, octets] of [
  ['GSM 7-bit', 'a_€', READER, 0, '61111b65'],
  ['Cyrillic', 'Да', READER, 8, '04140430'],
  ['Latin-1 where the session asked for it', 'a_é', { ...READER, isLatin1: true }, 0, '615fe9'],
  ['what Latin-1 has no place for', '€', { ...READER, isLatin1: true }, 8, '20ac'],
] as const) {
  test(`a message from a handset is written in the alphabet it fits: ${name}`, () => {
    const { data_coding, short_message } = incoming(body, reader)
    assert.deepEqual([data_coding, Buffer.from(short_message ?? []).toString('hex')], [coding, octets])
  })
}

test('a long message from a handset goes into message_payload', () => {
  const { short_message, tlvs } = incoming('x'.repeat(255))
  assert.deepEqual([short_message?.length, tlvs?.message_payload?.length], [0, 255])
  assert.equal(incoming('x'.repeat(254)).short_message?.length, 254)
})

test('who knows no optional parameters has the beginning of it', () => {
  const { short_message, tlvs } = incoming(`${'x'.repeat(254)}y`, { ...READER, interfaceVersion: 0x33 })
  assert.equal(Buffer.from(short_message ?? []).toString(), 'x'.repeat(254))
  assert.equal(tlvs, undefined)
})
