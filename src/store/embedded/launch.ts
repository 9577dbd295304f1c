import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchownSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monotonic, sleep } from '../../clock.ts'
import { log } from '../../log.ts'
import { CannotStart } from '../cannot-start.ts'
import type { Binaries } from './binaries.ts'
import { diagnose } from './diagnose.ts'
import { plainEnvironment, serversName } from './initialise.ts'
import { endOrphans, mark, type Postmaster, RECOVERY_MS, removeTraces, runningPostmaster } from './postmaster.ts'
import type { ServerUser } from './server-user.ts'

/** All that is needed to start the server, again and again, in the same place. */
export interface LaunchPlan {
  readonly folder: string
  readonly binaries: Binaries
  readonly user: ServerUser | undefined
  /** Where its Unix socket stands; undefined on Windows. */
  readonly socketFolder: string | undefined
  readonly port: number
}

export interface Running {
  readonly server: Postmaster
  /** Undefined when it is not our child: adopted, or started through pg_ctl. */
  readonly child: ChildProcess | undefined
}

const ORPHANS_MS = 30_000
const REMINDER_MS = 10_000
const LOG_BYTES_MAX = 16_000_000

/** Starts the server where none runs and returns when it takes connections, after crash recovery if need be. */
export async function launch(plan: LaunchPlan): Promise<Running> {
  const deadline = monotonic() + ORPHANS_MS
  for (;;) {
    removeTraces(plan.folder, plan.socketFolder)
    const outcome = await launchOnce(plan)
    if (typeof outcome !== 'string') return outcome
    // The helpers of a server that was killed end by themselves, but in their own time.
    if (!/pre-existing shared memory block/.test(outcome) || monotonic() > deadline) throw diagnose(outcome, plan.folder)
    endOrphans(plan.folder)
    await sleep(100)
  }
}

/** The running server, or what it wrote before it ended. */
async function launchOnce(plan: LaunchPlan): Promise<Running | string> {
  const output = openLog(`${plan.folder}.log`, plan.user)
  try {
    const child = start(plan, output)
    let ended: string | undefined
    child.once('error', (error) => {
      ended = error.message
    })
    child.once('exit', (code, signal) => {
      // On Windows this is pg_ctl, whose success means that the server is up.
      if (process.platform !== 'win32' || code !== 0) ended = `ended with ${signal ?? `code ${code}`}`
    })
    child.unref()
    const server = await ready(plan.folder, child, () => ended !== undefined)
    if (server === undefined) return writtenSince(output.size, `${plan.folder}.log`) || (ended ?? '')
    return { server, child: process.platform === 'win32' ? undefined : child }
  } finally {
    closeSync(output.file)
  }
}

/**
 * In a session of its own, so that Ctrl-C reaches us and not the database our drain still needs; and it
 * writes to a file, because it may live longer than we do.
 */
function start(plan: LaunchPlan, output: { file: number }): ChildProcess {
  const { folder, binaries, user } = plan
  const options = {
    ...user,
    ...plainEnvironment,
    cwd: folder,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output.file, output.file] as ['ignore', number, number],
  }
  const config = `config_file=${join(serversName(folder, user), 'heliogram.conf')}`
  if (process.platform === 'win32') {
    return spawn(binaries.pgCtl, ['start', '-D', folder, '-w', '-t', String(RECOVERY_MS / 1000), '-o', `-c "${config}"`], options)
  }
  return spawn(binaries.postgres, ['-D', serversName(folder, user), '-c', config, '-c', mark(folder)], options)
}

async function ready(folder: string, child: ChildProcess, hasEnded: () => boolean): Promise<Postmaster | undefined> {
  const startedAt = monotonic()
  let reminded = startedAt
  while (!hasEnded()) {
    const server = runningPostmaster(folder)
    if (server?.ready && (server.pid === child.pid || process.platform === 'win32')) return server
    if (monotonic() - startedAt > RECOVERY_MS) throw new CannotStart('The bundled PostgreSQL has not become ready in ten minutes')
    if (monotonic() - reminded > REMINDER_MS) {
      reminded = monotonic()
      log.info('the database is still recovering', { ms: Math.round(reminded - startedAt) })
    }
    await sleep(10)
  }
  return undefined
}

function openLog(path: string, user: ServerUser | undefined): { file: number; size: number } {
  try {
    if (statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`)
  } catch {
    // There is none yet.
  }
  const file = openSync(path, 'a', 0o600)
  if (user) fchownSync(file, user.uid, user.gid)
  return { file, size: fstatSync(file).size }
}

const READ_MAX = 64_000

function writtenSince(offset: number, path: string): string {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(READ_MAX)
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, READ_MAX, offset))
  } finally {
    closeSync(file)
  }
}
