import assert from 'node:assert/strict'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { type Charset, charsetOf, cleanText, decode, encode } from './charset.ts'

const every = Uint8Array.from({ length: 256 }, (_, octet) => octet)

for (const charset of ['windows-1251', 'koi8-r'] as const) {
  test(`every octet of ${charset} means what the world says it means, both ways`, () => {
    for (const octet of every) {
      const theirs = iconv.decode(Buffer.of(octet), charset)
      assert.equal(decode(Uint8Array.of(octet), charset), theirs, `0x${octet.toString(16)}`)
      if (theirs !== '\ufffd') assert.deepEqual([...encode(theirs, charset)], [octet])
    }
    for (let unit = 0; unit < 0xd800; unit++) {
      const char = String.fromCharCode(unit)
      assert.deepEqual([...encode(char, charset)], [...iconv.encode(char, charset)], `U+${unit.toString(16)}`)
    }
  })
}

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

const texts: [charset: Charset, text: string, hex: string][] = [
  ['windows-1251', 'Доставлено №1', 'c4eef1f2e0e2ebe5edee20b931'],
  ['koi8-r', 'Доставлено', 'e4cfd3d4c1d7ccc5cecf'],
  ['utf-8', 'Доставлено €', 'd094d0bed181d182d0b0d0b2d0bbd0b5d0bdd0be20e282ac'],
  ['windows-1251', '', ''],
]

for (const [charset, text, hex] of texts) {
  test(`${charset}: "${text}" is written and read`, () => {
    assert.equal(Buffer.from(encode(text, charset)).toString('hex'), hex)
    assert.equal(decode(bytes(hex), charset), text)
  })
}

test('what has no place is one question mark', () => {
  assert.equal(decode(encode('a😀b☃ç', 'windows-1251'), 'windows-1251'), 'a?b??')
  assert.equal(decode(encode('€', 'koi8-r'), 'koi8-r'), '?')
  assert.equal(decode(encode('\ufffd', 'windows-1251'), 'windows-1251'), '?')
})

const broken: [hex: string, text: string][] = [
  ['ff', '\ufffd'],
  ['61c3', 'a\ufffd'],
  ['e28261', '\ufffda'],
  ['eda080', '\ufffd\ufffd\ufffd'],
  ['c0af', '\ufffd\ufffd'],
  ['f4908080', '\ufffd\ufffd\ufffd\ufffd'],
  ['efbbbf61', 'a'],
]

test('broken UTF-8 is read like everybody reads it', () => {
  for (const [hex, text] of broken) {
    assert.equal(decode(bytes(hex), 'utf-8'), text, hex)
    assert.equal(new TextDecoder().decode(bytes(hex)), text, hex)
  }
})

test('a long body is read whole', () => {
  const long = Uint8Array.from({ length: 100_000 }, () => 0xff)
  assert.equal(decode(long, 'windows-1251'), 'я'.repeat(100_000))
})

const names: [name: string | undefined, charset: Charset][] = [
  [undefined, 'windows-1251'],
  ['', 'windows-1251'],
  ['utf-8', 'utf-8'],
  ['UTF8', 'utf-8'],
  ['UTF=8', 'utf-8'],
  [' utf_8 ', 'utf-8'],
  ['cp1251', 'windows-1251'],
  ['WINDOWS-1251', 'windows-1251'],
  ['win1251', 'windows-1251'],
  ['koi8_r', 'koi8-r'],
  ['KOI8-R', 'koi8-r'],
  ['klingon', 'windows-1251'],
  ['constructor', 'windows-1251'],
]

test('sloppy names are understood, unknown ones are the default', () => {
  for (const [name, charset] of names) assert.equal(charsetOf(name), charset, name)
})

test('a text is cleaned of what cannot be stored, and of nothing else', () => {
  assert.equal(cleanText('a\0b'), 'ab')
  assert.equal(cleanText('a\ud83db\ude00c'), 'abc')
  assert.equal(cleanText('Привет 😀\n\t\u0001'), 'Привет 😀\n\t\u0001')
  assert.equal(cleanText('\ud83d\ud83d\ude00'), '😀')
})
