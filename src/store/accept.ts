import { type Money, ONE_PURSE, twoPurses } from './accept-money.ts'
import { bigintArray, byteaArray, int2Array, int4Array, int8Array, textArray } from './binary.ts'
import { type Delivery, OWING_VALUES, owingOf, owingValues } from './deliveries.ts'
import { TELLING_VALUES, type Told, tellingOf, tellingValues } from './outbox.ts'
import type { Session, Statement } from './session.ts'

/** One row of messages, before it is stored. Money in millionths, instants in Unix ms. */
export interface NewMessage {
  readonly id: number
  readonly accountId: number
  readonly payerId: number
  readonly ref: number // the customer's number; 0: refOrdinal counts
  readonly refOrdinal: number // 1-based place among the account's requests of this commit that want a number
  readonly refText: string | null
  readonly recipient: string
  readonly sender: string
  readonly body: string | null
  readonly textId: number
  readonly octets: Uint8Array | null
  readonly comment: string | null
  readonly channel: number
  readonly lane: number
  readonly parts: number
  readonly price: bigint
  readonly mccmnc: string
  readonly flags: number
  readonly dcs: number // -1: none asked for
  readonly pid: number
  readonly priority: number
  readonly carrierId: number
  readonly routeVersion: number
  readonly state: number
  readonly err: number
  readonly stateAtMs: number
  readonly dueAtMs: number
  readonly expiresAtMs: number
  readonly hops: number // 1 when it goes to the due queue with this commit
  readonly requestHash: bigint
  /** Of parts that a customer submits one by one: the id of the first; 0: none. Written by commits that are `grouped`. */
  readonly firstPartId?: number
  /** Delivery control, as JSON; null: none. Written by commits that are `controlled`. */
  readonly control?: string | null
}

/** What one account asks of a commit. */
export interface Charge {
  readonly accountId: number
  readonly version: number // the account as it was signed in; a newer one stores nothing
  readonly payerId: number
  readonly refs: number // numbers wanted from its counter
  readonly amount: bigint // sum of its rows' prices that the main purse pays
  readonly electronic?: bigint // of those that the second one pays
}

export interface DueRow {
  readonly carrierId: number // 0: to be routed when due
  readonly lane: number
  readonly accountId: number
  readonly dueAtMs: number
  readonly id: number
  readonly reason: number
}

export interface Commit {
  /** Of the journal row and the postings; chosen before, so that a lost answer can be looked up. */
  readonly id: number
  readonly node: number
  readonly charges: readonly Charge[] // one per account
  readonly messages: readonly NewMessage[]
  readonly due: readonly DueRow[]
  /** Stored whether or not their account could pay: the next try brings them again. */
  readonly texts: readonly { readonly id: number; readonly body: string }[]
  readonly links: readonly {
    readonly code: string
    readonly accountId: number
    readonly messageId: number
    readonly url: string
  }[]
  /** What handlers are to be told at once: of messages in test mode. */
  readonly told?: readonly Told[] | undefined
  /** What SMPP sessions are, likewise. */
  readonly owed?: readonly Delivery[] | undefined
  /** Some of the messages have a firstPartId. */
  readonly grouped?: boolean
  /** Some of them are under delivery control. */
  readonly controlled?: boolean
}

/** What became of one account's rows: stored, or nothing stored because the account changed or its payer could not pay. */
export interface ChargeOutcome {
  readonly accountId: number
  readonly outcome: 'stored' | 'stale' | 'poor'
  readonly lastRef: number // the counter before this commit: a row's number is lastRef + refOrdinal
  readonly balance: bigint // the payer's after this commit
  readonly available: bigint // what the payer could spend before it: balance and credit
  readonly electronic?: bigint // poor: what stood in its second purse, which has no credit
}

/** A column of messages that only some commits write. */
type More = { readonly column: string; readonly type: string; readonly cast?: string }
const FIRST_MORE = 52

/**
 * Debits, counts, posts, stores and journals a batch in one statement: per account all or nothing.
 * Accounts are locked in id order first, so two nodes cannot wait for each other.
 */
