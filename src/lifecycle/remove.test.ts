import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { makeCancel } from './cancel.ts'
import { makeRemove } from './remove.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const PHONE = '79161234567'
const remover = (rig: Rig) =>
  makeRemove({
    find: async (accountId, question) => (await rig.store.findMessages(accountId, [question]))[0],
    cancel: makeCancel(rig),
    hide: rig.store.hide,
  })

async function scene(of: Parameters<Rig['draft']>[0] = {}, window = 10) {
  const rig = openRig(db)
  const carrier = await rig.carrier({ window })
  const account: Account = await db.account()
  await rig.send(account, [rig.draft(of)], { ref: 55 })
  const remove = remover(rig)
  return {
    ...rig,
    ...carrier,
    account,
    remove: () => remove(account.id, { ref: 55, phone: PHONE }),
    find: async () => (await rig.store.findMessages(account.id, [{ ref: 55, phone: PHONE }]))[0],
    row: () => db.row('select state, err, flags & 8 as hidden from messages where account_id = $1', [account.id]),
    balance: () => db.balanceOf(account.id),
  }
}

const GONE = { state: 20, err: 0, hidden: 8 }

test('a message that waits in memory is taken out, costs nothing and is never sent', async () => {
  const { remove, row, balance, connector, own, find } = await scene({}, 0)
  assert.equal(await remove(), 'removed')
  assert.deepEqual(await row(), GONE, 'durable when the answer is given')
  assert.equal(await balance(), 1_000_000_000n)
  connector.window = 10
  own.pump()
  assert.deepEqual([connector.sent.length, await find()], [0, undefined])
  assert.equal(await remove(), 'not_found')
})

test('a scheduled message is taken out of the due queue, and nobody claims it', async () => {
  const { remove, row, balance, clock, due, connector } = await scene({ dueAtMs: Date.now() + 3_600_000 })
  assert.equal(await remove(), 'removed')
  assert.deepEqual(await row(), GONE)
  assert.equal(await balance(), 1_000_000_000n)
  clock.aheadMs = 3_600_001
  await due.round()
  assert.equal(connector.sent.length, 0)
})

test('taken by a claim at that moment, it can no longer be removed', async () => {
  const { remove, row, due, connector, clock, own } = await scene({ dueAtMs: Date.now() + 1_000 })
  clock.aheadMs = 1_001
  await due.round()
  own.pump()
  await connector.afterSending(1)
  assert.equal(await remove(), 'undeletable')
  assert.deepEqual(await row(), { state: -1, err: 0, hidden: 0 })
})

test('two who remove it at once take the money back once', async () => {
  const { remove, balance, account } = await scene({ dueAtMs: Date.now() + 3_600_000 })
  await Promise.all([remove(), remove(), remove()])
  assert.deepEqual([await balance(), await db.postedTo(account.id)], [1_000_000_000n, 0n])
})

test('what a carrier has and has not finished cannot be removed', async () => {
  const { remove, row, connector, settle } = await scene()
  await connector.afterSending(1)
  assert.equal(await remove(), 'undeletable')
  connector.take()
  await settle.drained()
  assert.equal(await remove(), 'undeletable')
  assert.deepEqual(await row(), { state: 0, err: 0, hidden: 0 })
})

test('what was sent and never answered cannot be removed: the carrier may have it', async () => {
  for (const lane of [1, 2]) {
    const { remove, row, connector, settle } = await scene({ lane })
    await connector.afterSending(1)
    connector.answer('unknown')
    await settle.drained()
    assert.equal(await remove(), 'undeletable')
    assert.deepEqual(await row(), { state: -1, err: 0, hidden: 0 })
  }
})

test('a message that ended leaves the history, and its money stays spent', async () => {
  const { remove, row, connector, find, balance } = await scene()
  await connector.afterSending(1)
  connector.take({ id: 'F1' })
  await connector.receive({ carrierIds: ['F1'] })
  assert.equal(await remove(), 'removed')
  assert.deepEqual([await row(), await find(), await balance()], [{ state: 1, err: 0, hidden: 8 }, undefined, 999_000_000n])
})

test('of several messages with one id and number the newest is meant; removed, the next newest is', async () => {
  const { account, draft, send, find, remove, connector, settle } = await scene()
  await connector.afterSending(1)
  connector.take()
  await send(account, [draft({ content: { kind: 'text', text: 'newer' } })], { ref: 55 })
  await connector.afterSending(2)
  connector.take({ id: 'N2' })
  await connector.receive({ carrierIds: ['N2'] })
  await settle.drained()
  assert.equal((await find())?.body, 'newer')
  assert.equal(await remove(), 'removed')
  assert.equal((await find())?.body, 'Hello')
})

test('a text id finds its own message, and another account finds nothing', async () => {
  const rig = openRig(db)
  const [account, stranger] = [await db.account(), await db.account()]
  await rig.send(account, [rig.draft()], { ref: 'order-17' })
  const ask = (accountId: number, ref: number | string) => rig.store.findMessages(accountId, [{ ref, phone: PHONE }])
  assert.equal((await ask(account.id, 'order-17'))[0]?.refText, 'order-17')
  assert.deepEqual(await ask(stranger.id, 'order-17'), [undefined])
  assert.deepEqual(await ask(account.id, 0), [undefined], 'the place of a number is not one')
  const mixed = await rig.store.findMessages(account.id, [
    { ref: 1, phone: PHONE },
    { ref: 'order-17', phone: '79160000000' },
    { ref: 'order-17', phone: PHONE },
  ])
  assert.deepEqual(
    mixed.map((row) => row !== undefined),
    [false, false, true],
  )
})
