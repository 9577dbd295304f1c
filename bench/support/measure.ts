import { availableParallelism, loadavg } from 'node:os'
import { cpuOf, cpuOfMachine } from './cpu.ts'
import { epochMs } from './epoch.ts'
import { memoryOf } from './memory.ts'
import type { Stage } from './stage.ts'

/** CPU that a run took, in microseconds, and how busy the machine was with other things. */
export interface Usage {
  readonly seconds: number
  readonly centreUs: number
  readonly postgresUs: number
  readonly loadUs: number
  readonly carrierUs: number
  /** At the end. */
  readonly centreMb: number
  readonly postgresMb: number
  /** What other programs used meanwhile, as a share of all cores: the figures suffer from it. */
  readonly othersShare: number
  readonly loadAverage: number // of the last minute, at the end
}

const read = ({ centre, database, load, carrier }: Stage) => ({
  atMs: epochMs(),
  centre: cpuOf(centre.pid),
  postgres: database.cpuUs(),
  load: cpuOf(load.pid),
  carrier: cpuOf(carrier.pid),
  own: cpuOf(process.pid),
  machine: cpuOfMachine(),
})

/** Runs something and tells what it cost. */
export async function measure<Result>(stage: Stage, run: () => Promise<Result>): Promise<{ result: Result; usage: Usage }> {
  const before = read(stage)
  const result = await run()
  const after = read(stage)

  const used = (name: keyof typeof before) => after[name] - before[name]
  const ours = used('centre') + used('postgres') + used('load') + used('carrier') + used('own')
  const seconds = used('atMs') / 1_000
  return {
    result,
    usage: {
      seconds,
      centreUs: used('centre'),
      postgresUs: used('postgres'),
      loadUs: used('load'),
      carrierUs: used('carrier'),
      centreMb: memoryOf(stage.centre.pid),
      postgresMb: stage.database.memoryMb(),
      othersShare: Math.max(0, used('machine') - ours) / (seconds * 1_000_000 * availableParallelism()),
      loadAverage: loadavg()[0] ?? 0,
    },
  }
}
