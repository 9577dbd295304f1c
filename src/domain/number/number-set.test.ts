import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeNumberSet } from './number-set.ts'

const MEMBERS = 50_000
const member = (at: number): number => 79_000_000_000 + at * 7

test('a set says yes to all its members and to few others, at two octets a number', () => {
  const set = makeNumberSet(MEMBERS)
  for (let at = 0; at < MEMBERS; at++) set.add(member(at))
  let strangers = 0
  for (let at = 0; at < MEMBERS; at++) {
    assert.ok(set.mayHave(member(at)))
    if (set.mayHave(member(at) + 1)) strangers += 1
  }
  assert.ok(strangers < MEMBERS / 50, `${strangers} strangers of ${MEMBERS}`)
  assert.ok(set.octets <= MEMBERS * 2)
})

test('numbers that differ only beyond 32 bits are told apart', () => {
  const set = makeNumberSet(100)
  set.add(79_161_234_567)
  assert.equal(set.mayHave(79_161_234_567), true)
  assert.equal(set.mayHave(79_161_234_567 + 2 ** 32), false)
})

test('an empty set has nobody', () => assert.equal(makeNumberSet(0).mayHave(79_161_234_567), false))
