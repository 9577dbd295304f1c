import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createReader, encodePdu } from './codec.ts'
import { describePdu } from './describe.ts'
import type { PduInput } from './pdu.ts'

const latin1 = (octets: Uint8Array) => Buffer.from(octets).toString('latin1')
const fieldsOf = (pdu: PduInput) => Object.fromEntries(describePdu(encodePdu(pdu), latin1).fields)

describe('a PDU in words', () => {
  test('a submit_sm tells what an operator asks for, and not what is empty', () => {
    const fields = fieldsOf({
      command: 'submit_sm',
      sequence: 7,
      source_addr: 'Shop',
      destination_addr: '79161234567',
      esm_class: 0x40,
      short_message: Buffer.from('\x05\x00\x03\x01\x02\x01Hello', 'latin1'),
      tlvs: { user_message_reference: 9 },
    })
    assert.deepEqual(fields, {
      source_addr: 'Shop',
      destination_addr: '79161234567',
      esm_class: '0x40 (with a UDH)',
      data_coding: '0x00',
      UDH: '050003010201',
      text: '"Hello" (11 octets)',
      user_message_reference: '9',
    })
  })

  test('a response tells its status in words and in hex', () => {
    const told = describePdu(encodePdu({ command: 'submit_sm_resp', sequence: 7, status: 0x58 }))
    assert.deepEqual(
      [told.name, told.sequence, told.status],
      ['submit_sm_resp', 7, 'ESME_RTHROTTLED (0x58), throttled: over the allowed message rate'],
    )
  })

  test('a password is not shown, and what was masked says so', () => {
    assert.equal(
      fieldsOf({ command: 'bind_transceiver', sequence: 1, system_id: 'me', password: 'hunter2' }).password,
      '(not shown)',
    )
    assert.equal(fieldsOf({ command: 'submit_sm', sequence: 1, short_message: Buffer.from('****') }).text, 'masked (4 octets)')
  })

  const broken: [name: string, hex: string, told: RegExp][] = [
    ['a few octets', '000000', /not a PDU.*less than a header/],
    ['an unknown command', '00000010000000aa0000000000000001', /not a PDU.*0x000000aa/],
    [
      'a text longer than its PDU',
      `00000014${'00000005'}0000000000000001${'ffffffff'}`,
      /deliver_sm that can not be read.*do not fit/,
    ],
    ['a length that is none', '00000003000000050000000000000001', /not a PDU.*a length of 3/],
  ]
  for (const [name, hex, told] of broken) {
    test(`${name}: says why it can’t be read`, () => {
      const { name: title, fields } = describePdu(Buffer.from(hex, 'hex'))
      assert.match(`${title} ${fields.flat().join(' ')}`, told)
    })
  }

  test('whatever octets there are, they are described', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => void describePdu(octets, latin1)))
    const header = fc.constantFrom(4, 5, 0x80000004, 0x103, 0x21, 0x80000021)
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 200 }), (id, body) => {
        const frame = Buffer.alloc(16 + body.length)
        frame.writeUInt32BE(frame.length, 0)
        frame.writeUInt32BE(id, 4)
        frame.set(body, 16)
        for (const [, value] of describePdu(frame, latin1).fields) assert.equal(typeof value, 'string')
      }),
    )
  })
})

test('a reader shows the octets of the PDU it gave last, whole or cut in two', () => {
  const first = encodePdu({ command: 'enquire_link', sequence: 1 })
  const second = encodePdu({ command: 'submit_sm_resp', sequence: 2, message_id: 'abc' })
  const stream = Buffer.concat([first, second, first])
  for (let cut = 1; cut < stream.length; cut++) {
    const reader = createReader()
    const seen: string[] = []
    for (const chunk of [stream.subarray(0, cut), stream.subarray(cut)]) {
      reader.push(chunk)
      while (reader.next()) seen.push(reader.octets().toString('hex'))
    }
    assert.deepEqual(
      seen,
      [first, second, first].map((pdu) => pdu.toString('hex')),
      `cut at ${cut}`,
    )
  }
})
