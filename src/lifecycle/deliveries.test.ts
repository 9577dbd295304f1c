import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { newItem } from '../../test/support/item.ts'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { type Answering, fakeReceiver } from '../../test/support/receiver.ts'
import type { Account } from '../domain/account.ts'
import { FLAG } from '../domain/message.ts'
import { accept } from '../store/accept.ts'
import { NOBODY } from '../store/deliveries.ts'
import { QUEUE_SETTINGS } from '../store/session-settings.ts'
import { settle } from '../store/settle.ts'
import { type Deliveries, startDeliveries } from './deliveries.ts'
import { owedByItem } from './delivery-of.ts'
import { type DeliveryStore, deliveryStore } from './delivery-store.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())
beforeEach(() => db.rows('truncate deliveries'))

const NOW = Date.now()
const running: Deliveries[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

async function node(number: number, wish: Partial<DeliveryStore> = {}): Promise<Deliveries> {
  const session = number === 0 ? db.sessions.due : await db.another(QUEUE_SETTINGS)
  const started = await startDeliveries({
    store: { ...deliveryStore(session, db.sessions.general, number), ...wish },
    ...{ node: number, takeId: db.nextId, keptMs: 86_400_000, keptMax: 1_000, now: Date.now },
  })
  running.push(started)
  return started
}

/** Messages of an account become delivered, as settle writes them. `missed`: so many of them were somebody else's. */
async function deliver(of: Account, count: number, by: Deliveries, lane = 1, missed = 0): Promise<number[]> {
  const ids = Array.from({ length: count }, () => db.nextId())
  const one = { accountId: of.id, flags: FLAG.receipt, lane }
  const messages = ids.map((id, at) => newMessage({ id, ...one, refOrdinal: at + 1, price: 0n }))
  await accept(db.sessions.accept, commitOf(db.nextId(), messages))
  const changes = ids.map((id, at) => {
    const item = newItem({ id, ...one, state: 1, stateAtMs: NOW, ref: at + 1 })
    return {
      ...{ accountId: of.id, id, wasState: at < missed ? 5 : -1, wasRefunded: 0n, wasHops: 0, state: 1, err: 0, stateAtMs: NOW },
      ...{ sentAtMs: NOW, carrierId: 1, attempts: 1, duplicates: 0, refunded: 0n, cost: 0n, partStates: null, carrierIds: null },
      ...{ receipt: null, trace: null, hlr: null, move: undefined, owes: owedByItem(item) },
    }
  })
  const owed = by.owe(changes) ?? []
  const nothing = { carrierIds: [], journal: [], handed: [], matched: [], leases: [], takes: [] }
  const written = await settle(db.sessions.settle, { id: db.nextId(), atMs: NOW, changes, owed, ...nothing })
  by.written(owed, { missed: new Set(written.missed), retried: false })
  return owed.slice(missed).map(({ id }) => id)
}

const rows = () => db.rows<{ id: string; node: number }>('select id, node from deliveries order by lane, id')
const left = async (count: number) => eventually(async () => assert.equal((await rows()).length, count))

async function customer(window = 0): Promise<{ of: Account; session: () => Answering }> {
  const of = { ...(await db.account()), settings: { 'limit.receipts': window } }
  return { of, session: () => fakeReceiver(of) }
}

test('with a session here receipts are born in memory, go out at once, and are deleted after they were acknowledged', async () => {
  const [here, { of, session }] = [await node(0), await customer(1_000)]
  const one = session()
  here.bound(one)
  await eventually(() => assert.equal(here.owe([]), undefined))
  await deliver(of, 1, here)
  await one.received(1) // by now the store has been looked at
  const ids = await deliver(of, 20, here)
  assert.deepEqual(one.got.slice(1), ids)
  assert.ok((await rows()).every((row) => row.node === 0))
  one.always(0)
  await left(0)
  assert.equal(here.counters.delivered, 21)
})

test('with nobody here they wait in the store, and come in order to who binds', async () => {
  const [here, { of, session }] = [await node(0), await customer()]
  const [late, early] = [await deliver(of, 30, here, 2), await deliver(of, 30, here, 0)]
  assert.ok((await rows()).every((row) => row.node === NOBODY))
  const one = session()
  one.always(0)
  here.bound(one)
  await one.received(60)
  assert.deepEqual(one.got, [...early, ...late])
  await left(0)
})

test('what a change that was not written owed is not delivered', async () => {
  const [here, { of, session }] = [await node(0), await customer()]
  const one = session()
  one.always(0)
  here.bound(one)
  await deliver(of, 1, here)
  await one.received(1)
  const ids = await deliver(of, 4, here, 1, 2)
  await one.received(3)
  await left(0)
  assert.deepEqual(one.got.slice(1), ids)
})

test('two nodes with sessions of one account share what waits, and none of it comes twice', async () => {
  const [{ of, session }, first, second] = [await customer(), await node(0), await node(1)]
  await deliver(of, 3_000, first)
  const [one, two] = [session(), session()]
  one.always(0)
  two.always(0)
  first.bound(one)
  second.bound(two)
  await left(0)
  assert.equal(one.got.length + two.got.length, 3_000)
  assert.equal(new Set([...one.got, ...two.got]).size, 3_000)
})

test('when its last session goes a node gives back what was not acknowledged, and the next session gets just that', async () => {
  const [here, { of, session }] = [await node(0), await customer(5)]
  const ids = await deliver(of, 10, here)
  const one = session()
  here.bound(one)
  await one.received(5)
  one.answer(0)
  one.open = false
  while (one.waiting.length > 0) one.answer(undefined)
  here.unbound(one)
  await left(9)
  await eventually(async () =>
    assert.ok(
      (await rows()).every((row) => row.node === NOBODY),
      'not yet',
    ),
  )
  const two = session()
  two.always(0)
  here.bound(two)
  await left(0)
  assert.deepEqual(two.got, ids.slice(1))
})

test('a node that starts again frees what it had in memory', async () => {
  const { of, session } = await customer()
  let killed = false
  const own = deliveryStore(db.sessions.due, db.sessions.general, 0)
  const died = await node(0, {
    remove: () => new Promise<void>(() => undefined),
    claim: async (wants) => (killed ? [] : own.claim(wants)), // a dead node takes up nothing that is freed
  })
  running.splice(running.indexOf(died), 1) // killed: it stops for nobody
  await deliver(of, 3, died)
  const one = session()
  died.bound(one)
  await one.received(3)
  assert.ok((await rows()).every((row) => row.node === 0))
  killed = true
  await node(0)
  assert.ok((await rows()).every((row) => row.node === NOBODY))
  await died.stop()
})

test('an orderly stop writes what was acknowledged and gives the rest back', async () => {
  const [here, { of, session }] = [await node(0), await customer(4)]
  await deliver(of, 8, here)
  const one = session()
  here.bound(one)
  await one.received(4)
  one.answer(0)
  one.answer(0)
  one.open = false
  while (one.waiting.length > 0) one.answer(undefined)
  here.unbound(one)
  await here.stop()
  const kept = await rows()
  assert.equal(kept.length, 6)
  assert.ok(kept.every((row) => row.node === NOBODY))
})

test('while more waits than fits, memory is bounded and new ones wait behind', async () => {
  const [here, { of, session }] = [await node(0), await customer(10)]
  for (let at = 0; at < 4; at++) await deliver(of, 1_000, here)
  const one = session()
  here.bound(one)
  await one.received(10)
  const { inMemory } = here.figures()
  assert.ok(inMemory <= 3_000, `${inMemory} in memory`)
  const [last] = await deliver(of, 1, here)
  assert.equal((await rows()).at(-1)?.node, NOBODY)
  one.always(0)
  await one.received(4_001)
  assert.equal(one.got.at(-1), last)
  await left(0)
})

test('what a claim took whose answer was lost is found again, and nothing that is in memory comes twice', async () => {
  const { of, session } = await customer()
  let claims = 0
  const own = deliveryStore(db.sessions.due, db.sessions.general, 0)
  const here = await node(0, {
    async claim(wants) {
      const found = await own.claim(wants)
      claims += 1
      if (claims === 2) throw new Error('the answer was lost')
      return found
    },
  })
  const one = session()
  here.bound(one)
  await eventually(() => assert.ok(claims >= 1, 'the store has been looked at'))
  const born = await deliver(of, 5, here)
  const two = await node(1)
  const left = await deliver(of, 5, two) // by a node without a session
  await eventually(() => assert.ok(claims >= 3, 'it claims again'))
  await one.received(10)
  assert.deepEqual([...one.got].sort(), [...born, ...left].sort())
  one.always(0)
  await eventually(async () => assert.deepEqual(await rows(), []))
})
