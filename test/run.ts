import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { CLUSTER_VARIABLE, startCluster, temporaryFolder } from './support/cluster.ts'
import { failedFiles } from './support/failed-files.ts'
import { isStale } from './support/program-under-test.ts'

/**
 * `npm test [-- PATH…]`: unit tests in two processes, then those that start programs, four files at a time (they mostly wait), then the
 * rules of the domain once more under a zone with half an hour in it. `npm run test:long`: what takes longer
 * than anybody waits. Paths, files or folders, choose a part. With CI in the environment, one or two files that failed in
 * the crowd are run once more by themselves: what passes then is counted as flaky, and is to be mended all the same.
 */
const ROOT = resolve(import.meta.dirname, '..')
const PHASE_MS = 600_000 // a net under a machine that is busy with something else; the budget of all together is half of it

interface Phase {
  readonly name: string
  readonly files: readonly string[]
  /** Files share this many processes, which is many times faster than a process for each; 0: a process for each. */
  readonly processes: 0 | 1 | 2
  readonly env?: Readonly<Record<string, string>>
  readonly concurrency?: number
  readonly limitMs?: number
}

const COUNTS = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'] as const
type Counts = Record<(typeof COUNTS)[number], number>
const FLAKY_FILES_MAX = 2

const isLong = process.argv.includes('--long')
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

function testFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => chosen.length === 0 || chosen.some((choice) => isWithin(path, relative(ROOT, resolve(choice)))))
    .sort()
}

const isWithin = (path: string, place: string): boolean => path === place || place === '' || path.startsWith(join(place, '/'))

function phases(): Phase[] {
  const beside = testFiles('test')
  if (isLong) {
    const files = beside.filter((path) => isWithin(path, 'test/long'))
    return [{ name: 'long', files, processes: 0, concurrency: 1, limitMs: 0 }]
  }
  const unit = testFiles('src')
  const shape = beside.filter((path) => dirname(path) === 'test')
  const programs = beside.filter((path) => !shape.includes(path) && !isWithin(path, 'test/long'))
  const domain = unit.filter((path) => isWithin(path, 'src/domain'))
  return [
    { name: 'unit', files: [...unit, ...shape], processes: 2 },
    { name: 'stories, hostile, conformance, crash', files: programs, processes: 0, concurrency: 4 },
    { name: 'domain in Asia/Kolkata', files: domain, processes: 1, env: { TZ: 'Asia/Kolkata' } },
  ]
}

/** Every other file in a process of its own, at the same time. */
async function both(phase: Phase, report: string, cluster: string): Promise<Counts | undefined> {
  const halves = [0, 1].map((half) => ({
    ...phase,
    processes: 1 as const,
    files: phase.files.filter((_, index) => index % 2 === half),
  }))
  const counts = await Promise.all(
    halves.filter(({ files }) => files.length > 0).map((half, index) => run(half, `${report}${index}`, cluster)),
  )
  return counts.reduce((one, other) => one && other && add(one, other))
}

const add = (one: Counts, other: Counts): Counts =>
  Object.fromEntries(COUNTS.map((name) => [name, one[name] + other[name]])) as Counts

/** What node's runner counted; undefined when it did not come to its end. */
async function run(phase: Phase, report: string, cluster: string): Promise<Counts | undefined> {
  const { files, processes, concurrency = 1, limitMs = PHASE_MS } = phase
  if (processes === 2) return both(phase, report, cluster)
  const loaders = ['--import', 'tsx', '--import', './test/support/quiet.ts']
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ]
  const tests = processes === 1 ? ['test/support/unit.ts', ...files] : ['--test', `--test-concurrency=${concurrency}`, ...files]
  const child = spawn(process.execPath, [...loaders, ...reporters, ...tests], {
    cwd: ROOT,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, ...phase.env, [CLUSTER_VARIABLE]: cluster },
    ...(limitMs > 0 && { timeout: limitMs, killSignal: 'SIGKILL' }),
  })
  const code = await new Promise<number | null>((done) => child.once('exit', done))
  if (!existsSync(report)) return undefined
  const tap = readFileSync(report, 'utf8')
  failed.push(failedFiles(tap))
  const counts = COUNTS.map((name) => [name, Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? Number.NaN)] as const)
  const all = Object.fromEntries(counts) as Counts
  return Number.isNaN(all.tests) || (code !== 0 && all.fail + all.cancelled === 0) ? undefined : all
}

/** What is built starts in half the time; many programs are started. Where it can't be built, the sources are run (programUnderTest). */
async function build(): Promise<void> {
  if (testFiles('test').filter((path) => dirname(path) !== 'test').length < FILES_WORTH_BUILDING || !isStale()) return
  const child = spawn('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'ignore', shell: process.platform === 'win32' })
  await new Promise((done) => child.once('close', done).once('error', done))
}
const FILES_WORTH_BUILDING = 5

const startedAt = performance.now()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1)) // which ends the cluster
const reports = temporaryFolder('reports-')
process.once('exit', () => rmSync(reports, { recursive: true, force: true }))
const built = build()
const { connection } = await startCluster()

const total = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts
const broken: string[] = []
/** Of each process of the runner: files to run once more, or undefined when a failure is of no file. */
const failed: (string[] | undefined)[] = []
const cluster = JSON.stringify(connection)
for (const phase of phases()) {
  if (phase.files.length === 0) continue
  const phaseAt = performance.now()
  if (phase.processes === 0) await built
  console.log(`\n== ${phase.name}: ${phase.files.length} files`)
  const counts = await run(phase, join(reports, `${phase.name.replaceAll(/\W+/g, '-')}.tap`), cluster)
  if (counts === undefined) broken.push(phase.name)
  else Object.assign(total, add(total, counts))
  console.log(`== ${phase.name}: ${((performance.now() - phaseAt) / 1000).toFixed(1)} s`)
}

const files = failed.some((found) => found === undefined) ? [] : [...new Set(failed.flatMap((found) => found ?? []))]
let flaky = 0
if (process.env.CI && !isLong && broken.length === 0 && files.length > 0 && files.length <= FLAKY_FILES_MAX) {
  console.log(`\n== once more, by itself: ${files.map((file) => relative(ROOT, file)).join(', ')}`)
  const again = await run({ name: 'again', files, processes: 0 }, join(reports, 'again.tap'), cluster)
  if (again && again.fail + again.cancelled === 0) {
    flaky = total.fail + total.cancelled
    Object.assign(total, { pass: total.pass + flaky, fail: 0, cancelled: 0 })
  }
}

console.log()
if (flaky > 0) console.log(`# flaky ${flaky}: failed in the crowd, passed by themselves`)
for (const name of broken) console.log(`# not finished: ${name}`)
if (total.tests === 0) console.log('# no test was run')
for (const name of COUNTS) console.log(`# ${name} ${total[name]}`)
console.log(`# duration_ms ${Math.round(performance.now() - startedAt)}`)
process.exit(total.tests > 0 && total.fail + total.cancelled === 0 && broken.length === 0 ? 0 : 1)
