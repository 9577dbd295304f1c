import { boolArray, int2Array, int4Array, int8Array, textArray } from './binary.ts'
import { type KeptNotification, keptOf, OF_MESSAGE } from './notifications.ts'
import type { Session, Statement } from './session.ts'

export const KIND = { status: 1, incoming: 2, call: 3 } as const

/** A status that a handler is to be told of; written by the statement that gives it to the message. */
export interface Told {
  readonly id: number
  readonly accountId: number
  readonly messageId: number
  readonly state: number
  readonly err: number
  readonly atMs: number // when the state was reached
}

/**
 * The rows' part of a statement that writes messages, for its end: a CTE that writes those whose message was written (`which`, in
 * terms of `o` and of a CTE before it). Its parameters are numbered from `first` on. The look into that CTE is a hashed subplan,
 * not a join.
 */
export const tellingOf = (first: number, which = 'o.message_id in (select id from changed)'): string => `, told as (
  insert into outbox (account_id, due_at, id, kind, message_id, state, err, at)
  select o.account_id, $${first + 6}::int8, o.id, 1, o.message_id, o.state, o.err, o.at
  from unnest($${first}::int4[], $${first + 1}::int8[], $${first + 2}::int8[], $${first + 3}::int2[], $${first + 4}::int2[], $${first + 5}::int8[])
    as o(account_id, id, message_id, state, err, at)
  where (${which}) is true
)`

/** How many parameters those are. */
export const TELLING_VALUES = 7

/** The values of those parameters. `nowMs` puts the rows in their place in the account's queue. */
export const tellingValues = (told: readonly Told[], nowMs: number): unknown[] => [
  int4Array(told.map((row) => row.accountId)),
  int8Array(told.map((row) => row.id)),
  int8Array(told.map((row) => row.messageId)),
  int2Array(told.map((row) => row.state)),
  int2Array(told.map((row) => row.err)),
  int8Array(told.map((row) => row.atMs)),
  nowMs,
]

const CALL: Statement = {
  name: 'outbox_call',
  text: `insert into outbox (account_id, due_at, id, kind, message_id, at, detail) values ($1, $3, $2, 3, 0, $3, $4)`,
}

/** A subscriber called the number he was asked to call. */
export async function storeCall(
  session: Session,
  call: { id: number; accountId: number; phone: string; called: string; atMs: number },
): Promise<void> {
  await session.run(CALL, [call.accountId, call.id, call.atMs, `${call.phone}\n${call.called}`])
}

/** A row with what it tells of, as that stands now. */
export interface Waiting {
  readonly id: number
  readonly dueAtMs: number
  readonly kind: number
  readonly messageId: number
  readonly state: number
  readonly err: number
  readonly atMs: number
  readonly firstAtMs: number
  readonly attempts: number
  readonly detail: string | null
  /** Undefined: the message is no longer stored. */
  readonly message:
    | {
        readonly ref: number
        readonly refText: string | null
        readonly recipient: string
        readonly price: bigint
        readonly refunded: bigint
        readonly parts: number
        readonly flags: number
        readonly channel: number
        readonly sender: string
        readonly mccmnc: string
        readonly hlr: readonly string[] | null
        readonly partStates?: Buffer | null
      }
    | undefined
  readonly incoming: { readonly sender: string; readonly recipient: string; readonly body: string } | undefined
}

const DUE: Statement = {
  name: 'outbox_due',
  text: `
select o.id, o.due_at, o.kind, o.message_id, o.state, o.err, o.at, o.first_at, o.attempts, o.detail,
  m.ref, m.ref_text, m.recipient, m.price::text, m.refunded::text, m.parts, m.flags, m.channel, m.sender, m.mccmnc, m.hlr,
  i.sender, i.recipient, i.body, m.part_states
from (select * from outbox where account_id = $1 and due_at <= $2 order by due_at, id limit $3) o
left join lateral (select * from messages where account_id = $1 and id = o.message_id and o.kind = 1 offset 0) m on true
left join lateral (select * from incoming where id = o.message_id and o.kind = 2 offset 0) i on true
order by o.due_at, o.id`,
}

/** The first of an account's rows that are due, in the order in which they became so. */
export async function readDue(session: Session, accountId: number, nowMs: number, limit: number): Promise<Waiting[]> {
  return (await session.run(DUE, [accountId, nowMs, limit])).map(readWaiting)
}

function readWaiting(row: readonly unknown[]): Waiting {
  const [id, dueAt, kind, messageId, state, err, at, firstAt, attempts, detail, ...rest] = row
  const [ref, refText, recipient, price, refunded, parts, flags, channel, sender, mccmnc, hlr, from, to, body, partStates] = rest
  return {
    id: Number(id),
    dueAtMs: Number(dueAt),
    kind: kind as number,
    messageId: Number(messageId),
    state: state as number,
    err: err as number,
    atMs: Number(at),
    firstAtMs: Number(firstAt),
    attempts: attempts as number,
    detail: detail as string | null,
    message:
      recipient === null
        ? undefined
        : {
            ref: Number(ref),
            refText: refText as string | null,
            recipient: recipient as string,
            price: BigInt(price as string),
            refunded: BigInt(refunded as string),
            parts: parts as number,
            flags: flags as number,
            channel: channel as number,
            sender: sender as string,
            mccmnc: mccmnc as string,
            hlr: hlr as string[] | null,
            partStates: partStates as Buffer | null,
          },
    incoming: body === null ? undefined : { sender: from as string, recipient: to as string, body: body as string },
  }
}

