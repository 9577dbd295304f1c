import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { accept, type NewMessage } from './accept.ts'
import { type Change, type SettleBatch, settle } from './settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const PLAIN = {
  wasState: -1,
  wasRefunded: 0n,
  wasHops: 0,
  state: 0,
  err: 0,
  stateAtMs: 1_000,
  sentAtMs: 1_000,
  carrierId: 1,
  attempts: 1,
  duplicates: 0,
  refunded: 0n,
  cost: 0n,
  partStates: null,
  carrierIds: null,
  receipt: null,
  trace: null,
  hlr: null,
  move: undefined,
} satisfies Omit<Change, 'accountId' | 'id'>

const change = (message: NewMessage, of: Partial<Change> = {}): Change => ({
  accountId: message.accountId,
  id: message.id,
  ...PLAIN,
  ...of,
})
const batch = (changes: readonly Change[], rest: Partial<SettleBatch> = {}): SettleBatch => ({
  id: db.nextId(),
  atMs: 5_000,
  changes,
  carrierIds: [],
  journal: [],
  handed: [],
  matched: [],
  leases: [],
  takes: [],
  ...rest,
})
const write = (changes: readonly Change[], rest: Partial<SettleBatch> = {}) => settle(db.sessions.settle, batch(changes, rest))

async function stored(count: number, of: Partial<NewMessage> = {}): Promise<NewMessage[]> {
  const account = await db.account()
  const messages = Array.from({ length: count }, (_, at) =>
    newMessage({ id: db.nextId(), accountId: account.id, refOrdinal: at + 1, ...of }),
  )
  await accept(db.sessions.accept, commitOf(db.nextId(), messages))
  return messages
}
const one = async (of: Partial<NewMessage> = {}) => (await stored(1, of))[0] as NewMessage
const rowOf = ({ id }: NewMessage) => db.row('select * from messages where id = $1', [id])
const dueOf = ({ id }: NewMessage) =>
  db.rows('select carrier_id, lane, account_id, due_at, reason from due_queue where id = $1', [id])

test('a settled message keeps what it was told: state, times, carrier, ids, attempts', async () => {
  const message = await one()
  const told = { carrierIds: 'a1\nb2', receipt: 'DELIVRD 000', trace: Buffer.from([1]), hlr: 'x\n\n\n\n\n\n\ny' }
  const result = await write([change(message, { ...told, partStates: Uint8Array.of(1, 0, 1, 0), attempts: 2, carrierId: 7 })])
  assert.deepEqual(result, { stale: false, written: 1, missed: [] })
  const row = await rowOf(message)
  assert.deepEqual(
    [row.state, Number(row.sent_at), row.carrier_id, row.carrier_ids, row.attempts, row.receipt, row.hlr],
    [0, 1_000, 7, 'a1\nb2', 2, 'DELIVRD 000', ['x', '', '', '', '', '', '', 'y']],
  )
  await write([change(message, { wasState: 0, state: 1, sentAtMs: 0, stateAtMs: 2_000 })])
  const later = await rowOf(message)
  assert.deepEqual(
    [later.state, Number(later.sent_at), Number(later.state_at), later.carrier_ids, later.receipt],
    [1, 1_000, 2_000, 'a1\nb2', 'DELIVRD 000'],
    'what a change does not name stays',
  )
})

test('a change decided on an older state is missed, and says so', async () => {
  const [first, second] = (await stored(2)) as [NewMessage, NewMessage]
  await write([change(first)])
  assert.deepEqual(await write([change(first), change(second)]), { stale: false, written: 1, missed: [first.id] })
  assert.equal((await rowOf(second)).state, 0)
})

test('money that goes back is posted once, and a change that is missed moves none', async () => {
  const message = await one({ price: 3_000_000n })
  const refund = change(message, { state: 20, refunded: 3_000_000n })
  await write([refund])
  await write([refund])
  assert.equal(await db.balanceOf(message.accountId), 1_000_000_000n)
  assert.equal(await db.postedTo(message.accountId), 0n)
  const kinds = await db.rows('select kind, amount::text from postings where account_id = $1 order by id', [message.accountId])
  assert.deepEqual(kinds, [
    { kind: 2, amount: '-3000000' },
    { kind: 3, amount: '3000000' },
  ])
})

test('a late good receipt takes the refund back, as a correction, also from an empty balance', async () => {
  const message = await one({ price: 3_000_000n })
  await write([change(message, { state: 20, err: 245, refunded: 3_000_000n })])
  await db.rows('update accounts set balance = 0 where id = $1', [message.accountId])
  await write([change(message, { wasState: 20, wasRefunded: 3_000_000n, state: 1, refunded: 0n })])
  assert.equal(await db.balanceOf(message.accountId), -3_000_000n)
  const [last] = await db.rows('select kind, amount::text from postings where account_id = $1 order by id desc', [
    message.accountId,
  ])
  assert.deepEqual(last, { kind: 4, amount: '-3000000' })
})

test("a sub-client's refund goes to its payer", async () => {
  const payer = await db.account()
  const sub = await db.account({ payerId: payer.id })
  const message = newMessage({ id: db.nextId(), accountId: sub.id, payerId: payer.id })
  await accept(db.sessions.accept, commitOf(db.nextId(), [message]))
  await write([change(message, { state: 20, refunded: message.price })])
  assert.deepEqual([await db.balanceOf(payer.id), await db.balanceOf(sub.id)], [1_000_000_000n, 0n])
})

