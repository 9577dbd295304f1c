import { readdirSync, readFileSync } from 'node:fs'

/**
 * CPU time from /proc, in microseconds. Only Linux has it; elsewhere everything is 0 and the bench says so.
 * The kernel tells it in hundredths of a second, so a figure needs a run of some seconds.
 */
export const CPU_KNOWN = process.platform === 'linux'

const TICK_US = 10_000

interface Stat {
  readonly parent: number
  readonly ownUs: number
  readonly goneChildrenUs: number // those that ended and were waited for
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in brackets and may hold anything; state and parent follow it (proc_pid_stat).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = (field: number) => Number(fields[field - 3] ?? 0) * TICK_US
    return { parent: Number(fields[1]), ownUs: ticks(14) + ticks(15), goneChildrenUs: ticks(16) + ticks(17) }
  } catch {
    return undefined
  }
}

/** What a process has used, all its threads together. */
export const cpuOf = (pid: number): number => (CPU_KNOWN ? (statOf(pid)?.ownUs ?? 0) : 0)

/** What a process and its children have used, those that ended meanwhile too: PostgreSQL's postmaster. */
export function cpuOfFamily(pid: number): number {
  const parent = CPU_KNOWN ? statOf(pid) : undefined
  if (!parent) return 0
  return childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), parent.ownUs + parent.goneChildrenUs)
}

export const childrenOf = (pid: number): number[] =>
  CPU_KNOWN
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .filter((each) => statOf(each)?.parent === pid)
    : []

/** What all processes of the machine have used. */
export function cpuOfMachine(): number {
  if (!CPU_KNOWN) return 0
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.trim().split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softirq) * TICK_US
}
