import assert from 'node:assert/strict'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { decodeIso8859 } from './iso8859.ts'

const ALL = Uint8Array.from({ length: 256 }, (_, octet) => octet)

for (const [script, name] of [
  ['cyrillic', 'iso-8859-5'],
  ['hebrew', 'iso-8859-8'],
] as const) {
  test(`every octet of ${name} means what it means to others`, () => {
    assert.equal(decodeIso8859(ALL, script), iconv.decode(Buffer.from(ALL), name))
  })
}
