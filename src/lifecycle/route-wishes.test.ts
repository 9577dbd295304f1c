import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { makeRouteWishes } from './route-wishes.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const sets = (accountId: number, settings: Readonly<Record<string, number>>) =>
  db.rows('update accounts set settings = $2 where id = $1', [accountId, JSON.stringify(settings)])

test('what accounts wish of their routes is known, and forgotten when they take it back', async () => {
  const [plain, best, cheap] = [await db.account(), await db.account(), await db.account()]
  const wishes = makeRouteWishes(db.store.session)
  await wishes.refresh()
  assert.deepEqual([wishes.of(best.id), wishes.useQuality], [undefined, false])
  await sets(best.id, { 'fl2[9]': 1 })
  await sets(cheap.id, { 'fl2[24]': 1 })
  await wishes.refresh()
  assert.deepEqual(
    [plain, best, cheap].map(({ id }) => wishes.of(id)),
    [undefined, 'quality', 'cost'],
  )
  assert.equal(wishes.useQuality, true)
  await sets(best.id, { 'fl2[9]': 0 })
  await sets(cheap.id, {})
  await wishes.refresh()
  assert.deepEqual([wishes.of(best.id), wishes.of(cheap.id), wishes.useQuality], [undefined, undefined, false])
})
