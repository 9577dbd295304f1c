import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeGsm7Packed,
  decodeGsm7Unpacked,
  encodeGsm7Packed,
  encodeGsm7Unpacked,
  fillBitsAfter,
  gsm7Length,
  gsm7Septets,
  isGsm7,
} from './gsm7.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

// biome-ignore format: a table reads better in columns
const texts: [text: string, septets: number, unpacked: string][] = [
  ['', 0, ''],
  ['hello', 5, '68656c6c6f'],
  ['@£$¥èéùìòÇ\nØø\rÅå', 16, '000102030405060708090a0b0c0d0e0f'],
  ['Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ', 15, '101112131415161718191a1c1d1e1f'],
  [' !"#¤%&\'()*+,-./', 16, '202122232425262728292a2b2c2d2e2f'],
  ['¡ÄÖÑÜ§¿äöñüà', 12, '405b5c5d5e5f607b7c7d7e7f'],
  ['{}[]\\^~|€\f', 20, '1b281b291b3c1b3e1b2f1b141b3d1b401b651b0a'],
]

test('each character has its septet', () => {
  for (const [text, septets, unpacked] of texts) {
    assert.ok(isGsm7(text), text)
    assert.equal(gsm7Septets(text), septets, text)
    assert.equal(gsm7Length(text), septets, text)
    assert.equal(hex(encodeGsm7Unpacked(text)), unpacked, text)
    assert.equal(decodeGsm7Unpacked(bytes(unpacked)), text)
  }
})

test('the alphabet holds 127 basic and 10 extended characters, and nothing else', () => {
  const all = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit))
  assert.equal(all.filter((char) => isGsm7(char)).length, 137)
  assert.equal(all.filter((char) => isGsm7(char) && gsm7Septets(char) === 2).length, 10)
  for (const char of ['я', 'ç', '`', '\t', '\0', '\u001b', '’', 'ё', '№', '😀']) assert.equal(isGsm7(char), false, char)
})

test('a character without a place is counted and written as a question mark', () => {
  assert.equal(gsm7Length('aяb'), -1)
  assert.equal(gsm7Septets('aяb'), 3)
  assert.equal(decodeGsm7Unpacked(encodeGsm7Unpacked('aяb')), 'a?b')
})

test('an unknown second septet is shown as the basic character of its place', () => {
  assert.equal(decodeGsm7Unpacked(bytes('1b61')), 'a')
  assert.equal(decodeGsm7Unpacked(bytes('1b1b')), ' ')
  assert.equal(decodeGsm7Unpacked(bytes('611b')), 'a ')
})

test('an octet that is no septet is shown as unreadable', () => assert.equal(decodeGsm7Unpacked(bytes('61e4')), 'a\ufffd'))

// Known from the field: "hellohello" is in every PDU tutorial, "How are you?" in the annex of many modems' manuals.
const packed: [text: string, octets: string][] = [
  ['', ''],
  ['hellohello', 'e8329bfd4697d9ec37'],
  ['How are you?', 'c8f71d14969741f977fd07'],
  ['1234567', '31d98c56b3dd00'],
  ['12345678', '31d98c56b3dd70'],
  ['€', '9b32'],
]

test('eight septets are packed into seven octets', () => {
  for (const [text, octets] of packed) {
    assert.equal(hex(encodeGsm7Packed(text)), octets, text)
    assert.equal(decodeGsm7Packed(bytes(octets), gsm7Septets(text)), text)
  }
})

test('behind a header the first septet starts on its own boundary', () => {
  assert.equal(fillBitsAfter(6), 1)
  assert.equal(fillBitsAfter(7), 0)
  assert.equal(fillBitsAfter(0), 0)
  const text = 'The quick brown fox {jumps}'
  for (let fill = 0; fill < 7; fill++) {
    assert.equal(decodeGsm7Packed(encodeGsm7Packed(text, fill), gsm7Septets(text), fill), text)
  }
})

test('a number of septets beyond the octets reads what is there', () => {
  assert.equal(decodeGsm7Packed(bytes('e8329bfd4697d9ec37'), 500), 'hellohello')
  assert.equal(decodeGsm7Packed(new Uint8Array(), 3, 1), '')
})
