import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { type QualityRow, readQuality } from '../store/carrier-quality.ts'
import { makeQualityCounter } from './quality.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

test('receipts are counted in memory and written together; what cannot be written is not lost', async () => {
  const written: QualityRow[][] = []
  let fails = true
  const counter = makeQualityCounter(
    async (_, rows) => {
      if (fails) throw new Error('the store is away')
      written.push([...rows])
    },
    () => 0,
  )
  await counter.flush()
  counter.delivered(1, '25001', 4_000)
  counter.delivered(1, '25001', 3_600_000)
  counter.failed(1, '25001')
  counter.failed(2, '')
  await assert.rejects(counter.flush())
  fails = false
  counter.failed(2, '')
  await counter.flush()
  assert.deepEqual(written, [
    [
      { carrierId: 1, mccmnc: '25001', delivered: 2, failed: 1, latencyMs: 604_000 }, // an hour counts as ten minutes
      { carrierId: 2, mccmnc: '', delivered: 0, failed: 2, latencyMs: 0 },
    ],
  ])
})

test('a carrier’s receipts become its quality in the network: once a message, with the time they took', async () => {
  const rig = openRig(db)
  const { connector, id } = await rig.carrier()
  const account = await db.account()
  await rig.send(account, [rig.draft({ mccmnc: '25001' }), rig.draft({ mccmnc: '25001' }), rig.draft({ mccmnc: '25099' })])
  const sent = await connector.afterSending(3)
  for (const [at, of] of sent.entries()) connector.take({ of, id: `Q${at}` })
  await connector.receive({ carrierIds: ['Q0'], atMs: rig.now() + 4_000 }) // in memory
  await rig.settle.drained()
  await connector.receive({ carrierIds: ['Q1'], state: 'undelivered' }) // looked up
  await connector.receive({ carrierIds: ['Q2'], atMs: rig.now() + 2_000 })
  await connector.receive({ carrierIds: ['Q0'] })
  await connector.receive({ carrierIds: ['Q1'], state: 'delivered' }) // a correction counts no second time
  await rig.settle.drained()
  await rig.quality.flush()
  const rows = (await readQuality(db.sessions.general, 0)).filter(({ carrierId }) => carrierId === id)
  assert.deepEqual(
    rows.map(({ mccmnc, delivered, failed }) => [mccmnc, delivered, failed]),
    [
      ['25001', 1, 1],
      ['25099', 1, 0],
    ],
  )
  assert.ok((rows[0]?.latencyMs ?? 0) >= 3_900, 'the time since the carrier took it')

  await rig.quality.flush()
  assert.deepEqual(
    (await readQuality(db.sessions.general, 0)).filter(({ carrierId }) => carrierId === id),
    rows,
  )
})

test('given up without a receipt is not delivered', async () => {
  const rig = openRig(db)
  const { connector, id } = await rig.carrier({ receiptLimitMinutes: 60 })
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  await connector.afterSending(1)
  connector.take({ id: 'N1' })
  await rig.settle.drained()
  rig.clock.aheadMs = 61 * 60_000
  await rig.sweeps.withoutReceipt()
  await rig.quality.flush()
  const [row] = (await readQuality(db.sessions.general, 0)).filter(({ carrierId }) => carrierId === id)
  assert.deepEqual([row?.delivered, row?.failed], [0, 1])
})
