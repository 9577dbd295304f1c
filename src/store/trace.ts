import type { Control } from '../domain/delivery-control.ts'
import type { Session, Statement } from './session.ts'

/** Everything that is stored of one message, for its operator. Money in millionths, instants in Unix ms, 0: never. */
export interface TraceRow {
  readonly id: number
  readonly ref: number
  readonly refText: string | null
  readonly account: string
  readonly payer: string
  readonly currency: string
  readonly recipient: string
  readonly sender: string
  readonly body: string | null
  readonly octets: Buffer | null
  readonly comment: string | null
  readonly channel: number
  readonly lane: number
  readonly parts: number
  readonly price: bigint
  readonly refunded: bigint
  readonly mccmnc: string
  readonly state: number
  readonly err: number
  readonly stateAtMs: number
  readonly dueAtMs: number
  readonly sentAtMs: number
  readonly expiresAtMs: number
  readonly flags: number
  readonly hops: number
  readonly attempts: number
  readonly duplicates: number
  readonly routeVersion: number
  readonly partStates: Buffer | null
  readonly carrierIds: string | null
  readonly receipt: string | null
  readonly trace: Buffer | null
  readonly hlr: readonly string[] | null
  readonly carrierId: number
  readonly receiptLimitMinutes: number
  readonly link: TraceLink | undefined
  readonly due: { readonly carrierId: number; readonly dueAtMs: number; readonly reason: number } | undefined
  readonly handed: boolean // among what was given to the carrier and is not settled
  readonly posting: { readonly id: number; readonly amount: bigint } | undefined // of the commit that charged it
  readonly receipts: readonly TraceReceipt[]
  readonly clicks: number
  readonly accountId: number
  readonly payerId: number
  readonly tariffId: number // the account's, today; 0: the account is gone
  readonly dcs: number // asked for by the customer; -1: not
  readonly pid: number
  readonly priority: number
  readonly cost: bigint
  readonly control: Control | null
}

/** The carrier's link, as its owner last said. */
export interface TraceLink {
  readonly state: string
  readonly reason: string
  readonly node: number
}

/** A receipt that came before its message could be found. */
export interface TraceReceipt {
  readonly atMs: number
  readonly stat: string
  readonly err: string
}

const BY_ID: Statement = {
  name: 'trace_by_id',
  text: `select account_id, id from messages where id = $1 and ($2::int4 = 0 or account_id = $2)`,
}
const BY_REF: Statement = {
  name: 'trace_by_ref',
  text: `select account_id, id from messages where ref = $1 and ref_text is null and ($2::int4 = 0 or account_id = $2) order by id desc limit 1`,
}
const BY_TEXT: Statement = {
  name: 'trace_by_text',
  text: `select account_id, id from messages where ref_text = $1 and ($2::int4 = 0 or account_id = $2) order by id desc limit 1`,
}

/** The store's id, or a customer's number or text: then the newest message with it. accountId 0: of any account. */
export async function findTraced(
  session: Session,
  written: string,
  accountId: number,
): Promise<{ accountId: number; id: number } | undefined> {
  const number = /^\d{1,16}$/.test(written) && Number.isSafeInteger(Number(written)) ? Number(written) : undefined
  const questions = number === undefined ? [BY_TEXT] : [BY_ID, BY_REF, BY_TEXT]
  for (const question of questions) {
    const [row] = await session.run(question, [question === BY_TEXT ? written : number, accountId])
    if (row) return { accountId: row[0] as number, id: Number(row[1]) }
  }
  return undefined
}