const acceptOf = (name: string, telling: string, more: readonly More[] = [], money: Money = ONE_PURSE): Statement => ({
  name,
  text: `
with unit as materialized (
  select * from unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int8[]${money.array}) as u(account_id, version, payer_id, refs, amount${money.column})
), locked as materialized (
  select a.id, a.version, a.balance, a.balance2, a.balance + a.credit_limit as available, a.last_ref, a.blocked
  from accounts a
  where a.id = any($1::int4[] || $3::int4[])
  order by a.id
  for update
), fresh as materialized (
  select u.account_id, u.payer_id, u.refs, u.amount${money.column}, l.last_ref
  from unit u join locked l on l.id = u.account_id
  where l.version = u.version and not l.blocked
), payable as materialized (
  select d.payer_id, d.amount${money.column}
  from (select payer_id, sum(amount)::int8 as amount${money.sum} from fresh group by payer_id) d
  join locked l on l.id = d.payer_id
  where ${money.covered}
), stored as materialized (
  -- Not a join: of two CTEs that it takes for a row each the planner would compare every pair.
  select f.account_id, f.payer_id, f.refs, f.last_ref from fresh f where (f.payer_id in (select p.payer_id from payable p)) is true
), debited as (
  update accounts a
  set balance = a.balance - x.amount, last_ref = a.last_ref + x.refs${money.debit}
  from (
    select id, sum(amount)::int8 as amount, sum(refs)::int8 as refs${money.sum}
    from (select account_id as id, 0::int8 as amount, refs${money.electronic} from stored union all select payer_id, amount, 0${money.column} from payable) y
    group by id
  ) x
  where a.id = x.id and (x.amount <> 0 or x.refs <> 0${money.changed})
  returning a.id, a.balance
), posted as (
  insert into postings (account_id, id, purse, kind, amount)
  select payer_id, $6::int8, 1::int2, 2::int2, -amount from payable where amount > 0${money.posted}
), journaled as (
  insert into journal (id, node, low, high) values ($6, $7, $8, $9)
), stored_texts as (
  insert into texts (id, body) select * from unnest($10::int8[], $11::text[]) on conflict (id) do nothing
), stored_messages as (
  insert into messages (account_id, id, payer_id, ref, ref_text, recipient, sender, body, text_id, octets, comment, channel, lane,
    parts, price, mccmnc, flags, dcs, pid, priority, carrier_id, route_version, state, err, state_at, due_at, expires_at, hops, request_hash${listed(more)})
  select m.account_id, m.id, m.payer_id, case when m.ref_ordinal > 0 then s.last_ref + m.ref_ordinal else m.ref end, m.ref_text,
    m.recipient, m.sender, m.body, m.text_id, m.octets, m.comment, m.channel, m.lane, m.parts, m.price, m.mccmnc, m.flags, m.dcs,
    m.pid, m.priority, m.carrier_id, m.route_version, m.state, m.err, m.state_at, m.due_at, m.expires_at, m.hops, m.request_hash${more.map(({ column, cast = '' }) => `, m.${column}${cast}`).join('')}
  from unnest($12::int4[], $13::int8[], $14::int4[], $15::int8[], $16::int4[], $17::text[], $18::text[], $19::text[], $20::text[],
    $21::int8[], $22::bytea[], $23::text[], $24::int2[], $25::int2[], $26::int2[], $27::int8[], $28::text[], $29::int2[], $30::int2[],
    $31::int2[], $32::int2[], $33::int4[], $34::int4[], $35::int2[], $36::int2[], $37::int8[], $38::int8[], $39::int8[], $40::int4[],
    $41::int8[]${more.map(({ type }, at) => `, $${FIRST_MORE + at}::${type}[]`).join('')})
    as m(account_id, id, payer_id, ref, ref_ordinal, ref_text, recipient, sender, body, text_id, octets, comment, channel, lane, parts,
      price, mccmnc, flags, dcs, pid, priority, carrier_id, route_version, state, err, state_at, due_at, expires_at, hops, request_hash${listed(more)})
  join stored s on s.account_id = m.account_id
), queued as (
  insert into due_queue (carrier_id, lane, account_id, due_at, id, reason)
  select d.* from unnest($42::int4[], $43::int2[], $44::int4[], $45::int8[], $46::int8[], $47::int2[])
    as d(carrier_id, lane, account_id, due_at, id, reason)
  join stored s on s.account_id = d.account_id
), linked as (
  insert into short_links (code, account_id, message_id, url)
  select k.* from unnest($48::text[], $49::int4[], $50::int8[], $51::text[]) as k(code, account_id, message_id, url)
  join stored s on s.account_id = k.account_id
)${telling}
select u.account_id,
  case when s.account_id is not null then 'stored' when f.account_id is not null then 'poor' else 'stale' end,
  coalesce(s.last_ref, 0), coalesce(d.balance, l.balance, 0)::text, coalesce(l.available, 0)::text,
  case when s.account_id is null then l.balance2::text end
from unit u
left join fresh f on f.account_id = u.account_id
left join stored s on s.account_id = u.account_id
left join locked l on l.id = u.payer_id
left join debited d on d.id = u.payer_id`,
})
const OF_STORED = 'o.account_id in (select account_id from stored)'
const GROUPED: More = { column: 'first_part_id', type: 'int8' }
const CONTROLLED: More = { column: 'control', type: 'text', cast: '::jsonb' }
const OWED_BY_STORED = 'w.account_id in (select account_id from stored)'

const listed = (more: readonly More[]): string => more.map(({ column }) => `, ${column}`).join('')

/**
 * Of commits with parts that customers submit one by one, under delivery control, with test messages that are told of, and with
 * something that a second purse pays.
 */
