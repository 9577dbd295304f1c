import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { deadRows, freeBytes, oldestTransactionMs } from './health.ts'

let opened: Awaited<ReturnType<typeof openTestStore>>
before(async () => {
  opened = await openTestStore()
})
after(() => opened.close())

test('dead rows are told by table, those of partitions with their table', async () => {
  const { pool } = opened.store
  await pool.query(`
    create table events (id bigint not null) partition by range (id);
    create table events_1 partition of events for values from (0) to (10);
    create table events_2 partition of events for values from (10) to (20);
    create table plain (id int)`)
  const client = await pool.connect()
  await client.query('insert into events select * from generate_series(0, 19); insert into plain values (1), (2), (3)')
  await client.query('delete from events where id in (3, 4, 14); delete from plain where id = 1')
  await client.query('select pg_stat_force_next_flush()')
  client.release()
  const rows = await deadRows(pool)
  assert.deepEqual(
    rows.filter(({ table }) => table.startsWith('events') || table === 'plain'),
    [
      { table: 'events', live: 17, dead: 3 },
      { table: 'plain', live: 2, dead: 1 },
    ],
  )
})

test('the oldest transaction grows older until it ends', async () => {
  const { pool } = opened.store
  assert.equal(await oldestTransactionMs(pool), 0)
  const client = await pool.connect()
  await client.query('begin')
  await client.query('select 1')
  const first = await oldestTransactionMs(pool)
  assert.ok(first > 0)
  assert.ok((await oldestTransactionMs(pool)) > first)
  await client.query('commit')
  client.release()
  assert.equal(await oldestTransactionMs(pool), 0)
})

test('free space is that of the folder’s disk', async () => {
  assert.ok((await freeBytes(tmpdir())) > 0)
  await assert.rejects(freeBytes('/no/such/folder'), { code: 'ENOENT' })
})
