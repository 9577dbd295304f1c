import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { monotonic, sleep } from '../../clock.ts'
import { CannotStart } from '../cannot-start.ts'
import { commandLineOf, isRunning, parentOf, startTimeOf, workingFolderOf } from './processes.ts'

/** A running server, known by more than its process id. */
export interface Postmaster {
  readonly pid: number
  readonly startTime: string | undefined
  readonly port: number
  readonly ready: boolean
}

/** The most that crash recovery may take: it reads at most max_wal_size, which takes seconds. */
export const RECOVERY_MS = 600_000

/** Stands on the server's command line, where a later start finds it and knows whose server this is. */
export const mark = (folder: string): string => `heliogram.folder=${folder}`

/**
 * The live server of this folder, as postmaster.pid and the process table together say. The file alone proves
 * nothing: after SIGKILL it names a process that is gone, is a zombie, or is by now somebody else's.
 */
export function runningPostmaster(folder: string): Postmaster | undefined {
  const [pidLine = '', , , port = '', , , , status = ''] = readLines(join(folder, 'postmaster.pid'))
  const pid = Number.parseInt(pidLine, 10)
  if (!isRunning(pid)) return undefined
  const commandLine = commandLineOf(pid)
  const facts = { pid, startTime: startTimeOf(pid), port: Number(port), ready: status.startsWith('ready') }
  if (commandLine.includes(mark(folder))) return facts
  if (process.platform === 'win32' && commandLine.startsWith('postgres')) return facts
  if (/postgres/.test(commandLine) && workingFolderOf(pid) === folder) {
    throw new CannotStart(`A PostgreSQL that Heliogram did not start (process ${pid}) is using ${folder}: stop it`)
  }
  return undefined
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n')
  } catch {
    return []
  }
}

const isSame = (server: Postmaster): boolean => isRunning(server.pid) && startTimeOf(server.pid) === server.startTime

/** The same question, cheap enough to ask every second; elsewhere than on Linux a zombie of ours passes for alive. */
export function isStillThere(server: Postmaster): boolean {
  if (process.platform === 'linux') return isSame(server)
  try {
    return process.kill(server.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Waits until a server that is starting, recovering or stopping has done so; undefined when it is gone then. */
export async function settled(server: Postmaster, folder: string): Promise<Postmaster | undefined> {
  const deadline = monotonic() + RECOVERY_MS
  for (;;) {
    const current = runningPostmaster(folder)
    if (current === undefined || current.pid !== server.pid || current.ready) return current
    if (monotonic() > deadline)
      throw new CannotStart(`The database server (process ${server.pid}) has not become ready in ten minutes`)
    await sleep(20)
  }
}

/**
 * What a killed server leaves behind would stop the next one, because PostgreSQL takes a zombie, or
 * another process with the same id, for the old server. To be called only when no server runs.
 */
export function removeTraces(folder: string, socketFolder: string | undefined): void {
  rmSync(join(folder, 'postmaster.pid'), { force: true })
  if (socketFolder === undefined) return
  for (const name of readdirSync(socketFolder)) {
    if (name.startsWith('.s.PGSQL.')) rmSync(join(socketFolder, name), { force: true, recursive: true })
  }
}

const SHUTDOWN_MS = 60_000

/** Fast shutdown: open transactions are rolled back, what is committed is written. Immediate after a minute. */
export async function shutDown(server: Postmaster, folder: string, pgCtl: string): Promise<void> {
  for (const [signal, mode] of [
    ['SIGINT', 'fast'],
    ['SIGQUIT', 'immediate'],
  ] as const) {
    // Windows has no signals; its server listens to pg_ctl.
    if (process.platform === 'win32') spawnSync(pgCtl, ['stop', '-D', folder, '-m', mode, '-W'], { windowsHide: true })
    else send(server, signal)
    if (await isGone(server, SHUTDOWN_MS)) return
  }
  throw new CannotStart(`The database server (process ${server.pid}) does not stop`)
}

function send(server: Postmaster, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    if (isSame(server)) process.kill(server.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return
    throw new CannotStart(
      `The database server (process ${server.pid}) runs as another user: start Heliogram as that user, or stop it`,
    )
  }
}

async function isGone(server: Postmaster, patienceMs: number): Promise<boolean> {
  const deadline = monotonic() + patienceMs
  while (isSame(server)) {
    if (monotonic() > deadline) return false
    await sleep(10)
  }
  return true
}

/**
 * Ends the helpers that a killed server left in the middle of a long statement: while one of them lives, the
 * folder is in use. Only where the process table tells enough (Linux).
 */
export function endOrphans(folder: string): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!(pid > 1) || !isOrphan(pid, folder)) continue
    try {
      process.kill(pid, 'SIGQUIT')
    } catch {
      // It ended meanwhile.
    }
  }
}

/** A helper that stands in our folder; where that is hidden, one of a Heliogram whose server is no more. */
function isOrphan(pid: number, folder: string): boolean {
  if (!commandLineOf(pid).startsWith('postgres: heliogram')) return false
  const stands = workingFolderOf(pid)
  return stands === undefined ? !/postgres/.test(commandLineOf(parentOf(pid) ?? 0)) : stands === folder
}
