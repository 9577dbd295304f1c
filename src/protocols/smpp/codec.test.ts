import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReader, encodePdu, type PduReader } from './codec.ts'
import { LAYOUTS } from './layout.ts'
import { type Command, PDUS, type PduInput } from './pdu.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')
const octets = (...values: number[]): Buffer => Buffer.from(values)

const ADDRESSES = '05 00 43656e74726500  01 01 373931363132333435363700' // 5/0 Centre, 1/1 79161234567
const addresses = {
  source_addr_ton: 5,
  source_addr: 'Centre',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: '79161234567',
} as const
const HELLO = '05 68656c6c6f'
const short_message = Buffer.from('hello')
const bindFields = {
  system_id: 'me',
  password: 'pw',
  system_type: 'VMS',
  interface_version: 0x34,
  addr_ton: 1,
  addr_npi: 1,
  address_range: '79',
}
const BIND_BODY = '6d6500 707700 564d5300 34 01 01 373900'

/** Written by hand from the standard's tables. */
const VECTORS: readonly (readonly [hex: string, pdu: PduInput])[] = [
  [`00000020 00000001 00000000 00000001 ${BIND_BODY}`, { command: 'bind_receiver', sequence: 1, ...bindFields }],
  [`00000020 00000002 00000000 00000002 ${BIND_BODY}`, { command: 'bind_transmitter', sequence: 2, ...bindFields }],
  [`00000020 00000009 00000000 00000003 ${BIND_BODY}`, { command: 'bind_transceiver', sequence: 3, ...bindFields }],
  ['00000015 80000001 00000000 00000001 534d534300', { command: 'bind_receiver_resp', sequence: 1, system_id: 'SMSC' }],
  ['00000015 80000002 00000000 00000002 534d534300', { command: 'bind_transmitter_resp', sequence: 2, system_id: 'SMSC' }],
  [
    '0000001a 80000009 00000000 00000003 534d534300 0210 0001 50',
    { command: 'bind_transceiver_resp', sequence: 3, system_id: 'SMSC', tlvs: { sc_interface_version: 0x50 } },
  ],
  ['00000010 80000009 0000000e 00000003', { command: 'bind_transceiver_resp', sequence: 3, status: 14, system_id: '' }],
  [
    '00000018 0000000b 00000000 00000001 534d534300 707700',
    { command: 'outbind', sequence: 1, system_id: 'SMSC', password: 'pw' },
  ],
  ['00000010 00000006 00000000 00000009', { command: 'unbind', sequence: 9 }],
  ['00000010 80000006 00000000 00000009', { command: 'unbind_resp', sequence: 9 }],
  ['00000010 00000015 00000000 7fffffff', { command: 'enquire_link', sequence: 0x7fffffff }],
  ['00000010 80000015 00000000 7fffffff', { command: 'enquire_link_resp', sequence: 0x7fffffff }],
  ['00000010 80000000 00000003 00000000', { command: 'generic_nack', status: 3, sequence: 0 }],
  [
    `0000004d 00000004 00000000 00000005
     00 ${ADDRESSES} 00 00 01 00 303030303031303030303030303030 5200 01 00 00 00 ${HELLO} 0204 0002 0007`,
    {
      command: 'submit_sm',
      sequence: 5,
      ...addresses,
      priority_flag: 1,
      validity_period: '000001000000000R',
      registered_delivery: 1,
      short_message,
      tlvs: { user_message_reference: 7 },
    },
  ],
  ['00000014 80000004 00000000 00000005 61313200', { command: 'submit_sm_resp', sequence: 5, message_id: 'a12' }],
  [
    `0000003f 00000021 00000000 00000006
     00 05 00 43656e74726500  02 01 01 01 373900 02 66726965 6e647300  00 00 00 00 00 00 00 00 00 ${HELLO} 0424 0002 abcd`,
    {
      command: 'submit_multi',
      sequence: 6,
      source_addr_ton: 5,
      source_addr: 'Centre',
      dest_address: [{ ton: 1, npi: 1, address: '79' }, { distributionList: 'friends' }],
      short_message,
      tlvs: { message_payload: octets(0xab, 0xcd) },
    },
  ],
  [
    '0000001d 80000021 00000000 00000006 613100 01 01 01 373900 0000000b',
    {
      command: 'submit_multi_resp',
      sequence: 6,
      message_id: 'a1',
      unsuccess_sme: [{ ton: 1, npi: 1, address: '79', status: 11 }],
    },
  ],
  [
    `00000030 00000103 00000000 00000007 00 ${ADDRESSES} 04 01 08 0427 0001 02`,
    {
      command: 'data_sm',
      sequence: 7,
      ...addresses,
      esm_class: 4,
      registered_delivery: 1,
      data_coding: 8,
      tlvs: { message_state: 2 },
    },
  ],
  ['00000013 80000103 00000000 00000007 613100', { command: 'data_sm_resp', sequence: 7, message_id: 'a1' }],
  [
    `0000003e 00000005 00000000 00000008 00 ${ADDRESSES} 04 00 00 00 00 00 00 03 00 ${HELLO} 001e 0003 613100`,
    {
      command: 'deliver_sm',
      sequence: 8,
      ...addresses,
      esm_class: 4,
      data_coding: 3,
      short_message,
      tlvs: { receipted_message_id: 'a1' },
    },
  ],
  ['00000011 80000005 00000000 00000008 00', { command: 'deliver_sm_resp', sequence: 8, message_id: '' }],
  [
    '0000001c 00000003 00000000 0000000a 613100 05 00 43656e74726500',
    { command: 'query_sm', sequence: 10, message_id: 'a1', source_addr_ton: 5, source_addr: 'Centre' },
  ],
  [
    '00000026 80000003 00000000 0000000a 613100 3236313132323130333030303030302b00 02 00',
    { command: 'query_sm_resp', sequence: 10, message_id: 'a1', final_date: '261122103000000+', message_state: 2 },
  ],
  [
    `0000002b 00000008 00000000 0000000b 00 613100 ${ADDRESSES}`,
    { command: 'cancel_sm', sequence: 11, message_id: 'a1', ...addresses },
  ],
  ['00000010 80000008 00000011 0000000b', { command: 'cancel_sm_resp', sequence: 11, status: 0x11 }],
  [
    `00000026 00000007 00000000 0000000c 613100 05 00 43656e74726500 00 00 01 00 ${HELLO}`,
    {
      command: 'replace_sm',
      sequence: 12,
      message_id: 'a1',
      source_addr_ton: 5,
      source_addr: 'Centre',
      registered_delivery: 1,
      short_message,
    },
  ],
  ['00000010 80000007 00000000 0000000c', { command: 'replace_sm_resp', sequence: 12 }],
  [
    '0000001e 00000102 00000000 0000000d 01 01 373900 02 03 6d6500 0422 0000',
    {
      command: 'alert_notification',
      sequence: 13,
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: '79',
      esme_addr_ton: 2,
      esme_addr_npi: 3,
      esme_addr: 'me',
      tlvs: { other: [[0x0422, octets()]] },
    },
  ],
]

