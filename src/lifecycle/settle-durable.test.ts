import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { Outgoing } from '../connectors/connector.ts'
import { ConnectionLost } from '../store/session.ts'
import { type SettleBatch, settle } from '../store/settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

/** What a change says that only brings another state. */
const plain = {
  sentAtMs: 0,
  stateAtMs: 1,
  partStates: null,
  carrierIds: null,
  receipt: null,
  trace: null,
  hlr: null,
  move: undefined,
}

type Settle = (batch: SettleBatch) => ReturnType<typeof settle>
const store: Settle = (batch) => settle(db.sessions.settle, batch)
const stateOf = async (accountId: number): Promise<number[]> =>
  (await db.rows<{ state: number }>('select state from messages where account_id = $1 order by id', [accountId])).map(
    ({ state }) => state,
  )
const settled = (promise: Promise<unknown>): { done: boolean } => {
  const seen = { done: false }
  void promise.then(() => {
    seen.done = true
  })
  return seen
}

test('a carrier is told that we have a receipt only when it is durable, however long that takes', async () => {
  const failures: Error[] = [new ConnectionLost('not done'), new ConnectionLost('unknown')]
  let tries = 0
  const rig = openRig(db, {
    store: {
      async settle(batch) {
        tries += 1
        const failure = failures.shift()
        if (failure) throw failure
        return store(batch)
      },
    },
  })
  const [{ connector }, account] = [await rig.carrier(), await db.account()]
  await rig.send(account, [rig.draft()])
  connector.take({ id: 'D1' })
  const acknowledged = settled(connector.receive({ carrierIds: ['D1'] }))
  await eventually(() => assert.equal(tries, 2))
  assert.equal(acknowledged.done, false)
  await rig.settle.drained()
  assert.equal(acknowledged.done, true)
  assert.deepEqual(await stateOf(account.id), [1])
})

test('receipts of more messages than a commit takes are acknowledged with the commit that holds the last', async () => {
  const commits: { changes: number; acknowledged: boolean }[] = []
  let acknowledged = { done: false }
  const rig = openRig(db, {
    store: {
      async settle(batch) {
        commits.push({ changes: batch.changes.length, acknowledged: acknowledged.done })
        return store(batch)
      },
    },
  })
  const [{ connector }, account] = [await rig.carrier({ window: 5000 }), await db.account({ balance: 2_000_000_000n })]
  const drafts = Array.from({ length: 1500 }, () => rig.draft())
  await rig.send(account, drafts)
  const sent = await connector.afterSending(1500)
  for (const of of sent) connector.take({ of, id: `M${of.id}` })
  const all = sent.map(({ id }) => connector.receive({ carrierIds: [`M${id}`] }))
  acknowledged = settled(Promise.all(all.slice(-1)))
  await Promise.all(all)
  await rig.settle.drained()
  const [first, second] = commits.filter(({ changes }) => changes > 0)
  assert.deepEqual(
    [first, second],
    [
      { changes: 1000, acknowledged: false },
      { changes: 500, acknowledged: false },
    ],
  )
})

test('under a lost lease nothing is written or acknowledged, and the program is told to end', async () => {
  const rig = openRig(db)
  const [{ connector, id }, account] = [await rig.carrier(), await db.account()]
  await rig.send(account, [rig.draft()])
  await db.rows('update carrier_leases set epoch = epoch + 1 where carrier_id = $1', [id])
  connector.take({ id: 'S1' })
  const acknowledged = settled(connector.receive({ carrierIds: ['S1'] }))
  await eventually(() => assert.equal(rig.losses(), 1))
  assert.deepEqual(await stateOf(account.id), [-1])
  assert.equal(acknowledged.done, false)
})

test('a change that the store refuses stands alone: its neighbours are settled', async () => {
  const poisoned = new Set<number>()
  const rig = openRig(db, {
    store: {
      settle: (batch) =>
        batch.changes.some(({ id }) => poisoned.has(id))
          ? Promise.reject(Object.assign(new Error('invalid'), { code: '22021' }))
          : store(batch),
    },
  })
  const [{ connector }, account] = [await rig.carrier(), await db.account()]
  await rig.send(
    account,
    [1, 2, 3, 4, 5].map(() => rig.draft()),
  )
  const sent = [...(await connector.afterSending(5))]
  poisoned.add(sent[2]?.id ?? 0)
  for (const of of sent) connector.take({ of })
  await rig.settle.drained()
  assert.deepEqual(await stateOf(account.id), [0, 0, -1, 0, 0])
  assert.equal(rig.settle.counters.lost, 1)
})

