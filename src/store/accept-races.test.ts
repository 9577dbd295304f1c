import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { accept } from './accept.ts'
import { wasCommitted } from './committed.ts'
import type { Session } from './session.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const commitFor = (accountIds: readonly number[]) =>
  commitOf(
    db.nextId(),
    accountIds.map((accountId) => newMessage({ id: db.nextId(), accountId })),
  )
const isStored = async (id: number): Promise<boolean> => (await db.rows('select from messages where id = $1', [id])).length === 1

test('two connections race for the last rouble: one wins, and the balance stays at the limit', async () => {
  const account = await db.account({ balance: 1_000_000n })
  const other = await db.another()
  const found = await Promise.all([
    accept(db.sessions.accept, commitFor([account.id])),
    accept(other, commitFor([account.id])),
    accept(db.sessions.accept, commitFor([account.id])),
    accept(other, commitFor([account.id])),
  ])
  assert.deepEqual(found.map(([outcome]) => outcome?.outcome).sort(), ['poor', 'poor', 'poor', 'stored'])
  assert.deepEqual([await db.balanceOf(account.id), await db.postedTo(account.id)], [0n, -1_000_000n])
})

test('two nodes charge the same accounts in opposite orders, and neither waits for the other in a circle', async () => {
  const accounts = [await db.account({ balance: 60_000_000n }), await db.account({ balance: 60_000_000n })]
  const ids = accounts.map(({ id }) => id)
  const other = await db.another()
  const run = async (session: Session, order: readonly number[]): Promise<number> => {
    let stored = 0
    for (let round = 0; round < 40; round++)
      for (const { outcome } of await accept(session, commitFor(order))) stored += outcome === 'stored' ? 1 : 0
    return stored
  }
  const [one, two] = await Promise.all([run(db.sessions.accept, ids), run(other, [...ids].reverse())])
  // 2 × 60 roubles buy 120 messages, whoever was faster.
  assert.equal(one + two, 120)
  for (const { id } of accounts) assert.deepEqual([await db.balanceOf(id), await db.postedTo(id)], [0n, -60_000_000n])
})

/** A connection whose statements stay uncommitted until the test says so. */
async function uncommitted(): Promise<{ session: Session; end: (how: 'commit' | 'rollback') => Promise<void> }> {
  const client = new pg.Client(db.database.config)
  await client.connect()
  await client.query('begin')
  return {
    session: {
      run: async ({ text }, values) =>
        (await client.query({ text, values: [...values], rowMode: 'array' })).rows as unknown as unknown[][],
    },
    async end(how) {
      await client.query(how)
      await client.end()
    },
  }
}

test('a commit whose answer was lost is found, with the numbers it gave out', async () => {
  const account = await db.account()
  const commit = commitFor([account.id])
  await accept(db.sessions.accept, commit)
  assert.deepEqual(await wasCommitted(db.sessions.general, commit), {
    refs: new Map([[commit.messages[0]?.id, 1]]),
    balances: new Map([[account.id, 999_000_000n]]),
  })
})

test('a commit that never reached the database did not happen, and cannot happen any more', async () => {
  const account = await db.account()
  const commit = commitFor([account.id])
  assert.equal(await wasCommitted(db.sessions.general, commit), undefined)
  await assert.rejects(accept(db.sessions.accept, commit), { code: '23505' })
  assert.deepEqual([await isStored(commit.messages[0]?.id ?? 0), await db.balanceOf(account.id)], [false, 1_000_000_000n])
})

for (const how of ['commit', 'rollback'] as const) {
  test(`a commit that still runs on the lost connection is waited for; it ends with a ${how}`, async () => {
    const account = await db.account()
    const commit = commitFor([account.id])
    const lost = await uncommitted()
    await accept(lost.session, commit)
    const question = wasCommitted(db.sessions.general, commit)
    await db.somebodyWaits()
    await lost.end(how)
    assert.equal((await question)?.refs.size, how === 'commit' ? 1 : undefined)
    assert.equal(await isStored(commit.messages[0]?.id ?? 0), how === 'commit')
  })
}

test('a commit that waits for its account while we ask is told not to have happened, and fails when it goes on', async () => {
  const account = await db.account()
  const commit = commitFor([account.id])
  const blocker = await uncommitted()
  await blocker.session.run({ name: 'lock', text: 'select from accounts where id = $1 for update' }, [account.id])
  const running = assert.rejects(accept(db.sessions.accept, commit), { code: '23505' })
  await db.somebodyWaits()
  const question = wasCommitted(db.sessions.general, commit)
  assert.equal(await question, undefined)
  await blocker.end('rollback')
  await running
  assert.equal(await isStored(commit.messages[0]?.id ?? 0), false)
})
