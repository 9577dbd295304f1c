import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig } from '../../test/support/path.ts'
import { FLAG } from '../domain/message.ts'
import { WAITING } from '../domain/waiting.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const rowOf = (accountId: number) =>
  db.row<{ id: number; state: number; err: number; flags: number; carrier_id: number; duplicates: number; refunded: string }>(
    'select id, state, err, flags, carrier_id, duplicates, refunded::text from messages where account_id = $1 order by id desc limit 1',
    [accountId],
  )
const dueOf = async (accountId: number) =>
  (await db.rows('select carrier_id, reason from due_queue where account_id = $1 order by id', [accountId])).map((row) => [
    row.carrier_id,
    row.reason,
  ])
const handedRows = async (carrierId: number) =>
  (await db.rows<{ ids: number[] }>('select ids from handed where carrier_id = $1', [carrierId])).flatMap(({ ids }) => ids)
const sendOne = async (rig: Rig, of: Parameters<Rig['draft']>[0] = {}) => {
  const account = await db.account()
  await rig.send(account, [rig.draft(of)])
  return account
}

test('a message is stored as handed only if it fits the window at that moment, and then needs no row of its own', async () => {
  const rig = openRig(db)
  const { connector, id } = await rig.carrier({ window: 2 })
  const account = await db.account()
  await rig.send(
    account,
    [1, 2, 3].map(() => rig.draft()),
  )
  const flags = await db.rows<{ id: number; flags: number }>('select id, flags from messages where account_id = $1 order by id', [
    account.id,
  ])
  assert.deepEqual(
    flags.map((row) => row.flags & FLAG.handed),
    [1, 1, 0],
  )
  assert.deepEqual(await handedRows(id), [])
  const [first] = await connector.afterSending(2)
  connector.take({ of: first })
  await connector.afterSending(3)
  assert.deepEqual(await handedRows(id), [flags[2]?.id])
})

test('while something queues, nothing new is handed over past it', async () => {
  const rig = openRig(db)
  const { connector, own } = await rig.carrier({ window: 0 })
  const account = await db.account()
  await rig.send(account, [rig.draft({ recipient: '79160000001' })])
  connector.window = 10
  await rig.send(account, [rig.draft({ recipient: '79160000002' })])
  own.pump()
  const sent = await connector.afterSending(2)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['79160000001', '79160000002'],
  )
})

test('rows of journal and handed go when all their messages are settled', async () => {
  const rig = openRig(db)
  const { connector, id } = await rig.carrier({ window: 1 })
  const account = await db.account()
  await rig.send(account, [rig.draft(), rig.draft()])
  const { id: last } = await rowOf(account.id)
  connector.take()
  await connector.afterSending(2)
  connector.take()
  await rig.settle.drained()
  assert.deepEqual(await handedRows(id), [])
  assert.deepEqual(await db.rows('select from journal where $1 between low and high', [last]), [])
})

test('what one carrier refuses goes to the next, and leaves no row of the first behind', async () => {
  const rig = openRig(db)
  const [first, second] = [await rig.carrier({ window: 0 }), await rig.carrier()]
  const account = await sendOne(rig)
  first.connector.window = 1
  first.own.pump()
  await first.connector.afterSending(1)
  assert.equal((await handedRows(first.id)).length, 1)
  first.connector.answer('rejected')
  await second.connector.afterSending(1)
  second.connector.take()
  await rig.settle.drained()
  const row = await rowOf(account.id)
  assert.deepEqual([row.state, row.carrier_id], [0, second.id])
  assert.deepEqual([await handedRows(first.id), await handedRows(second.id)], [[], []])
})

// command_status of the last refusal: state, err
const REFUSALS: readonly [status: number, state: number, err: number][] = [
  [10, 23, 254],
  [11, 20, 1],
  [8, 20, 255],
]
for (const [status, state, err] of REFUSALS) {
  test(`what all refuse, the last with ${status}, ends as ${state}/${err} and costs nothing`, async () => {
    const rig = openRig(db)
    const [one, two] = [await rig.carrier(), await rig.carrier()]
    const account = await sendOne(rig)
    await one.connector.afterSending(1)
    one.connector.answer('rejected', { status: 8 })
    await two.connector.afterSending(1)
    two.connector.answer('rejected', { status })
    await rig.settle.drained()
    const row = await rowOf(account.id)
    assert.deepEqual([row.state, row.err], [state, err])
    assert.equal(await db.balanceOf(account.id), 1_000_000_000n)
  })
}

