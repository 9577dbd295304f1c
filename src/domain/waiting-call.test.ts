import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AwaitedCall, planCall } from './waiting-call.ts'

const POOL = ['1', '2', '3', '4', '5']
const wait = (accountId: number, numbers: string, asked = 1, came = false): AwaitedCall => ({
  ...{ id: accountId * 10 + asked, accountId, numbers: numbers.split(''), asked, came },
})

const PLANS: readonly (readonly [claim: string, pool: readonly string[], awaited: readonly AwaitedCall[], plan: unknown])[] = [
  ['the first is told half of the numbers', POOL, [], { numbers: ['1', '2', '3'] }],
  ['the second half of what is left', POOL, [wait(2, '123')], { numbers: ['4'] }],
  ['the third the last', POOL, [wait(2, '123'), wait(3, '4')], { numbers: ['5'] }],
  ['the fourth none', POOL, [wait(2, '123'), wait(3, '4'), wait(4, '5')], { problem: 'all in use' }],
  ['one number is enough for one', ['1'], [], { numbers: ['1'] }],
  ['and for no other', ['1'], [wait(2, '1')], { problem: 'all in use' }],
  ['a number that was called is free', ['1'], [wait(2, '1', 1, true)], { numbers: ['1'] }],
  ['without numbers there is nothing to tell', [], [], { problem: 'no numbers' }],
  ['who asks again is told the same', POOL, [wait(1, '123', 2)], { again: wait(1, '123', 2) }],
  ['but not for ever', POOL, [wait(1, '123', 3)], { problem: 'too often' }],
  ['calls that came count too', POOL, [wait(1, '1', 1, true), wait(1, '2', 2, true)], { problem: 'too often' }],
  ['others do not', POOL, [wait(2, '1', 3, true)], { numbers: ['1', '2', '3'] }],
  ['a number that was taken out of the pool is told no more', ['2'], [wait(1, '1')], { numbers: ['2'] }],
]
for (const [claim, pool, awaited, plan] of PLANS) test(claim, () => assert.deepEqual(planCall(pool, awaited, 1), plan))
