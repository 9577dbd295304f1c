import { accept } from './accept.ts'
import { codec } from './codec.ts'
import { deliver } from './deliver.ts'
import { fairness } from './fairness.ts'
import { submitSm } from './submit-sm.ts'
import { play } from './support/play.ts'

// npm run bench -- [accept] [deliver] [fairness] [submit-sm] [codec] [--quick] [--only TEXT] [--repeats N] [--patience SECONDS] [--profile FOLDER] [--no-build]
await play({ accept, deliver, fairness, 'submit-sm': submitSm, codec: { withoutStage: codec } })
