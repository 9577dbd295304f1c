import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planChange } from './contact-change.ts'

// There are contacts A (1), B (2) and C (3). old, new, what becomes of whom, who is merged away, who is copied
const plans: [claim: string, old: string, next: string | undefined, kept: string, removed: string, copies: string][] = [
  ['data only', 'A B', undefined, '1: 2:', '', ''],
  ['one becomes another', 'A', 'X', '1:X', '', ''],
  ['pairs', 'A B', 'X Y', '1:X 2:Y', '', ''],
  ['two exchange their numbers', 'A B', 'B A', '1:B 2:A', '', ''],
  ['of a pair one is not there', 'Z B', 'X Y', '2:Y', '', ''],
  ['two become one', 'A B', 'X', '1:X', '2', ''],
  ['two become one of them', 'A B', 'B', '2:B', '1', ''],
  ['three become two', 'A B C', 'X B', '1:X 2:B', '3', ''],
  ['one becomes two', 'A', 'X Y', '1:X', '', 'Y'],
  ['one stays and is copied', 'A', 'A Y', '1:A', '', 'Y'],
]
for (const [claim, old, next, kept, removed, copies] of plans) {
  test(claim, () => {
    const found = new Map(
      [
        ['A', 1],
        ['B', 2],
        ['C', 3],
      ].filter(([address]) => old.includes(String(address))) as [string, number][],
    )
    const plan = planChange(old.split(' '), next?.split(' '), found)
    assert.equal(plan.kept.map(([id, address]) => `${id}:${address ?? ''}`).join(' '), kept)
    assert.equal(plan.removed.join(' '), removed)
    assert.equal(plan.copies.join(' '), copies)
  })
}
