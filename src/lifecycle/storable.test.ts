import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storable } from './storable.ts'

const cases: [name: string, text: string, stored: string][] = [
  ['plain text stays', 'DELIVRD 00', 'DELIVRD 00'],
  ['NUL is left out', 'a\0b\0', 'ab'],
  ['an emoji stays whole', 'a😀b', 'a😀b'],
  ['half of one is left out', 'a\ud83db', 'ab'],
  ['and so is the half that the cut leaves', `${'x'.repeat(9)}😀`, 'x'.repeat(9)],
]

for (const [name, text, stored] of cases) test(name, () => assert.equal(storable(text, 10), stored))
