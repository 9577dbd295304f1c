import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReader, encodePdu } from '../../protocols/smpp/codec.ts'
import type { PduInput } from '../../protocols/smpp/pdu.ts'
import type { CarrierReceipt } from '../connector.ts'
import { type Delivery, isReceipt, messageOf, receiptOf } from './incoming.ts'
import { smppSettings } from './settings.ts'

const settingsOf = (settings: object = {}) => smppSettings.parse({ host: 'h', systemId: 'me', ...settings })

/** As it comes off the wire. */
function read(pdu: Omit<PduInput<'deliver_sm'>, 'command' | 'sequence'> & { command?: 'data_sm' }): Delivery {
  const reader = createReader()
  reader.push(encodePdu({ command: 'deliver_sm', sequence: 1, ...pdu } as PduInput))
  const one = reader.next()
  assert.ok(one?.command === 'deliver_sm' || one?.command === 'data_sm')
  return one
}
const receipt = (pdu: Parameters<typeof read>[0], settings = {}): CarrierReceipt =>
  receiptOf(read({ esm_class: 4, source_addr: '79161234567', destination_addr: 'Centre', ...pdu }), settingsOf(settings), 5)
const said = (text: string): Buffer => Buffer.from(text, 'latin1')

test('a receipt goes from the recipient to the sender, and keeps the carrier’s words', () => {
  const text = said('id:0A1B sub:001 dlvrd:001 submit date:2611221030 done date:2611221331 stat:DELIVRD err:000 text:hi')
  assert.deepEqual(receipt({ short_message: text }, { utcOffsetMinutes: 180 }), {
    carrierIds: ['0A1B'],
    state: 'delivered',
    stat: 'DELIVRD',
    err: '000',
    to: '79161234567',
    from: 'Centre',
    atMs: 5,
    doneAtMs: Date.parse('2026-11-22T10:31:00Z'),
    queried: false,
    text: 'hi',
  })
})

for (const [settings, id, read] of [
  [{ receiptIds: 'decimal' }, '9308878062554710043', '812FC7470000001B'],
  [{ receiptIds: 'hex' }, '00a1', '161'],
  [{ receiptIds: 'decimal', receiptIdEndsAt: ':.' }, '255:1', 'FF'],
  [{ receiptIdEndsAt: '.' }, '77001234.1', '77001234'],
] as const) {
  test(`an id ${id} is read as ${read} with ${JSON.stringify(settings)}, and kept as it was`, () => {
    const { carrierIds, rawIds } = receipt({ short_message: said(`id:${id} stat:DELIVRD`) }, settings)
    assert.deepEqual([carrierIds, rawIds], [[read], [id]])
  })
}

