import { statfs } from 'node:fs/promises'
import type pg from 'pg'

export interface TableRows {
  readonly table: string
  readonly live: number
  /** Old versions of rows that vacuum has not yet taken away. */
  readonly dead: number
}

const DEAD_ROWS = `
  select coalesce(p.relname, s.relname) as table, sum(s.n_live_tup)::int8 as live, sum(s.n_dead_tup)::int8 as dead
  from pg_stat_user_tables s
  left join pg_inherits i on i.inhrelid = s.relid left join pg_class p on p.oid = i.inhparent
  join pg_class c on c.oid = s.relid and c.relkind = 'r'
  group by 1 order by 1`

/** Live and dead rows of each table, its partitions added up; as the server's statistics have them, some seconds old. */
export async function deadRows(pool: pg.Pool): Promise<TableRows[]> {
  const { rows } = await pool.query<{ table: string; live: number; dead: number }>(DEAD_ROWS)
  return rows.map(({ table, live, dead }) => ({ table, live: Number(live), dead: Number(dead) }))
}

const OLDEST_TRANSACTION = `
  select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 * 1000 as ms
  from pg_stat_activity where backend_type = 'client backend' and datname = current_database() and pid <> pg_backend_pid()`

/** Age of the oldest open transaction in ms, 0 when there is none: while it lasts, no dead row goes. */
export async function oldestTransactionMs(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(OLDEST_TRANSACTION)
  return rows[0]?.ms ?? 0
}

/** Bytes that we may still write in a folder's file system. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
