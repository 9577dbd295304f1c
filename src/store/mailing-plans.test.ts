import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { explaining } from '../../test/support/explained.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { monthOf } from '../domain/message-id.ts'
import { countMailing } from './mailing-counts.ts'
import { readMailingRecipients } from './mailing-recipients.ts'
import { claimMailings, countAhead, readFirstHeld, readNextSlice, readOutcomes, readReached } from './mailing-runs.ts'
import { listMailings } from './mailings.ts'
import type { Session } from './session.ts'

/*
 * The plans of what a mailing's run asks, with a mailing of 30,000 recipients in a table of others: messages are found slice by slice,
 * by their ids.
 */

let db: MessageStore
let client: pg.PoolClient
before(async () => {
  db = await openMessageStore()
  const { from } = monthOf(Date.now())
  await db.rows(
    `insert into messages (account_id, id, ref, price, expires_at, due_at, payer_id, channel, lane, parts, recipient, sender, state_at, state)
     select 1 + (n / 30000) * (n % 20), $1::int8 + n, 1, 1, 0, 0, 1, 0, 2, 1, '7916' || n, 'x', 0, 1 from generate_series(1, 40000) n`,
    [from],
  )
  await db.rows(
    `insert into mailings (id, account_id, name, state, message, channel, text, sender, created_at, first_at, start_at, run, ref)
     select n, n, 'x', case when n = 1 then 'running' else 'finished' end, '{}', 0, '', '', 0, 0, 0, 1, 1 from generate_series(1, 500) n`,
  )
  await db.rows(
    `insert into mailing_slices select 1 + n / 43, 1, n * 700, n * 700 + 700, 1, $1::int8 + n * 700 + 1, $1::int8 + n * 700 + 700, 700, 1
     from generate_series(0, 4000) n`,
    [from],
  )
  await db.rows(`insert into mailing_recipients select 1 + n / 30000, n, 0, '+7916' || n from generate_series(1, 60000) n`)
  await db.rows(`insert into due_queue select 0, 2, 1, 5, $1::int8 + n, 15 from generate_series(1, 20000) n`, [from])
  await db.rows('analyze messages, mailings, mailing_slices, mailing_recipients, due_queue')
  client = await db.store.pool.connect()
})
after(async () => {
  client.release()
  await db.close()
})

const QUESTIONS: readonly [what: string, ask: (session: Session) => Promise<unknown>][] = [
  ['how many messages of the last slices wait', (session) => countAhead(session, 1, 10, 5)],
  ['how the last messages fared', (session) => readOutcomes(session, 1, { slices: 30, limit: 1_000 })],
  ['what has become of all', (session) => countMailing(session, 1)],
  ['when the first that waits for its time may go', (session) => readFirstHeld(session, 1)],
  ['how far it is', (session) => readReached(session, 1, 1)],
  ['which messages of a slice wait', (session) => readNextSlice(session, 1, { run: 1, after: 700 })],
  ['who is next', (session) => readMailingRecipients(session, 1, 700, 700)],
  ['which mailings are due', (session) => claimMailings(session, 1, 5, 20)],
  ['the mailings of an account', (session) => listMailings(session, { accountId: 1, limit: 10 })],
]
for (const [what, ask] of QUESTIONS) {
  test(`${what}: found by keys`, async () => {
    const { session, plans } = explaining(client)
    await ask(session)
    const [{ plan } = { plan: '' }] = plans
    assert.doesNotMatch(plan, /Seq Scan on (?:messages|mailing_slices|mailing_recipients|due_queue)|Hash Join|Merge Join/, plan)
    assert.match(plan, /Index/, plan)
  })
}
