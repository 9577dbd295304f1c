import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from '../../test/support/path.ts'
import type { Outgoing } from '../connectors/connector.ts'
import { FLAG } from '../domain/message.ts'
import { WAITING } from '../domain/waiting.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const HOUR = 3_600_000
const stateOf = async (accountId: number) => {
  const row = await db.row<{ state: number; err: number; refunded: string }>(
    'select state, err, refunded::text from messages where account_id = $1 order by id desc limit 1',
    [accountId],
  )
  return [row.state, row.err, Number(row.refunded) / 1_000_000]
}
const dueOf = async (accountId: number) =>
  (await db.rows('select carrier_id, reason from due_queue where account_id = $1', [accountId])).map((row) => [
    row.carrier_id,
    row.reason,
  ])

/** A message that the carrier took, and whose receipt does not come. */
async function taken(rig: Rig, { connector }: ScriptedCarrier, of: Parameters<Rig['draft']>[0] = {}) {
  const account = await db.account()
  const sent = connector.sent.length
  await rig.send(account, [rig.draft(of)])
  await rig.due.round()
  const message = (await connector.afterSending(sent + 1)).at(-1) as Outgoing
  connector.take({ of: message, id: `T${message.id}` })
  await rig.settle.drained()
  return { account, id: `T${message.id}` }
}

for (const [flags, refunded] of [
  [0, 0],
  [FLAG.refundUndelivered, 1],
] as const) {
  test(`no receipt by the carrier's limit: 20/245, and ${refunded ? 'the tariff gives the money back' : 'paid'}`, async () => {
    const rig = openRig(db)
    const carrier = await rig.carrier({ receiptLimitMinutes: 60 })
    const { account, id } = await taken(rig, carrier, { flags })
    await rig.sweeps.withoutReceipt()
    assert.deepEqual(await stateOf(account.id), [0, 0, 0])
    rig.clock.aheadMs = HOUR + 60_000
    await rig.sweeps.withoutReceipt()
    assert.deepEqual(await stateOf(account.id), [20, 245, refunded])
    await carrier.connector.receive({ carrierIds: [id] })
    assert.deepEqual(await stateOf(account.id), [1, 0, 0], 'a late receipt is right, and is paid')
    assert.equal(await db.balanceOf(account.id), 999_000_000n)
  })
}

test('the time without a receipt counts from the carrier, not from acceptance', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier({ receiptLimitMinutes: 60 })
  const account = await db.account()
  await rig.send(account, [rig.draft({ dueAtMs: rig.now() + 48 * HOUR, validityMs: 96 * HOUR })])
  rig.clock.aheadMs = 47 * HOUR
  await rig.sweeps.withoutReceipt()
  rig.clock.aheadMs = 49 * HOUR
  await rig.due.round()
  carrier.own.pump()
  await carrier.connector.afterSending(1)
  carrier.connector.take()
  await rig.settle.drained()
  await rig.sweeps.withoutReceipt()
  assert.deepEqual(await stateOf(account.id), [0, 0, 0])
  rig.clock.aheadMs = 51 * HOUR
  await rig.sweeps.withoutReceipt()
  assert.deepEqual(await stateOf(account.id), [20, 245, 0])
})

test('a missing receipt is asked for once, also by the next program, and never where one came', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier({ queryAfterMinutes: 5, receiptLimitMinutes: 600 })
  const [missing, answered] = [await taken(rig, carrier), await taken(rig, carrier)]
  await carrier.connector.receive({ carrierIds: [answered.id] })
  rig.clock.aheadMs = 6 * 60_000
  await rig.sweeps.withoutReceipt()
  await rig.sweeps.withoutReceipt()
  assert.deepEqual(carrier.connector.queried, [missing.id])
  await carrier.connector.receive({ carrierIds: [missing.id], queried: true })
  assert.deepEqual(await stateOf(missing.account.id), [1, 0, 0])

  const next = openRig(db)
  const again = await next.carrier({ id: carrier.id, queryAfterMinutes: 5 })
  next.clock.aheadMs = 7 * 60_000
  await next.sweeps.withoutReceipt()
  assert.deepEqual(again.connector.queried, [])
})

