import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRounds } from './rounds.ts'

test('each has its turn once a tick, a tenth of all at a time, until it leaves', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const rounds = createRounds<string>()
  const names = Array.from({ length: 100 }, (_, at) => `session ${at}`)
  for (const name of names) rounds.add(name)
  const turns = new Map<string, number>()
  let inOneGo = 0
  rounds.start(1_000, (name, elapsedMs) => {
    assert.ok(elapsedMs >= 0 && elapsedMs <= 2_000)
    turns.set(name, (turns.get(name) ?? 0) + 1)
    inOneGo++
  })
  for (let slice = 0; slice < 30; slice++) {
    inOneGo = 0
    t.mock.timers.tick(100)
    assert.equal(inOneGo, 10)
  }
  assert.ok(names.every((name) => turns.get(name) === 3))

  rounds.delete('session 7')
  t.mock.timers.tick(1_000)
  assert.deepEqual([turns.get('session 7'), turns.get('session 8'), rounds.size(), [...rounds.all].length], [3, 4, 99, 99])
  rounds.stop()
  t.mock.timers.tick(1_000)
  assert.equal(turns.get('session 8'), 4)
})