test('whatever octets a carrier writes are stored or left out: ids, words, numbers', async () => {
  const rig = openRig(db)
  const [{ connector, id }, account] = [await rig.carrier(), await db.account()]
  await rig.send(account, [rig.draft(), rig.draft()])
  const [first, second] = (await connector.afterSending(2)) as [Outgoing, Outgoing]
  connector.take({ of: first, id: 'Z\0\ud800'.padEnd(5000, 'x') })
  connector.take({ of: second, id: 'OK' })
  await rig.settle.drained()
  const strange = { stat: 'D\0', err: '\udfff', to: '\0', from: '\0' }
  await connector.receive({ carrierIds: ['OK'], ...strange })
  await connector.receive({ carrierIds: ['nobody\0', 'y'.repeat(5000)], ...strange })
  assert.deepEqual(await stateOf(account.id), [0, 1])
  const parked = await db.rows('select stat, err from parked_receipts where carrier_id = $1', [id])
  assert.deepEqual(parked, [{ stat: 'D', err: '' }])
})

test('while the store is away for so long that there are no ids, nothing that was decided is forgotten', async () => {
  let away = false
  const rig = openRig(db, {
    store: { settle: (batch) => (away ? Promise.reject(new ConnectionLost('not done')) : store(batch)) },
  })
  const [{ connector }, account] = [await rig.carrier(), await db.account()]
  await rig.send(account, [rig.draft()])
  const { next } = rig.ids
  away = true
  let refused = 0
  Object.assign(rig.ids, {
    next: () => {
      refused += 1
      throw new Error('the lease on message ids has run out')
    },
  })
  connector.take({ id: 'I1' })
  const received = connector.receive({ carrierIds: ['I1'] })
  await eventually(() => assert.ok(refused >= 2, 'ids were wanted twice'))
  Object.assign(rig.ids, { next })
  away = false
  await received
  assert.deepEqual(await stateOf(account.id), [1])
})

test('a change asked for after a lost answer is told as written when it was', async () => {
  let lost = 0
  const rig = openRig(db, {
    store: {
      async settle(batch) {
        const result = await store(batch)
        if (batch.changes.length > 0 && lost++ === 0) throw new ConnectionLost('unknown')
        return result
      },
    },
  })
  const account = await db.account()
  await rig.carrier({ enabled: false })
  await rig.send(account, [rig.draft({ candidates: [] })])
  const { id } = await db.row<{ id: number }>('select id from messages where account_id = $1', [account.id])
  const target = await rig.store.readTarget({ accountId: account.id, id })
  assert.ok(target)
  const change = {
    ...target,
    ...plain,
    wasState: -1,
    wasRefunded: 0n,
    wasHops: target.hops,
    state: 20,
    err: 0,
    refunded: target.price,
  }
  assert.equal(await rig.settle.write(change, 'waits'), true)
  assert.equal(await rig.settle.write(change, 'waits'), false)
  assert.equal(await db.balanceOf(account.id), 1_000_000_000n)
})

test('two changes of one message never share a commit: the second sees what the first wrote', async () => {
  const rig = openRig(db)
  const account = await db.account()
  await rig.send(account, [rig.draft({ candidates: [] })])
  const { id } = await db.row<{ id: number }>('select id from messages where account_id = $1', [account.id])
  const target = await rig.store.readTarget({ accountId: account.id, id })
  assert.ok(target)
  const change = { ...target, ...plain, wasState: -1, wasRefunded: 0n, wasHops: target.hops }
  const found = await Promise.all([
    rig.settle.write({ ...change, state: 20, refunded: target.price }),
    rig.settle.write({ ...change, state: 1, refunded: 0n }),
  ])
  assert.deepEqual(found, [true, false])
  assert.deepEqual(await stateOf(account.id), [20])
})