test('many missing receipts at one moment are all given up', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier({ receiptLimitMinutes: 1, window: 5000 })
  const account = await db.account({ balance: 10_000_000_000n })
  await rig.send(
    account,
    Array.from({ length: 3500 }, () => rig.draft({ validityMs: HOUR })),
  )
  for (const of of await connector.afterSending(3500)) connector.take({ of })
  await rig.settle.drained()
  rig.clock.aheadMs = 2 * 60_000
  await rig.sweeps.withoutReceipt()
  const [row] = await db.rows('select count(*)::int as given from messages where account_id = $1 and state = 20 and err = 245', [
    account.id,
  ])
  assert.equal(row?.given, 3500)
})

/** Sent, never answered, and held. */
async function held(rig: Rig, { connector }: ScriptedCarrier, of: Parameters<Rig['draft']>[0] = {}, parts = 1) {
  const account = await db.account()
  const sent = connector.sent.length
  await rig.send(account, [rig.draft({ lane: 2, ...of })])
  await connector.afterSending(sent + 1)
  for (let part = 1; part <= parts; part++) connector.answer('unknown', { part, parts })
  await rig.settle.drained()
  return account
}

test('a held message finds its receipt by destination, sender and time, and waits no longer', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier({ unknown: 'hold' })
  const account = await held(rig, carrier, { recipient: '79160001001' })
  await carrier.connector.receive({ carrierIds: ['H0'], to: '79160001001', from: 'Sender', atMs: rig.now() - HOUR })
  await carrier.connector.receive({ carrierIds: ['H1'], to: '79160001001', from: 'Another' })
  await carrier.connector.receive({ carrierIds: ['H2'], to: '79160001002', from: 'Sender' })
  await rig.sweeps.parked()
  assert.deepEqual(await stateOf(account.id), [-1, 0, 0], 'too early, another sender, another number')
  await carrier.connector.receive({ carrierIds: ['H3'], to: '+79160001001', from: 'Sender' })
  await rig.sweeps.parked()
  assert.deepEqual(await stateOf(account.id), [1, 0, 0])
  assert.deepEqual(await dueOf(account.id), [])
  const matched = await db.rows('select keys from parked_receipts where carrier_id = $1 and matched_id > 0', [carrier.id])
  assert.deepEqual(matched, [{ keys: ['H3'] }])
})

test('of two held messages that fit, none is chosen', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier({ unknown: 'hold' })
  const accounts = [
    await held(rig, carrier, { recipient: '79160002001' }),
    await held(rig, carrier, { recipient: '79160002001' }),
  ]
  await carrier.connector.receive({ carrierIds: ['TWO'], to: '79160002001' })
  await rig.sweeps.parked()
  assert.deepEqual(await Promise.all(accounts.map(({ id }) => stateOf(id))), [
    [-1, 0, 0],
    [-1, 0, 0],
  ])
})

test('a held message of two parts waits for the receipts of both', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier({ unknown: 'hold' })
  const account = await held(rig, carrier, { recipient: '79160003001', content: { kind: 'text', text: 'ж'.repeat(120) } }, 2)
  await carrier.connector.receive({ carrierIds: ['P1'], to: '79160003001' })
  await rig.sweeps.parked()
  assert.deepEqual([await stateOf(account.id), await dueOf(account.id)], [[-1, 0, 0], [[carrier.id, WAITING.held.code]]])
  await carrier.connector.receive({ carrierIds: ['P2'], to: '79160003001' })
  await rig.sweeps.parked()
  assert.deepEqual([await stateOf(account.id), await dueOf(account.id)], [[1, 0, 0], []])
})

