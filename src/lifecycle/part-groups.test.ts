import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstIdOf, makePartGroups, type SubmittedPart } from './part-groups.ts'

const MINUTE = 60_000

function scene() {
  const clock = { ms: 0 }
  const groups = makePartGroups(() => clock.ms)
  let id = 100
  const entryOf = (number: number, of: Partial<SubmittedPart> & { reference?: number; total?: number } = {}) => {
    const { reference = 7, total = 3, ...rest } = of
    id += 1
    const plain = { accountId: 1, sender: 'Shop', recipient: '79161234567', id }
    return groups.enter({ ...plain, part: { reference, total, number }, ...rest })
  }
  return { clock, groups, entryOf, first: (...of: Parameters<typeof entryOf>) => firstIdOf(entryOf(...of)) }
}

test('parts in any order belong to the one that came first', () => {
  const { first } = scene()
  assert.deepEqual([first(2), first(3), first(1)], [101, 101, 101])
})

test('a part number that was there begins another message', () => {
  const { first } = scene()
  assert.deepEqual([first(1), first(2), first(1), first(2), first(3)], [101, 101, 103, 103, 103])
})

test('the same reference on another way is another message', () => {
  const { first } = scene()
  assert.equal(first(1), 101)
  assert.equal(first(2, { accountId: 2 }), 102)
  assert.equal(first(2, { sender: 'Else' }), 103)
  assert.equal(first(2, { recipient: '79160000000' }), 104)
  assert.equal(first(2, { reference: 8 }), 105)
  assert.equal(first(2, { total: 2 }), 106)
  assert.equal(first(2), 101)
})

test('ten minutes after its first part a message takes no more', () => {
  const { clock, first } = scene()
  assert.equal(first(1), 101)
  clock.ms = 10 * MINUTE - 1
  assert.equal(first(2), 101)
  clock.ms = 10 * MINUTE
  assert.equal(first(3), 103)
})

test('what was not stored is taken back, and put back when it was stored after all', () => {
  const { groups, entryOf, first } = scene()
  const [one, two] = [entryOf(1), entryOf(2)]
  groups.takeBack(two)
  groups.takeBack(one)
  assert.equal(first(2), 103, 'nothing is left of the first two')

  const [three, four] = [entryOf(3), entryOf(2)]
  assert.deepEqual([firstIdOf(three), firstIdOf(four)], [103, 105])
  groups.takeBack(four)
  groups.takeBack(three)
  groups.restore(three)
  assert.equal(first(1), 103, 'the third part joined the second, and stands')
})

test('a flood of first parts forgets the oldest', () => {
  const { first } = scene()
  for (let reference = 0; reference < 50_001; reference++) first(1, { reference })
  assert.equal(first(2, { reference: 50_000 }), 100 + 50_001)
  assert.equal(first(2, { reference: 0 }), 100 + 50_003)
})