test('a message that was pushed back goes again by the same carrier, once, before those behind it', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier({ window: 1 })
  const account = await db.account()
  await rig.send(account, [rig.draft({ recipient: '79160000001' }), rig.draft({ recipient: '79160000002' })])
  await connector.afterSending(1)
  connector.answer('busy')
  const sent = await connector.afterSending(2)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['79160000001', '79160000001'],
  )
  assert.equal(
    sent.some(({ possibleDuplicate }) => possibleDuplicate),
    false,
  )
})

// the carrier's setting, the lane, what becomes of a message that was sent and never answered
const UNANSWERED: readonly ['auto' | 'hold' | 'resend', lane: number, reason: number, duplicates: number][] = [
  ['auto', 1, WAITING.again.code, 1],
  ['auto', 2, WAITING.held.code, 0],
  ['hold', 0, WAITING.held.code, 0],
  ['resend', 2, WAITING.again.code, 1],
]
for (const [unknown, lane, reason, duplicates] of UNANSWERED) {
  test(`sent and never answered: with "${unknown}" in lane ${lane} it ${reason === WAITING.held.code ? 'is held' : 'goes again, marked'}`, async () => {
    const rig = openRig(db)
    const { connector, id } = await rig.carrier({ unknown })
    const account = await sendOne(rig, { lane })
    await connector.afterSending(1)
    connector.answer('unknown')
    await rig.settle.drained()
    assert.deepEqual(await dueOf(account.id), [[id, reason]])
    assert.equal((await rowOf(account.id)).duplicates, duplicates)
    await rig.due.round()
    if (duplicates === 0) {
      assert.equal(connector.sent.length, 1)
      return
    }
    const [, again] = await connector.afterSending(2)
    assert.equal(again?.possibleDuplicate, true)
    connector.answer('unknown')
    await rig.settle.drained()
    assert.deepEqual(await dueOf(account.id), [[id, WAITING.held.code]], 'nothing is sent three times')
  })
}

test('of parts that were never answered only those go again, with the mark', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  const account = await sendOne(rig, { content: { kind: 'text', text: 'ж'.repeat(120) }, price: 2_000_000n })
  const [message] = await connector.afterSending(1)
  connector.take({ of: message, part: 1, parts: 2, id: 'U1' })
  connector.answer('unknown', { of: message, part: 2, parts: 2 })
  await rig.settle.drained()
  await rig.due.round()
  const [, again] = await connector.afterSending(2)
  assert.deepEqual([again?.parts, again?.possibleDuplicate, again?.reference], [[2], true, message?.reference])
  await connector.receive({ carrierIds: ['U1'] })
  connector.take({ part: 2, parts: 2, id: 'U2' })
  await connector.receive({ carrierIds: ['U2'] })
  await rig.settle.drained()
  assert.equal((await rowOf(account.id)).state, 1)
})

test('a commit that fails gives back the room it was promised, and the queue goes on', async () => {
  let failures = 1
  const rig = openRig(db, {
    store: {
      accept: (commit) =>
        failures-- > 0
          ? Promise.reject(Object.assign(new Error('disk full'), { code: '53100' }))
          : openRig(db).store.accept(commit),
    },
  })
  const { connector, own } = await rig.carrier({ window: 5 })
  await assert.rejects(sendOne(rig))
  assert.equal(own.room(), 5)
  await sendOne(rig)
  assert.equal((await connector.afterSending(1)).length, 1)
})

test('a carrier that left while the commit was under way keeps none of its messages', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier()
  const account = await db.account()
  const sending = rig.send(account, [rig.draft()])
  await new Promise(setImmediate)
  rig.owned.delete(carrier.id)
  await sending
  await rig.settle.drained()
  assert.deepEqual(carrier.connector.sent, [])
  assert.deepEqual(await dueOf(account.id), [[0, WAITING.rerouted.code]])
})
