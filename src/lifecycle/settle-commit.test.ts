import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type ScriptedCarrier } from '../../test/support/path.ts'
import { FLAG } from '../domain/message.ts'
import type { SettleBatch } from '../store/settle.ts'
import { settle } from '../store/settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

/** A centre with one carrier, whose settle commits can be watched and held back. */
async function watched(of: Parameters<ReturnType<typeof openRig>['carrier']>[0] = {}) {
  const batches: SettleBatch[] = []
  const gates: Promise<void>[] = []
  const rig = openRig(db, {
    store: {
      async settle(batch) {
        batches.push(batch)
        await gates.shift()
        return settle(db.sessions.settle, batch)
      },
    },
  })
  const carrier = await rig.carrier(of)
  return {
    ...rig,
    carrier,
    batches,
    /** The next commit waits until the answer is called; `begun` resolves when it has started. */
    hold() {
      let open = () => {}
      gates.push(
        new Promise((resolve) => {
          open = resolve
        }),
      )
      return () => open()
    },
  }
}

const LONG = 'ж'.repeat(120) // two parts
const two = { content: { kind: 'text', text: LONG }, price: 2_000_000n } as const

interface Row {
  readonly id: number
  readonly state: number
  readonly err: number
  readonly refunded: string
  readonly parts: Buffer | null
  readonly carrier_ids: string | null
  readonly receipt: string | null
  readonly attempts: number
}
const rowOf = (accountId: number): Promise<Row> =>
  db.row<Row>(
    `select id, state, err, refunded::text, part_states as parts, carrier_ids, receipt, attempts
     from messages where account_id = $1 order by id desc limit 1`,
    [accountId],
  )
const stateOf = async (accountId: number) => {
  const { state, err, refunded } = await rowOf(accountId)
  return { state, err, refunded: Number(refunded) / 1_000_000 }
}
const idRows = (id: number) => db.rows('select key, part from carrier_ids where id = $1 order by part', [id])
const parkedAt = ({ id }: ScriptedCarrier) =>
  db.rows<{ id: number; matched: number }>(
    'select id, matched_id::float8 as matched from parked_receipts where carrier_id = $1 order by id',
    [id],
  )

test('answer and receipt within a turn are one update, need no id row, and the journal is done', async () => {
  const { carrier, batches, ...rig } = await watched()
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  const [message] = await carrier.connector.afterSending(1)
  carrier.connector.take({ id: 'A1' })
  await carrier.connector.receive({ carrierIds: ['A1'] })
  assert.deepEqual(await stateOf(account.id), { state: 1, err: 0, refunded: 0 })
  assert.deepEqual(
    batches.flatMap(({ changes }) => changes.map(({ id, state }) => [id, state])),
    [[message?.id, 1]],
  )
  assert.deepEqual(await idRows(message?.id ?? 0), [])
  assert.equal((await db.rows('select from journal where $1 between low and high', [message?.id])).length, 0)
  assert.equal(rig.settle.counters.inMemory, 1)
})

