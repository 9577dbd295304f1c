import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gsm7Septets, isGsm7 } from './gsm7.ts'
import { countParts, cutToParts, segmentBinary, segmentText } from './segments.ts'
import { concatenationOf, readUdh } from './udh.ts'

const a = (count: number) => 'a'.repeat(count)
const ya = (count: number) => 'я'.repeat(count)

// biome-ignore format: a table reads better in columns
const cases: [name: string, text: string, alphabet: 'gsm7' | 'ucs2', lengths: number[]][] = [
  ['an empty text still travels',         '',                        'gsm7', [0]],
  ['160 septets go alone',                a(160),                    'gsm7', [160]],
  ['161 septets are joined',              a(161),                    'gsm7', [153, 8]],
  ['306 septets are two parts',           a(306),                    'gsm7', [153, 153]],
  ['307 septets are three',               a(307),                    'gsm7', [153, 153, 1]],
  ['an extended character costs two',     `${a(159)}€`,              'gsm7', [153, 7]],
  ['an escape is not parted from its €',  `${a(152)}€${a(10)}`,      'gsm7', [152, 11]],
  ['80 extended characters go alone',     '€'.repeat(80),            'gsm7', [80]],
  ['of 153 extended ones, 76 a part',     '€'.repeat(153),           'gsm7', [76, 76, 1]],
  ['one Cyrillic letter makes it UCS-2',  `${a(70)}я`,               'ucs2', [67, 4]],
  ['70 UCS-2 units go alone',             ya(70),                    'ucs2', [70]],
  ['134 UCS-2 units are two parts',       ya(134),                   'ucs2', [67, 67]],
  ['135 UCS-2 units are three',           ya(135),                   'ucs2', [67, 67, 1]],
  ['an emoji is not cut in half',         `${ya(66)}😀${ya(3)}`,     'ucs2', [66, 5]],
  ['a lone surrogate is a unit',          `${ya(66)}\ud83d${ya(5)}`, 'ucs2', [67, 5]],
]

for (const [name, text, alphabet, lengths] of cases) {
  test(name, () => {
    const got = segmentText(text)
    assert.equal(got.alphabet, alphabet)
    assert.deepEqual(
      got.segments.map((segment) => segment.length),
      lengths,
    )
    assert.equal(got.segments.join(''), text)
    assert.equal(countParts(text), lengths.length)
  })
}

const LONE_SURROGATE = /\p{Surrogate}/u
const anyText = fc.array(fc.constantFrom('a', '€', 'я', '😀', '{', '\n'), { maxLength: 500 }).map((chars) => chars.join(''))
const latinText = fc.array(fc.constantFrom('a', '€', '{'), { maxLength: 500 }).map((chars) => chars.join(''))

test('any text is cut into parts that fit, and counted as it is cut', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, latinText), (text) => {
      const { alphabet, segments } = segmentText(text)
      assert.equal(segments.join(''), text)
      assert.equal(countParts(text), segments.length)
      const room = alphabet === 'gsm7' ? (segments.length > 1 ? 153 : 160) : segments.length > 1 ? 67 : 70
      for (const segment of segments) {
        assert.ok((alphabet === 'gsm7' ? gsm7Septets(segment) : segment.length) <= room)
        assert.ok(!LONE_SURROGATE.test(segment))
        if (alphabet === 'gsm7') assert.ok(isGsm7(segment))
      }
    }),
  )
})

// biome-ignore format: a table reads better in columns
const cuts: [name: string, text: string, max: number, length: number][] = [
  ['what fits is left alone',                        a(160),                   1, 160],
  ['one part holds 160',                             a(400),                   1, 160],
  ['two parts hold 306',                             a(400),                   2, 306],
  ['one part holds 70 Cyrillic letters',             ya(400),                  1, 70],
  ['two parts hold 134',                             ya(400),                  2, 134],
  ['an emoji on the border is left out',             `${ya(69)}😀`,            1, 69],
  ['a euro sign on the border is left out',          `${a(159)}€`,             1, 159],
  ['a late Cyrillic letter does not cost the Latin', `${a(200)}я`,             1, 160],
  ['an early one does',                              `я${a(200)}`,             1, 70],
]

for (const [name, text, max, length] of cuts) {
  test(`cut: ${name}`, () => {
    const cut = cutToParts(text, max)
    assert.equal(cut.length, length)
    assert.ok(text.startsWith(cut))
    assert.ok(countParts(cut) <= max)
  })
}

test('a cut text never needs more parts than it was cut to', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, latinText), fc.integer({ min: 1, max: 5 }), (text, max) => {
      const cut = cutToParts(text, max)
      assert.ok(countParts(cut) <= max && text.startsWith(cut) && !LONE_SURROGATE.test(cut))
    }),
  )
})

const NO_UDH = new Uint8Array()
const PORTS = Uint8Array.of(0x05, 0x04, 0x0b, 0x84, 0x23, 0xf0)
const octets = (count: number) => Uint8Array.from({ length: count }, (_, index) => index & 0xff)

// biome-ignore format: a table reads better in columns
const binaries: [name: string, udh: Uint8Array, octets: number, sizes: number[]][] = [
  ['nothing at all is one part',               NO_UDH, 0,   [0]],
  ['140 octets go alone',                      NO_UDH, 140, [140]],
  ['141 octets are joined',                    NO_UDH, 141, [134, 7]],
  ['133 octets go alone behind ports',         PORTS,  133, [133]],
  ['134 octets behind ports are joined',       PORTS,  134, [128, 6]],
  ['three parts behind ports',                 PORTS,  260, [128, 128, 4]],
]

for (const [name, udh, count, sizes] of binaries) {
  test(`binary: ${name}`, () => {
    const parts = segmentBinary(udh, octets(count), 0x1234)
    assert.deepEqual(
      parts.map((part) => part.octets.length),
      sizes,
    )
    assert.deepEqual(Buffer.concat(parts.map((part) => part.octets)), Buffer.from(octets(count)))
    for (const [index, part] of parts.entries()) {
      const header = Uint8Array.of(part.udh.length, ...part.udh)
      assert.ok((part.udh.length > 0 ? header.length : 0) + part.octets.length <= 140)
      const place = { reference: 0x34, number: index + 1, of: parts.length, bits: 8 }
      assert.deepEqual(concatenationOf(header), parts.length > 1 ? place : undefined)
      if (udh === PORTS) assert.ok(readUdh(header)?.elements.some(({ iei }) => iei === 0x05))
    }
  })
}

test('a place the customer gave is kept when the octets fit, and replaced by ours when they do not', () => {
  const theirs = Uint8Array.of(0x00, 0x03, 0x77, 0x02, 0x01, ...PORTS)
  assert.deepEqual(segmentBinary(theirs, octets(10), 1), [{ udh: theirs, octets: octets(10) }])
  const parts = segmentBinary(theirs, octets(200), 1)
  assert.deepEqual(
    parts.map(({ udh }) => readUdh(Uint8Array.of(udh.length, ...udh))?.elements.map(({ iei }) => iei)),
    [
      [0x00, 0x05],
      [0x00, 0x05],
    ],
  )
})

test('a carrier that can not write GSM 7-bit gets the same text in UCS-2', () => {
  for (const [text, lengths] of [
    [a(70), [70]],
    [a(71), [67, 4]],
  ] as const) {
    const got = segmentText(text, 'ucs2')
    assert.equal(got.alphabet, 'ucs2')
    assert.deepEqual(
      got.segments.map((segment) => segment.length),
      lengths,
    )
    assert.equal(countParts(text, 'ucs2'), lengths.length)
  }
})
