import { int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A message as its customer or the operator reads it. */
export interface HistoryRow {
  readonly accountId: number
  readonly id: number
  readonly ref: number
  readonly refText: string | null
  readonly recipient: string
  readonly state: number
  readonly err: number
  readonly stateAtMs: number
  readonly sentAtMs: number
  readonly price: bigint
  readonly refunded: bigint
  readonly sender: string
  readonly body: string | null
  readonly octets: Buffer | null
  readonly comment: string | null
  readonly channel: number
  readonly parts: number
  readonly mccmnc: string
  readonly flags: number
  readonly carrierId: number
  readonly hops: number
  readonly hlr: string[] | null
  readonly partStates?: Buffer | null
  /** The beginning of its sending hours, while it is held for that. */
  readonly heldUntilMs?: number | undefined
}

export const HISTORY_COLUMNS = `m.account_id, m.id, m.ref, m.ref_text, m.recipient, m.state, m.err, m.state_at, m.sent_at, m.price::text,
  m.refunded::text, m.sender,
  coalesce((select t.body from texts t where m.text_id > 0 and t.id = m.text_id), m.body), m.octets, m.comment, m.channel, m.parts, m.mccmnc, m.flags, m.carrier_id, m.hops, m.hlr,
  case when m.state = -1 then (select d.due_at from due_queue d where d.id = m.id and d.reason = 15) end, m.part_states`

export const readHistory = (row: readonly unknown[]): HistoryRow => {
  const [
    accountId,
    id,
    ref,
    refText,
    recipient,
    state,
    err,
    stateAt,
    sentAt,
    price,
    refunded,
    sender,
    body,
    octets,
    comment,
    channel,
    parts,
    mccmnc,
    flags,
    carrierId,
    hops,
    hlr,
    heldUntil,
    partStates,
  ] = row
  return {
    accountId: accountId as number,
    id: Number(id),
    ref: Number(ref),
    refText: refText as string | null,
    recipient: recipient as string,
    state: state as number,
    err: err as number,
    stateAtMs: Number(stateAt),
    sentAtMs: Number(sentAt),
    price: BigInt(price as string),
    refunded: BigInt(refunded as string),
    sender: sender as string,
    body: body as string | null,
    octets: octets as Buffer | null,
    comment: comment as string | null,
    channel: channel as number,
    parts: parts as number,
    mccmnc: mccmnc as string,
    flags: flags as number,
    carrierId: carrierId as number,
    hops: hops as number,
    hlr: hlr as string[] | null,
    partStates: partStates as Buffer | null,
    ...(heldUntil !== null && heldUntil !== undefined && { heldUntilMs: Number(heldUntil) }),
  }
}

/*
 * `id + 0` keeps the planner from walking the account's whole history backwards by its primary key. The text is looked
 * up for what was found and not joined: a join that was planned while texts were few reads all of them.
 */

/** flags & 8: the customer took it out of the history. */
const FIND: Statement = {
  name: 'history_find',
  text: `
select q.at, ${HISTORY_COLUMNS}
from unnest($2::int8[], $3::text[]) with ordinality as q(ref, recipient, at)
cross join lateral (
  select * from messages where ref = q.ref and account_id = $1 and recipient = q.recipient and ref_text is null and flags & 8 = 0
  order by id + 0 desc limit 1
) m`,
}

const FIND_TEXT: Statement = {
  name: 'history_find_text',
  text: `
select q.at, ${HISTORY_COLUMNS}
from unnest($2::text[], $3::text[]) with ordinality as q(ref_text, recipient, at)
cross join lateral (
  select * from messages where ref_text = q.ref_text and account_id = $1 and recipient = q.recipient and flags & 8 = 0
  order by id + 0 desc limit 1
) m`,
}

/** The newest message of an account with a customer's number and a recipient, per question; undefined: none. */
export async function findMessages(
  session: Session,
  accountId: number,
  questions: readonly { readonly ref: number | string; readonly phone: string }[],
): Promise<(HistoryRow | undefined)[]> {
  const answers: (HistoryRow | undefined)[] = new Array(questions.length).fill(undefined)
  const ask = async (statement: Statement, kind: 'number' | 'string') => {
    const asked = questions.map((question, at) => ({ ...question, at })).filter(({ ref }) => typeof ref === kind)
    if (asked.length === 0) return
    const refs = asked.map(({ ref }) => ref)
    const rows = await session.run(statement, [
      accountId,
      kind === 'number' ? int8Array(refs as number[]) : textArray(refs as string[]),
      textArray(asked.map(({ phone }) => phone)),
    ])
    for (const [at, ...row] of rows) {
      const question = asked[Number(at) - 1]
      if (question) answers[question.at] = readHistory(row)
    }
  }
  await ask(FIND, 'number')
  await ask(FIND_TEXT, 'string')
  return answers
}

const BY_ID: Statement = {
  name: 'history_by_id',
  text: `select ${HISTORY_COLUMNS} from messages m where m.id = $1 and ($2::int4 = 0 or m.account_id = $2)`,
}

/** By the store's own id; accountId 0: anybody's. */
export async function readMessage(session: Session, id: number, accountId = 0): Promise<HistoryRow | undefined> {
  const [row] = await session.run(BY_ID, [id, accountId])
  return row && readHistory(row)
}

const HIDE: Statement = {
  name: 'history_hide',
  text: `update messages m set flags = m.flags | 8 where m.account_id = any($1::int4[]) and m.id = any($2::int8[])`,
}

/** Takes messages out of the customer's history; the rows stay for the books. */
export async function hideMessages(session: Session, messages: readonly { accountId: number; id: number }[]): Promise<void> {
  await session.run(HIDE, [int4Array(messages.map((m) => m.accountId)), int8Array(messages.map((m) => m.id))])
}

const RECENT_HASHES: Statement = {
  name: 'recent_hashes',
  text: `select account_id, request_hash::text, id from messages where id >= $1 and request_hash <> 0 order by id limit 200000`,
}

/** Requests accepted since an id, for the identical-request windows of a node that starts. */
export async function recentHashes(
  session: Session,
  sinceId: number,
): Promise<{ accountId: number; hash: bigint; id: number }[]> {
  const rows = await session.run(RECENT_HASHES, [sinceId])
  return rows.map(([accountId, hash, id]) => ({ accountId: accountId as number, hash: BigInt(hash as string), id: Number(id) }))
}