// text, TLVs, ids, state, stat, err
const RECEIPTS: readonly (readonly [
  name: string,
  text: string,
  tlvs: object,
  ids: string[],
  state: string,
  stat: string,
  err: string,
])[] = [
  ['only in parameters', '', { receipted_message_id: '7', message_state: 5 }, ['7'], 'undelivered', 'UNDELIVERABLE', ''],
  ['only in the text', 'id:7 stat:EXPIRED err:21b', {}, ['7'], 'expired', 'EXPIRED', '21b'],
  [
    'the same id twice',
    'id:7 stat:DELIVRD err:0',
    { receipted_message_id: '7', message_state: 2 },
    ['7'],
    'delivered',
    'DELIVRD',
    '0',
  ],
  ['two ids that differ', 'id:255 stat:DELIVRD', { receipted_message_id: 'FF' }, ['FF', '255'], 'delivered', 'DELIVRD', ''],
  ['an id beyond 2^63', 'id:9308878062554710043 stat:DELIVRD', {}, ['9308878062554710043'], 'delivered', 'DELIVRD', ''],
  ['an id padded with zeros', 'id:0000000007 stat:DELIVRD', {}, ['0000000007'], 'delivered', 'DELIVRD', ''],
  ['a word nobody explained', 'id:7 stat:MOONED err:954', {}, ['7'], 'unknown', 'MOONED', '954'],
  ['such a word beside a number', 'id:7 stat:MOONED', { message_state: 8 }, ['7'], 'rejected', 'MOONED', ''],
  ['a number nobody explained', '', { receipted_message_id: '7', message_state: 77 }, ['7'], 'unknown', '77', ''],
  [
    'an error only in network_error_code',
    'id:7 stat:UNDELIV err:',
    { network_error_code: Buffer.from('030015', 'hex') },
    ['7'],
    'undelivered',
    'UNDELIV',
    '21',
  ],
  [
    'a network_error_code cut short',
    'id:7 stat:UNDELIV',
    { network_error_code: Buffer.from('03', 'hex') },
    ['7'],
    'undelivered',
    'UNDELIV',
    '',
  ],
  ['nothing that makes sense', 'sorry', {}, [], 'unknown', '', ''],
  ['in the payload', '', { message_payload: said('id:7 stat:DELIVRD err:000') }, ['7'], 'delivered', 'DELIVRD', '000'],
]
for (const [name, text, tlvs, ids, state, stat, err] of RECEIPTS) {
  test(`a receipt, ${name}`, () => {
    const got = receipt({ short_message: said(text), tlvs })
    assert.deepEqual([got.carrierIds, got.state, got.stat, got.err], [ids, state, stat, err])
  })
}

test('a receipt as data_sm, and one in UCS-2', () => {
  const payload = { receipted_message_id: '7', message_payload: said('stat:DELIVRD') }
  assert.equal(receipt({ command: 'data_sm', tlvs: payload }).state, 'delivered')
  const wide = Buffer.from('id:7 stat:DELIVRD', 'utf16le').swap16()
  assert.equal(receipt({ data_coding: 8, short_message: wide }).stat, 'DELIVRD')
  assert.equal(receipt({ data_coding: 8, short_message: said('id:7 stat:DELIVRD') }).stat, 'DELIVRD', 'or not in UCS-2 at all')
})

// esm_class, TLVs, is a receipt
const KINDS: readonly (readonly [esmClass: number, tlvs: object, receipt: boolean])[] = [
  [0x04, {}, true],
  [0x20, {}, true],
  [0x44, {}, true],
  [0x00, {}, false],
  [0x40, {}, false],
  [0x00, { receipted_message_id: '7', message_state: 2 }, true],
  [0x00, { receipted_message_id: '7' }, false], // some SMSCs number handsets' messages so
]
for (const [esm_class, tlvs, expected] of KINDS) {
  test(`esm_class 0x${esm_class.toString(16)} with ${JSON.stringify(tlvs)} is ${expected ? 'a receipt' : 'a message'}`, () => {
    assert.equal(isReceipt(read({ esm_class, tlvs })), expected)
  })
}

test('a text from a handset that looks like a receipt is a text', () => {
  assert.equal(isReceipt(read({ short_message: said('id:7 stat:DELIVRD') })), false)
})

// octets, data_coding, carrier's alphabet, text
const TEXTS: readonly (readonly [hex: string, dataCoding: number, alphabet: string, text: string])[] = [
  ['00011b65', 0, 'gsm7', '@£€'],
  ['40a3', 0, 'latin1', '@£'],
  ['044f0041', 0, 'ucs2', 'яA'],
  ['044f0041', 8, 'gsm7', 'яA'],
  ['044f00', 8, 'gsm7', 'я'],
  ['d83dde00', 8, 'gsm7', '😀'],
  ['d83d0041', 8, 'gsm7', '\ufffdA'],
  ['e9', 3, 'gsm7', 'é'],
  ['4142', 1, 'gsm7', 'AB'],
  ['0afF', 4, 'gsm7', '0aff'],
  ['0aff', 2, 'gsm7', '0aff'],
  ['b1d0f0', 6, 'gsm7', 'Ба№'],
  ['00', 0x10, 'gsm7', '@'],
  ['044f', 0x18, 'gsm7', 'я'],
  ['ff', 0xf5, 'gsm7', 'ff'],
  ['00', 0xf1, 'gsm7', '@'],
  ['044f', 0xe0, 'gsm7', 'я'],
  ['00', 0xc8, 'gsm7', '@'],
  ['8abc', 5, 'gsm7', '8abc'],
  ['410042', 3, 'gsm7', 'AB'],
  ['', 0, 'gsm7', ''],
]
for (const [hex, data_coding, alphabet, text] of TEXTS) {
  test(`${hex || 'nothing'} in data_coding ${data_coding} is '${text}' from a carrier of ${alphabet}`, () => {
    const message = messageOf(read({ data_coding, short_message: Buffer.from(hex, 'hex') }), settingsOf({ alphabet }), 5)
    assert.equal(message.text, text)
  })
}