const VARIANTS: readonly Statement[] = Array.from({ length: 32 }, (_, bits) => {
  const [grouped, told, owed, controlled, electronic] = [1, 2, 4, 8, 16].map((bit) => (bits & bit) !== 0)
  const more = [...(grouped ? [GROUPED] : []), ...(controlled ? [CONTROLLED] : [])]
  const first = FIRST_MORE + more.length
  const telling = told ? tellingOf(first, OF_STORED) : ''
  const owing = owed ? owingOf(first + (told ? TELLING_VALUES : 0), OWED_BY_STORED) : ''
  const after = first + (told ? TELLING_VALUES : 0) + (owed ? OWING_VALUES : 0)
  const words = [grouped && 'grouped', told && 'telling', owed && 'owing', controlled && 'controlled', electronic && 'electronic']
  const name = ['accept', ...words].filter(Boolean).join('_')
  return acceptOf(name, telling + owing, more, electronic ? twoPurses(after) : ONE_PURSE)
})

export async function accept(session: Session, commit: Commit): Promise<ChargeOutcome[]> {
  const { charges, messages: m, due, texts, links, grouped, controlled } = commit
  const told = commit.told?.length ? commit.told : undefined
  const owed = commit.owed?.length ? commit.owed : undefined
  const electronic = charges.some((charge) => charge.electronic)
  const bits = [grouped, told, owed, controlled, electronic]
  const variant = VARIANTS[bits.reduce((sum, bit, at) => sum + (bit ? 1 << at : 0), 0)]
  const rows = await session.run(variant as Statement, [
    int4Array(charges.map((c) => c.accountId)),
    int4Array(charges.map((c) => c.version)),
    int4Array(charges.map((c) => c.payerId)),
    int4Array(charges.map((c) => c.refs)),
    bigintArray(charges.map((c) => c.amount)),
    commit.id,
    commit.node,
    m[0]?.id ?? 0,
    m[m.length - 1]?.id ?? 0,
    int8Array(texts.map((t) => t.id)),
    textArray(texts.map((t) => t.body)),
    int4Array(m.map((r) => r.accountId)),
    int8Array(m.map((r) => r.id)),
    int4Array(m.map((r) => r.payerId)),
    int8Array(m.map((r) => r.ref)),
    int4Array(m.map((r) => r.refOrdinal)),
    textArray(m.map((r) => r.refText)),
    textArray(m.map((r) => r.recipient)),
    textArray(m.map((r) => r.sender)),
    textArray(m.map((r) => r.body)),
    int8Array(m.map((r) => r.textId)),
    byteaArray(m.map((r) => r.octets)),
    textArray(m.map((r) => r.comment)),
    int2Array(m.map((r) => r.channel)),
    int2Array(m.map((r) => r.lane)),
    int2Array(m.map((r) => r.parts)),
    bigintArray(m.map((r) => r.price)),
    textArray(m.map((r) => r.mccmnc)),
    int2Array(m.map((r) => r.flags)),
    int2Array(m.map((r) => r.dcs)),
    int2Array(m.map((r) => r.pid)),
    int2Array(m.map((r) => r.priority)),
    int4Array(m.map((r) => r.carrierId)),
    int4Array(m.map((r) => r.routeVersion)),
    int2Array(m.map((r) => r.state)),
    int2Array(m.map((r) => r.err)),
    int8Array(m.map((r) => r.stateAtMs)),
    int8Array(m.map((r) => r.dueAtMs)),
    int8Array(m.map((r) => r.expiresAtMs)),
    int4Array(m.map((r) => r.hops)),
    bigintArray(m.map((r) => r.requestHash)),
    int4Array(due.map((d) => d.carrierId)),
    int2Array(due.map((d) => d.lane)),
    int4Array(due.map((d) => d.accountId)),
    int8Array(due.map((d) => d.dueAtMs)),
    int8Array(due.map((d) => d.id)),
    int2Array(due.map((d) => d.reason)),
    textArray(links.map((k) => k.code)),
    int4Array(links.map((k) => k.accountId)),
    int8Array(links.map((k) => k.messageId)),
    textArray(links.map((k) => k.url)),
    ...(grouped ? [int8Array(m.map((r) => r.firstPartId ?? 0))] : []),
    ...(controlled ? [textArray(m.map((r) => r.control ?? null))] : []),
    ...(told ? tellingValues(told, told[0]?.atMs ?? 0) : []),
    ...(owed ? owingValues(owed) : []),
    ...(electronic ? [bigintArray(charges.map((c) => c.electronic ?? 0n))] : []),
  ])
  return rows.map(([accountId, outcome, lastRef, balance, available, second]) => ({
    accountId: accountId as number,
    outcome: outcome as ChargeOutcome['outcome'],
    lastRef: Number(lastRef),
    balance: BigInt(balance as string),
    available: BigInt(available as string),
    ...(outcome === 'poor' && { electronic: BigInt((second as string | null) ?? 0) }),
  }))
}
