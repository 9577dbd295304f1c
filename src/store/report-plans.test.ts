import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { explaining } from '../../test/support/explained.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { type Month, monthOf, timeOfId } from '../domain/message-id.ts'
import { countHours, HOUR_IDS, readTraffic } from './account-hours.ts'
import { historyOfNumbers, walkHistory } from './history-list.ts'
import { listIncoming } from './incoming-list.ts'
import { ensurePartitions, PARTITIONED_TABLES } from './partitions.ts'
import { indexRecipients } from './recipient-index.ts'
import type { Session } from './session.ts'
import { readPartsOfMany } from './whole-message.ts'

/*
 * The plans that statements of reports get on a database of a year, with the session settings they run under, for the very values
 * they are asked with: which months are read, and by which index.
 */

const NOW = Date.now()
const [THIS, LAST, BEFORE] = [monthOf(NOW), monthOf(NOW, -1), monthOf(NOW, -2)] as const

let db: MessageStore
let client: pg.PoolClient
before(async () => {
  db = await openMessageStore()
  await ensurePartitions(db.store.pool, PARTITIONED_TABLES, timeOfId(monthOf(NOW, -11).from), 12)
  // Enough rows for the planner to care: 40 accounts, 20,000 messages in each of three months.
  for (const { from } of [THIS, LAST, BEFORE])
    await db.rows(
      `insert into messages (account_id, id, ref, price, expires_at, due_at, payer_id, channel, lane, parts, recipient, sender, state_at, state)
       select n % 40, $1::int8 + n, n, 1, 0, 0, n % 40, case when n / 40 % 100 = 7 then 8 else 0 end, 1, 1, '7916' || (n / 3), 'x', 0, 1 from generate_series(1, 20000) n`,
      [from],
    )
  await db.rows(
    `insert into incoming (id, carrier_id, account_id, sender, recipient, body, at)
     select n, 1, n % 40, '7916', '7900', 'x', 0 from generate_series(1, 20000) n`,
  )
  await db.rows(`insert into account_hours select n % 40, n / 40, 1, 1, 1, 0, 0 from generate_series(0, 19999) n`)
  await indexRecipients(db.store.pool, db.store.session, NOW)
  await db.rows('analyze messages, incoming, account_hours')
  client = await db.store.pool.connect()
})
after(async () => {
  client.release()
  await db.close()
})

/** The plans of what `work` asks; `counted` is where counting stands. */
async function plansOf(work: (session: Session) => Promise<unknown>, counted = 0): Promise<string> {
  const { session, plans } = explaining(client, { account_hours_until: [[counted]] })
  await work(session)
  assert.ok(plans.length > 0)
  return plans.map(({ plan }) => plan).join('\n\n')
}

const readsOf = (plan: string): string[] =>
  [...new Set([...plan.matchAll(/(?: on|using) (messages_\d{4}_\d\d)/g)].map(([, name = '']) => name))].sort()
const names = (...months: readonly Month[]): string[] => months.map(({ name }) => `messages_${name}`).sort()

const asked = { accountId: 7, fromId: THIS.from, toId: THIS.to, mail: false, recipients: [] as string[], limit: 100 }
const incoming = { accountId: 7, fromId: 1, toId: 2, recipient: '', limit: 10 }

test('e-mails are found among other messages by an index of their own', async () => {
  const plan = await plansOf((session) => walkHistory(session, { ...asked, fromId: LAST.from, mail: true }))
  assert.match(plan, /Index Scan Backward using messages_\d{4}_\d\d_account_id_id_idx/)
  assert.deepEqual(readsOf(plan), names(THIS, LAST))
  assert.doesNotMatch(plan, /Seq Scan on messages|messages_\w+_pkey/)
})

test('the history walks the primary key backwards, through the months that are asked for', async () => {
  for (const [fromId, months] of [
    [THIS.from, [THIS]],
    [THIS.from - 1, [THIS, LAST]],
    [BEFORE.from, [THIS, LAST, BEFORE]],
  ] as const) {
    for (const recipients of [[], ['7916100', '7916200']]) {
      const plan = await plansOf((session) => walkHistory(session, { ...asked, fromId, recipients }))
      assert.match(plan, /Index Scan Backward using messages_\d{4}_\d\d_pkey/)
      assert.doesNotMatch(plan, /Seq Scan on messages|_recipient\b/)
      assert.deepEqual(readsOf(plan), names(...months))
      // In the order of the months, so it ends where enough is found; the sort above is of what was found.
      if (months.length > 1) assert.match(plan, /Limit\n\s*->\s+Append/)
    }
  }
})

test('texts are looked up for what was found, by their ids', async () => {
  const plan = await plansOf((session) => walkHistory(session, asked))
  assert.match(plan, /Index Scan using texts_\w+_pkey|Index Cond: \(id = m.text_id\)/)
  assert.doesNotMatch(plan, /Seq Scan on texts/)
})

test('in months that are over a number is found by the index of recipients', async () => {
  for (const recipients of [['7916100'], ['7916100', '7916200']]) {
    const question = { ...asked, fromId: BEFORE.from, toId: THIS.from, recipients }
    const plan = await plansOf((session) => historyOfNumbers(session, question))
    assert.match(plan, /Index Scan using messages_\d{4}_\d\d_recipient/)
    assert.doesNotMatch(plan, /Seq Scan on messages|messages_\w+_pkey/)
    assert.deepEqual(readsOf(plan), names(LAST, BEFORE))
  }
})

test('parts submitted one by one are found from their first row on', async () => {
  const firsts = [{ id: THIS.from + 100, octets: null }]
  const plan = await plansOf((session) => readPartsOfMany(session, 7, firsts))
  assert.match(plan, /Index Scan using messages_\d{4}_\d\d_pkey/)
  assert.doesNotMatch(plan, /Seq Scan on messages|_recipient\b/)
})

test('incoming messages are read along the index of their account', async () => {
  const plan = await plansOf((session) => listIncoming(session, incoming))
  assert.match(plan, /Index Scan using incoming_account on incoming/)
  assert.doesNotMatch(plan, /Sort/)
})

test('statistics of counted months read no message, the open hours those of the account alone', async () => {
  const counted = Math.floor((THIS.from + THIS.to) / 2 / HOUR_IDS) * HOUR_IDS
  const whole = { fromMs: timeOfId(BEFORE.from), toMs: timeOfId(THIS.from) }
  const sums = await plansOf((session) => readTraffic(session, [7], 1, whole), counted)
  assert.match(sums, /(?:Index|Index Only|Bitmap Index) Scan (?:using|on) account_hours_(?:sums|pkey)/)
  assert.deepEqual(readsOf(sums), [])

  const open = { fromMs: timeOfId(LAST.from), toMs: timeOfId(THIS.to) }
  const live = await plansOf((session) => readTraffic(session, [7], 1, open), counted)
  assert.deepEqual(readsOf(live), names(THIS))
  assert.match(live, /messages_\d{4}_\d\d_pkey/)
  assert.doesNotMatch(live, /Seq Scan on (?:messages|postings|refunds|account_hours)/)
})

test('counting reads the month it counts, by ranges of blocks where there is much', async () => {
  const plan = await plansOf((session) => countHours(session, LAST.from, LAST.from + HOUR_IDS))
  assert.deepEqual(readsOf(plan), names(LAST))
})
