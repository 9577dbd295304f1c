import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const BUILT = join(ROOT, 'dist/cli/main.js')
const SOURCE = join(ROOT, 'src')

function newestOf(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => statSync(join(folder, path)).mtimeMs)
  return Math.max(...times)
}

/** Nothing was built, or something was changed since. */
export function isStale(): boolean {
  return !existsSync(BUILT) || statSync(BUILT).mtimeMs <= newestOf(SOURCE)
}

/**
 * What node is told to run: what `npm run build` made, as people run it, which starts in half the time; or, where
 * something was changed since, the sources.
 */
export const programUnderTest: readonly string[] = isStale()
  ? ['--import', 'tsx', join(SOURCE, 'cli/main.ts')]
  : ['--enable-source-maps', BUILT]
