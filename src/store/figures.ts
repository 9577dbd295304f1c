import { statfs } from 'node:fs/promises'
import { countWaiting } from './deliveries-kept.ts'
import type { Session, Statement } from './session.ts'

/*
 * What operators watch. Counting stops at 100,000: a gauge that says "very many" is as good, and cheap.
 */
const DUE: Statement = {
  name: 'figures_due',
  text: `
select coalesce(c.name, ''), count(*)::int4, greatest(0, ($1 - min(d.due_at)) / 1000)::float8
from (select carrier_id, due_at from due_queue where due_at <= $1 and reason <> 6 limit 100000) d
left join carriers c on c.id = d.carrier_id group by 1`,
}

const DEAD: Statement = {
  name: 'figures_dead',
  text: `
select regexp_replace(relname, '_[0-9]{4}_[0-9]{2}$', ''), sum(n_dead_tup)::float8 from pg_stat_user_tables group by 1 order by 1`,
}

const OLDEST: Statement = {
  name: 'figures_oldest',
  text: `
select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 from pg_stat_activity
where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`,
}

const ORPHANS: Statement = {
  name: 'figures_orphans',
  text: `select count(*)::int4 from (select from parked_receipts where matched_id = 0 and at >= $1 limit 100000) p`,
}

const AHEAD: Statement = {
  name: 'figures_partitions',
  text: `
select count(*)::int4 from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'messages'::regclass and c.relname > $1`,
}

export async function readFigures(session: Session, nowMs: number) {
  const month = new Date(nowMs).toISOString().slice(0, 7).replace('-', '_')
  const due = await session.run(DUE, [nowMs])
  const dead = await session.run(DEAD, [])
  const [oldest] = await session.run(OLDEST, [])
  const [orphans] = await session.run(ORPHANS, [nowMs - 86_400_000])
  const [ahead] = await session.run(AHEAD, [`messages_${month}`])
  return {
    due: due.map(([carrier, waiting, lagSeconds]) => ({
      carrier: carrier as string,
      waiting: waiting as number,
      lagSeconds: lagSeconds as number,
    })),
    deadRows: dead.map(([table, rows]) => ({ table: table as string, rows: rows as number })),
    oldestTransactionSeconds: (oldest?.[0] as number) ?? 0,
    orphanReceipts: (orphans?.[0] as number) ?? 0,
    deliveriesWaiting: await countWaiting(session),
    partitionsAhead: (ahead?.[0] as number) ?? 0,
  }
}

/** Octets a plain program may still write in a folder; undefined where the system does not say. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}