/** What came of a call. `tried` is its line in the row's `tries`. */
export interface Outcome {
  readonly accountId: number
  readonly id: number
  readonly dueAtMs: number // as it was read: a row that was moved since is told again
  readonly tried: string
  /** Told for good, given up, or when it is told again. */
  readonly end: 'delivered' | 'given up' | { readonly nextAtMs: number; readonly firstAtMs: number; readonly attempts: number }
}

/** Columns of `gone` that history keeps; the line of the last try is added. */
const KEPT = (tried: string): string =>
  `o.account_id, o.id, o.kind, o.message_id, o.state, o.err, o.at, o.detail, concat_ws(E'\\n', o.tries, ${tried}) as tries`

const KEEP = (delivered: string, now: string): string => `
insert into notifications (account_id, id, kind, message_id, state, err, at, done_at, delivered, detail, tries)
select account_id, id, kind, message_id, state, err, at, ${now}::int8, ${delivered}, detail, tries from gone
on conflict (account_id, id) do update set done_at = excluded.done_at, delivered = excluded.delivered, tries = excluded.tries`

const FINISH: Statement = {
  name: 'outbox_finish',
  text: `
with gone as (
  delete from outbox o using unnest($1::int4[], $2::int8[], $3::int8[], $4::text[], $5::bool[]) as w(account_id, due_at, id, tried, delivered)
  where o.account_id = w.account_id and o.due_at = w.due_at and o.id = w.id
  returning ${KEPT('w.tried')}, w.delivered
)${KEEP('delivered', '$6')}`,
}

const AGAIN: Statement = {
  name: 'outbox_again',
  text: `
update outbox o set due_at = w.next_at, first_at = w.first_at, attempts = w.attempts, tries = concat_ws(E'\\n', o.tries, w.tried)
from unnest($1::int4[], $2::int8[], $3::int8[], $4::text[], $5::int8[], $6::int8[], $7::int2[])
  as w(account_id, due_at, id, tried, next_at, first_at, attempts)
where o.account_id = w.account_id and o.due_at = w.due_at and o.id = w.id`,
}

/** Writes what came of calls. Taken twice it changes nothing the second time. */
export async function storeOutcomes(session: Session, outcomes: readonly Outcome[], nowMs: number): Promise<void> {
  const keys = (rows: readonly Outcome[]): unknown[] => [
    int4Array(rows.map((row) => row.accountId)),
    int8Array(rows.map((row) => row.dueAtMs)),
    int8Array(rows.map((row) => row.id)),
    textArray(rows.map((row) => row.tried)),
  ]
  const done = outcomes.filter(({ end }) => typeof end === 'string')
  if (done.length > 0) await session.run(FINISH, [...keys(done), boolArray(done.map(({ end }) => end === 'delivered')), nowMs])
  const again = outcomes.flatMap((row) => (typeof row.end === 'string' ? [] : [{ ...row, end: row.end }]))
  if (again.length === 0) return
  await session.run(AGAIN, [
    ...keys(again),
    int8Array(again.map(({ end }) => end.nextAtMs)),
    int8Array(again.map(({ end }) => end.firstAtMs)),
    int2Array(again.map(({ end }) => end.attempts)),
  ])
}

const GIVE_UP: Statement = {
  name: 'outbox_give_up',
  text: `
with over as materialized (
  select account_id, due_at, id from outbox
  where account_id = $1 and due_at < $2 and ($3 or attempts = 0) and (not $7 or not exists (
    select from accounts a left join handlers h on h.account_id = a.id
    where a.id = $1 and a.settings ? 'url' and a.settings ->> 'url' <> coalesce(h.stopped_url, '')))
  order by due_at, id limit $4
), gone as (
  delete from outbox o using over w where o.account_id = w.account_id and o.due_at = w.due_at and o.id = w.id
  returning ${KEPT('$5::text')}
)${KEEP('false', '$6')} returning id`,
}

/**
 * Gives up an account's rows that were due before an instant, at most `limit`; answers how many. `untried`: only those that
 * were never called for. `unheard`: only while the account has no handler that may be called.
 */
export async function giveUp(
  session: Session,
  which: { accountId: number; beforeMs: number; untried: boolean; unheard: boolean; limit: number; tried: string; nowMs: number },
): Promise<number> {
  const { accountId, beforeMs, untried, unheard, limit, tried, nowMs } = which
  return (await session.run(GIVE_UP, [accountId, beforeMs, !untried, limit, tried, nowMs, unheard])).length
}

const FORWARD: Statement = {
  name: 'outbox_forward',
  text: `update outbox set due_at = id / 8192 + $2 where account_id = $1 and attempts > 0`,
}

/** A handler answers again: what waits for another try takes its old place in the queue. `epochMs`: of ids. */
export async function bringForward(session: Session, accountId: number, epochMs: number): Promise<void> {
  await session.run(FORWARD, [accountId, epochMs])
}

/** What a message's handler was told, and is to be told, oldest first; for the X-ray. */
export async function notificationsOf(session: Session, accountId: number, messageId: number): Promise<KeptNotification[]> {
  return (await session.run(OF_MESSAGE, [accountId, messageId])).map(keptOf)
}
