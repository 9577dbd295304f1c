import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { makeOrders } from './orders.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const PHONE = '79161234567'
const HOUR = 3_600_000
const ANY = { source: '', destination: '' }

const ordersOf = (rig: Rig) =>
  makeOrders({
    ...rig,
    estimate: () => Promise.reject(new Error('not asked')),
    catalogue: () => ({ version: 1 }),
    takeIds: rig.ids.take,
    profile: 'russia',
  })

async function scene(window = 0) {
  const rig = openRig(db)
  const carrier = await rig.carrier({ window })
  const account: Account = await db.account()
  const orders = ordersOf(rig)
  return {
    ...rig,
    ...carrier,
    account,
    orders,
    stat: async (ref: number, knowsScheduled = false) => (await orders.query(account.id, ref, knowsScheduled))?.state.stat,
    cancel: (which: Partial<Parameters<typeof orders.cancel>[0]>) => orders.cancel({ account, ref: undefined, ...ANY, ...which }),
    balance: () => db.balanceOf(account.id),
  }
}

test('a message is asked for by the number of its submission, and by nobody else', async () => {
  const { send, draft, account, orders, stat } = await scene()
  const { ref } = await send(account, [draft()])
  assert.equal(await stat(Number(ref)), 'ENROUTE')
  assert.equal(await stat(Number(ref) + 1), undefined)
  const stranger = await db.account()
  assert.equal(await orders.query(stranger.id, Number(ref), false), undefined)
})

test('before its time a message is scheduled for who knows the word', async () => {
  const { send, draft, account, stat } = await scene()
  const { ref } = await send(account, [draft({ dueAtMs: Date.now() + HOUR })])
  assert.deepEqual([await stat(Number(ref), true), await stat(Number(ref), false)], ['SCHEDULED', 'ENROUTE'])
})

test('many questions of one moment are one statement', async () => {
  const rig = openRig(db)
  let statements = 0
  const counting: Rig['store'] = {
    ...rig.store,
    findSubmitted(questions) {
      statements += 1
      return rig.store.findSubmitted(questions)
    },
  }
  await rig.carrier({ window: 0 })
  const account = await db.account()
  const { ref } = await rig.send(account, [rig.draft()])
  const orders = ordersOf({ ...rig, store: counting })
  const asked = Array.from({ length: 200 }, (_, at) => orders.query(account.id, at % 2 === 0 ? Number(ref) : 999_999, false))
  const answers = await Promise.all(asked)
  assert.equal(answers.filter((answer) => answer !== undefined).length, 100)
  assert.equal(statements, 1)
})

test('of a request with many recipients the one that waits is told', async () => {
  const { send, draft, account, connector, own, settle, stat } = await scene()
  const { ref } = await send(account, [draft(), draft({ recipient: '79160000002', dueAtMs: Date.now() + HOUR })])
  connector.window = 10
  own.pump()
  await connector.afterSending(1)
  connector.take({ id: 'M1' })
  await connector.receive({ carrierIds: ['M1'] })
  await settle.drained()
  assert.equal(await stat(Number(ref)), 'ENROUTE')
})

test('cancelled, it is DELETED with the date, stays in the history and costs nothing; again it cannot be', async () => {
  for (const of of [{}, { dueAtMs: Date.now() + HOUR }]) {
    const { send, draft, account, orders, cancel, balance, store } = await scene()
    const ref = Number((await send(account, [draft(of)])).ref)
    assert.equal(await cancel({ ref }), 1)
    const standing = await orders.query(account.id, ref, true)
    assert.deepEqual(standing?.state, { stat: 'DELETED', state: 4, final: true })
    assert.ok(standing?.finalAtMs)
    assert.equal(await balance(), 1_000_000_000n)
    assert.equal((await store.findMessages(account.id, [{ ref, phone: PHONE }]))[0]?.state, 20)
    assert.equal(await cancel({ ref }), 0)
  }
})

test('addresses, where given, must be those of the message', async () => {
  const { send, draft, account, cancel } = await scene()
  const ref = Number((await send(account, [draft()])).ref)
  assert.equal(await cancel({ ref, source: 'Another' }), 0)
  assert.equal(await cancel({ ref, source: 'Longer than any sender' }), 0)
  assert.equal(await cancel({ ref, destination: '79160000009' }), 0)
  assert.equal(await cancel({ ref, source: 'Sender', destination: '+7 916 123-45-67' }), 1)
})

test('without an id all that waits from the one to the other is cancelled, in memory and in the queue', async () => {
  const { send, draft, account, cancel, stat, balance } = await scene()
  const stranger = await db.account()
  const hit = [await send(account, [draft()]), await send(account, [draft({ dueAtMs: Date.now() + HOUR })])]
  const missed = [
    await send(account, [draft({ sender: 'Another' })]),
    await send(account, [draft({ recipient: '79160000009', dueAtMs: Date.now() + HOUR })]),
  ]
  await send(stranger, [draft()])
  assert.equal(await cancel({ source: 'Sender', destination: PHONE }), 2)
  const stats = (list: typeof hit) => Promise.all(list.map(({ ref }) => stat(Number(ref))))
  assert.deepEqual(
    [await stats(hit), await stats(missed)],
    [
      ['DELETED', 'DELETED'],
      ['ENROUTE', 'ENROUTE'],
    ],
  )
  assert.equal(await balance(), 998_000_000n)
  assert.equal(await db.balanceOf(stranger.id), 999_000_000n)
})

test('handed to a carrier it can no longer be cancelled', async () => {
  const { send, draft, account, connector, cancel, stat } = await scene(10)
  const ref = Number((await send(account, [draft()])).ref)
  await connector.afterSending(1)
  assert.equal(await cancel({ ref }), 0)
  assert.equal(await cancel({ source: 'Sender', destination: PHONE }), 0)
  assert.equal(await stat(ref), 'ENROUTE')
})

test('a cancel and the claim at one moment: either it is sent, or its money goes back', async () => {
  const { send, draft, account, clock, due, connector, settle, cancel } = await scene(1000)
  const refs: number[] = []
  for (let nth = 0; nth < 60; nth++) {
    const recipient = `7916000${String(nth).padStart(4, '0')}`
    refs.push(Number((await send(account, [draft({ recipient, dueAtMs: Date.now() + 60_000 })])).ref))
  }
  clock.aheadMs = 61_000
  const cancelling = Promise.all(refs.map((ref, nth) => (nth % 2 ? cancel({ ref }) : Promise.resolve(0))))
  const [counts] = await Promise.all([cancelling, due.round()])
  await due.round()
  const cancelled = counts.filter((count) => count > 0).length
  await connector.afterSending(60 - cancelled)
  await settle.drained()
  assert.equal(connector.sent.length, 60 - cancelled)
  assert.equal(await db.balanceOf(account.id), 1_000_000_000n - BigInt(60 - cancelled) * 1_000_000n)
})
