import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { idOfTime, monthOf, timeOfId } from '../domain/message-id.ts'
import { accept } from '../store/accept.ts'
import { readCountedUntil } from '../store/account-hours.ts'
import { createCounting } from './counting.ts'

const HOUR = 3_600_000
const START = timeOfId(monthOf(Date.now()).from)

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

test('hours are counted two hours after their end, once, however many nodes count', async () => {
  const { id: accountId } = await db.account()
  const send = (hour: number) =>
    accept(
      db.sessions.accept,
      commitOf(idOfTime(START + hour * HOUR), [newMessage({ id: idOfTime(START + hour * HOUR) + 1, accountId })]),
    )
  for (const hour of [0.5, 0.9, 3.1, 30]) await send(hour)

  let summarised = 0
  const count = createCounting({
    session: db.store.session,
    summarise: async () => {
      summarised += 1
    },
  })
  const counted = async () =>
    (await db.rows('select hour, messages from account_hours order by hour')).map((row) => Object.values(row))
  const first = idOfTime(START) / (HOUR * 8192)

  await count(START + 2.9 * HOUR)
  assert.deepEqual(await counted(), [])
  await count(START + 3 * HOUR)
  assert.deepEqual(await counted(), [[first, 2]])
  assert.equal(await readCountedUntil(db.store.session), idOfTime(START + HOUR))

  assert.equal(summarised, 2)
  assert.equal(await count(START + 3.5 * HOUR), 0)
  assert.equal(summarised, 2, 'nothing is looked at where nothing is to be counted')

  await Promise.all([count(START + 40 * HOUR), count(START + 40 * HOUR)])
  await count(START + 40 * HOUR)
  assert.deepEqual(await counted(), [
    [first, 2],
    [first + 3, 1],
    [first + 30, 1],
  ])
  assert.equal(await readCountedUntil(db.store.session), idOfTime(START + 38 * HOUR))
})
