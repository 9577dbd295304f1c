import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { now, sleep } from '../../clock.ts'
import { CannotStart } from '../cannot-start.ts'
import { isRunning, startTimeOf } from './processes.ts'

interface Holder {
  readonly pid: number
  readonly startTime: string | undefined
  readonly host: string
}

const HEARTBEAT_MS = 5_000
const SILENT_AFTER_MS = 20_000

/**
 * Makes sure that one Heliogram at a time uses a data folder; returns the function that gives it up.
 * The file names its holder by process id and start time, so the lock of a killed process is taken over at
 * once. A holder on another host (a second container on the same volume) is known only by its heartbeat:
 * it is waited for until it has been silent for 20 s.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const file = join(folder, 'lock')
  const own: Holder = { pid: process.pid, startTime: startTimeOf(process.pid), host: hostname() }
  const text = `${JSON.stringify(own)}\n`
  const deadline = now() + SILENT_AFTER_MS + HEARTBEAT_MS

  while (!create(file, text)) {
    const holder = read(file)
    if (holder === undefined) continue // given up a moment ago
    if (isAlive(holder.facts, holder.silentMs)) {
      const elsewhere = holder.facts?.host !== own.host
      if (!elsewhere || now() > deadline) {
        const where = elsewhere ? ` on ${holder.facts?.host}` : ''
        throw new CannotStart(
          `Another Heliogram (process ${holder.facts?.pid}${where}) is using ${folder}: stop it, or set HELIOGRAM_DATA`,
        )
      }
      await sleep(500)
    } else takeAway(file, holder.text)
  }

  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, now() / 1000, now() / 1000)
    } catch {
      // A folder that was removed under us shows itself elsewhere.
    }
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return () => {
    clearInterval(heartbeat)
    if (read(file)?.text === text) rmSync(file, { force: true })
  }
}

/** Whether somebody is using a folder; false also where nobody ever has. */
export function isLocked(folder: string): boolean {
  const holder = read(join(folder, 'lock'))
  return holder !== undefined && isAlive(holder.facts, holder.silentMs)
}

/** A link appears whole or not at all, and never over another. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text)
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function read(file: string): { text: string; facts: Holder | undefined; silentMs: number } | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return { text, facts: parse(text), silentMs: now() - statSync(file).mtimeMs }
  } catch {
    return undefined
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}

function isAlive(holder: Holder | undefined, silentMs: number): boolean {
  if (holder === undefined) return false
  if (holder.host !== hostname()) return silentMs < SILENT_AFTER_MS
  if (!isRunning(holder.pid)) return false
  return holder.startTime === undefined ? silentMs < SILENT_AFTER_MS : startTimeOf(holder.pid) === holder.startTime
}

/** Two that find the same dead lock: the slower one must not remove the lock the faster one made meanwhile. */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file)
  } catch {
    // The other one was faster.
  }
  rmSync(aside, { force: true })
}
