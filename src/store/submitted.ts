import { int4Array, int8Array } from './binary.ts'
import type { MessageId } from './receipts.ts'
import type { Session, Statement } from './session.ts'

/** A message as its sender asks for it by the number that its submission was answered with. */
export interface SubmittedRow extends MessageId {
  readonly recipient: string
  readonly sender: string
  readonly state: number
  readonly err: number
  readonly stateAtMs: number
  readonly dueAtMs: number
  readonly receipt: string | null
}

/*
 * Both orders are those of the index that is meant: without them the planner may think that so few rows are met soon by reading
 * all of a table.
 */

/** A number of the account's counter stands for one request, which may have many recipients: of more than these the rest is not looked at. */
const RECIPIENTS_MAX = 256

const FIND: Statement = {
  name: 'submitted_find',
  text: `
select q.at, m.account_id, m.id, m.recipient, m.sender, m.state, m.err, m.state_at, m.due_at, m.receipt
from unnest($1::int4[], $2::int8[]) with ordinality as q(account_id, ref, at)
cross join lateral (
  select * from messages where ref = q.ref and account_id = q.account_id and ref_text is null and flags & 8 = 0
  order by recipient limit ${RECIPIENTS_MAX}
) m
order by m.id`,
}

/** The messages of requests by their numbers; for each question those of all its recipients, oldest first. */
export async function findSubmitted(
  session: Session,
  questions: readonly { readonly accountId: number; readonly ref: number }[],
): Promise<SubmittedRow[][]> {
  const found: SubmittedRow[][] = questions.map(() => [])
  const rows = await session.run(FIND, [
    int4Array(questions.map((question) => question.accountId)),
    int8Array(questions.map((question) => question.ref)),
  ])
  for (const [at, accountId, id, recipient, sender, state, err, stateAt, dueAt, receipt] of rows) {
    found[Number(at) - 1]?.push({
      accountId: accountId as number,
      id: Number(id),
      recipient: recipient as string,
      sender: sender as string,
      state: state as number,
      err: err as number,
      stateAtMs: Number(stateAt),
      dueAtMs: Number(dueAt),
      receipt: receipt as string | null,
    })
  }
  return found
}

/** So many rows of an account's queue are looked at for those from one address to another. */
const LOOKED_AT_MAX = 20_000

const WAITING: Statement = {
  name: 'submitted_waiting',
  text: `
with places as materialized (
  select 0 as carrier_id union all select id from carriers
), own as materialized (
  select d.id from places p cross join generate_series(0, 2) as l(lane)
  cross join lateral (
    select id from due_queue where carrier_id = p.carrier_id and lane = l.lane and account_id = $1 order by due_at limit ${LOOKED_AT_MAX}
  ) d
  limit ${LOOKED_AT_MAX}
)
select m.id from own o
cross join lateral (select * from messages where account_id = $1 and id = o.id offset 0) m
where m.sender = $2 and m.recipient = $3 and m.state = -1 and m.flags & 8 = 0
order by m.id limit $4`,
}

/** An account's messages from one address to another that stand in the due queue, oldest first. */
export async function waitingBetween(
  session: Session,
  of: { readonly accountId: number; readonly sender: string; readonly recipient: string },
  limit: number,
): Promise<MessageId[]> {
  const rows = await session.run(WAITING, [of.accountId, of.sender, of.recipient, limit])
  return rows.map(([id]) => ({ accountId: of.accountId, id: Number(id) }))
}

const REASONS: Statement = { name: 'submitted_reasons', text: `select id, reason from due_queue where id = any($1::int8[])` }

/** Why messages stand in the due queue; those that do not are missing. */
export async function waitingReasons(session: Session, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await session.run(REASONS, [int8Array(ids)])
  return new Map(rows.map(([id, reason]) => [Number(id), reason as number]))
}
