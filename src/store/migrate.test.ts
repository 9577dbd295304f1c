import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { CannotStart } from './cannot-start.ts'
import { migrate, readMigrations } from './migrate.ts'

let database: TestDatabase
let pool: pg.Pool
let folder: string

beforeEach(async () => {
  database = await createDatabase({ migrated: false })
  pool = new pg.Pool(database.config)
  pool.on('error', () => {}) // its database is dropped under idle connections
  folder = mkdtempSync(join(tmpdir(), 'heliogram-test-migrations-'))
})
afterEach(async () => {
  await pool.end()
  await database.drop()
  rmSync(folder, { recursive: true })
})

const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql)
const people = () => write('0001-people.sql', 'create table people (id int primary key);\ninsert into people values (1);\n')
const oneLine = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CannotStart)
  assert.match(error.message, pattern)
  assert.doesNotMatch(error.message, /\n/)
  return true
}

test('files are applied once, in the order of their numbers, and what is new is added later', async () => {
  people()
  write('0002-names.sql', `alter table people add name text not null default 'nobody';`)
  assert.deepEqual(await migrate(pool, folder), ['0001-people', '0002-names'])
  assert.deepEqual(await migrate(pool, folder), [])
  write('0010-more.sql', `insert into people values (2, 'somebody');`)
  assert.deepEqual(await migrate(pool, folder), ['0010-more'])
  assert.deepEqual((await pool.query('select id, name from people order by id')).rows, [
    { id: 1, name: 'nobody' },
    { id: 2, name: 'somebody' },
  ])
})

test('programs that start at once apply each file once', async () => {
  people()
  write('0002-index.sql', '-- no transaction\ncreate index concurrently people_id on people (id);\n')
  const applied = await Promise.all([1, 2, 3].map(() => migrate(pool, folder)))
  assert.deepEqual(applied.flat().sort(), ['0001-people', '0002-index'])
})

test('a file that fails leaves nothing behind, and is named', async () => {
  write('0001-half.sql', 'create table whole (id int);\ninsert into whole values (1 / 0);\n')
  await assert.rejects(migrate(pool, folder), /^Error: 0001-half\.sql: division by zero/)
  assert.deepEqual((await pool.query(`select to_regclass('whole') as it`)).rows, [{ it: null }])
  write('0001-half.sql', 'create table whole (id int);\n')
  assert.deepEqual(await migrate(pool, folder), ['0001-half'])
})

test('a file without a transaction runs statement by statement, and again from its beginning after a failure', async () => {
  people()
  const index = 'create index concurrently if not exists people_id on people (id);\n'
  write('0002-index.sql', `-- no transaction\n-- an index; built while others write\n${index}select 1 / 0;\n`)
  await assert.rejects(migrate(pool, folder), /0002-index\.sql: division by zero/)
  write('0002-index.sql', `-- no transaction\n${index}`)
  assert.deepEqual(await migrate(pool, folder), ['0002-index'])
})

test('a change waits for a lock a little at a time, so that others can work between', async () => {
  people()
  await migrate(pool, folder)
  write('0002-names.sql', 'alter table people add name text;')
  const holder = await pool.connect()
  await holder.query('begin; lock table people')
  const migrating = migrate(pool, folder)
  while ((await pool.query('select from pg_locks where not granted')).rowCount === 0);
  while ((await pool.query('select from pg_locks where not granted')).rowCount !== 0);
  await holder.query('commit')
  holder.release()
  assert.deepEqual(await migrating, ['0002-names'])
})

test('a file that was changed after it was applied is refused', async () => {
  people()
  await migrate(pool, folder)
  write('0001-people.sql', 'create table people (id bigint primary key);\n')
  await assert.rejects(migrate(pool, folder), oneLine(/^0001-people\.sql is not what was applied/))
})

test('line ends of another system are not a change', async () => {
  people()
  await migrate(pool, folder)
  write('0001-people.sql', 'create table people (id int primary key);\r\ninsert into people values (1);\r\n')
  assert.deepEqual(await migrate(pool, folder), [])
})

// how a newer program's file begins, and whether an older program still runs
const newer: [begins: string, runs: boolean][] = [
  ['', true],
  ['-- A new table; old programs need not know it.\n', true],
  ['-- Renames what old programs use.\n-- breaking\n', false],
  ['-- breaking: the column is gone\n', false],
  [`insert into people values (7);\n-- breaking, it says too late\n`, true],
]
for (const [begins, runs] of newer) {
  test(`an older program ${runs ? 'goes on' : 'refuses to run'} after ${JSON.stringify(begins)}`, async () => {
    people()
    await migrate(pool, folder)
    const newerFolder = join(folder, 'newer')
    mkdirSync(newerFolder)
    writeFileSync(
      join(newerFolder, '0001-people.sql'),
      'create table people (id int primary key);\ninsert into people values (1);\n',
    )
    writeFileSync(join(newerFolder, '0002-change.sql'), `${begins}create table more (id int);\n`)
    await migrate(pool, newerFolder)
    if (runs) assert.deepEqual(await migrate(pool, folder), [])
    else await assert.rejects(migrate(pool, folder), oneLine(/newer Heliogram \(0002-change\).*start the newer one$/))
  })
}

test('a database of another line of versions is refused', async () => {
  people()
  await migrate(pool, folder)
  rmSync(join(folder, '0001-people.sql'))
  write('0001-persons.sql', 'create table persons (id int);')
  await assert.rejects(migrate(pool, folder), oneLine(/has 0001-people, this program has 0001-persons/))
})

test('two files of one number, or one with an odd name, do not start', () => {
  people()
  write('0001-other.sql', '')
  assert.throws(() => readMigrations(folder), /0001-people: the number is taken by 0001-other/)
  rmSync(join(folder, '0001-other.sql'))
  write('2-short.sql', '')
  assert.throws(() => readMigrations(folder), /2-short\.sql: migrations are called NNNN-name\.sql/)
})

test('our own migrations can be read, and each tells what it is', () => {
  const migrations = readMigrations()
  assert.ok(migrations.length > 0)
  for (const { sql, name } of migrations) assert.match(sql, /^-- /, `${name}.sql begins with a comment`)
})
