import type { Account } from '../domain/account.ts'
import { DAY_MS } from '../domain/calendar.ts'
import { idOfTime } from '../domain/message-id.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Charset } from '../domain/text/charset.ts'
import {
  addExport,
  EXPORT_STATE,
  type ExportFormat,
  type ExportLimits,
  type ExportRow,
  expireExport,
  findExport,
  listExports,
  readExportChunk,
} from '../store/exports.ts'
import type { Session } from '../store/session.ts'
import { type HistoryRequest, historyQuestion } from './history.ts'

/** Which messages, and as what file. */
export interface ExportRequest extends Omit<HistoryRequest, 'count' | 'beforeId'> {
  readonly format: ExportFormat
  readonly charset: Charset // of CSV
}

/** A file that is made, or was. */
export interface ExportTask {
  readonly id: number
  readonly name: string
  readonly status: number // 0 being made, 1 ready, 2 failed
  readonly createdAtMs: number
  readonly size: number // octets
  readonly reason: string // why it failed
}

export interface ExportedFile {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly content: AsyncIterable<Buffer>
}

/** Tasks of one page, at most. */
export const EXPORTS_PAGE_MAX = 1_000

/** At a time, for each account. A file that is begun is made to its end, however long it becomes. */
const LIMITS: ExportLimits = { waiting: 5, kept: 100, octets: 2_000_000_000 }

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/**
 * Messages as files that are made in the background (SMSC API, downloads.php). Refuses with bad_request a span that ends before it
 * begins, with not_found what is not there or not ready, and with denied when the account has as much as it may.
 */
export function createExportDesk(parts: {
  readonly session: Session
  readonly now: () => number
  readonly keptDays: number
  /** There is something to make. */
  readonly wake: () => void
}) {
  const { session, now, keptDays, wake } = parts

  async function* chunksOf({ id, size }: ExportRow): AsyncGenerator<Buffer> {
    for (let number = 0, sent = 0; sent < size; number += 1) {
      const chunk = await readExportChunk(session, id, number)
      if (!chunk) throw new Error('a piece of an exported file is gone')
      sent += chunk.length
      yield chunk
    }
  }

  return {
    /** Its messages are those of this moment; how they are is told as it is when they are written. */
    async add(account: Account, request: ExportRequest): Promise<number> {
      const nowMs = now()
      const { fromId, toId } = historyQuestion(account, { ...request, count: 1 }, nowMs)
      const { format, charset, mail, recipients } = request
      const id = await addExport(
        session,
        {
          ...{ accountId: account.id, utcOffsetMinutes: account.utcOffsetMinutes, format, charset, mail, recipients },
          ...{ fromId, toId: Math.min(toId, idOfTime(nowMs + 1)), createdAtMs: nowMs, expiresAtMs: nowMs + keptDays * DAY_MS },
        },
        LIMITS,
      )
      if (id === undefined) throw new Refusal('denied', { field: 'add' })
      wake()
      return id
    },

    /** By rising id. */
    async list(account: Account, afterId: number, limit: number): Promise<ExportTask[]> {
      const rows = await listExports(session, account.id, { afterId, limit, nowMs: now() })
      if (rows.length === 0) throw new Refusal('not_found')
      return rows.map(present)
    },

    async open(account: Account, id: number): Promise<ExportedFile> {
      const row = await findExport(session, account.id, id, now())
      if (row?.state !== EXPORT_STATE.ready) throw new Refusal('not_found')
      const type = row.format === 'xlsx' ? XLSX : `text/csv; charset=${row.charset}`
      return { name: nameOf(row), type, size: row.size, content: chunksOf(row) }
    },

    async remove(account: Account, id: number): Promise<void> {
      if (!(await expireExport(session, account.id, id, now()))) throw new Refusal('not_found')
    },
  }
}

export type ExportDesk = ReturnType<typeof createExportDesk>

const present = (row: ExportRow): ExportTask => ({
  id: row.id,
  name: nameOf(row),
  status: row.state,
  createdAtMs: row.createdAtMs,
  size: row.size,
  reason: row.reason,
})

const nameOf = ({ id, format }: Pick<ExportRow, 'id' | 'format'>): string => `messages-${id}.${format}`

/** The id in the name of a file; undefined: no file has this name. */
export function idOfExport(name: string): number | undefined {
  const id = Number(/^messages-(\d{1,15})\.(?:csv|xlsx)$/.exec(name)?.[1] ?? 0)
  return id || undefined
}
