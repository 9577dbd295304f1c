import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** What the operating system says of a process that is really there: a zombie is not. */
interface ProcessFacts {
  /** Known on Linux only. */
  readonly parent?: number
  readonly startTime: string | undefined
  readonly commandLine: string
}

/**
 * Looks a process up by its id, which by itself proves nothing: a dead parent's child can stay a zombie
 * for ever in a container without an init, and ids are given out again. Undefined when nobody lives there.
 */
function processFacts(pid: number): ProcessFacts | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  if (process.platform === 'linux') return linuxFacts(pid)
  if (process.platform === 'win32') return windowsFacts(pid)
  return posixFacts(pid)
}

function linuxFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name is in brackets and may itself hold brackets and blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { parent: Number(fields[1]), startTime: `${boot}/${fields[19]}`, commandLine }
  } catch {
    return undefined
  }
}

function posixFacts(pid: number): ProcessFacts | undefined {
  const ps = (column: string) =>
    spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
  const state = ps('stat')
  if (state === '' || state.startsWith('Z')) return undefined
  return { startTime: ps('lstart'), commandLine: ps('command') }
}

function windowsFacts(pid: number): ProcessFacts | undefined {
  const { stdout } = spawnSync('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], { encoding: 'utf8', windowsHide: true })
  if (!stdout?.includes(`"${pid}"`)) return undefined
  return { startTime: undefined, commandLine: stdout.split('"')[1] ?? '' }
}

export const isRunning = (pid: number): boolean => processFacts(pid) !== undefined

/** Tells a process from a later one with the same id; undefined where the system does not say (Windows). */
export const startTimeOf = (pid: number): string | undefined => processFacts(pid)?.startTime

export const commandLineOf = (pid: number): string => processFacts(pid)?.commandLine ?? ''

export const parentOf = (pid: number): number | undefined => processFacts(pid)?.parent

/** The folder a process stands in; undefined where it cannot be known: not Linux, or root in a container and the process another user's. */
export function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}
