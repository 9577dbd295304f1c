import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { unpackTrace } from '../domain/attempts.ts'
import { WAITING } from '../domain/waiting.ts'
import { claimDue } from '../store/due-queue.ts'
import { ConnectionLost } from '../store/session.ts'
import { QUEUE_LIMITS } from './carrier-queue.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const rowOf = (accountId: number) =>
  db.row<{ id: number; state: number; err: number; carrier_id: number; refunded: string }>(
    'select id, state, err, carrier_id, refunded::text from messages where account_id = $1 order by id desc limit 1',
    [accountId],
  )
const reasonOf = async (accountId: number) =>
  (await db.rows<{ reason: number }>('select reason from due_queue where account_id = $1', [accountId]))[0]?.reason
const numbered = (rig: Rig, count: number, of: Parameters<Rig['draft']>[0] = {}) =>
  Array.from({ length: count }, (_, at) => rig.draft({ recipient: `7916${String(at).padStart(7, '0')}`, ...of }))
const drain = async (rig: Rig) => {
  while (await rig.due.round());
}
const sendOne = async (rig: Rig, of: Parameters<Rig['draft']>[0] = {}): Promise<Account> => {
  const account = await db.account()
  await rig.send(account, [rig.draft(of)])
  return account
}

test('a scheduled message waits for its time, and is routed then', async () => {
  const rig = openRig(db)
  const { connector, own } = await rig.carrier()
  const account = await sendOne(rig, { dueAtMs: rig.now() + 3_600_000 })
  await drain(rig)
  assert.equal(connector.sent.length, 0)
  assert.equal(await reasonOf(account.id), WAITING.scheduled.code)
  rig.clock.aheadMs = 3_600_001
  await drain(rig)
  own.pump()
  assert.equal((await connector.afterSending(1)).length, 1)
})

test('a carrier that is down is not asked for its rows; its messages go out when it is back, in their order', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  connector.link('down')
  const account = await db.account()
  await rig.send(account, numbered(rig, 3))
  assert.equal(await reasonOf(account.id), WAITING.link_down.code)
  await drain(rig)
  assert.deepEqual([await reasonOf(account.id), connector.sent.length], [WAITING.link_down.code, 0])
  connector.link('up')
  // What comes now goes behind those that wait.
  await rig.send(account, [rig.draft({ recipient: '79169999999' })])
  await drain(rig)
  const sent = await connector.afterSending(4)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['79160000000', '79160000001', '79160000002', '79169999999'],
  )
  await rig.send(account, [rig.draft()])
  assert.equal((await connector.afterSending(5)).length, 5, 'drained, the line goes at once again')
})

test('a code waits for nobody with a million rows: each account gives a few a turn', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier({ window: 0 })
  connector.link('down')
  const [mailing, code] = [await db.account({ balance: 10_000_000_000n }), await db.account()]
  await rig.send(mailing, numbered(rig, 450))
  await rig.send(code, [rig.draft({ recipient: '79169999999' })])
  connector.link('up')
  await rig.due.round()
  connector.window = 1000
  rig.owned.get([...rig.owned.keys()][0] ?? 0)?.pump()
  const sent = await connector.afterSending(101)
  assert.ok(
    sent.slice(0, 101).some(({ to }) => to === '79169999999'),
    'it is in the first claim',
  )
})

test('an account over its share spills, and keeps its order until the spilled ones are out', async () => {
  const rig = openRig(db)
  const { connector, own } = await rig.carrier({ window: 0 })
  const account = await db.account({ balance: 1_000_000_000_000n })
  const heavy = rig.draft({ recipient: '79160000000' })
  // Half of the memory is full: one account may have no more of the other half than its share.
  await rig.send(account, [heavy])
  const { parts } = QUEUE_LIMITS
  Object.defineProperty(own.queue, 'parts', { get: () => parts, configurable: true })
  await rig.send(account, [rig.draft({ recipient: '79160000001' })])
  assert.equal(await reasonOf(account.id), WAITING.spilled.code)
  Object.defineProperty(own.queue, 'parts', { get: () => 1, configurable: true })
  await rig.send(account, [rig.draft({ recipient: '79160000002' })])
  connector.window = 100
  own.pump()
  await drain(rig)
  const sent = await connector.afterSending(3)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['79160000000', '79160000001', '79160000002'],
  )
})

test('what expired while it waited is not sent, and costs nothing', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  connector.link('down')
  const account = await sendOne(rig, { validityMs: 60_000 })
  rig.clock.aheadMs = 60_001
  connector.link('up')
  await drain(rig)
  await rig.settle.drained()
  const { state, err } = await rowOf(account.id)
  assert.deepEqual([state, err, connector.sent.length], [3, 0, 0])
  assert.equal(await db.balanceOf(account.id), 1_000_000_000n)
})

