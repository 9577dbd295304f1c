import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOwed } from './owed.ts'

const heads = (count: number) => Array.from({ length: count }, (_, sequence) => ({ command: 'deliver_sm' as const, sequence }))

test('a batch is answered once, by us or by time', () => {
  const owed = createOwed()
  const first = owed.add(heads(3), 10)
  const second = owed.add(heads(2), 20)
  assert.equal(owed.count(), 5)
  assert.equal(owed.settle(first), true)
  assert.equal(owed.settle(first), false)
  assert.deepEqual(owed.takeBefore(20), [])
  assert.deepEqual(owed.takeBefore(21), [second])
  assert.deepEqual([owed.settle(second), owed.count()], [false, 0])
})
