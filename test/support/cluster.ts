import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { findBinaries } from '../../src/store/embedded/binaries.ts'
import { isLocked } from '../../src/store/embedded/folder-lock.ts'
import { runningPostmaster, shutDown } from '../../src/store/embedded/postmaster.ts'
import { isRunning } from '../../src/store/embedded/processes.ts'
import { startEmbedded } from '../../src/store/embedded.ts'

/** A PostgreSQL server for the tests of one run. */
export interface Cluster {
  readonly connection: pg.ClientConfig
}

/** Hands a cluster down to the processes of a run: the connection as JSON. */
export const CLUSTER_VARIABLE = 'HELIOGRAM_TEST_CLUSTER'

const PREFIX = 'heliogram-test-'

/** Tests of logic lose nothing in a power cut; tests of durability start a server of their own. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_connections: '300' }

/** Starts it; it ends with this process, after all hooks of the tests. */
export async function startCluster(): Promise<Cluster> {
  await removeLeftovers()
  const folder = temporaryFolder('')
  const server = await startEmbedded({ dataDir: folder, settings: SETTINGS })
  process.once('exit', () => {
    endNow(server.pid())
    rmSync(folder, { recursive: true, force: true })
  })
  return { connection: server.connection }
}

const END_MS = 5_000

/** The last moment of a process can't await anything. Nobody needs these data again, so the server ends at once. */
function endNow(pid: number): void {
  const clock = new Int32Array(new SharedArrayBuffer(4))
  try {
    process.kill(pid, 'SIGQUIT')
    for (let waited = 0; isRunning(pid) && waited < END_MS; waited += 10) Atomics.wait(clock, 0, 0, 10)
  } catch {
    // It is gone.
  }
}

/** A folder that the next run removes if this one can't. */
export const temporaryFolder = (name: string): string => realpathSync(mkdtempSync(join(tmpdir(), `${PREFIX}${name}`)))

const FORGOTTEN_AFTER_MS = 3_600_000
// A test that kills its program starts another on the folder within this time.
const DEAD_AFTER_MS = 60_000

/** What interrupted runs left: their servers are stopped, their folders removed. */
async function removeLeftovers(): Promise<void> {
  const place = realpathSync(tmpdir())
  for (const name of readdirSync(place)) {
    if (!name.startsWith(PREFIX)) continue
    try {
      await removeLeftover(join(place, name))
    } catch {
      // Another user's, or another run is at it.
    }
  }
}

/** A test may use a folder as a program's data folder, or make those inside. */
async function removeLeftover(folder: string): Promise<void> {
  const dataDirs = [folder, ...readdirSync(folder).map((name) => join(folder, name))]
  if (dataDirs.some(isLocked)) return
  const locks = dataDirs.map((dataDir) => join(dataDir, 'lock')).filter((lock) => existsSync(lock))
  const silentMs = Date.now() - Math.max(...[folder, ...locks].map((path) => statSync(path).mtimeMs))
  if (silentMs < (locks.length > 0 ? DEAD_AFTER_MS : FORGOTTEN_AFTER_MS)) return
  for (const dataDir of dataDirs) {
    const postgres = join(dataDir, 'postgres')
    const server = runningPostmaster(postgres)
    if (server) await shutDown(server, postgres, (await findBinaries(dataDir, undefined)).pgCtl)
  }
  rmSync(folder, { recursive: true, force: true })
}
