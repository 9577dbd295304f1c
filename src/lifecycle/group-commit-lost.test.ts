import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { accept } from '../store/accept.ts'
import { wasCommitted } from '../store/committed.ts'
import { ConnectionLost } from '../store/session.ts'
import { OutcomeUnknown } from './request.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

/** A clock that moves when it is slept on, so that ten seconds of outage take no time. */
function fastClock() {
  let now = 0
  return {
    monotonic: () => now,
    async sleep(ms: number) {
      now += ms
      await new Promise(setImmediate)
    },
  }
}

const stateOf = async (accountId: number) => {
  const row = await db.row<{ rows: number; price: string }>(
    'select count(*)::int as rows, coalesce(sum(price), 0)::text as price from messages where account_id = $1',
    [accountId],
  )
  return { ...row, spent: 1_000_000_000n - (await db.balanceOf(accountId)), posted: await db.postedTo(accountId) }
}
const ONCE = { rows: 1, price: '1000000', spent: 1_000_000n, posted: -1_000_000n }
const NEVER = { rows: 0, price: '0', spent: 0n, posted: 0n }

test('a connection that is killed before the commit costs nobody anything: the request is stored once', async () => {
  const rig = openRig(db)
  const account = await db.account()
  const blocker = await db.store.pool.connect()
  await blocker.query('begin')
  await blocker.query('select from accounts where id = $1 for update', [account.id])
  const sending = rig.send(account, [rig.draft()])
  const victim = await eventually(async () => {
    const [row] = await db.rows<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name like '% accept'`,
    )
    assert.ok(row, 'the commit waits for the account')
    return row.pid
  })
  await db.rows('select pg_terminate_backend($1)', [victim])
  await blocker.query('commit')
  blocker.release()
  assert.equal((await sending).ref, 1)
  assert.deepEqual(await stateOf(account.id), ONCE)
})

test('a commit whose answer was lost is told as what it was, with its number and the balance, and sent once', async () => {
  let lost = 0
  const rig = openRig(db, {
    store: {
      async accept(commit) {
        const outcomes = await accept(db.sessions.accept, commit)
        if (lost++ === 0) throw new ConnectionLost('unknown')
        return outcomes
      },
    },
  })
  const { connector } = await rig.carrier()
  const account = await db.account()
  const [first, second] = await Promise.all([rig.send(account, [rig.draft()]), rig.send(account, [rig.draft()], { ref: 77 })])
  assert.deepEqual(
    [first, second],
    [
      { ref: 1, balance: 998_000_000n },
      { ref: 77, balance: 998_000_000n },
    ],
  )
  assert.equal((await connector.afterSending(2)).length, 2)
  assert.equal((await stateOf(account.id)).rows, 2)
  await rig.send(account, [rig.draft()])
  assert.equal(connector.sent.length, 3)
  assert.equal(connector.free(), 997, 'no room of the window stays promised')
})

test('of a commit whose answer was lost the account that could not pay is asked for again', async () => {
  let lost = 0
  const rig = openRig(db, {
    store: {
      async accept(commit) {
        const outcomes = await accept(db.sessions.accept, commit)
        if (lost++ === 0) throw new ConnectionLost('unknown')
        return outcomes
      },
    },
  })
  const [rich, poor] = [await db.account(), await db.account({ balance: 0n })]
  const drafts = [rig.draft()]
  await Promise.all([rig.send(rich, [rig.draft()]), rig.send(poor, drafts)])
  assert.deepEqual(await stateOf(rich.id), ONCE)
  assert.deepEqual(
    drafts.map(({ state }) => state),
    [24],
  )
})

test('what no commit has started for within 10 seconds is refused as unavailable, and is not stored', async () => {
  const rig = openRig(db, {
    waits: fastClock(),
    store: { accept: () => Promise.reject(new ConnectionLost('not done')) },
  })
  const account = await db.account()
  await assert.rejects(rig.send(account, [rig.draft()]), { name: 'Refusal', code: 'unavailable' })
  assert.deepEqual(await stateOf(account.id), NEVER)
  assert.equal(rig.commits.pendingRows, 0)
})

test('a store that is back in time takes what waited, in its order', async () => {
  let away = 5
  const rig = openRig(db, {
    waits: fastClock(),
    store: {
      accept: (commit) => (away-- > 0 ? Promise.reject(new ConnectionLost('not done')) : accept(db.sessions.accept, commit)),
    },
  })
  const account = await db.account()
  const found = await Promise.all([1, 2, 3].map(() => rig.send(account, [rig.draft()])))
  assert.deepEqual(
    found.map(({ ref }) => ref),
    [1, 2, 3],
  )
})

for (const committed of [true, false]) {
  const what = committed ? 'and sent when the store is back, since it was stored' : 'and not stored later, since it had not been'
  test(`a commit that nobody can explain in 30 seconds is not answered, ${what}`, async () => {
    const clock = fastClock()
    let back = false
    const rig = openRig(db, {
      waits: clock,
      store: {
        async accept(commit) {
          if (committed) await accept(db.sessions.accept, commit)
          throw new ConnectionLost('unknown')
        },
        wasCommitted: (commit) =>
          back ? wasCommitted(db.store.session, commit) : Promise.reject(new ConnectionLost('not done')),
      },
    })
    const { connector } = await rig.carrier()
    const account = await db.account()
    await assert.rejects(rig.send(account, [rig.draft()]), (error) => error instanceof OutcomeUnknown)
    assert.ok(clock.monotonic() >= 30_000)
    back = true
    await rig.commits.drained()
    assert.equal(connector.sent.length, committed ? 1 : 0)
    assert.deepEqual(await stateOf(account.id), committed ? ONCE : NEVER)
    assert.equal(connector.free(), committed ? 999 : 1000)
  })
}

test('an error that is no answer of the data is an outage: unavailable, and the next request is taken', async () => {
  let failures = 1
  const rig = openRig(db, {
    store: {
      accept: (commit) =>
        failures-- > 0
          ? Promise.reject(Object.assign(new Error('could not extend file'), { code: '53100' }))
          : accept(db.sessions.accept, commit),
    },
  })
  const account = await db.account()
  await assert.rejects(rig.send(account, [rig.draft()]), { name: 'Refusal', code: 'unavailable' })
  await rig.send(account, [rig.draft()])
  assert.deepEqual(await stateOf(account.id), ONCE)
})

test('a deadlock is tried again and counted', async () => {
  let failures = 2
  const rig = openRig(db, {
    store: {
      accept: (commit) =>
        failures-- > 0
          ? Promise.reject(Object.assign(new Error('deadlock detected'), { code: '40P01' }))
          : accept(db.sessions.accept, commit),
    },
  })
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  assert.equal(rig.commits.counters.retried, 2)
  assert.deepEqual(await stateOf(account.id), ONCE)
})
