import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/support/eventually.ts'
import { createRounds } from './rounds.ts'

test('each has its turn, told how much time passed, until it leaves; and no turn is everybody’s', async (t) => {
  const rounds = createRounds<string>()
  t.after(rounds.stop)
  const names = Array.from({ length: 100 }, (_, at) => `session ${at}`)
  for (const name of names) rounds.add(name)
  rounds.delete('session 7')
  assert.equal(rounds.size(), 99)
  const turns = new Map<string, number>()
  const together: number[] = []
  let inOneGo = 0
  rounds.start(20, (name, elapsedMs) => {
    assert.ok(elapsedMs >= 0 && elapsedMs <= 40)
    turns.set(name, (turns.get(name) ?? 0) + 1)
    if (inOneGo++ === 0) {
      setImmediate(() => {
        together.push(inOneGo)
        inOneGo = 0
      })
    }
  })
  await eventually(() => {
    for (const name of names.filter((each) => each !== 'session 7')) assert.ok((turns.get(name) ?? 0) >= 3)
  })
  assert.equal(turns.has('session 7'), false)
  assert.ok(Math.max(...together) <= 10)
  assert.deepEqual([...rounds.all].length, 99)
})
