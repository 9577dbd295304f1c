import type pg from 'pg'
import { sleep } from '../clock.ts'
import { monthOf } from '../domain/message-id.ts'
import { log } from '../log.ts'

/** A table partitioned by message id, that is by time: a partition is a month. */
export interface PartitionedTable {
  readonly name: string
  /** Storage parameters of each partition: a partitioned parent takes none. */
  readonly storage: string
}

/**
 * Settle and receipts update message rows in place, and what they add makes a row longer by up to a quarter: with half
 * of each page free one row in twelve found no room on its page and paid for its indices again.
 */
export const PARTITIONED_TABLES: readonly PartitionedTable[] = [
  { name: 'messages', storage: 'fillfactor = 44' },
  { name: 'texts', storage: '' },
  { name: 'carrier_ids', storage: '' },
  { name: 'refunds', storage: '' },
]

const MONTHS_AHEAD = 3
const LOCK_TIMEOUT = '200ms'
const TRIES = 100
const PAUSE_MS = 50
// "Heliogram partitions", as a number nobody else uses.
const LOCK = 7_435_416_411
// lock_not_available; deadlock_detected; duplicate_table, when another node was faster.
const PASSING = new Set(['55P03', '40P01', '42P07'])

/**
 * Makes the partitions of this month and the next ones where they are missing. Nobody waits for it: the
 * partition is made apart and attached (`partition of` would queue all writers behind a long reader), and a
 * lock that does not come within 200 ms is asked for again later. Several nodes may do so at once.
 */
export async function ensurePartitions(
  pool: pg.Pool,
  tables: readonly PartitionedTable[],
  nowMs: number,
  monthsAhead: number = MONTHS_AHEAD,
): Promise<void> {
  for (const table of tables) {
    const made = new Set((await partitionsOf(pool, table.name)).map(({ name }) => name))
    for (let later = 0; later <= monthsAhead; later++) {
      const month = monthOf(nowMs, later)
      const name = `${table.name}_${month.name}`
      if (!made.has(name)) await retrying(name, () => inTransaction(pool, (tx) => make(tx, table, name, month.from, month.to)))
    }
  }
}

async function make(tx: pg.ClientBase, table: PartitionedTable, name: string, from: number, to: number): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
  if ((await partitionsOf(tx, table.name)).some((partition) => partition.name === name)) return
  const storage = table.storage && `with (${table.storage})`
  await tx.query(
    `create table ${name} (like ${table.name} including defaults including constraints including storage) ${storage}`,
  )
  // With this the attach need not read the rows; there are none, but the parent is locked while it looks.
  await tx.query(`alter table ${name} add constraint ${name}_range check (id >= ${from} and id < ${to})`)
  await tx.query(`alter table ${table.name} attach partition ${name} for values from (${from}) to (${to})`)
  await tx.query(`alter table ${name} drop constraint ${name}_range`)
}

export interface Partition {
  readonly table: string
  readonly name: string
  /** Range of ids; `to` is the first that is not in it. */
  readonly from: number
  readonly to: number
  /** A removal was interrupted: readers no longer see it. */
  readonly leaving: boolean
}

/** The partitions of a table, oldest first. */
export async function partitionsOf(db: pg.Pool | pg.ClientBase, table: string): Promise<Partition[]> {
  const { rows } = await db.query<{ name: string; bound: string; leaving: boolean }>(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound, i.inhdetachpending as leaving
     from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass($1)`,
    [table],
  )
  return rows
    .map(({ name, bound, leaving }) => {
      const [from = 0, to = 0] = [...bound.matchAll(/'(\d+)'/g)].map(([, id]) => Number(id))
      return { table, name, from, to, leaving }
    })
    .sort((a, b) => a.from - b.from)
}

/**
 * Removes the partitions that lie wholly before an id, oldest first: detached without stopping anybody, then
 * dropped. `closing` runs before each, and must have written by its end what is to outlive the rows; when it
 * throws, the partition stays.
 */
export async function dropPartitionsBefore(
  pool: pg.Pool,
  tables: readonly PartitionedTable[],
  beforeId: number,
  closing: (partition: Partition) => Promise<void> = async () => {},
): Promise<Partition[]> {
  const dropped: Partition[] = []
  for (const table of tables) {
    for (const partition of await partitionsOf(pool, table.name)) {
      if (partition.to > beforeId) break
      if (!partition.leaving) await closing(partition)
      await retrying(partition.name, () => detach(pool, partition))
      await pool.query(`drop table if exists ${partition.name}`)
      log.info('old rows are dropped', { file: partition.name })
      dropped.push(partition)
    }
  }
  return dropped
}

/** In two transactions of its own, so it cannot be inside one; a first half that was interrupted is finished. */
async function detach(pool: pg.Pool, { table, name }: Partition): Promise<void> {
  const current = (await partitionsOf(pool, table)).find((partition) => partition.name === name)
  if (current === undefined) return
  await pool.query(`alter table ${table} detach partition ${name} ${current.leaving ? 'finalize' : 'concurrently'}`)
}

/** How many months after this one have all their partitions: an alarm is due below 1. */
export async function partitionsAhead(pool: pg.Pool, tables: readonly PartitionedTable[], nowMs: number): Promise<number> {
  const names = new Set((await Promise.all(tables.map(({ name }) => partitionsOf(pool, name)))).flat().map(({ name }) => name))
  let months = 0
  while (tables.length > 0 && tables.every((table) => names.has(`${table.name}_${monthOf(nowMs, months + 1).name}`))) months += 1
  return months
}

async function inTransaction(pool: pg.Pool, work: (tx: pg.ClientBase) => Promise<void>): Promise<void> {
  const tx = await pool.connect()
  try {
    await tx.query(`begin; set local lock_timeout = '${LOCK_TIMEOUT}'`)
    await work(tx)
    await tx.query('commit')
  } catch (error) {
    await tx.query('rollback').catch(() => {})
    throw error
  } finally {
    tx.release()
  }
}

async function retrying(name: string, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!PASSING.has((error as { code?: string }).code ?? '') || attempt === TRIES) throw error
      if (attempt === 1) log.info('a partition waits for others', { file: name })
      await sleep(PAUSE_MS)
    }
  }
}
