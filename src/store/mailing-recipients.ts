import { boolArray, int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A text of a mailing, and whoever gets it. */
export interface MailingLine {
  readonly line: number
  readonly body: string
  readonly comment: string
  readonly sender: string | null // null: the mailing's
  readonly delayMs: number
  readonly groups: readonly number[] // their numbers, as they were named
}

export interface MailingRecipient {
  readonly place: number
  readonly line: number
  readonly recipient: string
}

const ADD_LINES: Statement = {
  name: 'mailing_lines_add',
  text: `
insert into mailing_lines (mailing_id, line, body, comment, sender, delay_ms, groups)
select $1, l.line, l.body, l.comment, l.sender, l.delay_ms, coalesce(string_to_array(nullif(l.groups, ''), ','), '{}')::int[]
from unnest($2::int4[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[]) as l(line, body, comment, sender, delay_ms, groups)`,
}

export async function addMailingLines(session: Session, mailingId: number, lines: readonly MailingLine[]): Promise<void> {
  await session.run(ADD_LINES, [
    mailingId,
    int4Array(lines.map(({ line }) => line)),
    textArray(lines.map(({ body }) => body)),
    textArray(lines.map(({ comment }) => comment)),
    textArray(lines.map(({ sender }) => sender)),
    int8Array(lines.map(({ delayMs }) => delayMs)),
    textArray(lines.map(({ groups }) => groups.join())),
  ])
}

const READ_LINES: Statement = {
  name: 'mailing_lines_read',
  text: `
select line, body, comment, sender, delay_ms, groups from mailing_lines where mailing_id = $1 and line = any($2::int4[])`,
}

const WITH_GROUPS: Statement = {
  name: 'mailing_lines_with_groups',
  text: `
select line, body, comment, sender, delay_ms, groups from mailing_lines where mailing_id = $1 and groups <> '{}' order by line`,
}

const asLine = ([line, body, comment, sender, delayMs, groups]: readonly unknown[]): MailingLine => ({
  line: line as number,
  body: body as string,
  comment: comment as string,
  sender: sender as string | null,
  delayMs: Number(delayMs),
  groups: groups as number[],
})

export const readMailingLines = async (session: Session, mailingId: number, lines: readonly number[]): Promise<MailingLine[]> =>
  (await session.run(READ_LINES, [mailingId, lines])).map(asLine)

/** Those that name groups. */
export const linesWithGroups = async (session: Session, mailingId: number): Promise<MailingLine[]> =>
  (await session.run(WITH_GROUPS, [mailingId])).map(asLine)

/** How long a node has a mailing for itself; renewed while it works. */
export const CLAIM_MS = 10_000

/** Another node has the mailing now: what this one was about to do to its recipients was not done. */
export class ClaimLost extends Error {}

/** The mailing is locked while its recipients change, so no node begins a run of it, or takes it over, in the middle of that. */
const mineOf = (node: string): string => `mine as materialized (
  update mailings set until = now() + interval '${CLAIM_MS} ms' where id = $1 and node = ${node} and state = 'waiting' returning id
)`

const ADD: Statement = {
  name: 'mailing_recipients_add',
  text: `
with ${mineOf('$6')}, added as (
  insert into mailing_recipients (mailing_id, place, line, recipient, of_group)
  select $1, r.* from unnest($2::int4[], $3::int4[], $4::text[], $5::bool[]) as r(place, line, recipient, of_group)
  where $6::int2 is null or exists (select from mine)
  on conflict do nothing returning 1
)
select count(*)::int4, $6 is null or exists (select from mine) from added`,
}

/**
 * Who is there already stays where he is. Answers how many are new. `by`: the node that works on a mailing which waits; rejects with
 * ClaimLost when it no longer does. Undefined: the mailing is still being made, and nobody's.
 */
export async function addMailingRecipients(
  session: Session,
  mailingId: number,
  recipients: readonly MailingRecipient[],
  { ofGroup, by }: { readonly ofGroup: boolean; readonly by?: number | undefined },
): Promise<number> {
  if (recipients.length === 0) return 0
  const [row] = await session.run(ADD, [
    mailingId,
    int4Array(recipients.map(({ place }) => place)),
    int4Array(recipients.map(({ line }) => line)),
    textArray(recipients.map(({ recipient }) => recipient)),
    boolArray(recipients.map(() => ofGroup)),
    by ?? null,
  ])
  if (row?.[1] === false) throw new ClaimLost()
  return row?.[0] as number
}

const READ: Statement = {
  name: 'mailing_recipients_read',
  text: `select place, line, recipient from mailing_recipients where mailing_id = $1 and place > $2 order by place limit $3`,
}

/** The next ones behind a place. */
export async function readMailingRecipients(
  session: Session,
  mailingId: number,
  after: number,
  limit: number,
): Promise<MailingRecipient[]> {
  const rows = await session.run(READ, [mailingId, after, limit])
  return rows.map(([place, line, recipient]) => ({
    place: place as number,
    line: line as number,
    recipient: recipient as string,
  }))
}

const removing = (which: string): string => `chosen as (
  select mailing_id, place from mailing_recipients where mailing_id = $1 and ${which} order by place limit $2
), gone as (
  delete from mailing_recipients r using chosen c where r.mailing_id = c.mailing_id and r.place = c.place returning 1
)`

const REMOVE: Statement = {
  name: 'mailing_recipients_remove',
  text: `with ${removing('true')} select count(*)::int4 from gone`,
}

/** Removes some of them; answers how many. */
export const removeMailingRecipients = async (session: Session, mailingId: number, limit: number): Promise<number> =>
  (await session.run(REMOVE, [mailingId, limit]))[0]?.[0] as number

const REMOVE_MEMBERS: Statement = {
  name: 'mailing_members_remove',
  text: `
with ${mineOf('$3')}, ${removing('of_group and exists (select from mine)')}
select count(*)::int4, exists (select from mine) from gone`,
}

/** Removes some of those who came by groups, on the node that works on it; answers how many. Rejects with ClaimLost. */
export async function removeMailingMembers(session: Session, mailingId: number, limit: number, by: number): Promise<number> {
  const [row] = await session.run(REMOVE_MEMBERS, [mailingId, limit, by])
  if (row?.[1] === false) throw new ClaimLost()
  return row?.[0] as number
}

const LAST: Statement = {
  name: 'mailing_recipients_last',
  text: `select coalesce(max(place), 0), count(*)::int4 from mailing_recipients where mailing_id = $1`,
}

export async function countMailingRecipients(session: Session, mailingId: number): Promise<{ last: number; count: number }> {
  const [row] = await session.run(LAST, [mailingId])
  return { last: row?.[0] as number, count: row?.[1] as number }
}

const FORGET: Statement = {
  name: 'mailing_forget',
  text: `
with slices as (delete from mailing_slices where mailing_id = $1), lines as (delete from mailing_lines where mailing_id = $1)
delete from mailings where id = $1 and state = 'deleted'`,
}

/** The rest of a deleted mailing, whose recipients are gone. */
export const forgetMailing = async (session: Session, mailingId: number): Promise<void> => {
  await session.run(FORGET, [mailingId])
}