// The commit's id was taken just before those of its messages, on the same node.
const READ: Statement = {
  name: 'trace_read',
  text: `
select m.id, m.ref, m.ref_text, coalesce(a.login, 'account ' || m.account_id), coalesce(p.login, 'account ' || m.payer_id),
  coalesce(p.currency, ''), m.recipient, m.sender, coalesce(t.body, m.body), m.octets, m.comment,
  m.channel, m.lane, m.parts, m.price::text, m.refunded::text, m.mccmnc, m.state, m.err, m.state_at, m.due_at, m.sent_at, m.expires_at,
  m.flags, m.hops, m.attempts, m.duplicates, m.route_version, m.part_states, m.carrier_ids, m.receipt, m.trace, m.hlr, m.carrier_id,
  coalesce(c.receipt_limit_minutes, 0), case when l.until >= now() then l.link end, l.reason, l.node, d.carrier_id, d.due_at, d.reason,
  exists (select from handed h where m.id = any(h.ids)), b.id, b.amount::text,
  coalesce((select jsonb_agg(jsonb_build_array(r.at, r.stat, r.err) order by r.id) from parked_receipts r where r.matched_id = m.id), '[]'),
  (select coalesce(sum(s.clicks), 0) from short_links s where s.message_id = m.id and s.account_id = m.account_id)::int4,
  m.account_id, m.payer_id, coalesce(a.tariff_id, 0), m.dcs, m.pid, m.priority, m.cost::text, m.control
from messages m
left join accounts a on a.id = m.account_id
left join accounts p on p.id = m.payer_id
left join texts t on m.text_id > 0 and t.id = m.text_id
left join due_queue d on d.id = m.id
left join carriers c on c.id = m.carrier_id
left join carrier_leases l on l.carrier_id = m.carrier_id
left join lateral (
  select q.id, q.amount from postings q
  where q.account_id = m.payer_id and q.purse = 1 + (m.flags >> 5 & 1) and q.kind = 2 and q.id <= m.id and q.id % 8192 / 256 = m.id % 8192 / 256 and m.price > 0
  order by q.id desc limit 1
) b on true
where m.account_id = $1 and m.id = $2`,
}

export async function readTrace(session: Session, accountId: number, id: number): Promise<TraceRow | undefined> {
  const [row] = await session.run(READ, [accountId, id])
  return row && read(row)
}

function read(row: readonly unknown[]): TraceRow {
  const [link, reason, node, dueCarrier, dueAt, dueReason, handed, postingId, postingAmount, receipts, clicks] = row.slice(35)
  const [accountId, payerId, tariffId, dcs, pid, priority, cost, control] = row.slice(46) as [
    number,
    number,
    number,
    number,
    number,
    number,
    string,
    Control | null,
  ]
  return {
    id: Number(row[0]),
    ref: Number(row[1]),
    refText: row[2] as string | null,
    account: row[3] as string,
    payer: row[4] as string,
    currency: row[5] as string,
    recipient: row[6] as string,
    sender: row[7] as string,
    body: row[8] as string | null,
    octets: row[9] as Buffer | null,
    comment: row[10] as string | null,
    channel: row[11] as number,
    lane: row[12] as number,
    parts: row[13] as number,
    price: BigInt(row[14] as string),
    refunded: BigInt(row[15] as string),
    mccmnc: row[16] as string,
    state: row[17] as number,
    err: row[18] as number,
    stateAtMs: Number(row[19]),
    dueAtMs: Number(row[20]),
    sentAtMs: Number(row[21]),
    expiresAtMs: Number(row[22]),
    flags: row[23] as number,
    hops: row[24] as number,
    attempts: row[25] as number,
    duplicates: row[26] as number,
    routeVersion: row[27] as number,
    partStates: row[28] as Buffer | null,
    carrierIds: row[29] as string | null,
    receipt: row[30] as string | null,
    trace: row[31] as Buffer | null,
    hlr: row[32] as string[] | null,
    carrierId: row[33] as number,
    receiptLimitMinutes: row[34] as number,
    link: link === null ? undefined : { state: link as string, reason: reason as string, node: node as number },
    due:
      dueCarrier === null ? undefined : { carrierId: dueCarrier as number, dueAtMs: Number(dueAt), reason: dueReason as number },
    handed: handed as boolean,
    posting: postingId === null ? undefined : { id: Number(postingId), amount: BigInt(postingAmount as string) },
    receipts: (receipts as [number, string, string][]).map(([atMs, stat, err]) => ({ atMs, stat, err })),
    clicks: clicks as number,
    accountId,
    payerId,
    tariffId,
    dcs,
    pid,
    priority,
    cost: BigInt(cost),
    control,
  }
}

const NAMES: Statement = { name: 'trace_carriers', text: `select id, name from carriers` }

export const carrierNames = async (session: Session): Promise<Map<number, string>> =>
  new Map((await session.run(NAMES, [])).map(([id, name]) => [id as number, name as string]))