test('who was put on the blacklist while a message waited for its time is not written to, and nothing is charged', async () => {
  const barred = new Set<string>()
  let asked = 0
  const rig = openRig(db, {
    barsOf: async () => {
      asked += 1
      return (to) => barred.has(to)
    },
  })
  const { connector, own } = await rig.carrier()
  const account = await db.account()
  const dueAtMs = rig.now() + 3_600_000
  await rig.send(account, [rig.draft({ recipient: '79160000001', dueAtMs }), rig.draft({ recipient: '79160000002', dueAtMs })])
  barred.add('79160000002')
  rig.clock.aheadMs = 3_600_001
  await drain(rig)
  own.pump()
  assert.deepEqual(
    (await connector.afterSending(1)).map(({ to }) => to),
    ['79160000001'],
  )
  await rig.settle.drained()
  const { state, err } = await rowOf(account.id)
  assert.deepEqual([state, err, asked], [23, 250, 1])
  assert.equal(await db.balanceOf(account.id), 999_000_000n)
})

test('what may have been sent once and expired is not given back: nobody knows', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  const account = await sendOne(rig, { validityMs: 60_000 })
  await connector.afterSending(1)
  connector.answer('unknown')
  await rig.settle.drained()
  rig.clock.aheadMs = 60_001
  await drain(rig)
  await rig.settle.drained()
  const { state, err, refunded } = await rowOf(account.id)
  assert.deepEqual([state, err, refunded], [20, 245, '0'])
})

test('a message that became final while it waited is let go: not sent, not changed, and its claim is done', async () => {
  const rig = openRig(db)
  const { connector, id: carrierId } = await rig.carrier()
  connector.link('down')
  const account = await sendOne(rig)
  await db.rows('update messages set state = 1 where account_id = $1', [account.id])
  connector.link('up')
  await drain(rig)
  await rig.settle.drained()
  const { id, state } = await rowOf(account.id)
  assert.deepEqual([state, connector.sent.length], [1, 0])
  assert.deepEqual(await db.rows('select from due_queue where carrier_id = $1', [carrierId]), [])
  assert.deepEqual(await db.rows('select from journal where $1 = any(ids)', [id]), [])
})

test('when no route is left for what waits, it says so and costs nothing', async () => {
  const rig = openRig(db)
  const { connector, id } = await rig.carrier()
  const account = await sendOne(rig, { dueAtMs: rig.now() + 1_000 })
  rig.clock.aheadMs = 1_001
  connector.link('down')
  rig.rows.delete(id)
  rig.owned.delete(id)
  await drain(rig)
  await rig.settle.drained()
  const { state, err } = await rowOf(account.id)
  assert.deepEqual([state, err], [25, 248])
  assert.equal(await db.balanceOf(account.id), 1_000_000_000n)
})

test('the rest of a message goes over the carrier that has its first part, or waits for it', async () => {
  const rig = openRig(db)
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  const account = await sendOne(rig, { content: { kind: 'text', text: 'ж'.repeat(120) }, price: 2_000_000n })
  const [message] = await first.connector.afterSending(1)
  first.connector.take({ of: message, part: 1, parts: 2, id: 'X1' })
  first.connector.window = 0
  first.connector.answer('busy', { of: message, part: 2, parts: 2 })
  await rig.settle.drained()
  first.connector.link('down')
  // The carrier stops: what it leaves in memory is to go another way.
  rig.homeless(first.own.withdraw(() => true))
  await rig.settle.drained()
  await drain(rig)
  assert.deepEqual([second.connector.sent.length, await reasonOf(account.id)], [0, WAITING.rerouted.code])
  first.connector.window = 10
  first.connector.link('up')
  await drain(rig)
  const sent = await first.connector.afterSending(2)
  assert.deepEqual(sent[1]?.parts, [2])
})

test('a claim whose answer was lost is put back and made again; nothing is sent twice', async () => {
  let lost = 0
  const rig = openRig(db, {
    store: {
      async claimDue(claim) {
        const claimed = await claimDue(db.sessions.due, { ...claim, node: 0 })
        if (lost++ === 0) throw new ConnectionLost('unknown')
        return claimed
      },
    },
  })
  const { connector } = await rig.carrier()
  connector.link('down')
  const account = await sendOne(rig)
  connector.link('up')
  await assert.rejects(rig.due.round())
  assert.equal(await reasonOf(account.id), WAITING.recovered.code)
  await drain(rig)
  assert.equal((await connector.afterSending(1)).length, 1)
  assert.equal(connector.sent[0]?.possibleDuplicate, false)
})

test('attempts before a restart stay in the trace of a message that is read back', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  const account = await sendOne(rig)
  await connector.afterSending(1)
  connector.answer('unknown')
  await rig.settle.drained()
  await drain(rig)
  await connector.afterSending(2)
  connector.take()
  await rig.settle.drained()
  const [row] = await db.rows<{ attempts: number; trace: Buffer }>('select attempts, trace from messages where account_id = $1', [
    account.id,
  ])
  assert.equal(row?.attempts, 2)
  assert.deepEqual(
    unpackTrace(row.trace).map(({ outcome }) => outcome),
    ['unknown', 'taken'],
  )
})
