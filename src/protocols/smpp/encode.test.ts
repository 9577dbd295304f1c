import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodePdu } from './codec.ts'
import type { PduInput } from './pdu.ts'

const REFUSED: readonly (readonly [name: string, pdu: PduInput])[] = [
  ['an address of 21 octets', { command: 'submit_sm', sequence: 1, source_addr: '1'.repeat(21) }],
  ['NUL in a string', { command: 'submit_sm', sequence: 1, source_addr: 'a\0b' }],
  ['a Cyrillic sender', { command: 'submit_sm', sequence: 1, source_addr: 'Яндекс' }],
  ['256 octets of text', { command: 'submit_sm', sequence: 1, short_message: Buffer.alloc(256) }],
  ['a TON of 256', { command: 'submit_sm', sequence: 1, source_addr_ton: 256 }],
  ['a negative number', { command: 'submit_sm', sequence: 1, esm_class: -1 }],
  ['a payload of 64 KB', { command: 'submit_sm', sequence: 1, tlvs: { message_payload: Buffer.alloc(65_536) } }],
  ['a reference of 17 bits', { command: 'submit_sm', sequence: 1, tlvs: { user_message_reference: 65_536 } }],
]
for (const [name, pdu] of REFUSED) {
  test(`not written: ${name}`, () => {
    assert.throws(() => encodePdu(pdu), RangeError)
  })
}