test('a receipt that comes while its answer is being written is in the next commit', async () => {
  const { carrier, hold, batches, ...rig } = await watched()
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  const release = hold()
  carrier.connector.take({ id: 'A3' })
  while (batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const received = carrier.connector.receive({ carrierIds: ['A3'], state: 'undelivered', stat: 'UNDELIV', err: '001' })
  release()
  await received
  assert.deepEqual(await stateOf(account.id), { state: 20, err: 1, refunded: 0 })
  assert.equal(rig.settle.counters.missed, 0)
})

test('a receipt before the answer is parked, and found when the answer comes', async () => {
  const { carrier, ...rig } = await watched()
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  await carrier.connector.afterSending(1)
  await carrier.connector.receive({ carrierIds: ['EARLY'], to: '79161234567' })
  assert.equal((await stateOf(account.id)).state, -1)
  carrier.connector.take({ id: 'early' })
  await rig.settle.drained()
  assert.equal((await stateOf(account.id)).state, 1)
  const { id } = await rowOf(account.id)
  assert.deepEqual(
    (await parkedAt(carrier)).map(({ matched }) => matched),
    [id],
  )
})

test('repeated receipts change nothing and leave no orphan: in memory, after the commit, before the answer', async () => {
  const { carrier, ...rig } = await watched()
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  await carrier.connector.afterSending(1)
  const receipt = { carrierIds: ['R1'], to: '79161234567' }
  await Promise.all([carrier.connector.receive(receipt), carrier.connector.receive(receipt)])
  await carrier.connector.receive(receipt)
  carrier.connector.take({ id: 'R1' })
  await Promise.all([carrier.connector.receive(receipt), carrier.connector.receive(receipt)])
  await carrier.connector.receive(receipt)
  await rig.settle.drained()
  assert.equal((await stateOf(account.id)).state, 1)
  const { id } = await rowOf(account.id)
  assert.deepEqual(
    (await parkedAt(carrier)).map(({ matched }) => matched),
    [id],
  )
})

test('a parked receipt finds its message after a restart, by the sweep', async () => {
  const first = await watched()
  const account = await db.account()
  await first.send(account, [first.draft()])
  await first.carrier.connector.receive({ carrierIds: ['LATE1'], to: '79161234567' })
  // The program is another one now: it knows nothing of the receipt, and settles what it was told.
  const second = openRig(db)
  const { id } = await rowOf(account.id)
  const rows = [{ carrierId: first.carrier.id, key: 'LATE1', accountId: account.id, id, part: 1 }]
  await db.rows('update messages set state = 0, carrier_id = $2 where id = $1', [id, first.carrier.id])
  const none = { id: db.nextId(), atMs: 1, changes: [], journal: [], handed: [], matched: [], leases: [], takes: [] }
  await settle(db.sessions.settle, { ...none, carrierIds: rows })
  await second.carrier({ id: first.carrier.id })
  await second.sweeps.parked()
  await second.settle.drained()
  assert.equal((await stateOf(account.id)).state, 1)
  assert.deepEqual(
    (await parkedAt(first.carrier)).map(({ matched }) => matched),
    [id],
  )
})

// How the carrier writes its id in the answer and in the receipt, whom the receipt names, and whether it is the message's.
const NOTATIONS: readonly [answer: string, receipt: string, to: string, found: boolean][] = [
  ['1f4a', '8010', '79161234567', true],
  ['8011', '1F4B', '+79161234567', true],
  ['-1', '18446744073709551615', '79161234567', true],
  ['0000abc', 'ABC', '', true],
  ['1f4c', '8012', '', false],
  ['1f4d', '8013', '79167654321', false],
]

for (const [answer, receipt, to, found] of NOTATIONS) {
  const name = `an id answered as ${answer} and received as ${receipt} for ${to || 'nobody'} is ${found ? '' : 'not '}the same`
  for (const late of [false, true]) {
    test(`${name}, ${late ? 'after' : 'before'} the commit`, async () => {
      const { carrier, ...rig } = await watched()
      const account = await db.account()
      await rig.send(account, [rig.draft()])
      carrier.connector.take({ id: answer })
      if (late) await rig.settle.drained()
      await carrier.connector.receive({ carrierIds: [receipt], to })
      assert.equal((await stateOf(account.id)).state, found ? 1 : 0)
      assert.equal((await parkedAt(carrier)).length, found ? 0 : 1)
    })
  }
}

test('a good receipt after the bad one corrects state and money; a bad one after a good changes nothing', async () => {
  const { carrier, ...rig } = await watched()
  const account = await db.account({ balance: 1_000_000n })
  await rig.send(account, [rig.draft({ flags: FLAG.refundUndelivered })])
  carrier.connector.take({ id: 'GB' })
  await carrier.connector.receive({ carrierIds: ['GB'], state: 'expired', stat: 'EXPIRED' })
  assert.deepEqual(await stateOf(account.id), { state: 3, err: 6, refunded: 1 })
  assert.equal(await db.balanceOf(account.id), 1_000_000n)
  await carrier.connector.receive({ carrierIds: ['GB'], to: '79161234567' })
  assert.deepEqual(await stateOf(account.id), { state: 1, err: 0, refunded: 0 })
  await carrier.connector.receive({ carrierIds: ['GB'], state: 'undelivered', stat: 'UNDELIV' })
  assert.deepEqual(await stateOf(account.id), { state: 1, err: 0, refunded: 0 })
  assert.deepEqual([await db.balanceOf(account.id), await db.postedTo(account.id)], [0n, -1_000_000n])
})

test('a long message has the state of its worst part, in whatever order its receipts come', async () => {
  for (const order of [
    [1, 2],
    [2, 1],
  ]) {
    const { carrier, ...rig } = await watched()
    const account = await db.account()
    await rig.send(account, [rig.draft(two)])
    for (const part of [1, 2]) carrier.connector.take({ id: `W${part}`, part, parts: 2 })
    await rig.settle.drained()
    assert.equal((await idRows((await rowOf(account.id)).id)).length, 2)
    const receipts: Readonly<Record<number, object>> = {
      1: { carrierIds: ['W1'] },
      2: { carrierIds: ['W2'], state: 'undelivered', stat: 'UNDELIV', err: '012' },
    }
    await carrier.connector.receive(receipts[order[0] ?? 0] ?? {})
    assert.equal((await stateOf(account.id)).state, 0, 'one part is still on its way')
    await carrier.connector.receive(receipts[order[1] ?? 0] ?? {})
    assert.deepEqual(await stateOf(account.id), { state: 20, err: 12, refunded: 0 })
  }
})

test('the price of parts that were refused goes back, and of no others', async () => {
  const { carrier, ...rig } = await watched()
  const account = await db.account()
  await rig.send(account, [rig.draft(two)])
  carrier.connector.take({ id: 'P1', part: 1, parts: 2 })
  carrier.connector.answer('rejected', { part: 2, parts: 2 })
  await carrier.connector.receive({ carrierIds: ['P1'] })
  assert.deepEqual(await stateOf(account.id), { state: 20, err: 255, refunded: 1 })
  assert.equal(await db.balanceOf(account.id), 999_000_000n)
})

test('a receipt of a part that was taken meets its message while the other part waits for room', async () => {
  const { carrier, ...rig } = await watched()
  const account = await db.account()
  await rig.send(account, [rig.draft(two)])
  const [message] = await carrier.connector.afterSending(1)
  carrier.connector.take({ of: message, id: 'T1', part: 1, parts: 2 })
  carrier.connector.window = 0
  carrier.connector.answer('busy', { of: message, part: 2, parts: 2 })
  await rig.settle.drained()
  await carrier.connector.receive({ carrierIds: ['T1'] })
  carrier.connector.window = 1000
  carrier.own.pump()
  const [, again] = await carrier.connector.afterSending(2)
  assert.deepEqual(again?.parts, [2])
  carrier.connector.take({ id: 'T2', part: 2, parts: 2 })
  await carrier.connector.receive({ carrierIds: ['T2'] })
  await rig.settle.drained()
  assert.deepEqual(await stateOf(account.id), { state: 1, err: 0, refunded: 0 })
})
