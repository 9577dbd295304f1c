import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPlainAscii, percentDecode } from './octets.ts'

// source, octets
const cases: [claim: string, source: string, octets: string][] = [
  ['nothing to decode', 'Hello', 'Hello'],
  ['a plus is a space', 'a+b+c', 'a b c'],
  ['an encoded plus is a plus', '%2B79161234567', '+79161234567'],
  ['plus and percent in one value', 'a+%2B+b', 'a + b'],
  ['windows-1251 octets', '%CF%F0%E8%E2%E5%F2', '\xcf\xf0\xe8\xe2\xe5\xf2'],
  ['lower-case hex digits', '%cf%f0', '\xcf\xf0'],
  ['octets that nobody encoded', '\xcf\xf0', '\xcf\xf0'],
  ['a NUL', 'a%00b', 'a\0b'],
  ['a percent sign at the end', '100%', '100%'],
  ['half an escape at the end', '100%4', '100%4'],
  ['an escape that ends the value', 'a%41', 'aA'],
  ['what is no hex digit', '%zz%4g%G4', '%zz%4g%G4'],
  ['a percent sign before an escape', '%%41', '%A'],
  ['signs that are not digits', '%-1%+1', '%-1% 1'],
  ['longer than the scratch', `${'a'.repeat(70_000)}%41`, `${'a'.repeat(70_000)}A`],
]

for (const [claim, source, octets] of cases) {
  test(`percent decoding: ${claim}`, () => assert.equal(percentDecode(source), octets))
}

test('only printable and other ASCII without NUL means the same in every charset', () => {
  for (const plain of ['', 'Hello, world', '\n\x7f\x01']) assert.equal(isPlainAscii(plain), true)
  for (const other of ['\0', 'a\0', '\x80', 'a\xff']) assert.equal(isPlainAscii(other), false)
})
