import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { bundleProgram } from './support/bundle-program.ts'
import { CLUSTER_VARIABLE, startCluster, temporaryFolder } from './support/cluster.ts'
import { failedFiles } from './support/failed-files.ts'
import { isStale, PROGRAM_VARIABLE } from './support/program-under-test.ts'

/**
 * `npm test [-- PATH…]`: unit tests in two processes, with the rules of the domain once more under a zone with half an hour in it;
 * then those that start programs, in four (they mostly wait). `npm run test:long`: what takes longer than anybody waits. Paths, files
 * or folders, choose a part. With CI in the environment, one or two files that failed in the crowd are run once more by themselves:
 * what passes then is counted as flaky, and is to be mended all the same.
 */
const ROOT = resolve(import.meta.dirname, '..')
const PHASE_MS = 1_200_000 // a net under a machine that is busy with something else; the budget of all together is a quarter of it

interface Phase {
  readonly name: string
  readonly files: readonly string[]
  /** They share the files: each takes the next one that nobody has taken, which is many times faster than a process for each. */
  readonly processes: number
  readonly env?: Readonly<Record<string, string>>
  readonly limitMs?: number
}

/** Those that take longest begin first, so that none of them is left over at the end. */
const FIRST = [
  'crash/crash',
  'stories/shaping',
  'hostile/scripts',
  'stories/carrier-check',
  'stories/routing',
  'stories/smpp-listener',
]

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

const isFirst = (path: string): boolean => FIRST.some((name) => path === join('test', `${name}.test.ts`))
const longestFirst = (files: readonly string[]): string[] => [...files.filter(isFirst), ...files.filter((path) => !isFirst(path))]

/** Phases run one after the other; those of one line at the same time. */
function phases(): Phase[][] {
  const beside = testFiles('test')
  if (isLong) return [[{ name: 'long', files: beside.filter((path) => isWithin(path, 'test/long')), processes: 1, limitMs: 0 }]]
  const unit = testFiles('src')
  const shape = beside.filter((path) => dirname(path) === 'test')
  const programs = beside.filter((path) => !shape.includes(path) && !isWithin(path, 'test/long'))
  const domain = unit.filter((path) => isWithin(path, 'src/domain'))
  return [
    [
      { name: 'unit', files: [...unit, ...shape], processes: 2 },
      { name: 'domain in Asia/Kolkata', files: domain, processes: 1, env: { TZ: 'Asia/Kolkata' } },
    ],
    [{ name: PROGRAMS, files: longestFirst(programs), processes: 4 }],
  ]
}
const PROGRAMS = 'stories, hostile, conformance, crash'

const add = (one: Counts, other: Counts): Counts =>
  Object.fromEntries(COUNTS.map((name) => [name, one[name] + other[name]])) as Counts

/** What node's runner counted in all of its processes; undefined when one did not come to its end. */
async function run(phase: Phase, cluster: string): Promise<Counts | undefined> {
  const folder = mkdtempSync(join(reports, 'phase-'))
  const processes = Array.from({ length: Math.min(phase.processes, phase.files.length) }, (_, at) => at)
  const counts = await Promise.all(processes.map((at) => runShare(phase, folder, join(folder, `${at}.tap`), cluster)))
  return counts.reduce((one, other) => one && other && add(one, other))
}

/** One process, which claims its files in the folder. */
async function runShare(phase: Phase, claims: string, report: string, cluster: string): Promise<Counts | undefined> {
  const { files, env, limitMs = PHASE_MS } = phase
  const loaders = ['--import', 'tsx', '--import', './test/support/quiet.ts']
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ]
  const child = spawn(process.execPath, [...loaders, ...reporters, 'test/support/run-files.ts', claims, ...files], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env, [CLUSTER_VARIABLE]: cluster },
    ...(limitMs > 0 && { timeout: limitMs, killSignal: 'SIGKILL' }),
  })
  print(child.stdout)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  if (!existsSync(report)) return undefined
  const tap = readFileSync(report, 'utf8')
  failed.push(failedFiles(tap))
  const counts = COUNTS.map((name) => [name, Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? Number.NaN)] as const)
  const all = Object.fromEntries(counts) as Counts
  return Number.isNaN(all.tests) || (code !== 0 && all.fail + all.cancelled === 0) ? undefined : all
}

/** What a process says of a file is printed in one piece, when it is done with it: several speak at the same time. */
function print(output: Readable): void {
  const lines: string[] = []
  const flush = () => void process.stdout.write(lines.splice(0).join('\n').concat('\n'))
  const reader = createInterface(output)
  reader.on('line', (line) => {
    lines.push(line)
    if (END_OF_FILE.test(line)) flush()
  })
  reader.once('close', flush)
}
const END_OF_FILE = /^\S+ \S+\.test\.ts \(/

/**
 * Builds what people run, and makes few files of it for the many programs that tests start. Where it can't be built, the sources are
 * run (programUnderTest).
 */
async function build(): Promise<void> {
  const programs = testFiles('test').filter((path) => dirname(path) !== 'test')
  if (programs.length < FILES_WORTH_BUILDING) return
  if (isStale()) await npmRunBuild()
  if (isStale()) return
  const { folder, main } = await bundleProgram()
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  process.env[PROGRAM_VARIABLE] = main
}
const FILES_WORTH_BUILDING = 5

async function npmRunBuild(): Promise<void> {
  const child = spawn('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'ignore', shell: process.platform === 'win32' })
  await new Promise((done) => child.once('close', done).once('error', done))
}

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
for (const line of phases()) {
  await Promise.all(line.filter(({ files }) => files.length > 0).map(runPhase))
}

async function runPhase(phase: Phase): Promise<void> {
  const phaseAt = performance.now()
  if (phase.name === PROGRAMS) await built
  console.log(`\n== ${phase.name}: ${phase.files.length} files`)
  const counts = await run(phase, cluster)
  if (counts === undefined) broken.push(phase.name)
  else Object.assign(total, add(total, counts))
  console.log(`== ${phase.name}: ${((performance.now() - phaseAt) / 1000).toFixed(1)} s`)
}

const named = failed.some((found) => found === undefined) ? [] : failed.flatMap((found) => found ?? [])
const files = [...new Set(named.map((file) => relative(ROOT, resolve(ROOT, file))))]
let flaky = 0
if (process.env.CI && !isLong && broken.length === 0 && files.length > 0 && files.length <= FLAKY_FILES_MAX) {
  console.log(`\n== once more, by itself: ${files.join(', ')}`)
  const again = await run({ name: 'again', files, processes: 1 }, cluster)
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
