import { readFileSync } from 'node:fs'
import { childrenOf } from './cpu.ts'

/** Resident memory of a process in MB, with its part of what it shares with others (Linux, smaps_rollup); 0 when not known. */
export function memoryOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]
    return Number(kilobytes ?? 0) / 1_024
  } catch {
    return 0
  }
}

/** Of a process and its children: PostgreSQL's postmaster. */
export const memoryOfFamily = (pid: number): number =>
  childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), memoryOf(pid))
