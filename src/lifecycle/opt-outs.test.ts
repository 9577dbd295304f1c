import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openReplies, owner, sentBefore, sentBy, withPast } from '../../test/support/replies.ts'
import { MINUTE_MS } from '../domain/calendar.ts'

let db: MessageStore
let replies: ReturnType<typeof openReplies>
before(async () => {
  db = await openMessageStore()
  await withPast(db)
  replies = openReplies(db)
})
after(() => db?.close())

const FROM = '79161112233'

test('an opt-out keeps what was written, when, to which number, and the message it answered', async () => {
  const { account, number } = await owner(db, {})
  await db.rows(`insert into blacklist (account_id, address, type, added_at) values ($1, '79161110000', 1, 0)`, [account.id])
  const id = await sentBefore(db, account, FROM, 5 * MINUTE_MS, { ref: 77 })
  const atMs = Date.now()
  await replies.write(FROM, number, 'Stop!', atMs)
  await sentBy(db, account)
  const [entry] = (await replies.phoneBook.blacklist.list(account, 0, 10)).filter(({ optOut }) => optOut)
  assert.deepEqual([entry?.address, entry?.type], [FROM, 0])
  assert.deepEqual(entry?.optOut, { atMs, text: 'Stop!', number, answeredId: id, answeredRef: '77' })
  assert.equal((await replies.phoneBook.barsOf(account.id))?.(FROM, false), true)
})

test('START takes back an opt-out, and what was entered by hand stays as it was', async () => {
  const { account, number } = await owner(db, {})
  const byHand = '79161110000'
  await replies.phoneBook.blacklist.add(account, { phones: byHand, mails: undefined }, 1)
  const list = async () =>
    (await replies.phoneBook.blacklist.list(account, 0, 10)).map(({ address, type, optOut }) => [address, type, optOut?.text])
  for (const from of [byHand, FROM]) await replies.write(from, number, 'STOP')
  await sentBy(db, account)
  assert.deepEqual(await list(), [
    [byHand, 0, 'STOP'],
    [FROM, 0, 'STOP'],
  ])
  for (const from of [byHand, FROM]) await replies.write(from, number, 'Start')
  await sentBy(db, account)
  assert.deepEqual(await list(), [[byHand, 1, undefined]])
  await replies.write(byHand, number, 'Start')
  await sentBy(db, account)
  assert.deepEqual(await list(), [[byHand, 1, undefined]])
  const [book] = await db.rows<{ blacklisted: number }>('select blacklisted from contact_books where account_id = $1', [
    account.id,
  ])
  assert.equal(book?.blacklisted, 1)
})

test('an opt-out that was taken back is not entered again by a task that was done', async () => {
  await replies.stop()
  const { account, number } = await owner(db, {})
  await replies.phoneBook.optOuts.stop(
    account.id,
    { subscriber: FROM, text: 'STOP', number, answeredId: 0, atMs: 1 },
    async () => false,
  )
  await assert.rejects(replies.phoneBook.blacklist.list(account, 0, 10), { code: 'not_found' })
  replies = openReplies(db)
})

test('where opt-outs are switched off STOP is a text like any other', async () => {
  const { account, number } = await owner(db, { opt_out: 0, answ: 'Thanks' })
  await replies.write(FROM, number, 'STOP')
  assert.deepEqual(await sentBy(db, account), [[FROM, 'Thanks', 0]])
  await assert.rejects(replies.phoneBook.blacklist.list(account, 0, 10), { code: 'not_found' })
})
