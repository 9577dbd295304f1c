import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type ExportedTable, MANIFEST, type Manifest, type Slice, tablesInOrder } from './export.ts'
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts'

/** Filled by the migrations themselves; an import replaces them. */
const SEEDED = new Set(['settings'])

/**
 * Brings an export into a database in which nothing is yet, all of it or nothing. An export of an older version
 * is read into the schema of that version first, and then migrated as its own database would have been; so the
 * database must not have been migrated further already.
 * @throws with one line when export and database do not fit, or a file is not what the manifest says.
 */
export async function importAll(pool: pg.Pool, folder: string, migrations: string = MIGRATIONS): Promise<Manifest> {
  const manifest = await readManifest(folder)
  const newest = checkSchema(manifest, migrations)
  await migrate(pool, migrations, newest)
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0')
    await client.query('begin')
    await empty(client, newest)
    for (const table of manifest.tables) for (const slice of table.slices) await importSlice(client, table, slice, folder)
    for (const { name, last } of manifest.sequences) await client.query('select setval($1::regclass, $2::int8)', [name, last])
    const { command } = await client.query('commit')
    if (command !== 'COMMIT') throw new Error('the import was rolled back')
  } finally {
    client.release(true)
  }
  await migrate(pool, migrations)
  await pool.query('analyze')
  return manifest
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) throw new Error(`${folder} is not a whole export: it has no ${MANIFEST}`)
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format !== 1) throw new Error(`${folder} was exported by a newer Heliogram: import it with that`)
  return manifest
}

/** The number of the export's newest migration, all of which must be ours too. */
function checkSchema(manifest: Manifest, migrations: string): number {
  const ours = new Map(readMigrations(migrations).map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of manifest.schema) {
    if (ours.get(number)?.checksum !== checksum)
      throw new Error(`the export has ${name}, which this version does not know: import it with the version that made it`)
  }
  return manifest.schema.at(-1)?.number ?? 0
}

/** Makes sure that nothing is there but what the migrations put in, and takes that out. */
async function empty(client: pg.ClientBase, newest: number): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    'select number, name from schema_migrations order by number desc limit 1',
  )
  if ((rows[0]?.number ?? 0) > newest) {
    throw new Error(
      `the database is at ${rows[0]?.name} already, further than the export: import into one that was never started`,
    )
  }
  for (const { name } of await tablesInOrder(client)) {
    if (SEEDED.has(name)) {
      await client.query(`delete from ${name}`)
      continue
    }
    const { rowCount } = await client.query(`select from ${name} limit 1`)
    if (rowCount) throw new Error(`the database is not empty: there are rows in ${name}`)
  }
}

async function importSlice(
  client: pg.ClientBase,
  table: ExportedTable,
  { file, rows, partition }: Slice,
  folder: string,
): Promise<void> {
  if (partition) {
    const storage = partition.storage && `with (${partition.storage})`
    await client.query(
      `create table if not exists ${partition.name} partition of ${table.name} for values from (${partition.from}) to (${partition.to}) ${storage}`,
    )
  }
  const columns = table.columns.map((column) => `"${column}"`).join(', ')
  const sink = client.query(copyFrom(`copy ${partition?.name ?? table.name} (${columns}) from stdin`))
  await pipeline(createReadStream(join(folder, file)), createGunzip(), sink)
  if (sink.rowCount !== rows) throw new Error(`${file} holds ${sink.rowCount} rows, the manifest says ${rows}`)
}
