import { sleep } from '../clock.ts'
import { DAY_MS } from '../domain/calendar.ts'
import type { Cell } from '../domain/csv.ts'
import { log } from '../log.ts'
import {
  type ClaimedExport,
  claimExport,
  finishExport,
  forgetAttempts,
  forgetExports,
  keepExport,
  releaseExport,
  writeExportChunk,
} from '../store/export-work.ts'
import { EXPORT_STATE } from '../store/exports.ts'
import type { HistoryRow } from '../store/history.ts'
import type { Session } from '../store/session.ts'
import type { FileMaker } from './export-files.ts'
import { readHistoryPage } from './history.ts'

/** How often a node looks for what others have left, and for what is too old. */
const LOOK_MS = 5_000
/** A node that says nothing for so long is making nothing. */
const LEASE_MS = 60_000
const AGAIN_MS = 30_000
/** The end of a workbook is all its work, in which nothing can be said. */
const ENDING_MS = 300_000
/** One that was begun so often will never be made. */
const ATTEMPTS_MAX = 10

/** On each node: a long one does not keep the others waiting. */
const AT_ONCE = 2
/** Writing them takes a few milliseconds, in which nobody else has his turn. */
const PAGE = 250
/** Ids of a day. Where few of very many messages are looked for, no statement reads more: it would not be done in its time. */
const SPAN = DAY_MS * 8192
const CHUNK_OCTETS = 256 * 1024

export interface ExportRunnerParts<Report> {
  readonly session: Session
  readonly now: () => number
  /** Messages as they are told, in their order. */
  readonly report: (rows: readonly HistoryRow[]) => Promise<readonly Report[]>
  readonly head: readonly string[]
  readonly cells: (report: Report, utcOffsetMinutes: number) => readonly Cell[]
  readonly makeFile: (task: ClaimedExport) => FileMaker
  /** Whether the disk has room for what nobody is in a hurry for. */
  readonly hasRoom: () => boolean
}

export interface ExportRunner {
  /** There is something to make. */
  wake(): void
  /** What is being made is left to the next one, at once. */
  stop(): Promise<void>
}

/**
 * Makes the files that accounts have asked for, two at a time on each node. A file whose node has died is made again from its
 * beginning by another one, or by the same one when it is back.
 */
export function startExportRunner<Report>(parts: ExportRunnerParts<Report>): ExportRunner {
  const { session, now, report, head, cells, makeFile, hasRoom } = parts
  const ending = new AbortController()
  const naps = new Set<AbortController>()
  let awake = false // was woken since it last looked
  let problem = '' // that was told already

  /** Why it cannot be made; undefined: it was, or this node may not go on with it. */
  async function make(task: ClaimedExport): Promise<string | undefined> {
    while (await forgetAttempts(session, task));
    const file = makeFile(task)
    ending.signal.addEventListener('abort', file.close)
    try {
      return await fill(task, file)
    } finally {
      ending.signal.removeEventListener('abort', file.close)
      file.close()
    }
  }

  async function fill(task: ClaimedExport, file: FileMaker): Promise<string | undefined> {
    const waiting: Uint8Array[] = []
    let [number, size, rows] = [0, 0, 0]

    async function write(octets: Uint8Array, all = false): Promise<void> {
      waiting.push(octets)
      const piece = Buffer.concat(waiting)
      waiting.length = 0
      let from = 0
      for (; piece.length - from >= CHUNK_OCTETS || (all && from < piece.length); from += CHUNK_OCTETS) {
        await writeExportChunk(session, task, number++, piece.subarray(from, from + CHUNK_OCTETS))
      }
      if (from < piece.length) waiting.push(piece.subarray(from))
      size += octets.length
    }

    await write(await file.add([head]))
    for (let { toId } = task, more = true; more; ) {
      const fromId = task.recipients.length === 0 ? task.fromId : Math.max(task.fromId, toId - SPAN)
      const page = await readHistoryPage(session, { ...task, fromId, toId, limit: PAGE })
      rows += page.length
      if (rows > file.rowsMax)
        return `There are more than ${file.rowsMax.toLocaleString('en')} messages, which is too many for ${task.format}: ask for csv.`
      await write(await file.add((await report(page)).map((each) => cells(each, task.utcOffsetMinutes))))
      toId = (page.length === PAGE ? page.at(-1)?.id : undefined) ?? fromId
      more = toId > task.fromId
      if (ending.signal.aborted || !hasRoom()) return void (await releaseExport(session, task, hasRoom() ? 0 : now() + AGAIN_MS))
      if (more && !(await keepExport(session, task, now() + LEASE_MS, rows))) return undefined
    }
    if (!(await keepExport(session, task, now() + ENDING_MS, rows))) return undefined
    await write(await file.end(), true)
    await finishExport(session, task, { state: EXPORT_STATE.ready, rows, size, reason: '' })
    return undefined
  }

  /** False: there is nothing to make. */
  async function next(): Promise<boolean> {
    const task = hasRoom() ? await claimExport(session, now(), now() + LEASE_MS) : undefined
    if (!task) return false
    let reason = task.attempt > ATTEMPTS_MAX ? 'It was begun ten times, and never came to its end.' : ''
    try {
      reason ||= (await make(task)) ?? ''
    } catch (error) {
      const stopped = ending.signal.aborted
      if (!stopped) log.warn('an export was not made, and is begun again', { account: task.accountId, error })
      await releaseExport(session, task, stopped ? 0 : now() + AGAIN_MS)
    }
    if (reason !== '') await finishExport(session, task, { state: EXPORT_STATE.failed, rows: 0, size: 0, reason })
    return true
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        if ((await next()) || (await forgetExports(session, now()))) continue
        problem = ''
      } catch (error) {
        const { message } = error as Error
        if (message !== problem) log.warn('exports wait for the store', { reason: message })
        problem = message
      }
      const nap = new AbortController()
      naps.add(nap)
      if (!awake) await sleep(LOOK_MS, nap.signal)
      naps.delete(nap)
      awake = false
    }
  }
  const running = Promise.all(Array.from({ length: AT_ONCE }, run))

  const wake = (): void => {
    awake = true
    for (const nap of naps) nap.abort()
  }
  return {
    wake,
    async stop() {
      ending.abort()
      wake()
      await running
    },
  }
}
