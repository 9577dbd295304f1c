import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openReplies, sentBefore, withPast } from '../../test/support/replies.ts'
import type { Account } from '../domain/account.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/calendar.ts'

const SHARED = '4321'
let db: MessageStore
let shop: Account
let bank: Account
let replies: ReturnType<typeof openReplies>
before(async () => {
  db = await openMessageStore()
  await withPast(db)
  shop = await db.account()
  bank = await db.account()
  await db.rows(`update accounts set login = 'Shop' where id = $1`, [shop.id])
  await db.rows(`update accounts set login = 'bank.ru' where id = $1`, [bank.id])
  for (const login of ['Twin', 'twin'])
    await db.rows('update accounts set login = $1 where id = $2', [login, (await db.account()).id])
  await db.rows(`insert into numbers (number, shared) values ($1, true), ('9999', false)`, [SHARED])
  await db.rows(`insert into number_keywords values ('пицца', $1), ('bank.ru', $1)`, [shop.id])
  replies = openReplies(db)
})
after(() => db?.close())

let subscribers = 0
const subscriber = () => String(79_160_000_000 + ++subscribers)
const accountOf = (sender: string) =>
  db.row<{ account_id: number; answered_id: string; body: string; waits: boolean }>(
    `select account_id, answered_id, body, exists (select from incoming_tasks t where t.id = i.id and not t.done) as waits
     from incoming i where sender = $1`,
    [sender],
  )
const settled = (sender: string) =>
  eventually(async () => {
    const found = await accountOf(sender)
    assert.equal(found.waits, false)
    return found
  })

// what was sent to the subscriber before, what he writes, whose it is
const cases: [claim: string, before: (to: string) => Promise<unknown>, text: string, whose: 'shop' | 'bank' | 'nobody'][] = [
  ['a reply goes to the only account that wrote', (to) => sentBefore(db, bank, to, MINUTE_MS), 'Yes', 'bank'],
  ['a reply of two weeks ago goes there too', (to) => sentBefore(db, bank, to, 14 * DAY_MS - HOUR_MS), 'Yes', 'bank'],
  ['after two weeks it is nobody’s', (to) => sentBefore(db, bank, to, 14 * DAY_MS + HOUR_MS), 'Yes', 'nobody'],
  [
    'of two accounts it goes to the one that wrote last',
    async (to) => {
      await sentBefore(db, shop, to, 2 * DAY_MS)
      await sentBefore(db, bank, to, 5 * DAY_MS)
    },
    'Yes',
    'shop',
  ],
  [
    'who wrote last within the hour is told from who wrote before',
    async (to) => {
      await sentBefore(db, shop, to, 2 * MINUTE_MS)
      await sentBefore(db, bank, to, MINUTE_MS)
    },
    'Yes',
    'bank',
  ],
  ['the last writer goes before a keyword', (to) => sentBefore(db, bank, to, DAY_MS), 'shop: hello', 'bank'],
  ['a message that was refused is none', (to) => sentBefore(db, bank, to, MINUTE_MS, { state: 23, err: 250 }), 'Yes', 'nobody'],
  ['nor is one in test mode', (to) => sentBefore(db, bank, to, MINUTE_MS, { err: 200 }), 'Yes', 'nobody'],
  ['nor is a look-up', (to) => sentBefore(db, bank, to, MINUTE_MS, { channel: 'hlr' }), 'Yes', 'nobody'],
  ['one that could not be delivered is', (to) => sentBefore(db, bank, to, MINUTE_MS, { state: 20 }), 'Yes', 'bank'],
  ['a login and a colon', async () => {}, 'shop: hello', 'shop'],
  ['a login and a space, in any case', async () => {}, 'SHOP hello', 'shop'],
  ['a login alone', async () => {}, 'Shop', 'shop'],
  ['a login in the middle says nothing', async () => {}, 'dear shop', 'nobody'],
  ['a keyword, in any case', async () => {}, 'ПИЦЦА две', 'shop'],
  ['a keyword goes before a login', async () => {}, 'Bank.ru: hello', 'shop'],
  ['a login that two could be is nobody’s', async () => {}, 'twin: hello', 'nobody'],
  ['no word that is known', async () => {}, 'Who are you?', 'nobody'],
  ['no text', async () => {}, '', 'nobody'],
]
for (const [claim, sendBefore, text, whose] of cases) {
  test(`to a shared number: ${claim}`, async () => {
    const from = subscriber()
    await sendBefore(from)
    await replies.write(from, SHARED, text)
    const found = await settled(from)
    assert.deepEqual([found.account_id, found.body], [{ shop: shop.id, bank: bank.id, nobody: 0 }[whose], text])
  })
}

