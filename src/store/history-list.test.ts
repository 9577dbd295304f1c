import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { channelCode } from '../domain/channel.ts'
import { monthOf, timeOfId } from '../domain/message-id.ts'
import { accept, type NewMessage } from './accept.ts'
import { hideMessages } from './history.ts'
import { type HistoryQuestion, historyOfNumbers, walkHistory } from './history-list.ts'
import { ensurePartitions, PARTITIONED_TABLES } from './partitions.ts'
import { indexRecipients, recipientsIndexedUntil } from './recipient-index.ts'

const NOW = Date.now()
const THIS = monthOf(NOW)
const LAST = monthOf(NOW, -1)
const BEFORE = monthOf(NOW, -2)
const ANNA = '79161234567'
const BORIS = '79161234568'

let db: MessageStore
let accountId: number
before(async () => {
  db = await openMessageStore()
  const messages = PARTITIONED_TABLES.filter(({ name }) => name === 'messages' || name === 'texts')
  await ensurePartitions(db.store.pool, messages, timeOfId(BEFORE.from), 2)
  const account = await db.account()
  accountId = account.id
  const stranger = await db.account()
  const rows: Partial<NewMessage>[] = [
    { id: BEFORE.from + 1, recipient: ANNA, body: 'oldest' },
    { id: LAST.from + 1, recipient: BORIS, body: 'last month' },
    { id: LAST.from + 2, recipient: ANNA, body: 'mail', channel: channelCode('mail') },
    { id: LAST.from + 3, recipient: ANNA, body: 'look-up', channel: channelCode('hlr') },
    { id: THIS.from + 1, recipient: ANNA, body: null, textId: THIS.from + 1 },
    { id: THIS.from + 2, recipient: BORIS, body: 'hidden' },
    { id: THIS.from + 3, recipient: BORIS, body: 'newest' },
  ]
  const texts = [{ id: THIS.from + 1, body: 'stored once' }]
  for (const [index, row] of rows.entries()) {
    const own = newMessage({ id: 0, accountId, ...row } as NewMessage)
    await accept(db.sessions.accept, commitOf(1000 + index, [own], { texts: row.textId ? texts : [] }))
  }
  await accept(db.sessions.accept, commitOf(2000, [newMessage({ id: THIS.from + 4, accountId: stranger.id })]))
  await hideMessages(db.store.session, [{ accountId, id: THIS.from + 2 }])
})
after(() => db.close())

const ask = (more: Partial<HistoryQuestion> = {}): HistoryQuestion => ({
  ...{ accountId, fromId: BEFORE.from, toId: THIS.to, mail: false, recipients: [], limit: 100 },
  ...more,
})

const questions: [claim: string, question: () => HistoryQuestion, bodies: string[]][] = [
  ['all but e-mails, the newest first', () => ask(), ['newest', 'stored once', 'look-up', 'last month', 'oldest']],
  ['e-mails alone', () => ask({ mail: true }), ['mail']],
  ['as many as wanted', () => ask({ limit: 2 }), ['newest', 'stored once']],
  ['those before an id', () => ask({ toId: THIS.from + 1 }), ['look-up', 'last month', 'oldest']],
  ['from an id on', () => ask({ fromId: LAST.from + 3 }), ['newest', 'stored once', 'look-up']],
  ['to one number', () => ask({ recipients: [ANNA] }), ['stored once', 'look-up', 'oldest']],
  [
    'to several, one of them twice',
    () => ask({ recipients: [BORIS, ANNA, BORIS], limit: 3 }),
    ['newest', 'stored once', 'look-up'],
  ],
  ['to nobody known', () => ask({ recipients: ['1'] }), []],
  ['of a span that is empty', () => ask({ fromId: THIS.to, toId: THIS.from }), []],
]
for (const [claim, question, bodies] of questions) {
  test(`the history has ${claim}`, async () =>
    assert.deepEqual(
      (await walkHistory(db.store.session, question())).map(({ body }) => body),
      bodies,
    ))
  if (question.toString().includes('recipients'))
    test(`numbers are found alike: ${claim}`, async () =>
      assert.deepEqual(
        (await historyOfNumbers(db.store.session, question())).map(({ body }) => body),
        bodies,
      ))
}

test('who stops meanwhile gives up what is being built, and the next one builds it', async () => {
  const { pool, session } = db.store
  const first = `messages_${BEFORE.name}`
  // Somebody who writes there: building waits for the end of it.
  const writer = await pool.connect()
  await writer.query('begin')
  await writer.query(`update ${first} set comment = 'x' where account_id = $1`, [accountId])
  const stopping = new AbortController()
  const building = indexRecipients(pool, session, NOW, stopping.signal)
  await db.somebodyWaits()
  stopping.abort()
  assert.deepEqual(await building, [])
  await writer.query('rollback')
  writer.release()
  assert.equal(await recipientsIndexedUntil(session), BEFORE.from)
})

test('months that are over get an index of recipients, this one none; it is built once, and again when it broke', async () => {
  const { pool, session } = db.store
  assert.equal(await recipientsIndexedUntil(session), BEFORE.from)
  const both = [`messages_${BEFORE.name}`, `messages_${LAST.name}`]
  const built = await Promise.all([indexRecipients(pool, session, NOW), indexRecipients(pool, session, NOW)])
  assert.deepEqual(built.flat().sort(), both)
  assert.equal(await recipientsIndexedUntil(session), THIS.from)
  assert.deepEqual(await indexRecipients(pool, session, NOW), [])

  await db.rows(`update pg_index set indisvalid = false where indexrelid = 'messages_${LAST.name}_recipient'::regclass`)
  assert.equal(await recipientsIndexedUntil(session), LAST.from)
  assert.deepEqual(await indexRecipients(pool, session, NOW), [`messages_${LAST.name}`])
  assert.equal(await recipientsIndexedUntil(session), THIS.from)
  const found = await historyOfNumbers(session, ask({ recipients: [ANNA], toId: THIS.from }))
  assert.deepEqual(
    found.map(({ body }) => body),
    ['look-up', 'oldest'],
  )
})
