import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createReader, encodePdu } from './codec.ts'
import { LAYOUTS } from './layout.ts'
import { type Command, type Field, PDUS, type PduInput } from './pdu.ts'

const latin1 = (maxLength: number) =>
  fc.array(fc.integer({ min: 1, max: 255 }), { maxLength }).map((units) => String.fromCharCode(...units))
const octet = fc.nat(255)
const octets = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes))
const address = { ton: octet, npi: octet, address: latin1(20) }

const anyValue = (field: Field): fc.Arbitrary<unknown> => {
  switch (field.kind) {
    case 'cstring':
      return latin1(field.max - 1)
    case 'uint8':
      return octet
    case 'octets':
      return octets(255)
    case 'destinations':
      return fc.array(
        fc.oneof(
          fc.record(address, { noNullPrototype: true }),
          fc.record({ distributionList: latin1(20) }, { noNullPrototype: true }),
        ),
        { maxLength: 9 },
      )
    case 'unsuccessful':
      return fc.array(fc.record({ ...address, status: fc.nat(0xffffffff) }, { noNullPrototype: true }), { maxLength: 9 })
  }
}

const tlvs = fc.record(
  {
    receipted_message_id: latin1(65),
    message_state: octet,
    sar_msg_ref_num: fc.nat(0xffff),
    qos_time_to_live: fc.nat(0xffffffff),
    message_payload: octets(400),
    other: fc.array(fc.tuple(fc.integer({ min: 0x1400, max: 0x3fff }), octets(20)), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

const pdu = fc.constantFrom(...(Object.keys(PDUS) as Command[])).chain((command) =>
  fc.record(
    {
      command: fc.constant(command),
      status: fc.nat(0xffffffff),
      sequence: fc.nat(0xffffffff),
      ...Object.fromEntries(
        LAYOUTS[command].names.map((name, index) => [name, anyValue(LAYOUTS[command].fields[index] as Field)]),
      ),
      tlvs,
    },
    { noNullPrototype: true },
  ),
) as unknown as fc.Arbitrary<PduInput>

const readOne = (bytes: Buffer) => {
  const reader = createReader()
  reader.push(bytes)
  return reader.next()
}

test('what is written is what is read', () => {
  fc.assert(fc.property(pdu, (one) => assert.deepEqual(readOne(encodePdu(one)), one)))
})

test('a stream cut into any chunks gives the same PDUs', () => {
  fc.assert(
    fc.property(fc.array(pdu, { maxLength: 6 }), fc.array(fc.nat(200), { maxLength: 30 }), (all, sizes) => {
      const stream = Buffer.concat(all.map(encodePdu))
      const reader = createReader()
      const read = []
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn] ?? stream.length
        reader.push(stream.subarray(at, at + size))
        at += size
        for (let one = reader.next(); one; one = reader.next()) read.push(one)
      }
      assert.deepEqual(read, all)
    }),
    { numRuns: 60 },
  )
})

test('reading never throws and never loops, whatever comes', () => {
  const mutilated = fc
    .tuple(pdu, fc.array(fc.tuple(fc.nat(), octet), { maxLength: 5 }), fc.nat(40))
    .map(([one, changes, cut]) => {
      const bytes = encodePdu(one)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      return bytes.subarray(0, bytes.length - (cut % bytes.length))
    })
  fc.assert(
    fc.property(fc.array(fc.oneof(mutilated, octets(60)), { maxLength: 4 }), (chunks) => {
      const reader = createReader()
      const limit = chunks.reduce((sum, { length }) => sum + length, 0) / 16
      let count = 0
      for (const chunk of chunks) {
        reader.push(chunk)
        for (let one = reader.next(); one && one.command !== 'broken'; one = reader.next()) count++
      }
      assert.ok(count <= limit)
    }),
    { numRuns: 300 },
  )
})
