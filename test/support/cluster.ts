import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
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

/** What interrupted runs left: their servers are stopped, their folders removed. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(realpathSync(tmpdir()), name)
    try {
      const used = readdirSync(folder).includes('lock')
      const forgotten = Date.now() - statSync(folder).mtimeMs > FORGOTTEN_AFTER_MS
      if (isLocked(folder) || (!used && !forgotten)) continue
      const server = runningPostmaster(join(folder, 'postgres'))
      if (server) await shutDown(server, join(folder, 'postgres'), (await findBinaries(folder, undefined)).pgCtl)
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Another user's, or another run is at it.
    }
  }
}
