import type { Session, Statement } from './session.ts'

/*
 * What a node kept in memory when it died stands in its journal: a range of ids per accept commit, a list per
 * claim. Whatever of it is not settled and was not moved since (hops) goes into the due queue. What had been
 * handed to a carrier is unknown: by the carrier's setting it is sent once more, or held until a receipt tells.
 */

/**
 * A node that is silent may only be slow: before its messages are taken, its number and its carriers are, so that it
 * can neither renew nor settle, and ends (it wrote to no socket since its lease ran out).
 */
const FENCE: Statement = {
  name: 'fence_dead',
  text: `
with dead as materialized (
  select n.node from nodes n
  where n.node <> $1 and n.until < now() and n.instance <> '' and exists (select from journal j where j.node = n.node)
  for update skip locked
), fenced as (
  update nodes n set instance = '' from dead d where n.node = d.node
)
update carrier_leases l set epoch = l.epoch + 1, until = now() - interval '1 ms', link = 'down', reason = 'its node died'
from dead d where l.node = d.node`,
}

/** Nodes with a journal whose holder is gone; a node that starts takes its own number's too. */
const DEAD: Statement = {
  name: 'dead_nodes',
  text: `
select j.node, case when j.node = $1 then $2::int8 else coalesce(max(n.ids_until), 9007199254740991) end
from journal j left join nodes n on n.node = j.node
where n.node is null or (n.until < now() and n.instance = '') or (j.node = $1 and j.id < $2)
group by j.node`,
}

/** Nodes with a journal to recover, and the id below which all of it is a dead holder's. */
export async function deadNodes(
  session: Session,
  ownNode: number,
  ownFirstId: number,
): Promise<{ node: number; beforeId: number }[]> {
  await session.run(FENCE, [ownNode])
  const rows = await session.run(DEAD, [ownNode, ownFirstId])
  return rows.map(([node, beforeId]) => ({ node: node as number, beforeId: Number(beforeId) }))
}

/*
 * The due rows are made of what the update returns: its row locks and the hops decide who recovers a message when two
 * nodes try, and a message that was settled in this moment stays settled.
 */
const RECOVER = (source: string): string => `
with handed_ids as materialized (
  select u.id, u.hops, h.carrier_id from handed h cross join lateral unnest(h.ids, h.hops) as u(id, hops)
  where (h.id % 8192) / 256 = $2
), left_over as materialized (
  ${source}
), fates as materialized (
  select m.*, coalesce(h.carrier_id, m.carrier_id) as on_carrier,
    h.id is not null or (m.hops = 0 and m.flags & 1 = 1) as was_handed
  from left_over m left join handed_ids h on h.id = m.id and h.hops = m.hops
), decided as materialized (
  select f.*, f.was_handed
      and (f.duplicates > 0 or c.unknown = 'hold' or (coalesce(c.unknown, 'auto') = 'auto' and f.lane = 2)) as held
  from fates f left join carriers c on c.id = f.on_carrier
), moved as (
  update messages m
  set hops = m.hops + 1, carrier_id = f.on_carrier,
    duplicates = m.duplicates + case when f.was_handed and not f.held then 1 else 0 end
  from decided f
  where m.account_id = f.account_id and m.id = f.id and m.hops = f.hops and m.state = -1
  returning m.id, m.account_id, m.lane, m.carrier_id, m.expires_at, f.was_handed, f.held
), queued as (
  insert into due_queue (carrier_id, lane, account_id, due_at, id, reason)
  select carrier_id, lane, account_id, case when held then expires_at else $3 end, id,
    case when not was_handed then 8 when held then 6 else 7 end
  from moved
  on conflict (id) do nothing
), done as (
  delete from journal where id = $1
)
select count(*) filter (where was_handed)::int4, count(*)::int4 from moved`

/** A range: messages of one accept commit that were kept in memory (hops 0) and not moved since. */
const RECOVER_RANGE: Statement = {
  name: 'recover_range',
  text: RECOVER(`
  select m.account_id, m.id, m.hops, m.flags, m.lane, m.carrier_id, m.duplicates from messages m
  where m.id between $4 and $5 and (m.id % 8192) / 256 = $2 and m.state = -1 and m.hops = 0`),
}

const RECOVER_LIST: Statement = {
  name: 'recover_list',
  text: RECOVER(`
  select m.account_id, m.id, m.hops, m.flags, m.lane, m.carrier_id, m.duplicates
  from journal j cross join lateral unnest(j.accounts, j.ids, j.hops) as u(account_id, id, hops)
  cross join lateral (select * from messages where account_id = u.account_id and id = u.id offset 0) m
  where j.id = $1 and $4::int8 is not null and $5::int8 is not null and m.state = -1 and m.hops = u.hops`),
}

const NEXT: Statement = {
  name: 'recover_next',
  text: `select id, low, high from journal where node = $1 and id < $2 order by id limit 500`,
}

/** Rows written since the last vacuum are not in the summaries by which a range of ids is found; each look would read them all. */
const SUMMARIZE: Statement = {
  name: 'recover_summarize',
  text: `
select sum(brin_summarize_new_values(x.indexrelid)) from pg_inherits i
join pg_index x on x.indrelid = i.inhrelid
join pg_class c on c.oid = x.indexrelid
join pg_am a on a.oid = c.relam and a.amname = 'brin'
where i.inhparent = 'messages'::regclass`,
}

const FINISH: Statement = {
  name: 'recover_finish',
  text: `delete from handed h where (h.id % 8192) / 256 = $1 and h.id < $2`,
}

/** Puts back what one dead node kept in memory, one journal row at a time. Counts messages, and those whose outcome is unknown. */
export async function recoverNode(
  session: Session,
  node: number,
  beforeId: number,
  nowMs: number,
): Promise<{ messages: number; unknown: number }> {
  const total = { messages: 0, unknown: 0 }
  await session.run(SUMMARIZE, [])
  for (;;) {
    const rows = await session.run(NEXT, [node, beforeId])
    for (const [id, low, high] of rows) {
      const statement = Number(low) > 0 ? RECOVER_RANGE : RECOVER_LIST
      const [counts] = await session.run(statement, [id, node, nowMs, low, high])
      total.unknown += (counts?.[0] as number) ?? 0
      total.messages += (counts?.[1] as number) ?? 0
    }
    if (rows.length < 500) break
  }
  await session.run(FINISH, [node, beforeId])
  return total
}

/** As for commits (accept.ts): if the tombstone stands, the claim did not happen and never will. */
const TOMBSTONE: Statement = {
  name: 'claim_tombstone',
  text: `insert into journal (id, node) values ($1, $2) on conflict (id) do nothing returning id`,
}

/** Puts back what a claim of a living node took, when the claim's answer was lost; one that still runs is waited for. */
export async function recoverClaim(session: Session, journalId: number, node: number, nowMs: number): Promise<void> {
  const tombstone = await session.run(TOMBSTONE, [journalId, node])
  if (tombstone.length === 0) await session.run(RECOVER_LIST, [journalId, node, nowMs, 0, 0])
}