test('a held message without news ends with its validity: 20/245, paid unless the tariff says otherwise', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier({ unknown: 'hold' })
  const [paid, refunded] = [await held(rig, carrier), await held(rig, carrier, { flags: FLAG.refundUndelivered })]
  await rig.sweeps.held()
  assert.deepEqual(await stateOf(paid.id), [-1, 0, 0])
  rig.clock.aheadMs = 25 * HOUR
  await Promise.all([rig.sweeps.held(), rig.sweeps.held()])
  assert.deepEqual(
    [await stateOf(paid.id), await stateOf(refunded.id)],
    [
      [20, 245, 0],
      [20, 245, 1],
    ],
  )
  assert.deepEqual([await dueOf(paid.id), await dueOf(refunded.id)], [[], []])
  assert.equal(await db.balanceOf(refunded.id), 1_000_000_000n)
})

test('thousands of parked receipts that match and do not fit keep none from those behind them', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier()
  const { account, id } = await taken(rig, carrier, { recipient: '79160004001' })
  // 8010 and 1F4A are one number; another recipient says it is another message.
  await db.rows(
    `insert into carrier_ids (carrier_id, key, account_id, id, part, at) select $1, '1F4A', account_id, id, 1, 1 from messages where account_id = $2`,
    [carrier.id, account.id],
  )
  const insert = `insert into parked_receipts (carrier_id, keys, carrier_raw, state, stat, err, recipient, sender, at)
    select $1, $2, $3, 'delivered', 'DELIVRD', '', $4, '', $5 from generate_series(1, $6)`
  await db.rows(insert, [carrier.id, ['8010', '1F4A'], ['8010'], '79167777777', rig.now() - 5_000, 3000])
  await db.rows(insert, [carrier.id, [id], [id], '79160004001', rig.now() - 1_000, 1])
  await rig.sweeps.parked()
  await rig.settle.drained()
  await rig.sweeps.parked()
  await rig.settle.drained()
  assert.deepEqual(await stateOf(account.id), [1, 0, 0])
})

test('messages in memory expire, and leave a carrier that is down for long when there is another', async () => {
  const rig = openRig(db)
  const first = await rig.carrier({ window: 0 })
  const [short, long] = [await db.account(), await db.account()]
  await rig.send(short, [rig.draft({ validityMs: 60_000 })])
  await rig.send(long, [rig.draft()])
  first.connector.link('down')
  rig.clock.aheadMs = 61_000
  rig.sweeps.memory()
  await rig.settle.drained()
  assert.deepEqual(await stateOf(short.id), [3, 0, 1])
  assert.equal(first.own.queue.size, 1, 'there is no other way yet')
  const second = await rig.carrier()
  rig.sweeps.memory()
  await rig.settle.drained()
  await rig.due.round()
  assert.equal((await second.connector.afterSending(1)).length, 1)
})

test('rows of a carrier that is down for long, switched off or gone go another way; expired ones end', async () => {
  const rig = openRig(db)
  const [down, off] = [await rig.carrier(), await rig.carrier()]
  down.connector.link('down')
  off.connector.link('down')
  const accounts = [await db.account(), await db.account(), await db.account()] as const
  await rig.send(accounts[0], [rig.draft({ candidates: [down.id] })])
  await rig.send(accounts[1], [rig.draft({ candidates: [off.id] })])
  await rig.send(accounts[2], [rig.draft({ candidates: [down.id], validityMs: 60_000 })])
  rig.owned.delete(off.id)
  rig.rows.set(off.id, { ...(rig.rows.get(off.id) ?? assert.fail()), enabled: false, link: 'down' })
  rig.clock.aheadMs = 61_000
  await rig.sweeps.stranded()
  await rig.due.round()
  await rig.settle.drained()
  assert.deepEqual(await stateOf(accounts[2].id), [3, 0, 1])
  const other = await rig.carrier()
  await rig.sweeps.stranded()
  while (await rig.due.round());
  assert.equal((await other.connector.afterSending(2)).length, 2)
})
