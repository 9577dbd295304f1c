import { createWriteStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { now } from '../clock.ts'
import { partitionsOf } from './partitions.ts'

/** What an export holds. Written last: a folder without it is not a whole export. */
export interface Manifest {
  readonly format: 1
  readonly madeAtMs: number
  readonly server: string // PostgreSQL's version
  readonly schema: readonly { readonly number: number; readonly name: string; readonly checksum: string }[]
  /** In an order in which each table comes after those it refers to. */
  readonly tables: readonly ExportedTable[]
  readonly sequences: readonly { readonly name: string; readonly last: string }[]
}

export interface ExportedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly slices: readonly Slice[]
}

/** A table's rows, or one partition's, as gzipped COPY text. */
export interface Slice {
  readonly file: string
  readonly rows: number
  readonly partition?: { readonly name: string; readonly from: number; readonly to: number; readonly storage: string }
}

export const MANIFEST = 'manifest.json'

/**
 * Writes everything into an empty folder: a backup, or the way to another server or version.
 *
 * All tables are read as of one moment, or balances and postings would not agree. For that one read-only
 * transaction stays open until the last row is written: here a consistent copy wins over the rule that no
 * transaction of ours lasts longer than a second, and its price is that dead rows stay until the end. It locks
 * nobody out. Rows are streamed, a partition at a time, so memory stays small whatever the size.
 */
export async function exportAll(pool: pg.Pool, folder: string): Promise<Manifest> {
  await prepare(folder)
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0')
    await client.query('begin isolation level repeatable read, read only')
    const tables: ExportedTable[] = []
    for (const table of await tablesInOrder(client)) tables.push(await exportTable(client, table, folder))
    const manifest: Manifest = {
      format: 1,
      madeAtMs: now(),
      server: (await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version ?? '',
      schema: (await client.query(`select number, name, checksum from ${JOURNAL} order by number`)).rows,
      tables,
      sequences: (await client.query(SEQUENCES)).rows,
    }
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    return manifest
  } finally {
    client.release(true)
  }
}

// What the migrations keep for themselves: told in the manifest, not copied.
const JOURNAL = 'schema_migrations'

/** Hashes of passwords and texts of messages lie here: only its owner may look in. */
async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty`)
}

const SEQUENCES = `
  select sequencename as name, coalesce(last_value, 0)::text as last from pg_sequences where schemaname = 'public' and last_value is not null order by 1`

interface Table {
  readonly oid: number
  readonly name: string
  readonly partitioned: boolean
  readonly columns: string[]
  readonly refers: string[]
}

const TABLES = `
  select c.oid, c.relname as name, c.relkind = 'p' as partitioned,
    array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns,
    array(select confrelid::regclass::text from pg_constraint where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as refers
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> '${JOURNAL}'
  order by c.relname`

export async function tablesInOrder(db: pg.ClientBase): Promise<Table[]> {
  const waiting = new Map((await db.query<Table>(TABLES)).rows.map((table) => [table.name, table]))
  const ordered: Table[] = []
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ refers }) => !refers.some((name) => waiting.has(name)))
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}`)
    for (const table of free) waiting.delete(table.name)
    ordered.push(...free)
  }
  return ordered
}

async function exportTable(client: pg.ClientBase, { name, partitioned, columns }: Table, folder: string): Promise<ExportedTable> {
  if (!partitioned) return { name, columns, slices: [await exportSlice(client, name, columns, folder)] }
  const slices: Slice[] = []
  for (const partition of await partitionsOf(client, name)) {
    if (partition.leaving) continue
    const { rows } = await client.query<{ storage: string }>(
      `select coalesce(array_to_string(reloptions, ', '), '') as storage from pg_class where oid = $1::regclass`,
      [partition.name],
    )
    const slice = await exportSlice(client, partition.name, columns, folder)
    const { name: partitionName, from, to } = partition
    slices.push({ ...slice, partition: { name: partitionName, from, to, storage: rows[0]?.storage ?? '' } })
  }
  return { name, columns, slices }
}

async function exportSlice(client: pg.ClientBase, name: string, columns: readonly string[], folder: string): Promise<Slice> {
  const file = `${name}.copy.gz`
  const rows = client.query(copyTo(`copy ${name} (${columns.map((column) => `"${column}"`).join(', ')}) to stdout`))
  await pipeline(rows, createGzip({ level: 1 }), createWriteStream(join(folder, file), { mode: 0o600, flags: 'wx' }))
  return { file, rows: rows.rowCount }
}
