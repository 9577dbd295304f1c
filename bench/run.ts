import { accept } from './accept.ts'
import { deliver } from './deliver.ts'
import { fairness } from './fairness.ts'
import { play } from './support/play.ts'

// npm run bench -- [accept] [deliver] [fairness] [--quick] [--only TEXT] [--repeats N] [--patience SECONDS] [--profile FOLDER] [--no-build]
await play({ accept, deliver, fairness })
