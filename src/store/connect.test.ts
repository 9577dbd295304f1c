import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { CannotStart } from './cannot-start.ts'
import { openStore, type Store } from './connect.ts'
import { ConnectionLost } from './session.ts'
import { SETTLE_SETTINGS } from './session-settings.ts'
import { transaction } from './transaction.ts'

let opened: Awaited<ReturnType<typeof openTestStore>>
let store: Store
before(async () => {
  opened = await openTestStore()
  store = opened.store
})
after(() => opened.close())

const statement = (text: string) => ({ name: createHash('md5').update(text).digest('hex'), text })

test('an int8 is a number while that is exact, and a bigint beyond', async () => {
  const rows = await store.session.run(
    statement('select 9007199254740991::int8, 9007199254740992::int8, array[1, null]::int8[], count(*) from (select) t'),
    [],
  )
  assert.deepEqual(rows, [[9007199254740991, 9007199254740992n, [1, null], 1]])
})

test('a dedicated connection has the settings it was asked for, and those of all our sessions', async () => {
  const client = store.client('settle', SETTLE_SETTINGS)
  await client.ready()
  const text = `select current_setting('enable_hashjoin'), current_setting('timezone'), current_setting('application_name')`
  assert.deepEqual(await client.run(statement(text), []), [['off', 'UTC', 'heliogram settle']])
  await client.close()
})

test('a no of the database keeps its code, and the connection', async () => {
  const client = store.client('failing')
  await client.ready()
  await assert.rejects(client.run(statement('select 1 / 0'), []), { code: '22012' })
  assert.equal(client.alive, true)
  await client.close()
})

test('a statement whose connection breaks has an unknown outcome; then the connection comes back by itself', async () => {
  const client = store.client('accept')
  await client.ready()
  const back = new Promise<void>((resolve) => client.onReconnect(resolve))
  const [[pid] = []] = await client.run(statement('select pg_backend_pid()'), [])
  const slow = client.run(statement('select pg_sleep(60)'), [])
  const failed = assert.rejects(slow, (error) => error instanceof ConnectionLost && error.outcome === 'unknown')
  await untilActive(Number(pid))
  await store.pool.query('select pg_terminate_backend($1)', [pid])
  await failed
  await back
  assert.deepEqual(await client.run(statement('select 1'), []), [[1]])
  await client.close()
})

test('what waits behind a statement that broke was not sent, and says so', async () => {
  const client = store.client('queue')
  await client.ready()
  const [[pid] = []] = await client.run(statement('select pg_backend_pid()'), [])
  const outcomes = Promise.allSettled([client.run(statement('select pg_sleep(60)'), []), client.run(statement('select 2'), [])])
  await untilActive(Number(pid))
  await store.pool.query('select pg_terminate_backend($1)', [pid])
  const told = (await outcomes).map((result) =>
    result.status === 'rejected' ? (result.reason as ConnectionLost).outcome : result.value,
  )
  assert.deepEqual(told, ['unknown', 'not done'])
  await client.close()
})

test('a listener hears on after its connection was cut', async () => {
  const client = store.client('listen')
  await client.ready()
  const heard: string[] = []
  let wake = () => {}
  await client.listen('changed', (payload) => {
    heard.push(payload)
    wake()
  })
  const next = () => new Promise<void>((resolve) => (wake = resolve))
  let waiting = next()
  await store.pool.query(`notify changed, 'first'`)
  await waiting
  const back = new Promise<void>((resolve) => client.onReconnect(resolve))
  await store.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'heliogram listen'`)
  await back
  waiting = next()
  await store.pool.query(`notify changed, 'second'`)
  await waiting
  assert.deepEqual(heard, ['first', 'second'])
  await client.close()
})

test('a transaction that had failed inside is not taken for committed', async () => {
  const work = transaction(store.pool, async (tx) => {
    await tx.query('select 1 / 0').catch(() => {})
  })
  await assert.rejects(work, /rolled back/)
})

test('what throws is rolled back, what returns is committed', async () => {
  await store.pool.query('create table notes (note text)')
  const failing = transaction(store.pool, async (tx) => {
    await tx.query(`insert into notes values ('lost')`)
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, /changed my mind/)
  assert.equal(await transaction(store.pool, async (tx) => (await tx.query(`insert into notes values ('kept')`)).rowCount), 1)
  assert.deepEqual((await store.pool.query('select note from notes')).rows, [{ note: 'kept' }])
})

test('a transaction whose connection breaks before the commit did nothing', async () => {
  const work = transaction(store.pool, async (tx) => {
    const { rows } = await tx.query('select pg_backend_pid() as pid')
    await store.pool.query('select pg_terminate_backend($1)', [rows[0].pid])
    await tx.query('select 1')
  })
  await assert.rejects(work, (error) => error instanceof ConnectionLost && error.outcome === 'not done')
})

test('a DATABASE_URL that leads nowhere is told in one line, without its password', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  server.close()
  await once(server, 'close')
  const opening = openStore({ databaseUrl: `postgresql://me:secret@127.0.0.1:${port}/centre`, dataDir: '' })
  await assert.rejects(opening, (error) => {
    assert.ok(error instanceof CannotStart)
    assert.equal(
      error.message,
      `The database centre at 127.0.0.1:${port} (DATABASE_URL) does not let us in: nothing listens there`,
    )
    return true
  })
})

test('a database that does not exist is told in one line', async () => {
  const url = opened.database.url.replace(/\/test_\w+/, '/elsewhere')
  await assert.rejects(
    openStore({ databaseUrl: url, dataDir: '' }),
    /^CannotStart: .* does not let us in: database "elsewhere" does not exist$/,
  )
})

/** The statement of this backend has reached the server. */
async function untilActive(pid: number): Promise<void> {
  for (;;) {
    const { rowCount } = await store.pool.query(`select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`, [pid])
    if (rowCount) return
  }
}
