import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { idOfTime, monthOf } from '../domain/message-id.ts'
import { dropPartitionsBefore, ensurePartitions, PARTITIONED_TABLES } from '../store/partitions.ts'
import { type Glance, glancing } from '../store/pool-session.ts'
import { summarise } from '../store/summarise.ts'
import { createAudit } from './audit.ts'
import { createClosing, presentClosing } from './closing.ts'

let db: MessageStore
let glance: Glance
let alex: Account
beforeEach(async () => {
  db = await openMessageStore()
  glance = glancing(db.store.pool)
  alex = await db.account({ balance: 0n })
  await ensurePartitions(db.store.pool, PARTITIONED_TABLES, Date.UTC(2026, 7, 5))
})
afterEach(() => db.close())

const HOUR = 3_600_000
const september = monthOf(Date.UTC(2026, 8, 1))
const october = monthOf(Date.UTC(2026, 9, 1))
const at = (month: number, day: number) => idOfTime(Date.UTC(2026, month - 1, day))

const posted = async (id: number, kind: number, amount: number, purse = 1) => {
  await db.rows('insert into postings (account_id, id, purse, kind, amount) values ($1, $2, $3, $4, $5)', [
    alex.id,
    id,
    purse,
    kind,
    amount * 1_000_000,
  ])
  const column = purse === 1 ? 'balance' : 'balance2'
  await db.rows(`update accounts set ${column} = ${column} + $2 where id = $1`, [alex.id, amount * 1_000_000])
}
const message = (id: number, price: number) =>
  db.rows(
    `insert into messages (account_id, id, ref, price, expires_at, due_at, state_at, payer_id, state, channel, lane, parts, recipient, sender)
     values ($1, $2, 1, $3, 0, 0, 0, $1, 1, 0, 1, 1, '79161234567', '')`,
    [alex.id, id, price * 1_000_000],
  )
const refunded = async (id: number, of: number, amount: number) => {
  await posted(id, 3, amount)
  await db.rows('insert into refunds values ($1, $2, 1, $2, $3, $4)', [id, alex.id, of, amount * 1_000_000])
  await db.rows('update messages set refunded = refunded + $2 where id = $1', [of, amount * 1_000_000])
}

/** A September with a top-up, two commits, the second of them over the end of the month, and a refund in October. */
async function september2(): Promise<void> {
  await posted(at(9, 1), 1, 103)
  await posted(at(9, 10), 2, -3)
  await message(at(9, 10) + 1, 1)
  await message(at(9, 10) + 2, 2)
  await posted(at(9, 19), 7, -3)
  await posted(at(9, 20), 6, -0.5)
  await posted(at(9, 21), 1, 7, 2)
  await posted(september.to - 2, 2, -5)
  await message(september.to - 1, 2)
  await message(september.to + 1, 3)
  await message(at(9, 10) + 3, 0)
  await db.rows('update messages set state = 24 where id = $1', [at(9, 10) + 3]) // refused when it came: it is no message that was sent
  await posted(at(10, 2), 2, -4)
  await message(at(10, 2) + 1, 4)
  await refunded(at(10, 3), at(9, 10) + 2, 2)
}

test('a month is closed two hours after its end, and what comes later belongs to the later month', async () => {
  await september2()
  const closing = createClosing({ session: db.store.session, glance, summarise: () => summarise(db.store.session) })
  const list = async () => (await closing.list()).map(presentClosing)
  assert.equal(await closing.closeEnded(Date.UTC(2026, 9, 1) + 2 * HOUR - 1), 8, 'January to August')
  assert.deepEqual(await list(), [])
  await closing.closeEnded(Date.UTC(2026, 9, 1) + 2 * HOUR)
  const { closed_at, ...main } = (await list())[0] ?? { closed_at: '' }
  assert.match(closed_at, /^20/)
  assert.deepEqual(main, {
    login: alex.login,
    purse: 1,
    month: '2026-09',
    currency: 'RUR',
    opening: '0.00',
    topped_up: '103.00',
    charged: '-8.00',
    refunded: '0.00',
    corrected: '-0.50',
    fees: '-3.00',
    transferred: '0.00',
    balance: '91.50',
    messages: 3,
    apart: '0.00',
    dropped: false,
  })
  await closing.closeEnded(Date.UTC(2026, 10, 1) + 3 * HOUR)
  const rows = await list()
  assert.deepEqual(
    rows.map(({ month, purse, opening, charged, refunded: back, balance, apart }) => [
      month,
      purse,
      opening,
      charged,
      back,
      balance,
      apart,
    ]),
    [
      ['2026-10', 1, '91.50', '-4.00', '2.00', '89.50', '0.00'],
      ['2026-10', 2, '7.00', '0.00', '0.00', '7.00', '0.00'],
      ['2026-09', 1, '0.00', '-8.00', '0.00', '91.50', '0.00'],
      ['2026-09', 2, '0.00', '0.00', '0.00', '7.00', '0.00'],
    ],
  )
  assert.deepEqual(await closing.closeEnded(Date.UTC(2026, 10, 1) + 3 * HOUR), 0, 'once')
  assert.equal((await closing.list(alex.login, '2026-09')).length, 2)
  await assert.rejects(closing.list('', 'September'), { code: 'bad_request' })
})

test('a month that is not closed is not dropped; the books of one that is gone still agree', async () => {
  await september2()
  const closing = createClosing({ session: db.store.session, glance, summarise: () => summarise(db.store.session) })
  const audit = createAudit({ glance, summarise: () => summarise(db.store.session) })
  assert.deepEqual((await audit()).differences, [])
  const drop = (beforeId: number) =>
    dropPartitionsBefore(db.store.pool, PARTITIONED_TABLES, beforeId, (partition) => closing.beforeDrop(partition))
  await assert.rejects(drop(october.to), /is not closed yet/)
  await closing.closeEnded(Date.UTC(2026, 10, 1) + 3 * HOUR)
  await drop(october.to)
  const [row] = await db.rows('select count(*)::int as left from messages')
  assert.equal(row?.left, 0)
  const report = await audit()
  assert.deepEqual([report.differences, report.messages], [[], 5])
  const kept = await closing.list(alex.login, '2026-09')
  assert.deepEqual(
    kept.map((each) => [each.purse, each.dropped, each.refunded]),
    [
      [1, true, 2_000_000n],
      [2, true, 0n],
    ],
    'what was refunded later is known before the rows go',
  )
  await db.rows(`update postings set amount = amount - 1 where kind = 2 and id = $1`, [at(9, 10)])
  assert.equal((await audit()).ok, false, 'a charge of a month that is gone is still proved')
})

test('damage in a month that ends is kept with its closing', async () => {
  await september2()
  await db.rows('update messages set price = price + 1000000 where id = $1', [at(9, 10) + 1])
  const closing = createClosing({ session: db.store.session, glance, summarise: () => summarise(db.store.session) })
  await closing.closeEnded(Date.UTC(2026, 9, 1) + 2 * HOUR)
  assert.deepEqual(
    (await closing.list(alex.login)).map(presentClosing).map(({ purse, apart, balance }) => [purse, apart, balance]),
    [
      [1, '1.00', '91.50'],
      [2, '0.00', '7.00'],
    ],
  )
})
