import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { sleep } from '../clock.ts'
import { log } from '../log.ts'
import { CannotStart } from './cannot-start.ts'

export interface Migration {
  readonly number: number
  /** As the file is called, without `.sql`. */
  readonly name: string
  readonly sql: string
  readonly checksum: string
  /** An older program cannot work with the schema after it: `-- breaking` in the comment at its beginning. */
  readonly breaking: boolean
  /** For `create index concurrently` and its like: `-- no transaction` on the first line. */
  readonly transactional: boolean
}

export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url))

/** Reads `NNNN-name.sql` files, in the order of their numbers. */
export function readMigrations(folder: string = MIGRATIONS): Migration[] {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const [, name, number] = /^((\d{4})-[a-z0-9-]+)\.sql$/.exec(file) ?? []
      if (name === undefined) throw new Error(`${file}: migrations are called NNNN-name.sql`)
      const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n')
      const head = /^(\s*--[^\n]*\n)*/.exec(sql)?.[0] ?? ''
      return {
        number: Number(number),
        name,
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
        breaking: /^-- breaking\b/m.test(head),
        transactional: !/^-- no transaction\b/.test(sql),
      }
    })
  for (const [i, { number, name }] of migrations.entries()) {
    if (migrations[i - 1]?.number === number) throw new Error(`${name}: the number is taken by ${migrations[i - 1]?.name}`)
  }
  return migrations
}

interface Applied {
  readonly number: number
  readonly name: string
  readonly checksum: string
  readonly breaking: boolean
}

// "Heliogram migrations", as a number nobody else uses.
const LOCK = 7_435_416_410

/**
 * Brings the database to the schema of this program, and returns the names of what was applied. Several
 * programs may do so at once: one works, the others wait. A program older than the schema goes on, unless a
 * migration it does not know is marked as breaking. `upTo`: none with a higher number (imports).
 * @throws {CannotStart} when the schema is not ours to work with.
 */
export async function migrate(
  pool: pg.Pool,
  folder: string = MIGRATIONS,
  upTo: number = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const migrations = readMigrations(folder).filter(({ number }) => number <= upTo)
  const client = await pool.connect()
  try {
    await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`)
    await lock(client)
    await client.query(`create table if not exists schema_migrations (
      number int primary key, name text not null, checksum text not null, breaking boolean not null,
      applied_at timestamptz not null default now())`)
    const missing = toApply(migrations, await appliedTo(client))
    for (const migration of missing) {
      log.info('changing the schema', { file: migration.name })
      await apply(client, migration)
    }
    return missing.map(({ name }) => name)
  } finally {
    // Ending the session gives up the lock and the settings of this one.
    client.release(true)
  }
}

/**
 * Asks again and again instead of waiting inside the database: a waiting session holds a snapshot, and building
 * an index concurrently waits for all snapshots to end, so that two starting programs would wait for each other.
 */
async function lock(client: pg.ClientBase): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [LOCK])
    if (rows[0]?.locked) return
    await sleep(100)
  }
}

async function appliedTo(client: pg.ClientBase): Promise<Applied[]> {
  const { rows } = await client.query<Applied>('select number, name, checksum, breaking from schema_migrations order by number')
  return rows
}

function toApply(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const ours = new Map(migrations.map((migration) => [migration.number, migration]))
  const newest = migrations.at(-1)?.number ?? 0
  for (const row of applied) {
    const migration = ours.get(row.number)
    if (migration === undefined && row.number > newest) {
      if (row.breaking) {
        throw new CannotStart(
          `The database was changed by a newer Heliogram (${row.name}), and this version cannot work with it: start the newer one`,
        )
      }
    } else if (migration?.name !== row.name) {
      throw new CannotStart(
        `The database has ${row.name}, this program has ${migration?.name ?? 'no such change'}: they are not of one line of versions`,
      )
    } else if (migration.checksum !== row.checksum) {
      throw new CannotStart(
        `${row.name}.sql is not what was applied to this database: put its text back, and make a new migration`,
      )
    }
  }
  const known = new Set(applied.map(({ number }) => number))
  return migrations.filter(({ number }) => !known.has(number))
}

const LOCK_TIMEOUT = '500ms'
const TRIES = 120
// lock_not_available and deadlock_detected: somebody's long statement was in the way.
const PASSING = new Set(['55P03', '40P01'])

/** A change that waits for a lock makes everybody behind it wait too, so it waits briefly, and many times. */
async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await (migration.transactional ? applyWhole(client, migration) : applyEach(client, migration))
      return
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      if (!PASSING.has(code ?? '')) throw new Error(`${migration.name}.sql: ${message}`, { cause: error })
      if (attempt === TRIES) {
        throw new CannotStart(
          `${migration.name}.sql does not get its locks: a long transaction holds them, end it and start again`,
        )
      }
      log.warn('a change of the schema waits for others', { file: migration.name, count: attempt })
      await sleep(500)
    }
  }
}

async function applyWhole(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(`begin; set local lock_timeout = '${LOCK_TIMEOUT}'`)
    await client.query(migration.sql)
    await record(client, migration)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/**
 * Statement by statement (each ends with `;` at the end of a line, so no function bodies here). A crash
 * half-way repeats the file from its beginning: `if exists` and `if not exists` belong into it.
 */
async function applyEach(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`)
  for (const statement of migration.sql.split(/;[ \t]*$/m)) {
    if (statement.replaceAll(/--[^\n]*/g, '').trim() !== '') await client.query(statement)
  }
  await record(client, migration)
}

async function record(client: pg.ClientBase, { number, name, checksum, breaking }: Migration): Promise<void> {
  await client.query('insert into schema_migrations (number, name, checksum, breaking) values ($1, $2, $3, $4)', [
    number,
    name,
    checksum,
    breaking,
  ])
}
