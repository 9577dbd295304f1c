import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1 } from './latin1.ts'

test('octets become characters one by one, however many there are', () => {
  const octets = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7 + 200) & 0xff))
  for (let length = 0; length <= 40; length++) {
    for (const at of [0, 3, 150]) assert.equal(latin1(octets, at, at + length), octets.toString('latin1', at, at + length))
  }
})