// octets (UDH in front), TLVs, part, text
const PARTS: readonly (readonly [name: string, hex: string, tlvs: object, part: object | undefined, text: string])[] = [
  ['an 8-bit reference', '05000300020141', {}, { reference: 0, number: 1, of: 2 }, 'A'],
  ['a 16-bit reference', '060804012c020241', {}, { reference: 300, number: 2, of: 2 }, 'A'],
  ['another element first', '0b05040b8423f000030702024142', {}, { reference: 7, number: 2, of: 2 }, 'AB'],
  ['a part of one', '05000307010141', {}, undefined, 'A'],
  ['an impossible part', '05000307020341', {}, undefined, 'A'],
  ['a header longer than the message', '7f000307020141', {}, undefined, '\ufffd\0\x03\x07\x02\x01A'],
  [
    'sar parameters beside ports',
    '0605040b8423f041',
    { sar_msg_ref_num: 1, sar_total_segments: 3, sar_segment_seqnum: 3 },
    { reference: 1, number: 3, of: 3 },
    'A',
  ],
]
for (const [name, hex, tlvs, part, text] of PARTS) {
  test(`a part of a message: ${name}`, () => {
    const got = messageOf(
      read({ esm_class: 0x40, short_message: Buffer.from(hex, 'hex'), data_coding: 3, tlvs }),
      settingsOf(),
      5,
    )
    assert.deepEqual(got.part, part)
    if (!name.includes('longer')) assert.equal(got.text, text)
  })
}

test('a part may begin and end with half a character, a whole message may not', () => {
  const octets = (header: string) => Buffer.from(`${header}de00d83d0041d83d`, 'hex')
  const text = (short_message: Buffer, esm_class: number) =>
    messageOf(read({ esm_class, data_coding: 8, short_message }), settingsOf(), 5).text
  assert.equal(text(octets('050003070301'), 0x40), '\ude00\ufffdA\ud83d')
  assert.equal(text(octets(''), 0), '\ufffd\ufffdA\ufffd')
})

// TON, address, as it is handed over
for (const [ton, address, expected] of [
  [1, '79161234567', '+79161234567'],
  [1, '+79161234567', '+79161234567'],
  [0, '79161234567', '79161234567'],
  [2, '9161234567', '9161234567'],
  [1, 'Bank', 'Bank'],
  [5, 'Bank', 'Bank'],
] as const) {
  test(`${address} of TON ${ton} is ${expected}`, () => {
    const { from, to } = messageOf(
      read({ source_addr: address, source_addr_ton: ton, destination_addr: address, dest_addr_ton: ton }),
      settingsOf(),
      5,
    )
    assert.deepEqual([from, to], [expected, expected])
  })
}

test('sar parameters that make no sense make no part', () => {
  for (const sar_segment_seqnum of [0, 4]) {
    const tlvs = { sar_msg_ref_num: 1, sar_total_segments: 3, sar_segment_seqnum }
    assert.equal(messageOf(read({ tlvs }), settingsOf(), 5).part, undefined)
  }
})
