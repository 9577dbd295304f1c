import assert from 'node:assert/strict'
import { randomOf } from '../crash/random.ts'
import { crashRound, describe, openScene, seedOf, victimOf } from '../crash/rounds.ts'
import { story } from '../support/story.ts'

const ROUNDS = 200

story(
  `${ROUNDS} crashes under load, one after the other, lose nothing, charge nobody twice, send nothing twice unmarked and owe no receipt`,
  async (t) => {
    const seed = seedOf()
    t.diagnostic(`seed ${seed}`)
    const random = randomOf(seed)
    const scene = await openScene(random, 50)
    t.after(scene.stop)
    const total = { ok: 0, refused: 0, silence: 0, messages: 0, marked: 0, twice: 0, repeated: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const victim = victimOf(round)
      const counts = await crashRound(scene, victim, random).catch((error: Error) => {
        error.message = `round ${round + 1} (${victim}): ${error.message}`
        throw error
      })
      console.log(describe(round, victim, counts))
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += counts[name]
    }
    t.diagnostic(`in all: ${JSON.stringify(total)}`)
    assert.ok(total.ok > ROUNDS, 'there was a load to lose')
    assert.ok(total.twice > 0, 'some message was in doubt: the rounds hit the moments they are for')
  },
  { timeoutMs: 3_600_000 },
)