const filled = (pdu: PduInput) => ({ ...LAYOUTS[pdu.command].blank, ...pdu })

function readAll(reader: PduReader, ...chunks: Buffer[]) {
  const read = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let pdu = reader.next(); pdu; pdu = reader.next()) {
      read.push(pdu)
      if (pdu.command === 'broken') return read
    }
  }
  return read
}

for (const [wire, pdu] of VECTORS) {
  const emptyResponse = hex(wire).length === 16 && 'system_id' in pdu
  test(`${pdu.command} is read from its octets${emptyResponse ? ', also without a body' : ' and written to them'}`, () => {
    assert.deepEqual(readAll(createReader(), hex(wire)), [filled(pdu)])
    if (!emptyResponse) assert.equal(encodePdu(pdu).toString('hex'), hex(wire).toString('hex'))
  })
}

test('every command has a vector here', () => {
  const missing = (Object.keys(PDUS) as Command[]).filter((command) => !VECTORS.some(([, pdu]) => pdu.command === command))
  assert.deepEqual(missing, [])
})

test('a stream may be cut anywhere', () => {
  const stream = Buffer.concat(VECTORS.map(([wire]) => hex(wire)))
  const whole = VECTORS.map(([, pdu]) => filled(pdu))
  for (let cut = 0; cut <= stream.length; cut++) {
    assert.deepEqual(readAll(createReader(), stream.subarray(0, cut), stream.subarray(cut)), whole, `cut at ${cut}`)
  }
  assert.deepEqual(readAll(createReader(), ...[...stream].map((octet) => octets(octet))), whole, 'octet by octet')
})

test('octets of a PDU that straddled two chunks stay what they were', () => {
  const [wire] = VECTORS[13] ?? ['']
  const reader = createReader()
  const first = readAll(reader, hex(wire).subarray(0, 40), hex(wire).subarray(40))
  readAll(reader, ...VECTORS.map(([text]) => hex(text).subarray(0)))
  const [pdu] = first
  assert.ok(pdu?.command === 'submit_sm')
  assert.equal(Buffer.from(pdu.short_message).toString(), 'hello')
})

test('garbage behind a good PDU does not spoil it', () => {
  const read = readAll(createReader(), Buffer.concat([hex('00000010 00000015 00000000 00000001'), Buffer.alloc(20, 0xff)]))
  assert.deepEqual(
    read.map(({ command }) => command),
    ['enquire_link', 'broken'],
  )
})

const BROKEN: readonly (readonly [name: string, wire: string])[] = [
  ['shorter than its header', '0000000f 00000015 00000000 000001'],
  ['zero', '00000000'],
  ['longer than allowed', '00011171'],
  ['text of another protocol', '47455420 2f204854 54502f31'],
]
for (const [name, wire] of BROKEN) {
  test(`a length that is ${name} breaks the stream for good`, () => {
    const reader = createReader(70_000)
    assert.equal(readAll(reader, hex(wire))[0]?.command, 'broken')
    assert.equal(readAll(reader, hex('00000010 00000015 00000000 00000001'))[0]?.command, 'broken')
    const octetwise = createReader(70_000)
    assert.equal(readAll(octetwise, ...[...hex(wire)].map((octet) => octets(octet))).at(-1)?.command, 'broken')
  })
}
