import type { Session, Statement } from './session.ts'

/** Who is told of a failure and of its end, and in which words. */
export interface NotifyGroup {
  readonly id: number
  readonly name: string
  readonly failure: string
  readonly recovery: string
  readonly contacts: readonly string[]
  readonly sender: string // '': the account's own
  readonly mailSender: string
  readonly quietMs: number
}

/** One account has at most so many. */
export const GROUPS_MAX = 100

const COLUMNS = 'id, name, failure, recovery, contacts, sender, mail_sender, quiet_ms'

const readGroup = (row: readonly unknown[]): NotifyGroup => ({
  id: row[0] as number,
  name: row[1] as string,
  failure: row[2] as string,
  recovery: row[3] as string,
  contacts: row[4] as string[],
  sender: row[5] as string,
  mailSender: row[6] as string,
  quietMs: Number(row[7]),
})

const ADD: Statement = {
  name: 'notify_group_add',
  text: `
insert into notify_groups (account_id, name, failure, recovery, contacts, sender, mail_sender, quiet_ms)
select $1, $2, $3, $4, $5, $6, $7, $8 where (select count(*) from notify_groups where account_id = $1) < ${GROUPS_MAX}
returning ${COLUMNS}`,
}

/** Undefined: the account has too many. */
export async function addNotifyGroup(
  session: Session,
  accountId: number,
  group: Omit<NotifyGroup, 'id'>,
): Promise<NotifyGroup | undefined> {
  const { name, failure, recovery, contacts, sender, mailSender, quietMs } = group
  const [row] = await session.run(ADD, [accountId, name, failure, recovery, contacts, sender, mailSender, quietMs])
  return row && readGroup(row)
}

const LIST: Statement = {
  name: 'notify_group_list',
  text: `select ${COLUMNS} from notify_groups where account_id = $1 order by id`,
}

export const listNotifyGroups = async (session: Session, accountId: number): Promise<NotifyGroup[]> =>
  (await session.run(LIST, [accountId])).map(readGroup)

const REMOVE: Statement = {
  name: 'notify_group_remove',
  text: `delete from notify_groups where account_id = $1 and id = $2 returning id`,
}

export const removeNotifyGroup = async (session: Session, accountId: number, id: number): Promise<boolean> =>
  (await session.run(REMOVE, [accountId, id])).length > 0

/** Something that is watched, as its group was told of it. */
export interface NotedEvent {
  readonly accountId: number
  readonly groupId: number
  readonly subject: Buffer
  readonly ok: boolean
  readonly atMs: number
}

// What was told longer ago than the group keeps quiet means nothing any more, so it goes.
const NOTE: Statement = {
  name: 'notify_event_note',
  text: `
with found as (
  select ${COLUMNS} from notify_groups where account_id = $1 and id = $2
), old as (
  delete from notify_events e using found f
  where e.account_id = $1 and e.group_id = $2 and e.subject <> $3 and e.at <= $5 - f.quiet_ms
), noted as (
  insert into notify_events as e (account_id, group_id, subject, ok, at) select $1, $2, $3, $4, $5 from found where quiet_ms > 0
  on conflict (account_id, group_id, subject) do update set ok = excluded.ok, at = excluded.at
  where e.ok <> excluded.ok or e.at <= excluded.at - (select quiet_ms from found)
  returning 1
)
select ${COLUMNS}, quiet_ms = 0 or exists (select from noted) from found`,
}

/**
 * Notes that a group is about to be told of something, unless it was told the same a short while ago; of several who ask at the same
 * moment one is to tell it. Undefined: there is no such group.
 */
export async function noteEvent(
  session: Session,
  { accountId, groupId, subject, ok, atMs }: NotedEvent,
): Promise<{ group: NotifyGroup; isNews: boolean } | undefined> {
  const [row] = await session.run(NOTE, [accountId, groupId, subject, ok, atMs])
  return row && { group: readGroup(row), isNews: row[8] as boolean }
}

const FORGET: Statement = {
  name: 'notify_event_forget',
  text: `delete from notify_events where account_id = $1 and group_id = $2 and subject = $3 and ok = $4 and at = $5`,
}

/** Nothing could be sent: the same event is news again. */
export async function forgetEvent(session: Session, { accountId, groupId, subject, ok, atMs }: NotedEvent): Promise<void> {
  await session.run(FORGET, [accountId, groupId, subject, ok, atMs])
}
