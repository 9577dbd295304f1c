import { after, before, describe } from 'node:test'
import { openScene, type Scene } from './scene.ts'
import { tellSeedsData } from './seeds-data.ts'
import { tellSeedsSubclients } from './seeds-subclients.ts'

// Every address that four pages of the original's documents print, and every format in which they print an answer.
let scene: Scene
before(async () => {
  scene = await openScene()
})
after(() => scene?.centre.stop())

describe('pages about data', () => tellSeedsData(() => scene))
describe('the page about sub-clients', () => tellSeedsSubclients(() => scene))
