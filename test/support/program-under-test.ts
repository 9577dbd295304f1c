import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
/** What `npm run build` makes. */
export const BUILT = join(ROOT, 'dist/cli/main.js')
const SOURCE = join(ROOT, 'src')

/** Hands the program of a run down to its processes: the bundle's file. */
export const PROGRAM_VARIABLE = 'HELIOGRAM_TEST_PROGRAM'

function newestOf(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => statSync(join(folder, path)).mtimeMs)
  return Math.max(...times)
}

/** Nothing was built, or something was changed since. */
export function isStale(): boolean {
  return !existsSync(BUILT) || statSync(BUILT).mtimeMs <= newestOf(SOURCE)
}

const AS_PEOPLE_DO = '--max-semi-space-size=64' // bin/heliogram.js

/** What node is told to run: what `npm run build` made, as people run it; or, where something was changed since, the sources. */
export const builtProgram = (): readonly string[] =>
  isStale() ? ['--import', 'tsx', join(SOURCE, 'cli/main.ts')] : [AS_PEOPLE_DO, BUILT]

const bundle = process.env[PROGRAM_VARIABLE]

/** The same in fewer files, which start in half the time, where a run of tests has made them. */
export const programUnderTest: readonly string[] = bundle ? [AS_PEOPLE_DO, bundle] : builtProgram()
