import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatenationOf, concatUdh, readUdh } from './udh.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

const headers: [name: string, hex: string, iei: number[] | undefined, length: number][] = [
  ['no octet at all', '', undefined, 0],
  ['an empty header', '00', [], 1],
  ['ports, and text behind', '0605040b8423f0dc06', [0x05], 7],
  ['an EMS element, as in the API samples', '050a0307056048656c6c6f', [0x0a], 6],
  ['two elements', '0b0003cc02010504158115810a0b', [0x00, 0x05], 12],
  ['a header longer than the octets', '050003cc02', undefined, 0],
  ['an element longer than the header', '050006cc0201', undefined, 0],
  ['an element cut after its number', '0100', undefined, 0],
  ['an element without data', '020b00', [0x0b], 3],
]

for (const [name, hex, iei, length] of headers) {
  test(`header: ${name}`, () => {
    const udh = readUdh(bytes(hex))
    assert.deepEqual(
      udh?.elements.map((element) => element.iei),
      iei,
    )
    if (udh) assert.equal(udh.length, length)
  })
}

const places: [name: string, hex: string, place: ReturnType<typeof concatenationOf>][] = [
  ['8-bit reference', '050003cc0301', { reference: 0xcc, number: 1, of: 3, bits: 8 }],
  ['reference 0', '050003000202', { reference: 0, number: 2, of: 2, bits: 8 }],
  ['16-bit reference', '060804abcd0402', { reference: 0xabcd, number: 2, of: 4, bits: 16 }],
  ['behind ports', '0b05041581158100030a0201', { reference: 0x0a, number: 1, of: 2, bits: 8 }],
  ['of two, the last counts', '0a0003010201000302020200', { reference: 2, number: 2, of: 2, bits: 8 }],
  ['part 0 is ignored', '050003cc0300', undefined],
  ['part 4 of 3 is ignored', '050003cc0304', undefined],
  ['of 0 parts is ignored', '050003cc0000', undefined],
  ['a wrong element size is ignored', '040002cc03', undefined],
  ['no place', '0605040b8423f0', undefined],
  ['a broken header', '090003cc0301', undefined],
  ['nothing', '', undefined],
]

for (const [name, hex, place] of places) {
  test(`place in a long message: ${name}`, () => assert.deepEqual(concatenationOf(bytes(hex)), place))
}

test('what is written is read back', () => {
  for (const [reference, number, of] of [
    [0, 1, 2],
    [255, 255, 255],
    [0x1234, 2, 3],
  ] as const) {
    const udh = concatUdh(reference, number, of)
    assert.equal(udh.length, 6)
    assert.deepEqual(concatenationOf(udh), { reference: reference & 0xff, number, of, bits: 8 })
  }
})
