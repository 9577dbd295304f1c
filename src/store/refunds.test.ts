import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { FLAG } from '../domain/message.ts'
import { accept } from './accept.ts'
import { type Change, settle } from './settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const change = (of: Pick<Change, 'accountId' | 'id'> & Partial<Change>): Change => ({
  wasState: -1,
  wasRefunded: 0n,
  wasHops: 0,
  state: 20,
  err: 1,
  stateAtMs: 1000,
  sentAtMs: 1000,
  carrierId: 1,
  attempts: 1,
  duplicates: 0,
  refunded: 1_000_000n,
  cost: 0n,
  partStates: null,
  carrierIds: null,
  receipt: null,
  trace: null,
  hlr: null,
  move: undefined,
  ...of,
})

test('each message’s refund has its item, in its own purse, and the postings sum them up', async () => {
  const account = await db.account()
  const messages = [0, 0, FLAG.electronic, 0].map((flags, at) =>
    newMessage({ id: db.nextId(), accountId: account.id, refOrdinal: at + 1, flags }),
  )
  await accept(db.sessions.accept, commitOf(db.nextId(), messages))
  const [first, second, third, fourth] = messages.map(({ id }) => id)
  const ids = [first, second, third].flatMap((id) => id ?? [])
  const batch = { atMs: 5000, carrierIds: [], journal: [], handed: [], matched: [], leases: [], takes: [] }
  const gone = db.nextId()
  await settle(db.sessions.settle, { ...batch, id: gone, changes: ids.map((id) => change({ accountId: account.id, id })) })
  const back = db.nextId()
  const late = change({
    accountId: account.id,
    id: first ?? 0,
    wasState: 20,
    wasRefunded: 1_000_000n,
    state: 1,
    err: 0,
    refunded: 0n,
  })
  const more = change({ accountId: account.id, id: fourth ?? 0 })
  await settle(db.sessions.settle, { ...batch, id: back, changes: [late, more] })

  const items = await db.rows('select id, purse, message_id, amount from refunds where payer_id = $1 order by id, message_id', [
    account.id,
  ])
  assert.deepEqual(
    items.map((row) => [Number(row.id), row.purse, Number(row.message_id), Number(row.amount)]),
    [
      [gone, 1, first, 1_000_000],
      [gone, 1, second, 1_000_000],
      [gone, 2, third, 1_000_000],
      [back, 1, first, -1_000_000],
      [back, 1, fourth, 1_000_000],
    ],
  )
  const postings = await db.rows(
    'select id, purse, kind, amount from postings where account_id = $1 and kind <> 2 order by id, purse',
    [account.id],
  )
  assert.deepEqual(
    postings.map((row) => [Number(row.id), row.purse, row.kind, Number(row.amount)]),
    [
      [gone, 1, 3, 2_000_000],
      [gone, 2, 3, 1_000_000],
    ],
    'a refund and a charge in one commit may come to nothing: their items remain',
  )
  const row = await db.row('select balance, balance2 from accounts where id = $1', [account.id])
  assert.deepEqual([Number(row.balance), Number(row.balance2)], [998_000_000, 1_000_000])
})
