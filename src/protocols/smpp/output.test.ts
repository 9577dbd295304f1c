import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOutput, createReader, encodePdu, pendingOctets, takeOutput, writePdu } from './codec.ts'

test('the PDUs of a turn are one piece, and what was taken is never written over', () => {
  const output = createOutput()
  const taken: Buffer[] = []
  let sequence = 0
  for (let turn = 0; turn < 300; turn++) {
    for (let count = turn % 7; count >= 0; count--) {
      writePdu(output, { command: 'submit_sm', sequence: ++sequence, short_message: Buffer.alloc(sequence % 255, sequence) })
    }
    taken.push(takeOutput(output))
    assert.equal(pendingOctets(output), 0)
  }
  const reader = createReader()
  let read = 0
  for (const chunk of taken) {
    reader.push(chunk)
    for (let pdu = reader.next(); pdu; pdu = reader.next()) {
      assert.ok(pdu.command === 'submit_sm')
      assert.equal(pdu.sequence, ++read)
      assert.deepEqual(pdu.short_message, Buffer.alloc(read % 255, read))
    }
  }
  assert.equal(read, sequence)
})

test('a PDU larger than the buffer finds room', () => {
  const output = createOutput()
  writePdu(output, { command: 'enquire_link', sequence: 1 })
  writePdu(output, { command: 'data_sm', sequence: 2, tlvs: { message_payload: Buffer.alloc(65_535, 1) } })
  assert.ok(takeOutput(output).length > 65_535)
})

test('a PDU that can not be written leaves the others as they are', () => {
  const output = createOutput()
  writePdu(output, { command: 'enquire_link', sequence: 1 })
  assert.throws(() => writePdu(output, { command: 'submit_sm', sequence: 2, validity_period: 'x'.repeat(17) }), RangeError)
  writePdu(output, { command: 'unbind', sequence: 3 })
  const both = Buffer.concat([encodePdu({ command: 'enquire_link', sequence: 1 }), encodePdu({ command: 'unbind', sequence: 3 })])
  assert.deepEqual(takeOutput(output), both)
})
