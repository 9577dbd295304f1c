import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { FLAG } from '../domain/message.ts'
import { idOfTime, monthOf, timeOfId } from '../domain/message-id.ts'
import { accept } from './accept.ts'
import { countHours, HOUR_IDS, readCountedUntil, readTraffic } from './account-hours.ts'
import { POSTING, type Purse, post, transfer } from './postings.ts'

const HOUR = 3_600_000
/** The hours of these stories, all of them in this month. */
const START = timeOfId(monthOf(Date.now()).from) + 10 * HOUR
const at = (hour: number, minutes = 0): number => idOfTime(START + hour * HOUR + minutes * 60_000)

let db: MessageStore
let shop: number
let branch: number
before(async () => {
  db = await openMessageStore()
  shop = (await db.account()).id
  branch = (await db.account({ payerId: shop })).id
  const { session } = db.store
  const one = (id: number, more = {}) =>
    accept(db.sessions.accept, commitOf(id, [newMessage({ id: id + 1, accountId: shop, ...more })]))
  await one(at(0, 10))
  await one(at(0, 20), { parts: 3, price: 3_000_000n })
  await one(at(0, 30), { state: 22, err: 249, price: 0n }) // refused at once
  await one(at(0, 40), { price: 0n, flags: 2, state: 1 }) // test mode
  await one(at(0, 50), { accountId: branch, payerId: shop, price: 500_000n })
  await one(at(1, 30))
  await one(at(1, 31), { flags: 32, price: 7_000_000n }) // from the second purse
  await one(at(2, 1))
  // Replaced in the third hour for the double price: the old one ends as refunded and hidden.
  await one(at(2, 10), { state: 20, price: 1_000_000n, flags: FLAG.removed })
  await one(at(3, 10), { price: 2_000_000n, flags: FLAG.inPlace })
  await db.rows(`insert into refunds values ($1, $2, 1, $2, $3, 1000000)`, [at(3, 9), shop, at(2, 10) + 1])
  await db.rows(`insert into refunds values ($1, $2, 1, $2, $3, 3000000)`, [at(1, 45), shop, at(0, 20) + 1])
  await db.rows(`insert into refunds values ($1, $2, 1, $3, $4, 500000)`, [at(1, 46), shop, branch, at(0, 50) + 1])
  const posting = { accountId: shop, purse: 1 as Purse, note: '' }
  await post(session, { ...posting, id: at(1, 50), kind: POSTING.topUp, amount: 50_000_000n })
  await post(session, { ...posting, id: at(1, 51), kind: POSTING.correction, amount: -1_000_000n })
  await post(session, { ...posting, id: at(1, 52), kind: POSTING.refund, amount: 3_500_000n })
  await post(session, { ...posting, id: at(1, 54), kind: POSTING.fee, amount: -2_000_000n })
  await transfer(session, { accountId: shop, from: 1, id: at(1, 53), amount: 20_000_000n, note: '' })
})
after(() => db.close())

type Told = [messages: number, charged: bigint, refunded: bigint, paidIn: bigint]
// from and to in hours, purse, sums in units
const spans: [from: number, to: number, purse: Purse, shop: Told, branch: Told][] = [
  [0, 3, 1, [6, 9n, 3n, 50n], [1, 0n, 0n, 0n]],
  [0, 1, 1, [3, 4n, 0n, 0n], [1, 0n, 0n, 0n]],
  [1, 2, 1, [1, 3n, 3n, 50n], [0, 0n, 0n, 0n]],
  [1, 2, 2, [1, 7n, 0n, 20n], [0, 0n, 0n, 0n]],
  [0.5, 1.6, 1, [2, 1n, 0n, 0n], [1, 0n, 0n, 0n]],
  [1.6, 2.5, 1, [2, 4n, 3n, 50n], [0, 0n, 0n, 0n]],
  [2, 4, 1, [2, 4n, 1n, 0n], [0, 0n, 0n, 0n]],
  [3, 4, 1, [0, 2n, 1n, 0n], [0, 0n, 0n, 0n]],
  [2, 2, 1, [0, 0n, 0n, 0n], [0, 0n, 0n, 0n]],
  [5, 9, 1, [0, 0n, 0n, 0n], [0, 0n, 0n, 0n]],
]

async function assertAll(when: string, only: readonly (typeof spans)[number][] = spans): Promise<void> {
  for (const [from, to, purse, ...wanted] of only) {
    const sums = await readTraffic(db.store.session, [shop, branch], purse, {
      fromMs: START + from * HOUR,
      toMs: START + to * HOUR,
    })
    const told = [shop, branch].map((id): Told => {
      const { messages = -1, charged = 0n, refunded = 0n, paidIn = 0n } = sums.get(id) ?? {}
      return [messages, charged / 1_000_000n, refunded / 1_000_000n, paidIn / 1_000_000n]
    })
    assert.deepEqual(told, wanted, `${from} – ${to}, purse ${purse}, ${when}`)
  }
}

test('sums over spans are the same however much is counted', async () => {
  const { session } = db.store
  assert.equal(await readCountedUntil(session), 0)
  await assertAll('nothing is counted')
  assert.equal(await countHours(session, 0, at(0)), true)
  await assertAll('what came before is counted')
  assert.deepEqual(
    await Promise.all([countHours(session, at(0), at(1)), countHours(session, at(0), at(1))]).then((done) => done.sort()),
    [false, true],
  )
  await assertAll('an hour is counted, by one of two')
  assert.equal(await countHours(session, at(0), at(4)), false)
  assert.equal(await countHours(session, at(1), at(4)), true)
  assert.equal(await readCountedUntil(session), at(4))
  await assertAll('all is counted')
})

test('what is counted outlives its messages, and an hour without traffic has no row', async () => {
  const rows = await db.rows('select account_id, hour, purse, messages from account_hours order by 1, 2, 3')
  const hour = at(0) / HOUR_IDS
  assert.deepEqual(
    rows.map((row) => Object.values(row)),
    [
      [shop, hour, 1, 3],
      [shop, hour + 1, 1, 1],
      [shop, hour + 1, 2, 1],
      [shop, hour + 2, 1, 2],
      [shop, hour + 3, 1, 0],
      [branch, hour, 1, 1],
      [branch, hour + 1, 1, 0],
    ],
  )
  await db.rows('delete from messages')
  await assertAll(
    'the messages are gone',
    spans.filter(([from, to]) => Number.isInteger(from) && Number.isInteger(to)),
  )
})
