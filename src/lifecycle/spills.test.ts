import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSpills } from './spills.ts'

test('a line spills until a claim that could see all its rows finds no more', () => {
  const spills = makeSpills()
  spills.spills(1, 7)
  spills.spilled(1, 7)
  assert.equal(spills.isSpilling(1, 7), true)
  spills.drained(1, 7, spills.spillMark())
  assert.equal(spills.isSpilling(1, 7), false)
})

test('a row whose commit was under way when the claim began keeps it spilling', () => {
  const spills = makeSpills()
  spills.spills(1, 7)
  const mark = spills.spillMark()
  spills.drained(1, 7, mark)
  assert.equal(spills.isSpilling(1, 7), true, 'the commit has not ended')
  spills.spilled(1, 7)
  spills.drained(1, 7, mark)
  assert.equal(spills.isSpilling(1, 7), true, 'it ended after the claim had begun')
  spills.drained(1, 7, spills.spillMark())
  assert.equal(spills.isSpilling(1, 7), false)
})

test('a row that came during the claim keeps it spilling', () => {
  const spills = makeSpills()
  spills.spills(1, 7)
  spills.spilled(1, 7)
  const mark = spills.spillMark()
  spills.spills(1, 7)
  spills.spilled(1, 7)
  spills.drained(1, 7, mark)
  assert.equal(spills.isSpilling(1, 7), true)
})

test('lanes and accounts are lines of their own', () => {
  const spills = makeSpills()
  spills.spills(1, 7)
  assert.deepEqual([spills.isSpilling(1, 7), spills.isSpilling(2, 7), spills.isSpilling(1, 8)], [true, false, false])
})

test('a look that finds nothing due in a lane ends its lines, but for rows it could not see', () => {
  const spills = makeSpills()
  for (const [lane, accountId] of [
    [1, 7],
    [2, 7],
  ] as const) {
    spills.spills(lane, accountId)
    spills.spilled(lane, accountId)
  }
  const mark = spills.spillMark()
  spills.spills(1, 8)
  spills.nothingBut([2], mark)
  assert.deepEqual([spills.isSpilling(1, 7), spills.isSpilling(2, 7), spills.isSpilling(1, 8)], [false, true, true])
})
