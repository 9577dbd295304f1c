import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { monthOf } from '../domain/message-id.ts'
import { correctMailingCounts, countMailing } from './mailing-counts.ts'
import type { Session } from './session.ts'

// Two slices of a mailing, of 300 messages each, made by node 3 between those of node 5, whose messages are not of the mailing.
let db: MessageStore
let session: Session
let first = 0
const NODE = 3 * 256
const idOf = (place: number) => first + NODE + Math.floor((place - 1) / 100) * 8192 + ((place - 1) % 100)
before(async () => {
  db = await openMessageStore()
  session = db.sessions.general
  first = monthOf(Date.now()).from
  const places = Array.from({ length: 600 }, (_, at) => at + 1)
  await db.rows(
    `insert into messages (account_id, id, ref, price, expires_at, due_at, payer_id, channel, lane, parts, recipient, sender, state_at, state)
     select 1, n + other, 1, 1, 0, 0, 1, 0, 2, 1, '79161112233', 'x', 0, -1
     from unnest($1::int8[]) n cross join (values (0), (512)) o(other)`,
    [places.map(idOf)],
  )
  await db.rows(
    `insert into mailings (id, account_id, name, state, message, channel, text, sender, created_at, first_at, start_at, run, ref)
     values (1, 1, 'x', 'running', '{}', 0, '', '', 0, 0, 0, 2, 0)`,
  )
  for (const [run, after] of [
    [1, 0],
    [2, 0],
    [2, 300],
  ] as const)
    await db.rows('insert into mailing_slices values (1, $1, $2::int, $2::int + 300, 1, $3, $4, 300, 1)', [
      run,
      after,
      run === 1 ? 1 : idOf(after + 1),
      run === 1 ? 1 : idOf(after + 300),
    ])
})
after(() => db.close())

const become = (state: number, places: readonly number[]) =>
  db.rows('update messages set state = $1 where account_id = 1 and id = any($2)', [state, places.map(idOf)])
const between = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)
const counted = async () => {
  const { taken, waiting, sent, delivered, notDelivered } = await countMailing(session, 1)
  return [taken, waiting, sent, delivered, notDelivered]
}
/** How many messages of each slice a next look has to read; null: all. */
const left = async () =>
  (
    await db.rows<{ open: number | null }>('select cardinality(open) as open from mailing_slices where run = 2 order by after')
  ).map(({ open }) => open)

test('what waits, is on its way and has ended is told exactly, whenever it is asked, and messages of others are not in it', async () => {
  assert.deepEqual(await counted(), [600, 600, 0, 0, 0])
  assert.deepEqual(await left(), [null, null], 'too many to name')
  await become(0, between(1, 400))
  await become(1, between(1, 250))
  assert.deepEqual(await counted(), [600, 200, 150, 250, 0])
  assert.deepEqual(await left(), [50, null])
  await become(20, [251])
  await become(4, between(252, 299))
  assert.deepEqual(await counted(), [600, 200, 101, 298, 1])
  assert.deepEqual(await left(), [1, null])
  await become(3, [300])
  await become(2, between(301, 600))
  assert.deepEqual(await counted(), [600, 0, 0, 598, 2])
  assert.deepEqual(await left(), [0, 0])
  assert.deepEqual(await counted(), [600, 0, 0, 598, 2], 'nothing is read again')
})

test('an end that a late receipt corrects is counted anew; what was read before it is not kept', async () => {
  await become(1, [251])
  await correctMailingCounts(session, [
    { accountId: 1, id: idOf(251) },
    { accountId: 1, id: 5 },
    { accountId: 2, id: idOf(251) },
  ])
  assert.deepEqual(await left(), [null, 0])
  await db.rows(`update mailing_slices set corrected_at = now() + interval '1 h' where after = 0`) // as if while it counts
  assert.deepEqual(await counted(), [600, 0, 0, 599, 1])
  assert.deepEqual(await left(), [null, 0])
})

test('a mailing that has taken nobody has nothing to tell', async () => {
  assert.deepEqual(await countMailing(session, 2), { taken: 0, waiting: 0, sent: 0, delivered: 0, notDelivered: 0 })
})
