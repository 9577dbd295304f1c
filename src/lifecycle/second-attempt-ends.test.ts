import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { fails, HOUR, paid, rowOf, settled, UNDER_CONTROL, withFirst } from '../../test/support/second-attempt.ts'
import type { Control } from '../domain/delivery-control.ts'
import { FLAG } from '../domain/message.ts'
import type { Route } from '../domain/route.ts'
import { compileRoutes } from '../domain/route-table.ts'
import { isUntouchedRow } from './withdraw.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const REFUNDING = FLAG.refundUndelivered

// Price 1.00. What goes back at the end, by what the two attempts alone would have given back.
const MONEY: readonly [what: string, first: 'taken' | 'refused', second: 'taken' | 'refused', flags: number, paid: bigint][] = [
  ['taken twice, charged for what is sent', 'taken', 'taken', 0, 1_000_000n],
  ['taken, then refused: the first was sent', 'taken', 'refused', 0, 1_000_000n],
  ['refused, then taken: the second was sent', 'refused', 'taken', 0, 1_000_000n],
  ['refused twice', 'refused', 'refused', 0, 0n],
  ['taken twice, charged for what is delivered', 'taken', 'taken', REFUNDING, 0n],
]
for (const [what, one, two, flags, expected] of MONEY) {
  test(`who has nothing delivered pays at most once: ${what}`, async () => {
    const scene = await withFirst(db, { flags })
    const { first, second } = scene
    const id = `${one}-${two}-${flags}`
    if (one === 'refused') {
      first.connector.answer('rejected')
      // The next route has it within the first attempt: it refuses as well, and the first carrier is asked by the reserve sender.
      await second.connector.afterSending(1)
      second.connector.answer('rejected')
    } else {
      first.connector.take({ id: `1-${id}` })
      await fails(scene, `1-${id}`)
    }
    await settled(scene)
    const next = one === 'refused' ? first : second
    const [again] = (await next.connector.afterSending(one === 'refused' ? 2 : 1)).slice(-1)
    assert.equal(again?.from, 'RESERVE')
    if (two === 'refused') {
      next.connector.answer('rejected')
      await settled(scene)
      const other = next === first ? second : first
      if (other.connector.sent.at(-1)?.from === 'RESERVE') other.connector.answer('rejected')
    } else {
      next.connector.take({ id: `2-${id}` })
      await next.connector.receive({ carrierIds: [`2-${id}`], state: 'undelivered', stat: 'UNDELIV' })
    }
    await settled(scene)
    const row = await rowOf(scene)
    assert.equal(row.state, 20)
    assert.equal(await paid(scene), expected)
    assert.equal(await db.postedTo(scene.account.id), -expected, 'the postings say the same')
  })
}

test('where the second attempt finds no route any more, what came of the first stands', async () => {
  const table: Route[] = []
  const rig = openRig(db, { routes: () => compileRoutes({ routes: table }) })
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  table.push(
    { id: 1, channel: 'sms', priority: 200, carrierId: first.id },
    { id: 2, channel: 'sms', priority: 100, carrierId: second.id },
  )
  const account = await db.account()
  await rig.send(account, [rig.draft({ candidates: [first.id], control: { ...UNDER_CONTROL, sender: 'Sender' } })])
  await first.connector.afterSending(1)
  first.connector.take({ id: 'G1' })
  await first.connector.receive({ carrierIds: ['G1'], state: 'undelivered', stat: 'UNDELIV', err: '013' })
  table.pop()
  while (await rig.due.round());
  await rig.settle.drained()
  const row = await rowOf({ db, account })
  assert.deepEqual([row.state, row.err, row.receipt, row.refunded], [20, 13, 'UNDELIV 013', '0'])
})

const STAY: readonly [why: string, control: Control | undefined, state: 'undelivered' | 'expired', ends: number][] = [
  ['nobody else is there, and the sender would be the same', { ...UNDER_CONTROL, sender: 'Sender' }, 'undelivered', 20],
  ['it expired, and only what is undeliverable is repeated', { ...UNDER_CONTROL, on: 'undeliverable' }, 'expired', 3],
]
for (const [why, control, state, ends] of STAY) {
  test(`a message ends with its first attempt when ${why}`, async () => {
    const scene = await withFirst(db, { only: 'one carrier', ...(control && { control }) })
    scene.first.connector.take({ id: `K-${ends}` })
    await fails(scene, `K-${ends}`, state)
    await settled(scene)
    assert.deepEqual([(await rowOf(scene)).state, scene.first.connector.sent.length], [ends, 1])
  })
}

test('what nobody knows of, or what never was at a carrier, is not repeated', async () => {
  const scene = await withFirst(db)
  scene.first.connector.take({ id: 'U1' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 2 * HOUR // beyond the receipt limit
  await scene.rig.sweeps.withoutReceipt()
  await settled(scene)
  const row = await rowOf(scene)
  assert.deepEqual([row.state, row.err, scene.second.connector.sent.length], [20, 245, 0])
})

test('the second attempt is not given up by the clock of the first', async () => {
  const scene = await withFirst(db, { only: 'one carrier' })
  const { connector } = scene.first
  connector.take({ id: 'C1' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 50 * 60_000
  await fails(scene, 'C1')
  await settled(scene)
  await connector.afterSending(2)
  connector.take({ id: 'C2' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 70 * 60_000 // the first one's limit of an hour is over, the second has 40 minutes left
  await scene.rig.sweeps.withoutReceipt()
  await scene.rig.settle.drained()
  assert.equal((await rowOf(scene)).state, 0)
  scene.rig.clock.aheadMs = 120 * 60_000
  await scene.rig.sweeps.withoutReceipt()
  await scene.rig.settle.drained()
  assert.deepEqual([(await rowOf(scene)).state, (await rowOf(scene)).err], [20, 245])
})

test('a message that waits for its second attempt is not its sender’s to take back: a carrier had it', async () => {
  const scene = await withFirst(db)
  scene.first.connector.take({ id: 'D1' })
  await fails(scene, 'D1')
  await scene.rig.settle.drained()
  const target = await scene.rig.store.readTarget({ accountId: scene.account.id, id: scene.sent.id })
  assert.ok(target && !isUntouchedRow(target))
  await settled(scene) // leaves nothing in the queue for the next test
})

test('dearer routes: after 20 the message goes to one behind all that had it, whatever is before', async () => {
  const table: Route[] = []
  const rig = openRig(db, { routes: () => compileRoutes({ routes: table }) })
  const [cheap, middle, dear] = [await rig.carrier(), await rig.carrier(), await rig.carrier()]
  for (const [at, { id }] of [cheap, middle, dear].entries())
    table.push({ id: at + 1, channel: 'sms', priority: 300 - at, carrierId: id })
  const account = await db.account()
  cheap.connector.link('down')
  await rig.send(account, [
    rig.draft({
      candidates: [cheap.id, middle.id, dear.id],
      control: { on: 'undeliverable', sender: 'Sender', validityMs: HOUR },
    }),
  ])
  await middle.connector.afterSending(1)
  middle.connector.take({ id: 'M1' })
  cheap.connector.link('up')
  await middle.connector.receive({ carrierIds: ['M1'], state: 'undelivered', stat: 'UNDELIV' })
  while (await rig.due.round());
  const [again] = await dear.connector.afterSending(1)
  assert.equal(again?.from, 'Sender')
  assert.equal(cheap.connector.sent.length, 0)
})
