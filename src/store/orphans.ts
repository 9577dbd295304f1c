import type { Orphan, OrphanCandidate } from '../domain/orphan.ts'
import { int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** Which orphans: of one carrier or of all (0), that came in a span of time. */
export interface OrphanQuestion {
  readonly carrierId: number
  readonly sinceMs: number
  readonly beforeId: number // 0: from the newest on
  readonly limit: number
}

const COLUMNS = 'p.id, p.carrier_id, p.carrier_raw, p.stat, p.err, p.recipient, p.sender, p.at'

const read = ([id, carrierId, ids, stat, err, to, from, at]: readonly unknown[]): Orphan => ({
  id: Number(id),
  carrierId: carrierId as number,
  ids: ids as string[],
  stat: stat as string,
  err: err as string,
  to: to as string,
  from: from as string,
  atMs: Number(at),
})

const LIST: Statement = {
  name: 'orphan_list',
  text: `select ${COLUMNS} from parked_receipts p
where p.matched_id = 0 and p.at >= $2 and ($1::int4 = 0 or p.carrier_id = $1) and ($3::int8 = 0 or p.id < $3)
order by p.id desc limit $4`,
}

/** Newest first. */
export const listOrphans = async (session: Session, { carrierId, sinceMs, beforeId, limit }: OrphanQuestion): Promise<Orphan[]> =>
  (await session.run(LIST, [carrierId, sinceMs, beforeId, limit])).map(read)

export const ORPHANS_COUNTED = 10_000

const COUNT: Statement = {
  name: 'orphan_count',
  text: `select carrier_id, count(*)::int4 from (
  select p.carrier_id from parked_receipts p
  where p.matched_id = 0 and p.at >= $2 and ($1::int4 = 0 or p.carrier_id = $1) limit ${ORPHANS_COUNTED}
) p group by carrier_id`,
}

/** By carrier; in all up to ORPHANS_COUNTED. */
export const countOrphans = async (session: Session, carrierId: number, sinceMs: number): Promise<Map<number, number>> =>
  new Map((await session.run(COUNT, [carrierId, sinceMs])).map(([id, count]) => [id as number, count as number]))

const ONE: Statement = {
  name: 'orphan_one',
  text: `select ${COLUMNS} from parked_receipts p where p.id = $1 and p.matched_id = 0`,
}

export async function readOrphan(session: Session, id: number): Promise<Orphan | undefined> {
  const [row] = await session.run(ONE, [id])
  return row && read(row)
}

/** A candidate with the account it is of, as a key to it. */
export interface StoredCandidate extends OrphanCandidate {
  readonly accountId: number
  readonly carrierId: number
}

const CANDIDATE = 'm.account_id, m.id, a.login, m.recipient, m.sender, m.state, m.err, m.sent_at, m.carrier_ids, m.carrier_id'

const readCandidate = ([
  accountId,
  id,
  account,
  recipient,
  sender,
  state,
  err,
  sentAt,
  carrierIds,
  carrierId,
]: readonly unknown[]): StoredCandidate => ({
  accountId: accountId as number,
  id: Number(id),
  account: account as string,
  recipient: recipient as string,
  sender: sender as string,
  state: state as number,
  err: err as number,
  sentAtMs: Number(sentAt),
  carrierIds: carrierIds === null ? [] : (carrierIds as string).split('\n'),
  carrierId: carrierId as number,
})

const BY_KEY: Statement = {
  name: 'orphan_by_key',
  text: `
select q.at, ${CANDIDATE}
from unnest($1::int4[], $2::text[], $3::int4[]) as q(carrier_id, key, at)
join carrier_ids c on c.carrier_id = q.carrier_id and c.key = q.key
cross join lateral (select * from messages where account_id = c.account_id and id = c.id offset 0) m
join accounts a on a.id = m.account_id
limit 5000`,
}

/** Messages under one of an orphan's possible ids; `at` is the index given with the key. */
export async function candidatesByKey(
  session: Session,
  questions: readonly { readonly carrierId: number; readonly key: string; readonly at: number }[],
): Promise<{ at: number; candidate: StoredCandidate }[]> {
  if (questions.length === 0) return []
  const values = [
    int4Array(questions.map(({ carrierId }) => carrierId)),
    textArray(questions.map(({ key }) => key)),
    int4Array(questions.map(({ at }) => at)),
  ]
  return (await session.run(BY_KEY, values)).map(([at, ...row]) => ({ at: at as number, candidate: readCandidate(row) }))
}

const BY_NUMBER: Statement = {
  name: 'orphan_by_number',
  text: `
select ${CANDIDATE} from messages m join accounts a on a.id = m.account_id
where m.id between $1 and $2 and m.carrier_id = any($3::int4[]) and right(m.recipient, 9) = any($4::text[]) and m.sent_at > 0
order by m.id desc limit 5000`,
}

/**
 * Messages to some numbers (their last nine digits) that carriers took, accepted in a span of ids. It reads all messages of
 * that span: keep it short.
 */
export const candidatesByNumber = async (
  session: Session,
  look: { fromId: number; toId: number; carrierIds: readonly number[]; numbers: readonly string[] },
): Promise<StoredCandidate[]> =>
  (await session.run(BY_NUMBER, [look.fromId, look.toId, int4Array(look.carrierIds), textArray(look.numbers)])).map(readCandidate)

const MESSAGE: Statement = {
  name: 'orphan_message',
  text: `select ${CANDIDATE} from messages m join accounts a on a.id = m.account_id where m.id = $1`,
}

/** The message an operator names, by the store's id. */
export async function readCandidateOf(session: Session, id: number): Promise<StoredCandidate | undefined> {
  const [row] = await session.run(MESSAGE, [id])
  return row && readCandidate(row)
}

const FORGOTTEN = -1

const FORGET: Statement = {
  name: 'orphan_forget',
  text: `update parked_receipts set matched_id = ${FORGOTTEN} where id = any($1::int8[]) and matched_id = 0`,
}
const FORGET_ALL: Statement = {
  name: 'orphan_forget_all',
  text: `
with oldest as (
  select id from parked_receipts where matched_id = 0 and carrier_id = $1 and at >= $2 and at < $3 order by at limit $4
), done as (
  update parked_receipts p set matched_id = ${FORGOTTEN} from oldest o where p.id = o.id returning p.id
)
select count(*)::int4 from done`,
}

/** They are kept, but no longer shown or looked at. */
export const forgetOrphan = async (session: Session, id: number): Promise<void> => {
  await session.run(FORGET, [int8Array([id])])
}

/** So many of a carrier, the oldest first; answers how many there were. */
export async function forgetOrphans(
  session: Session,
  which: { carrierId: number; sinceMs: number; beforeMs: number; limit: number },
): Promise<number> {
  const [row] = await session.run(FORGET_ALL, [which.carrierId, which.sinceMs, which.beforeMs, which.limit])
  return (row?.[0] as number | undefined) ?? 0
}
