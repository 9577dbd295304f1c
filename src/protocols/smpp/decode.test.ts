import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReader, encodePdu } from './codec.ts'
import { LAYOUTS } from './layout.ts'
import type { PduInput } from './pdu.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')
const octets = (...values: number[]): Buffer => Buffer.from(values)
const filled = (pdu: PduInput) => ({ ...LAYOUTS[pdu.command].blank, ...pdu })

function readAll(...chunks: Buffer[]) {
  const reader = createReader()
  reader.push(Buffer.concat(chunks))
  const read = []
  for (let pdu = reader.next(); pdu; pdu = reader.next()) read.push(pdu)
  return read
}

const ADDRESSES = '05 00 43656e74726500  01 01 373931363132333435363700' // 5/0 Centre, 1/1 79161234567

const bindFields = { system_id: 'me', password: 'pw', system_type: 'VMS', interface_version: 0x34, addr_ton: 1, addr_npi: 1 }

const UNPARSABLE: readonly (readonly [name: string, wire: string, nack: number])[] = [
  ['an unknown command', '00000014 00000999 00000000 00000007 00000000', 3],
  ['a submit_sm without a body', '00000010 00000004 00000000 00000007', 2],
  ['a submit_sm that ends in the addresses', '00000013 00000004 00000000 00000007 00 05 00', 2],
  ['a bind that ends before an integer', '0000001c 00000009 00000000 00000007 6d6500 707700 564d5300 34 01', 2],
  ['a message longer than its PDU', `00000033 00000004 00000000 00000007 00 ${ADDRESSES} 00 00 00 00 00 00 00 00 00 09 68`, 2],
  ['a destination of no known kind', '00000018 00000021 00000000 00000007 00 00 00 00 01 03 00 00', 2],
]
for (const [name, wire, nack] of UNPARSABLE) {
  test(`${name} is told apart by its sequence number, and the next PDU is read`, () => {
    const [bad, good] = readAll(hex(wire), hex('00000010 00000015 00000000 00000008'))
    assert.ok(bad?.command === 'unparsable')
    assert.deepEqual([bad.sequence, bad.nack], [7, nack])
    assert.equal(good?.command, 'enquire_link')
  })
}

const TOLERATED: readonly (readonly [name: string, wire: string, pdu: PduInput])[] = [
  [
    'an id without its NUL',
    '00000013 80000004 00000000 00000005 613132',
    { command: 'submit_sm_resp', sequence: 5, message_id: 'a12' },
  ],
  ['no id at all', '00000010 80000004 00000058 00000005', { command: 'submit_sm_resp', sequence: 5, status: 0x58 }],
  [
    'an id of 65 octets',
    `00000052 80000004 00000000 00000005 ${'61'.repeat(65)} 00`,
    { command: 'submit_sm_resp', sequence: 5, message_id: 'a'.repeat(65) },
  ],
  [
    'a longer id than any standard allows',
    `00000075 80000004 00000000 00000005 ${'61'.repeat(100)} 00`,
    { command: 'submit_sm_resp', sequence: 5, message_id: 'a'.repeat(100) },
  ],
  [
    'a bind without address_range',
    '0000001d 00000009 00000000 00000001 6d6500 707700 564d5300 34 01 01',
    { command: 'bind_transceiver', sequence: 1, ...bindFields },
  ],
  [
    'half a TLV behind the body',
    '00000019 80000004 00000000 00000005 61313200 0427 0001 02',
    { command: 'submit_sm_resp', sequence: 5, message_id: 'a12', tlvs: { message_state: 2 } },
  ],
  [
    'a TLV longer than its PDU',
    '0000001f 80000004 00000000 00000005 61313200 0427 0001 02 1401 00ff 3132',
    { command: 'submit_sm_resp', sequence: 5, message_id: 'a12', tlvs: { message_state: 2 } },
  ],
  [
    'a text TLV without its NUL, a number of another size, one repeated, one of no size',
    '0000002d 80000004 00000000 00000005 61313200 001e 0002 6162 0204 0001 07 0427 0001 02 0427 0001 03 020c 0000',
    {
      command: 'submit_sm_resp',
      sequence: 5,
      message_id: 'a12',
      tlvs: {
        receipted_message_id: 'ab',
        user_message_reference: 7,
        message_state: 2,
        other: [
          [0x0427, octets(3)],
          [0x020c, octets()],
        ],
      },
    },
  ],
  [
    'a submit_multi_resp that ends in its list',
    '0000001a 80000021 00000000 00000006 613100 02 01 01 373900 00 00',
    { command: 'submit_multi_resp', sequence: 6, message_id: 'a1' },
  ],
]
for (const [name, wire, pdu] of TOLERATED) {
  test(`tolerated: ${name}`, () => {
    assert.deepEqual(readAll(hex(wire)), [filled(pdu)])
  })
}

test('PDUs that are read without their tables have the fields of the tables, in their order', () => {
  for (const command of ['submit_sm', 'deliver_sm', 'submit_sm_resp', 'deliver_sm_resp'] as const) {
    const [read] = readAll(encodePdu({ command, sequence: 1 } as PduInput))
    assert.deepEqual(Object.keys(read ?? {}).toSorted(), Object.keys(LAYOUTS[command].blank).toSorted())
    const { names } = LAYOUTS[command]
    assert.deepEqual(
      Object.keys(read ?? {}).filter((name) => names.includes(name)),
      names,
    )
  }
})
