import type { ExportFormat } from './exports.ts'
import type { Session, Statement } from './session.ts'

/** An export that this node is making. `attempt` is its right to: whoever has begun it since has another. */
export interface ClaimedExport {
  readonly id: number
  readonly attempt: number
  readonly accountId: number
  readonly format: ExportFormat
  readonly charset: string
  readonly utcOffsetMinutes: number
  readonly fromId: number
  readonly toId: number
  readonly mail: boolean
  readonly recipients: readonly string[]
}

/** Accounts take turns: first those that nothing is being made for, then the oldest. */
const CLAIM: Statement = {
  name: 'export_claim',
  text: `
with free as (
  select id from exports e where state = 0 and until <= $1 and expires_at > $1
  order by exists (select from exports o where o.account_id = e.account_id and o.state = 0 and o.until > $1), id
  limit 1 for update skip locked
)
update exports e set attempt = attempt + 1, until = $2, rows = 0 from free where e.id = free.id
returning e.id, e.attempt, e.account_id, e.format, e.charset, e.offset_min, e.from_id, e.to_id, e.mail, e.recipients`,
}

/** Takes one that waits, or whose node has been silent. */
export async function claimExport(session: Session, nowMs: number, untilMs: number): Promise<ClaimedExport | undefined> {
  const [row] = await session.run(CLAIM, [nowMs, untilMs])
  if (!row) return undefined
  const [id, attempt, accountId, format, charset, offset, fromId, toId, mail, recipients] = row
  return {
    ...{ id: Number(id), attempt: attempt as number, accountId: accountId as number, format: format as ExportFormat },
    ...{ charset: charset as string, utcOffsetMinutes: offset as number, fromId: Number(fromId), toId: Number(toId) },
    ...{ mail: mail as boolean, recipients: recipients as string[] },
  }
}

const KEEP: Statement = {
  name: 'export_keep',
  text: `update exports set until = $3, rows = $4 where id = $1 and attempt = $2 and state = 0 returning id`,
}

/** Says that it is still being made, and how far; false: it is no longer this node's. */
export const keepExport = async (
  session: Session,
  { id, attempt }: ClaimedExport,
  untilMs: number,
  rows: number,
): Promise<boolean> => (await session.run(KEEP, [id, attempt, untilMs, rows])).length > 0

const WRITE: Statement = {
  name: 'export_write',
  text: `
insert into export_chunks (export_id, attempt, number, octets)
select id, attempt, $3, $4 from exports where id = $1 and attempt = $2 and state = 0
on conflict (export_id, attempt, number) do nothing`,
}

export const writeExportChunk = async (
  session: Session,
  { id, attempt }: ClaimedExport,
  number: number,
  octets: Buffer,
): Promise<void> => {
  await session.run(WRITE, [id, attempt, number, octets])
}

const FINISH: Statement = {
  name: 'export_finish',
  text: `
update exports set state = $3, rows = $4, size = $5, reason = $6, until = 0 where id = $1 and attempt = $2 and state = 0 returning id`,
}

export const finishExport = async (
  session: Session,
  { id, attempt }: ClaimedExport,
  end: { readonly state: number; readonly rows: number; readonly size: number; readonly reason: string },
): Promise<void> => {
  await session.run(FINISH, [id, attempt, end.state, end.rows, end.size, end.reason])
}

const RELEASE: Statement = {
  name: 'export_release',
  text: `update exports set until = $3 where id = $1 and attempt = $2 and state = 0`,
}

/** Leaves it to whoever takes it next, not before a moment. */
export const releaseExport = async (session: Session, { id, attempt }: ClaimedExport, untilMs: number): Promise<void> => {
  await session.run(RELEASE, [id, attempt, untilMs])
}

const FORGET_CHUNKS: Statement = {
  name: 'export_forget_chunks',
  text: `
with old as (
  select c.ctid from exports e join export_chunks c on c.export_id = e.id where e.expires_at <= $1 limit $2
)
delete from export_chunks where ctid = any (array(select ctid from old)) returning number`,
}

const FORGET_REST: Statement = {
  name: 'export_forget_rest',
  text: `
with old as (
  select c.ctid from export_chunks c where c.export_id = $1 and c.attempt < $2 limit $3
)
delete from export_chunks where ctid = any (array(select ctid from old)) returning number`,
}

const FORGET: Statement = {
  name: 'export_forget',
  text: `delete from exports e where expires_at <= $1 and not exists (select from export_chunks where export_id = e.id)`,
}

const SLICE = 100

/** Drops what has expired, a slice of it; true: there may be more. */
export async function forgetExports(session: Session, nowMs: number): Promise<boolean> {
  if ((await session.run(FORGET_CHUNKS, [nowMs, SLICE])).length === SLICE) return true
  await session.run(FORGET, [nowMs])
  return false
}

/** Drops what an attempt before this one has written, a slice of it; true: there may be more. */
export const forgetAttempts = async (session: Session, { id, attempt }: ClaimedExport): Promise<boolean> =>
  (await session.run(FORGET_REST, [id, attempt, SLICE])).length === SLICE
