import { after, before } from 'node:test'
import { story } from '../support/story.ts'
import { randomOf } from './random.ts'
import { crashRound, describe, openScene, type Scene, seedOf, victimOf } from './rounds.ts'

const ROUNDS = 20
const seed = seedOf()

let scene: Scene
const random = randomOf(seed)
before(async () => {
  scene = await openScene(random, 50)
})
after(() => scene?.stop())

for (let round = 0; round < ROUNDS; round++) {
  const victim = victimOf(round)
  story(
    `round ${round + 1}: the ${victim} is killed under load, and over HTTP and SMPP nothing is lost, paid twice or sent twice unmarked, and every receipt comes`,
    async (t) => {
      t.diagnostic(`seed ${seed}`)
      t.diagnostic(describe(round, victim, await crashRound(scene, victim, random)))
    },
  )
}
