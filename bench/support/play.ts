import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CPU_KNOWN } from './cpu.ts'
import { type Row, tableOf } from './figure.ts'
import { printProfiles } from './profile.ts'
import { type Effort, onStage, type Stage } from './stage.ts'

/** One question: plays on a stage of its own, so that no bench fills another's tables; or needs none. */
export type Bench =
  | ((stage: Stage, effort: Effort) => Promise<Row[]>)
  | { readonly withoutStage: (effort: Effort) => Promise<Row[]> }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Whether a file is the one that was started. */
export const isStarted = (moduleUrl: string): boolean => process.argv[1] === fileURLToPath(moduleUrl)

/**
 * Builds the centre, plays the benches in turn and prints their rows as the table of docs/performance.md.
 * Leaves with 1 when a message was lost, charged wrongly or refused.
 */
export async function play(benches: Readonly<Record<string, Bench>>): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false }, // below a minute: proves that everything works
      repeats: { type: 'string', default: '3' },
      patience: { type: 'string', default: '20' }, // seconds that each sample waits for a quiet machine
      only: { type: 'string', default: '' }, // questions with this in them
      profile: { type: 'string' }, // a folder for CPU profiles of the centre
      'no-build': { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.filter((name) => !Object.hasOwn(benches, name))
  if (unknown.length > 0) throw new Error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`)
  if (!values['no-build'])
    execFileSync('npm', ['run', 'build', '--silent'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  if (values.profile) mkdirSync(values.profile, { recursive: true })
  if (!CPU_KNOWN) console.log('CPU per message is read from /proc, which this system does not have.')

  const rows: Row[] = []
  const failures: string[] = []
  for (const [name, bench] of Object.entries(benches)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const profileDir = values.profile && `${values.profile}/${name}`
    const effort = {
      quick: values.quick,
      repeats: Number(values.repeats),
      patienceMs: values.quick ? 0 : Number(values.patience) * 1_000,
      ...(profileDir && { profileDir }),
      asks: (question: string) => question.includes(values.only),
    }
    try {
      rows.push(...(await playOne(bench, effort, rows.length === 0)))
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (profileDir) printProfiles(profileDir)
  }
  console.log(`\n${tableOf(rows)}`)
  for (const failure of failures) console.error(`\nFAILED  ${failure}`)
  process.exit(failures.length > 0 ? 1 : 0)
}

async function playOne(bench: Bench, effort: Effort, first: boolean): Promise<Row[]> {
  if (typeof bench === 'function') {
    return onStage(effort, async (stage) => {
      if (first) describe(`, PostgreSQL ${stage.database.version}`)
      return bench(stage, effort)
    })
  }
  if (first) describe()
  return bench.withoutStage(effort)
}

function describe(database = ''): void {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).trim()
  const processor = cpus()[0]?.model ?? 'unknown processor'
  console.log(
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}: ${availableParallelism()} cores (${processor}), Node ${process.versions.node}${database}\n`,
  )
}