test('the message that was answered is noted', async () => {
  const from = subscriber()
  await sentBefore(db, shop, from, 2 * DAY_MS)
  const id = await sentBefore(db, shop, from, DAY_MS)
  await replies.write(from, SHARED, 'Yes')
  assert.equal(Number((await settled(from)).answered_id), id)
})

test('a number that nobody has, and one that the centre does not know, are the operator’s: nobody looks for an owner', async () => {
  for (const number of ['9999', '8888']) {
    const from = subscriber()
    await sentBefore(db, shop, from, MINUTE_MS)
    await replies.write(from, number, 'shop: hello')
    const found = await accountOf(from)
    assert.deepEqual([found.account_id, found.waits], [0, false])
  }
})

test('an account gets messages under rising ids: who asks for those after the last one misses none', async () => {
  await db.rows(`insert into numbers (number, account_id) values ('5555', $1)`, [bank.id])
  const [first, second] = [subscriber(), subscriber()]
  let letGo: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const slow = openReplies(db, {
    node: 1,
    store: {
      ownersOfWords: async () => {
        await held
        return new Map([['late', bank.id]])
      },
    },
  })
  await replies.stop()
  await slow.write(first, SHARED, 'late')
  await slow.write(second, '5555', 'early')
  const early = await db.row<{ id: string }>('select id from incoming where sender = $1', [second])
  letGo()
  await settled(first)
  const late = await db.row<{ id: string; account_id: number }>('select id, account_id from incoming where sender = $1', [first])
  assert.equal(late.account_id, bank.id)
  assert.ok(Number(late.id) > Number(early.id), 'what was found an account later has the higher id')
  await slow.stop()
  replies = openReplies(db)
})

test('handlers and SMPP sessions are told of what was found an account, once', async () => {
  const account = await db.account()
  await db.rows(`update accounts set settings = '{"fl[1]": 1}' where id = $1`, [account.id])
  await replies.stop()
  const telling = openReplies(db, { node: 2, tell: [account.id] })
  const from = subscriber()
  await sentBefore(db, account, from, MINUTE_MS)
  await telling.write(from, SHARED, 'Yes')
  const { id } = await eventually(() =>
    db.row<{ id: string }>('select id from incoming where sender = $1 and account_id = $2', [from, account.id]),
  )
  const counts = () =>
    db.row(
      `select (select count(*)::int from outbox where account_id = $1 and message_id = $2) as told,
       (select count(*)::int from deliveries where account_id = $1 and message_id = $2) as owed`,
      [account.id, id],
    )
  assert.deepEqual(await counts(), { told: 1, owed: 1 })
  assert.ok(
    telling.told.some(({ told, owed }) => told.includes(account.id) && owed.includes(account.id)),
    'they are woken',
  )
  await telling.stop()
})

test('a message whose storing is tried again, after it was given to an account, is stored once', async () => {
  const node = openReplies(db, { node: 3 })
  const from = subscriber()
  await sentBefore(db, shop, from, MINUTE_MS)
  const [id = 0] = node.rig.ids.take(1)
  const row = { id, carrierId: 1, sender: from, recipient: SHARED, body: 'Yes', complete: true, atMs: Date.now() }
  await node.rig.store.storeIncoming([row], [])
  node.wake()
  await eventually(async () => assert.equal((await accountOf(from)).account_id, shop.id))
  await node.rig.store.storeIncoming([row], [])
  assert.equal((await db.rows('select from incoming where sender = $1', [from])).length, 1)
  await node.stop()
})
