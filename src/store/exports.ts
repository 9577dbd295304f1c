import { textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** Messages of an account as a file that is made in the background. */
export interface ExportRow {
  readonly id: number
  readonly format: ExportFormat
  readonly charset: string
  readonly state: number
  readonly reason: string
  readonly size: number
  readonly rows: number
  readonly createdAtMs: number
}

export type ExportFormat = 'csv' | 'xlsx'
export const EXPORT_STATE = { waiting: 0, ready: 1, failed: 2 } as const

export interface NewExport {
  readonly accountId: number
  readonly format: ExportFormat
  readonly charset: string
  readonly utcOffsetMinutes: number
  readonly fromId: number
  readonly toId: number // the first that is not in it
  readonly mail: boolean
  readonly recipients: readonly string[]
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** What an account may have: exports that are being made, all that are kept, and the octets of these. */
export interface ExportLimits {
  readonly waiting: number
  readonly kept: number
  readonly octets: number
}

const ADD: Statement = {
  name: 'export_add',
  text: `
insert into exports (account_id, format, charset, offset_min, from_id, to_id, mail, recipients, created_at, expires_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
from (select count(*) filter (where state = 0) as waiting, count(*) as kept, coalesce(sum(size), 0) as octets from exports where account_id = $1) own
where waiting < $11 and kept < $12 and octets < $13
returning id`,
}

/** Its id; undefined: the account has as many as it may. */
export async function addExport(session: Session, asked: NewExport, most: ExportLimits): Promise<number | undefined> {
  const { accountId, format, charset, utcOffsetMinutes, fromId, toId, mail, recipients, createdAtMs, expiresAtMs } = asked
  const [row] = await session.run(ADD, [
    ...[accountId, format, charset, utcOffsetMinutes, fromId, toId, mail, textArray([...new Set(recipients)])],
    ...[createdAtMs, expiresAtMs, most.waiting, most.kept, most.octets],
  ])
  return row && Number(row[0])
}

const COLUMNS = 'id, format, charset, state, reason, size, rows, created_at'

const read = ([id, format, charset, state, reason, size, rows, createdAt]: readonly unknown[]): ExportRow => ({
  id: Number(id),
  format: format as ExportFormat,
  charset: charset as string,
  state: state as number,
  reason: reason as string,
  size: Number(size),
  rows: Number(rows),
  createdAtMs: Number(createdAt),
})

const LIST: Statement = {
  name: 'export_list',
  text: `select ${COLUMNS} from exports where account_id = $1 and id > $2 and expires_at > $4 order by id limit $3`,
}

/** By rising id, behind `afterId`. */
export const listExports = async (
  session: Session,
  accountId: number,
  page: { readonly afterId: number; readonly limit: number; readonly nowMs: number },
): Promise<ExportRow[]> => (await session.run(LIST, [accountId, page.afterId, page.limit, page.nowMs])).map(read)

const FIND: Statement = {
  name: 'export_find',
  text: `select ${COLUMNS} from exports where account_id = $1 and id = $2 and expires_at > $3`,
}

export const findExport = async (
  session: Session,
  accountId: number,
  id: number,
  nowMs: number,
): Promise<ExportRow | undefined> => (await session.run(FIND, [accountId, id, nowMs])).map(read)[0]

const CHUNK: Statement = {
  name: 'export_chunk',
  text: `
select c.octets from exports e join export_chunks c on c.export_id = e.id and c.attempt = e.attempt
where e.id = $1 and e.state = 1 and c.number = $2`,
}

/** A piece of a file that is ready, from 0; undefined: there is no such piece. */
export const readExportChunk = async (session: Session, id: number, number: number): Promise<Buffer | undefined> =>
  (await session.run(CHUNK, [id, number]))[0]?.[0] as Buffer | undefined

const EXPIRE: Statement = {
  name: 'export_expire',
  text: `update exports set expires_at = 0, state = greatest(state, case state when 0 then 2 else 0 end) where account_id = $1 and id = $2 and expires_at > $3 returning id`,
}

/** It is gone for its account at once, unless it is being read, and forgotten with those that are too old; false: there is none. */
export const expireExport = async (session: Session, accountId: number, id: number, nowMs: number): Promise<boolean> =>
  (await session.run(EXPIRE, [accountId, id, nowMs])).length > 0
