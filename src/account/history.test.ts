import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { DAY_MS, dateOf } from '../domain/calendar.ts'
import { monthOf, timeOfId } from '../domain/message-id.ts'
import { concatUdh } from '../domain/text/udh.ts'
import { accept, type NewMessage } from '../store/accept.ts'
import { ensurePartitions, PARTITIONED_TABLES } from '../store/partitions.ts'
import { indexRecipients } from '../store/recipient-index.ts'
import { createHistory, type HistoryRequest } from './history.ts'

/** The 20th of this month, so that there is a month behind it whatever day it is. */
const THIS = monthOf(Date.now())
const NOW = timeOfId(THIS.from) + 19 * DAY_MS
const ANNA = '79161234567'
const BORIS = '79161234568'
/** One message a day, from 40 days ago until today, by turns to Anna and to Boris; its text says how old it is. */
const DAYS = 40

let db: MessageStore
let account: Account
let ids: number[] = []
before(async () => {
  db = await openMessageStore()
  const tables = PARTITIONED_TABLES.filter(({ name }) => name === 'messages')
  await ensurePartitions(db.store.pool, tables, NOW - DAYS * DAY_MS, 2)
  account = await db.account()
  ids = Array.from({ length: DAYS + 1 }, (_, age) => THIS.from + (19 - age) * DAY_MS * 8192)
  const messages = ids.map((id, age) =>
    newMessage({ id, accountId: account.id, recipient: age % 2 ? BORIS : ANNA, body: String(age) }),
  )
  await accept(db.sessions.accept, commitOf(1, messages.reverse()))
})
after(() => db.close())

const day = (age: number) => dateOf(Math.floor((NOW - age * DAY_MS) / DAY_MS))

async function ask(more: Partial<HistoryRequest> = {}, settings: Account['settings'] = {}): Promise<number[]> {
  const readHistory = createHistory({
    session: db.store.session,
    now: () => NOW,
    report: async (rows) => rows.map(({ body }) => Number(body)),
  })
  const asked = { ...account, utcOffsetMinutes: 0, settings }
  return [...(await readHistory(asked, { mail: false, recipients: [], count: 100, ...more }))]
}
const ages = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step)

async function assertAll(when: string): Promise<void> {
  const stories: [claim: string, asked: number[], told: number[]][] = [
    ['everything', await ask(), ages(0, 40)],
    ['the newest', await ask({ count: 3 }), ages(0, 2)],
    ['some days, across the turn of the month', await ask({ start: day(25), end: day(15) }), ages(15, 25)],
    ['one day', await ask({ start: day(15) }), [15]],
    ['until a day', await ask({ end: day(38) }), ages(38, 40)],
    ['the next page', await ask({ beforeId: ids[17] as number, count: 4 }), ages(18, 21)],
    ['to a number', await ask({ recipients: [BORIS] }), ages(1, 39, 2)],
    [
      'to a number, a page across the turn of the month',
      await ask({ recipients: [ANNA], beforeId: ids[16] as number, count: 4 }),
      ages(18, 24, 2),
    ],
    ['to a number, this month alone', await ask({ recipients: [ANNA], count: 2 }), [0, 2]],
    ['to a number, last month alone', await ask({ recipients: [ANNA], start: day(30), end: day(25) }), [26, 28, 30]],
    ['to both', await ask({ recipients: [BORIS, ANNA], start: day(21), end: day(18) }), ages(18, 21)],
    ['as long as the account keeps it', await ask({}, { ktm: 10 }), ages(0, 10)],
  ]
  for (const [claim, asked, told] of stories) assert.deepEqual(asked, told, `${claim}, ${when}`)
}

test('the history is the same whether last month has its index of recipients or not', async () => {
  await assertAll('without')
  assert.equal((await indexRecipients(db.store.pool, db.store.session, NOW)).length, 1)
  await assertAll('with it')
})

test('where nothing is, or nothing is kept, the message is not found', async () => {
  for (const request of [
    { recipients: ['1'] },
    { mail: true },
    { start: { year: 2014, month: 1, day: 1 } },
    { beforeId: 1 },
    { start: { year: 2099, month: 1, day: 1 } },
  ])
    await assert.rejects(ask(request), { code: 'not_found' })
  await assert.rejects(ask({ end: day(20) }, { ktm: 10 }), { code: 'not_found' })
})

test('messages that are hidden from a sub-client are not in its history', async () => {
  await assert.rejects(ask({}, { 'fl2[1]': 1 }), { code: 'not_found' })
})

test('a main account reads what its sub-clients sent, hidden from them or not, and nobody else’s', async () => {
  const [main, sub] = [await db.account(), await db.account()]
  await db.rows(
    `update accounts set parent_id = $2, login = 'sub_' || id, settings = settings || '{"ktm": 10, "fl2[1]": 1}' where id = $1`,
    [sub.id, main.id],
  )
  const messages = [1, 20].map((age) =>
    newMessage({ id: THIS.from + (19 - age) * DAY_MS * 8192 + 7, accountId: sub.id, body: String(age) }),
  )
  await accept(db.sessions.accept, commitOf(2, messages.reverse()))
  const readHistory = createHistory({
    ...{ session: db.store.session, now: () => NOW },
    report: async (rows) => rows.map(({ body }) => Number(body)),
  })
  const asked = { mail: false, recipients: [], count: 100, user: `sub_${sub.id}` }
  assert.deepEqual(await readHistory(main, asked), [1], 'as long as the sub-client keeps it')
  await assert.rejects(readHistory(main, { ...asked, user: undefined }), { code: 'not_found' })
  await assert.rejects(readHistory(account, asked), { code: 'no_subclient' })
  await assert.rejects(readHistory(sub, asked), { code: 'no_subclient' })
})

test('days that end before they begin are refused', () =>
  assert.rejects(ask({ start: day(1), end: day(2) }), { code: 'bad_request' }))

test('parts that the customer submitted one by one are one message, on the page of the first', async () => {
  const { id: accountId } = await db.account()
  const first = THIS.from + 5_000_000
  const part = (nth: number, more: Partial<NewMessage> = {}) =>
    newMessage({
      ...{ id: first + 1000 * nth, accountId, firstPartId: first, ref: nth + 1, octets: concatUdh(9, nth + 1, 3) },
      ...{ body: ['one ', 'two ', 'three'][nth] ?? '', state: 1 },
      ...more,
    })
  const single = (id: number, body: string) => newMessage({ id, accountId, body, state: 1 })
  const messages = [
    single(first - 1, 'before'),
    part(0),
    single(first + 1, 'between'),
    part(1, { state: 20, err: 1 }),
    part(2),
    single(first + 9000, 'after'),
  ]
  await accept(db.sessions.accept, commitOf(first, messages, { grouped: true }))
  const readHistory = createHistory({
    session: db.store.session,
    now: () => NOW,
    report: async (rows) =>
      rows.map(({ id, body, state, err, price, parts }) => [id - first, body, state, err, Number(price), parts]),
  })
  const asked = { ...account, id: accountId, utcOffsetMinutes: 0 }
  assert.deepEqual(await readHistory(asked, { mail: false, recipients: [], count: 100 }), [
    [9000, 'after', 1, 0, 1_000_000, 1],
    [1, 'between', 1, 0, 1_000_000, 1],
    [0, 'one two three', 20, 1, 3_000_000, 3],
    [-1, 'before', 1, 0, 1_000_000, 1],
  ])
  const page = await readHistory(asked, { mail: false, recipients: [ANNA], count: 2, beforeId: first + 1 })
  assert.deepEqual(
    page.map(([, body]) => body),
    ['one two three', 'before'],
  )
})
