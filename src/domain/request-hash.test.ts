import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestHash } from './request-hash.ts'

test('the same fields have the same hash, a signed 64-bit integer and not 0', () => {
  const hash = requestHash(['79161234567', 'Привет', '', 'sms'])
  assert.equal(hash, requestHash(['79161234567', 'Привет', '', 'sms']))
  assert.equal(hash, BigInt.asIntN(64, hash))
  assert.notEqual(requestHash([]), 0n)
})

test('a character that moves from one field to the next makes another request', () => {
  const hashes = [['ab', 'c'], ['a', 'bc'], ['abc', ''], ['abc'], ['', 'abc'], ['ABC', '']].map(requestHash)
  assert.equal(new Set(hashes).size, hashes.length)
})

test('100,000 similar requests have as many hashes', () => {
  const seen = new Set<bigint>()
  for (let number = 0; number < 100_000; number++) seen.add(requestHash([String(79_160_000_000 + number), 'Code', '', 'sms']))
  assert.equal(seen.size, 100_000)
})

test('octets are a field like a text of the same codes', () => {
  assert.equal(requestHash(['a', Buffer.from('text')]), requestHash(['a', 'text']))
  assert.notEqual(requestHash([Buffer.from([1, 2])]), requestHash([Buffer.from([1]), Buffer.from([2])]))
})