test('under an older epoch nothing is written: no state, no money, no ids, and the journal keeps its row', async () => {
  const carrier = await db.carrier({ epoch: 5 })
  const message = await one()
  const journalId = db.nextId()
  await db.rows('insert into journal (id, node) values ($1, 0)', [journalId])
  await db.rows('insert into handed (id, carrier_id, epoch, ids, hops) values ($1, $2, 4, $3, $4)', [journalId, carrier, [], []])
  await db.rows('insert into due_queue values ($1, 1, $2, 0, $3, 1)', [carrier, message.accountId, message.id])
  const carrierIds = [{ carrierId: carrier, key: 'OLD', accountId: message.accountId, id: message.id, part: 1 }]
  const owed = { journal: [journalId], handed: [journalId], takes: [message.id], carrierIds }
  const late = change(message, { state: 20, refunded: message.price })
  const result = await write([late], { ...owed, leases: [{ carrierId: carrier, epoch: 4 }] })
  assert.deepEqual(result, { stale: true, written: 0, missed: [] })
  assert.equal((await rowOf(message)).state, -1)
  assert.equal(await db.postedTo(message.accountId), -message.price)
  for (const [table, id] of [
    ['journal', journalId],
    ['handed', journalId],
    ['due_queue', message.id],
  ] as const)
    assert.equal((await db.rows(`select from ${table} where id = $1`, [id])).length, 1, table)
  assert.equal((await db.rows(`select from carrier_ids where key = 'OLD'`)).length, 0)
  assert.equal((await write([late], { ...owed, leases: [{ carrierId: carrier, epoch: 5 }] })).written, 1)
})

test('a message that moves stands in the due queue with its change, once', async () => {
  const message = await one()
  const move = { carrierId: 9, lane: 1, dueAtMs: 4_000, reason: 7 }
  await write([change(message, { state: -1, move })])
  assert.equal((await rowOf(message)).hops, 1)
  assert.deepEqual(
    (await dueOf(message)).map((row) => [row.carrier_id, Number(row.due_at), row.reason]),
    [[9, 4_000, 7]],
  )
  const again = await write([change(message, { state: -1, move: { ...move, dueAtMs: 9_000 } })])
  assert.deepEqual(again.missed, [message.id])
  assert.equal((await dueOf(message)).length, 1)
})

test('a change that takes a message out of the due queue is written only if it still stands there', async () => {
  const [waiting, claimed] = (await stored(2)) as [NewMessage, NewMessage]
  await db.rows('insert into due_queue values (9, 1, $1, 0, $2, 4)', [waiting.accountId, waiting.id])
  const cancelled = { state: 20, refunded: 1_000_000n }
  const result = await write([change(waiting, cancelled), change(claimed, cancelled)], { takes: [waiting.id, claimed.id] })
  assert.deepEqual(result, { stale: false, written: 1, missed: [claimed.id] })
  assert.equal((await dueOf(waiting)).length, 0)
  assert.deepEqual([(await rowOf(waiting)).state, (await rowOf(claimed)).state], [20, -1])
  assert.equal(await db.balanceOf(waiting.accountId), 1_000_000_000n - 1_000_000n)
})

test('parked receipts that found their message are no orphans any more', async () => {
  const { id } = await db.row(
    `insert into parked_receipts (carrier_id, keys, carrier_raw, state, stat, err, recipient, sender, at)
     values (1, '{A}', '{a}', 'delivered', 'DELIVRD', '', '', '', 1) returning id`,
  )
  await write([], { matched: [{ parkedId: Number(id), messageId: 4711 }] })
  assert.equal(Number((await db.row('select matched_id from parked_receipts where id = $1', [id])).matched_id), 4711)
})

const GROWTH: readonly [name: string, steps: readonly Partial<Change>[]][] = [
  [
    'settle and receipt in one update',
    [{ state: 1, carrierIds: '0c6a1b9e-3c5d-4e2f-8a7b-1d2e3f405162', trace: Buffer.alloc(10, 1), receipt: 'DELIVRD 000' }],
  ],
  [
    'settle, and the receipt later',
    [
      { carrierIds: '0123456789abcdef', trace: Buffer.alloc(10, 1) },
      { wasState: 0, state: 1, receipt: 'DELIVRD 000' },
    ],
  ],
]

/** An analysis that runs meanwhile would keep old versions of rows from making room. */
async function withoutAutovacuum(): Promise<void> {
  const partitions = await db.rows<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relname like 'messages_2%'`,
  )
  for (const { name } of partitions) await db.rows(`alter table ${name} set (autovacuum_enabled = off)`)
}

for (const [name, steps] of GROWTH) {
  test(`${name}: no index is touched, every update of a thousand is HOT`, async () => {
    await withoutAutovacuum()
    const messages = await stored(1000)
    const before = await updates()
    for (const step of steps) {
      await write(messages.map((message) => change(message, step)))
      await othersAreOver()
    }
    const found = await updates()
    assert.equal(found.all - before.all, 1000 * steps.length)
    assert.equal(found.hot - before.hot, 1000 * steps.length)
  })
}

/** Old versions of rows make room when every transaction is over that ran beside them, in other tests' databases too. */
async function othersAreOver(): Promise<void> {
  const { xid } = await db.row<{ xid: string }>('select pg_current_xact_id()::text as xid')
  await eventually(async () => {
    const { oldest } = await db.row<{ oldest: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as oldest')
    assert.equal(BigInt(oldest) > BigInt(xid), true, `${oldest} runs since before ${xid}`)
  })
}

async function updates(): Promise<{ all: number; hot: number }> {
  for (const name of ['first', 'second'])
    await db.sessions.settle.run({ name: `flush statistics ${name}`, text: 'select pg_stat_force_next_flush()' }, [])
  return db.row(
    `select sum(n_tup_upd)::int as all, sum(n_tup_hot_upd)::int as hot from pg_stat_user_tables where relname like 'messages_2%'`,
  )
}
