import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from '../../test/support/path.ts'
import type { CarrierReceipt, Outgoing } from '../connectors/connector.ts'
import { FLAG } from '../domain/message.ts'
import { makeAttach } from './attach.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

async function open() {
  const rig = openRig(db)
  const carrier = await rig.carrier({ unknown: 'hold' })
  return { rig, carrier, attach: makeAttach({ ...rig.store, settle: rig.settle }) }
}

const LONG = { kind: 'text', text: 'ж'.repeat(120) } as const

/** A message that the carrier has answered: its parts taken under these ids, or, without ids, never. */
async function sent(rig: Rig, { connector }: ScriptedCarrier, ids: readonly string[], of: Parameters<Rig['draft']>[0] = {}) {
  const account = await db.account()
  const before = connector.sent.length
  await rig.send(account, [rig.draft({ lane: 2, ...of })])
  await rig.due.round()
  const message = (await connector.afterSending(before + 1)).at(-1) as Outgoing
  for (const [at, id] of ids.entries()) connector.take({ of: message, id, part: at + 1, parts: ids.length })
  if (ids.length === 0) connector.answer('unknown', { of: message })
  await rig.settle.drained()
  return { accountId: account.id, id: message.id, carrierIds: ids }
}

/** An orphan of this carrier; answers its number. */
async function orphan({ id, connector }: ScriptedCarrier, receipt: Partial<CarrierReceipt> = {}): Promise<number> {
  await connector.receive({ carrierIds: [`nobody${Math.floor(performance.now() * 1000)}`], ...receipt })
  return Number((await db.row<{ id: string }>('select max(id)::text as id from parked_receipts where carrier_id = $1', [id])).id)
}

const stateOf = async ({ accountId, id }: { accountId: number; id: number }) => {
  const row = await db.row<{ state: number; refunded: string }>(
    'select state, refunded::text from messages where account_id = $1 and id = $2',
    [accountId, id],
  )
  return [row.state, Number(row.refunded) / 1_000_000]
}
const matchedOf = async (orphanId: number): Promise<number> =>
  Number((await db.row<{ id: string }>('select matched_id::text as id from parked_receipts where id = $1', [orphanId])).id)

test('a receipt becomes the final state of its message, with the money that goes back', async () => {
  const { rig, carrier, attach } = await open()
  const message = await sent(rig, carrier, ['A1'], { flags: FLAG.refundUndelivered })
  const failed = await orphan(carrier, { state: 'undelivered', stat: 'UNDELIV' })
  assert.equal(await attach({ ...message, parkedId: failed, part: 1 }), 'attached')
  assert.deepEqual(await stateOf(message), [20, 1])
  assert.equal(await matchedOf(failed), message.id)

  const again = await orphan(carrier, { state: 'expired', stat: 'EXPIRED' })
  assert.equal(await attach({ ...message, parkedId: again, part: 1 }), 'known', 'bad news after bad news changes nothing')
  assert.equal(await matchedOf(again), message.id, 'and is no orphan any more')

  const good = await orphan(carrier)
  assert.equal(await attach({ ...message, parkedId: good, part: 1 }), 'attached')
  assert.deepEqual(await stateOf(message), [1, 0], 'a late good receipt is right, and is paid')
  assert.equal(await db.balanceOf(message.accountId), 999_000_000n)
})

test('parts of a long message are attached one by one, beside a receipt that comes by itself', async () => {
  const { rig, carrier, attach } = await open()
  const message = await sent(rig, carrier, ['P1', 'P2', 'P3'], { content: { kind: 'text', text: 'ж'.repeat(190) } })
  assert.equal(await attach({ ...message, parkedId: await orphan(carrier), part: 2 }), 'attached')
  assert.deepEqual(await stateOf(message), [0, 0])
  await carrier.connector.receive({ carrierIds: ['P1'], to: '79161234567' })
  assert.equal(await attach({ ...message, parkedId: await orphan(carrier), part: 0 }), 'attached', 'the part that is left')
  assert.deepEqual(await stateOf(message), [1, 0])
})

test('a message whose answer never came takes the receipt as it stands, and waits no longer', async () => {
  const { rig, carrier, attach } = await open()
  const message = await sent(rig, carrier, [])
  assert.deepEqual(await stateOf(message), [-1, 0])
  assert.equal(await attach({ ...message, parkedId: await orphan(carrier), part: 0 }), 'attached')
  assert.deepEqual(await stateOf(message), [1, 0])
  assert.deepEqual(await db.rows('select id from due_queue where id = $1', [message.id]), [])
})

test('a message that is with the carrier at this moment is left alone', async () => {
  const { rig, carrier, attach } = await open()
  const account = await db.account()
  await rig.send(account, [rig.draft({ content: LONG })])
  const [message] = await carrier.connector.afterSending(1)
  assert.ok(message)
  const parkedId = await orphan(carrier)
  assert.equal(await attach({ accountId: account.id, id: message.id, carrierIds: [], parkedId, part: 0 }), 'moving')
  assert.equal(await matchedOf(parkedId), 0)
  for (const part of [1, 2]) carrier.connector.take({ of: message, part, parts: 2 })
  await rig.settle.drained()
})

test('what is not there is said so', async () => {
  const { rig, carrier, attach } = await open()
  const message = await sent(rig, carrier, ['G1'])
  assert.equal(await attach({ ...message, parkedId: 999_999_999, part: 0 }), 'gone')
  assert.equal(await attach({ ...message, id: 5, parkedId: await orphan(carrier), part: 0 }), 'gone')
})
