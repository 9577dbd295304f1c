import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { idOfTime, monthOf } from '../domain/message-id.ts'
import { openStore, type Store } from './connect.ts'
import { dropPartitionsBefore, ensurePartitions, PARTITIONED_TABLES, partitionsAhead, partitionsOf } from './partitions.ts'

const NOVEMBER = Date.UTC(2026, 10, 22)
const EVENTS = { name: 'events', storage: 'fillfactor = 50' }

let database: TestDatabase
let store: Store
before(async () => {
  database = await createDatabase()
  store = await openStore({ databaseUrl: database.url, dataDir: '', poolSize: 5 })
})
after(async () => {
  await store.close()
  await database.drop()
})
beforeEach(async () => {
  await store.pool.query(`
    drop table if exists events;
    create table events (account_id int not null, id bigint not null, note text not null default 'x', primary key (account_id, id))
      partition by range (id);
    create index on events using brin (id)`)
})

const insert = (ms: number) => store.pool.query('insert into events (account_id, id) values (1, $1)', [idOfTime(ms)])
const names = async () => (await partitionsOf(store.pool, 'events')).map(({ name }) => name)

test('this month and the next three are there, in one run or in ten', async () => {
  assert.equal(await partitionsAhead(store.pool, [EVENTS], NOVEMBER), 0)
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  assert.deepEqual(await names(), ['events_2026_11', 'events_2026_12', 'events_2027_01', 'events_2027_02'])
  assert.equal(await partitionsAhead(store.pool, [EVENTS], NOVEMBER), 3)
  assert.equal(await partitionsAhead(store.pool, [EVENTS], Date.UTC(2027, 0, 1)), 1)
  assert.equal(await partitionsAhead(store.pool, [EVENTS], Date.UTC(2027, 1, 28)), 0)
})

test('the first and the last id of a month lie in it, and keep their table’s form', async () => {
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER, 1)
  const { from, to } = monthOf(NOVEMBER)
  await store.pool.query('insert into events (account_id, id) values (1, $1), (1, $2), (1, $3)', [from, to - 1, to])
  const { rows } = await store.pool.query(
    'select tableoid::regclass::text as name, count(*), min(note) from events group by 1 order by 1',
  )
  assert.deepEqual(rows, [
    { name: 'events_2026_11', count: 2, min: 'x' },
    { name: 'events_2026_12', count: 1, min: 'x' },
  ])
  const { rows: form } = await store.pool.query(
    `select reloptions, (select count(*) from pg_index where indrelid = c.oid) as indices,
       (select count(*) from pg_constraint where conrelid = c.oid and contype = 'c') as checks from pg_class c where relname = 'events_2026_11'`,
  )
  assert.deepEqual(form, [{ reloptions: ['fillfactor=50'], indices: 2, checks: 0 }])
})

test('several nodes make them at once', async () => {
  await Promise.all(Array.from({ length: 4 }, () => ensurePartitions(store.pool, [EVENTS], NOVEMBER)))
  assert.equal((await names()).length, 4)
})

test('a long reader stops neither the making nor other writers', async () => {
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER, 0)
  const reader = await store.pool.connect()
  await reader.query('begin; select * from events')
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  await insert(NOVEMBER)
  await reader.query('rollback')
  reader.release()
  assert.equal((await names()).length, 4)
})

test('a lock that is held is asked for again until it is free', async () => {
  const holder = await store.pool.connect()
  await holder.query('begin; lock table events in access exclusive mode')
  const making = ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  await untilWaiting()
  await holder.query('commit')
  holder.release()
  await making
  assert.equal((await names()).length, 4)
})

test('months wholly before an id are dropped, after what they owe was written; later ones stay', async () => {
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  await insert(NOVEMBER)
  await insert(Date.UTC(2027, 0, 5))
  const closed: string[] = []
  const dropped = await dropPartitionsBefore(
    store.pool,
    [EVENTS],
    idOfTime(Date.UTC(2027, 0, 20)),
    async ({ name }) => void closed.push(name),
  )
  assert.deepEqual(closed, ['events_2026_11', 'events_2026_12'])
  assert.deepEqual(
    dropped.map(({ name }) => name),
    closed,
  )
  assert.deepEqual(await names(), ['events_2027_01', 'events_2027_02'])
  const { rows } = await store.pool.query(`select count(*), to_regclass('events_2026_11') as old from events`)
  assert.deepEqual(rows, [{ count: 1, old: null }])
})

test('a month whose closing fails stays', async () => {
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  const dropping = dropPartitionsBefore(store.pool, [EVENTS], idOfTime(Date.UTC(2027, 0, 20)), () =>
    Promise.reject(new Error('the audit differs')),
  )
  await assert.rejects(dropping, /the audit differs/)
  assert.equal((await names()).length, 4)
})

test('a removal that was interrupted is finished by the next', async () => {
  await ensurePartitions(store.pool, [EVENTS], NOVEMBER)
  const reader = await store.pool.connect()
  await reader.query('begin; select * from events')
  const impatient = await store.pool.connect()
  await impatient.query(`set lock_timeout = '50ms'`)
  await assert.rejects(impatient.query('alter table events detach partition events_2026_11 concurrently'), { code: '55P03' })
  impatient.release(true)
  await reader.query('rollback')
  reader.release()
  assert.equal((await partitionsOf(store.pool, 'events'))[0]?.leaving, true)
  await dropPartitionsBefore(store.pool, [EVENTS], monthOf(NOVEMBER).to)
  assert.deepEqual(await names(), ['events_2026_12', 'events_2027_01', 'events_2027_02'])
})

test('all partitioned tables of the schema are known here, so none is left without partitions', async () => {
  const { rows } = await store.pool.query(
    `select relname as name from pg_class where relkind = 'p' and relname <> 'events' order by 1`,
  )
  assert.deepEqual(
    rows.map(({ name }) => name),
    PARTITIONED_TABLES.map(({ name }) => name).sort(),
  )
  await ensurePartitions(store.pool, PARTITIONED_TABLES, NOVEMBER)
  assert.equal(await partitionsAhead(store.pool, PARTITIONED_TABLES, NOVEMBER), 3)
})

/** Somebody waits for a lock. */
async function untilWaiting(): Promise<void> {
  for (;;) {
    const { rowCount } = await store.pool.query(`select from pg_locks where not granted and relation = 'events'::regclass`)
    if (rowCount) return
  }
}
