import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { idOfTime } from '../domain/message-id.ts'
import { exportAll, MANIFEST, tablesInOrder } from './export.ts'
import { importAll } from './import.ts'
import { migrate } from './migrate.ts'
import { ensurePartitions, PARTITIONED_TABLES } from './partitions.ts'
import { dumpSchema } from './schema-dump.ts'

const NOVEMBER = Date.UTC(2026, 10, 22)
const scratch = mkdtempSync(join(tmpdir(), 'heliogram-test-export-'))
const opened: { pool: pg.Pool; database: TestDatabase }[] = []
let exported = 0
const newFolder = () => join(scratch, `export-${++exported}`)

async function open(): Promise<pg.Pool> {
  const database = await createDatabase({ migrated: false })
  const pool = new pg.Pool(database.config)
  pool.on('error', () => {}) // its database is dropped under idle connections
  pool.on('connect', (client) => client.on('error', () => {})) // as the store's own pool does
  opened.push({ pool, database })
  return pool
}

let source: pg.Pool
const folder = newFolder()
before(async () => {
  source = await open()
  await migrate(source)
  await ensurePartitions(source, PARTITIONED_TABLES, NOVEMBER)
  await source.query(`
    insert into tariffs (name) values ('retail');
    insert into accounts (login, payer_id, tariff_id, balance, settings)
      values ('main', 1, 1, -9223372036854775807, '{"a": "\\\\ tab\\t \\u044f"}'), ('sub', 1, 1, 0, '{}');
    update accounts set parent_id = 1 where id = 2;
    insert into postings (account_id, id, kind, amount, note) values (1, 7, 1, -9223372036854775807, E'line\\nbreak \\\\N \\t end');
    update settings set value = '"17"' where name = 'catalogue_version'`)
  const { rows } = await source.query(MESSAGE_COLUMNS)
  for (const [i, ms] of [NOVEMBER, Date.UTC(2026, 11, 5), Date.UTC(2027, 0, 9)].entries()) {
    await source.query(
      `insert into messages (${rows.map(({ name }) => name)}, body, octets) values (${rows.map(({ name, zero }) => (name === 'id' ? idOfTime(ms) : zero))}, $1, $2)`,
      [i === 0 ? null : `текст ${i} \\ \t\n🙂`, Buffer.from([0, 255, 92])],
    )
  }
  await exportAll(source, folder)
})
afterEach(async () => {
  for (const { pool, database } of opened.splice(1)) {
    await pool.end()
    await database.drop()
  }
})
after(async () => {
  for (const { pool, database } of opened) {
    await pool.end()
    await database.drop()
  }
  rmSync(scratch, { recursive: true })
})

// What must be given, with something that fits; so a new column is no reason to change this test.
const MESSAGE_COLUMNS = `
  select attname as name, case when atttypid = 'text'::regtype then '''x''' else '1' end as zero from pg_attribute
  where attrelid = 'messages'::regclass and attnum > 0 and attnotnull and not atthasdef and not attisdropped`

/** Every row of every table, as text. */
async function contents(pool: pg.Pool): Promise<Record<string, string[]>> {
  const client = await pool.connect()
  const all: Record<string, string[]> = {}
  for (const { name } of await tablesInOrder(client)) {
    all[name] = (await client.query(`select tableoid::regclass || ' ' || t::text as row from ${name} t order by 1`)).rows.map(
      ({ row }) => row,
    )
  }
  client.release()
  return all
}

test('what is exported from one database and imported into another is the same, row for row', async () => {
  const target = await open()
  await importAll(target, folder)
  const rows = await contents(target)
  assert.deepEqual(rows, await contents(source))
  assert.equal(rows.messages?.length, 3)
  assert.equal(rows.accounts?.length, 2)
  assert.equal(await dumpSchema(target), await dumpSchema(source))
})

test('numbers go on where they were, and partitions stay in use', async () => {
  const target = await open()
  await importAll(target, folder)
  const { rows } = await target.query(`insert into accounts (login, payer_id, tariff_id) values ('next', 1, 1) returning id`)
  assert.deepEqual(rows, [{ id: 3 }])
  await ensurePartitions(target, PARTITIONED_TABLES, NOVEMBER)
})

test('the files are for their owner only, and say what is in them', { skip: process.platform === 'win32' }, () => {
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name)
  assert.equal(statSync(folder).mode & 0o077, 0)
  const { tables } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'))
  const names = tables.map(({ name }: { name: string }) => name)
  assert.ok(names.indexOf('tariffs') < names.indexOf('accounts') && names.indexOf('accounts') < names.indexOf('passwords'))
})

test('an export is of one moment, though others write meanwhile', async () => {
  const writer = await source.connect()
  let writing = true
  const transfers = (async () => {
    while (writing)
      await writer.query('update accounts set balance2 = balance2 + case id when 1 then -1 else 1 end where id in (1, 2)')
  })()
  const during = newFolder()
  await exportAll(source, during)
  writing = false
  await transfers
  writer.release()
  const target = await open()
  await importAll(target, during)
  assert.deepEqual((await target.query('select sum(balance2)::int from accounts')).rows, [{ sum: 0 }])
})

test('an export goes nowhere but into an empty folder', async () => {
  await assert.rejects(exportAll(source, folder), /is not empty/)
})

test('a file that is short, or not there, leaves the database empty', async () => {
  const damaged = newFolder()
  const { tables } = await exportAll(source, damaged)
  const last = tables.at(-1)?.slices.at(-1)?.file ?? ''
  const target = await open()
  for (const damage of [
    () => writeFileSync(join(damaged, 'postings.copy.gz'), gzipSync('')),
    () => rmSync(join(damaged, last)),
  ]) {
    damage()
    await assert.rejects(importAll(target, damaged))
    assert.deepEqual((await target.query('select count(*)::int from accounts')).rows, [{ count: 0 }])
  }
  rmSync(join(damaged, MANIFEST))
  await assert.rejects(importAll(target, damaged), /not a whole export/)
})

test('rows that are there already are not written over', async () => {
  const target = await open()
  await migrate(target)
  await target.query(`insert into tariffs (name) values ('mine')`)
  await assert.rejects(importAll(target, folder), /not empty: there are rows in tariffs/)
})

test('an export of an older version is migrated as its own database would have been', async () => {
  const old = join(scratch, 'old')
  const current = join(scratch, 'current')
  for (const place of [old, current]) {
    mkdirSync(place)
    writeFileSync(join(place, '0001-people.sql'), 'create table people (name text);')
  }
  writeFileSync(join(current, '0002-length.sql'), 'alter table people add length int; update people set length = length(name);')
  const before = await open()
  await migrate(before, old)
  await before.query(`insert into people values ('Anna')`)
  const made = newFolder()
  await exportAll(before, made)

  const target = await open()
  await importAll(target, made, current)
  assert.deepEqual((await target.query('select name, length from people')).rows, [{ name: 'Anna', length: 4 }])

  const ahead = await open()
  await migrate(ahead, current)
  await assert.rejects(importAll(ahead, made, current), /is at 0002-length already/)
  await assert.rejects(importAll(await open(), folder, current), /which this version does not know/)
})
