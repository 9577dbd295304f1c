import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { findByCarrierIds } from '../store/receipts.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

/** A centre with one carrier, whose look-ups of carrier ids are counted. */
async function scene() {
  const asked = { table: 0 }
  const rig = openRig(db, {
    store: {
      async findByCarrierIds(questions) {
        asked.table += questions.length
        return findByCarrierIds(db.sessions.settle, questions)
      },
    },
  })
  return { ...rig, asked, carrier: await rig.carrier() }
}

const two = { content: { kind: 'text', text: 'ж'.repeat(120) }, price: 2_000_000n } as const
const stateOf = async (accountId: number) =>
  (await db.row<{ state: number }>('select state from messages where account_id = $1', [accountId])).state

test('a receipt soon after the commit needs no look-up; what it found then is known for the next one', async () => {
  const { carrier, asked, ...rig } = await scene()
  const account = await db.account()
  await rig.send(account, [rig.draft(two)])
  for (const part of [1, 2]) carrier.connector.take({ part, parts: 2, id: `00a2${part}` })
  await rig.settle.drained()
  assert.equal(await stateOf(account.id), 0)
  await carrier.connector.receive({ carrierIds: ['A21'], to: '79161234567' })
  assert.equal(await stateOf(account.id), 0)
  await carrier.connector.receive({ carrierIds: ['A22'], to: '79161234567' })
  assert.equal(await stateOf(account.id), 1)
  await carrier.connector.receive({ carrierIds: ['A22'], to: '79161234567' })
  assert.deepEqual([asked.table, rig.settle.counters.missed], [0, 0])
})

test('a receipt of somebody else under the same id, or with an id in another notation, asks the table', async () => {
  const { carrier, asked, ...rig } = await scene()
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  carrier.connector.take({ id: '255' })
  await rig.settle.drained()
  await carrier.connector.receive({ carrierIds: ['FF'], to: '79161234567' })
  assert.equal(await stateOf(account.id), 1)
  assert.ok(asked.table > 0)
})

test('a receipt for a message that somebody else changed since is applied to what it is now', async () => {
  const { carrier, asked, ...rig } = await scene()
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  carrier.connector.take({ id: 'A7' })
  await rig.settle.drained()
  const { id } = await db.row<{ id: number }>('select id from messages where account_id = $1', [account.id])
  await db.rows('update messages set hops = 3, carrier_id = 99, attempts = 5 where id = $1', [id])
  await carrier.connector.receive({ carrierIds: ['A7'], to: '79161234567' })
  await rig.settle.drained()
  assert.equal(await stateOf(account.id), 1)
  const now = await db.row('select hops, carrier_id, attempts from messages where id = $1', [id])
  assert.deepEqual([now.hops, now.carrier_id, now.attempts, asked.table > 0], [3, 99, 5, true])
})
