import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { accept, type ChargeOutcome, type NewMessage } from './accept.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const message = (of: Partial<NewMessage> & { accountId: number }): NewMessage => newMessage({ id: db.nextId(), ...of })
const commit = (messages: readonly NewMessage[], rest: Parameters<typeof commitOf>[2] = {}) =>
  accept(db.sessions.accept, commitOf(db.nextId(), messages, rest))
const outcomes = (found: readonly ChargeOutcome[]) => Object.fromEntries(found.map((each) => [each.accountId, each.outcome]))
const countOf = async (accountId: number): Promise<number> =>
  Number((await db.row('select count(*) from messages where account_id = $1', [accountId])).count)

test('a message is stored, numbered, debited and posted in one commit', async () => {
  const account = await db.account({ balance: 5_000_000n })
  const stored = message({ accountId: account.id, price: 1_250_000n })
  const [outcome] = await commit([stored])
  assert.deepEqual(outcome, {
    accountId: account.id,
    outcome: 'stored',
    lastRef: 0,
    balance: 3_750_000n,
    available: 5_000_000n,
  })
  const row = await db.row('select * from messages where account_id = $1', [account.id])
  assert.deepEqual(
    [row.id, row.ref, row.recipient, row.body, row.state].map(String),
    [stored.id, 1, stored.recipient, 'Hello', -1].map(String),
  )
  assert.equal(await db.balanceOf(account.id), 3_750_000n)
  assert.equal(await db.postedTo(account.id), -1_250_000n)
})

test('of two accounts in a batch the poor one gets nothing stored, and its neighbour everything', async () => {
  const [poor, rich] = [await db.account({ balance: 1_999_999n }), await db.account()]
  const found = await commit([
    message({ accountId: poor.id }),
    message({ accountId: rich.id }),
    message({ accountId: poor.id }),
    message({ accountId: rich.id }),
  ])
  assert.deepEqual(outcomes(found), { [poor.id]: 'poor', [rich.id]: 'stored' })
  assert.deepEqual([await countOf(poor.id), await countOf(rich.id)], [0, 2])
  assert.deepEqual([await db.balanceOf(poor.id), await db.postedTo(poor.id)], [1_999_999n, 0n])
  assert.deepEqual([await db.balanceOf(rich.id), await db.postedTo(rich.id)], [998_000_000n, -2_000_000n])
  assert.equal(found.find(({ accountId }) => accountId === poor.id)?.available, 1_999_999n)
})

test('the last rouble of credit can be spent, and not a millionth more', async () => {
  const account = await db.account({ balance: 0n, credit: 1_000_000n })
  assert.equal((await commit([message({ accountId: account.id, price: 1_000_001n })]))[0]?.outcome, 'poor')
  assert.equal((await commit([message({ accountId: account.id })]))[0]?.outcome, 'stored')
  assert.equal(await db.balanceOf(account.id), -1_000_000n)
})

test('an account over its limit may still store what costs nothing', async () => {
  const account = await db.account({ balance: -5_000_000n })
  assert.equal((await commit([message({ accountId: account.id, price: 0n, state: 24 })]))[0]?.outcome, 'stored')
})

test("a sub-client's messages are paid by its payer and counted by itself", async () => {
  const payer = await db.account({ balance: 3_000_000n })
  const [one, two] = [await db.account({ payerId: payer.id }), await db.account({ payerId: payer.id })]
  const found = await commit([
    message({ accountId: one.id, payerId: payer.id }),
    message({ accountId: two.id, payerId: payer.id }),
    message({ accountId: two.id, payerId: payer.id, refOrdinal: 2 }),
  ])
  assert.deepEqual(outcomes(found), { [one.id]: 'stored', [two.id]: 'stored' })
  assert.deepEqual(new Set(found.map(({ balance }) => balance)), new Set([0n]))
  assert.deepEqual([await db.balanceOf(payer.id), await db.postedTo(payer.id)], [0n, -3_000_000n])
  assert.deepEqual([await db.postedTo(one.id), await db.balanceOf(one.id)], [0n, 0n])
  const refs = await db.rows('select id, last_ref from accounts where id = any($1) order by id', [[payer.id, one.id, two.id]])
  assert.deepEqual(
    refs.map(({ last_ref }) => Number(last_ref)),
    [0, 1, 2],
  )
  const poor = await commit([
    message({ accountId: one.id, payerId: payer.id }),
    message({ accountId: two.id, payerId: payer.id }),
  ])
  assert.deepEqual(outcomes(poor), { [one.id]: 'poor', [two.id]: 'poor' })
})

test('a stale sign-in stores nothing and costs nothing', async () => {
  const account = await db.account()
  await db.rows('update accounts set version = version + 1 where id = $1', [account.id])
  assert.equal((await commit([message({ accountId: account.id })]))[0]?.outcome, 'stale')
  assert.deepEqual([await countOf(account.id), await db.postedTo(account.id)], [0, 0n])
  const again = await commit([message({ accountId: account.id })], { versions: new Map([[account.id, 2]]) })
  assert.equal(again[0]?.outcome, 'stored')
})

test('a blocked account stores nothing, and neither does one that is not there', async () => {
  const account = await db.account({ blocked: true })
  assert.equal((await commit([message({ accountId: account.id })]))[0]?.outcome, 'stale')
  assert.equal((await commit([message({ accountId: 2_000_000_000 })]))[0]?.outcome, 'stale')
  assert.equal(await countOf(account.id), 0)
})

test('numbers are consecutive over requests and commits; a request that names its own takes none', async () => {
  const account = await db.account()
  const { id: accountId } = account
  assert.equal((await commit([message({ accountId }), message({ accountId, refOrdinal: 2 })]))[0]?.lastRef, 0)
  await commit([message({ accountId, ref: 777, refOrdinal: 0 }), message({ accountId, refOrdinal: 0, refText: 'мой-id' })])
  const [third] = await commit([message({ accountId })])
  assert.equal(third?.lastRef, 2)
  const rows = await db.rows('select ref, ref_text from messages where account_id = $1 order by id', [accountId])
  assert.deepEqual(
    rows.map(({ ref, ref_text }) => [Number(ref), ref_text]),
    [
      [1, null],
      [2, null],
      [777, null],
      [0, 'мой-id'],
      [3, null],
    ],
  )
})

test('a shared text stands once, and the rows of its request refer to it', async () => {
  const account = await db.account()
  const text = { id: db.nextId(), body: 'одно на всех' }
  await commit(
    [1, 2, 3].map(() => message({ accountId: account.id, textId: text.id, body: null })),
    { texts: [text] },
  )
  const [row] = await db.rows(
    'select count(*)::int as rows, count(distinct t.id)::int as texts, min(t.body) as body from messages m join texts t on t.id = m.text_id where m.account_id = $1',
    [account.id],
  )
  assert.deepEqual(row, { rows: 3, texts: 1, body: text.body })
})

test('a request that could not pay is stored as refused in the next commit, with the text it brought', async () => {
  const account = await db.account({ balance: 0n })
  const text = { id: db.nextId(), body: 'a text for many' }
  const rows = { accountId: account.id, textId: text.id, body: null }
  assert.equal((await commit([message(rows)], { texts: [text] }))[0]?.outcome, 'poor')
  assert.equal((await commit([message({ ...rows, price: 0n, state: 24 })], { texts: [text] }))[0]?.outcome, 'stored')
})

test('due rows and short links come with the messages of accounts that were stored, and with no others', async () => {
  const [poor, rich] = [await db.account({ balance: 0n }), await db.account()]
  const messages = [message({ accountId: poor.id, hops: 1 }), message({ accountId: rich.id, hops: 1 })]
  const due = messages.map(({ id, accountId }) => ({ carrierId: 0, lane: 1, accountId, dueAtMs: 1_000, id, reason: 1 }))
  const links = messages.map(({ id, accountId }) => ({ code: `c${id}`, accountId, messageId: id, url: 'https://example.com/' }))
  await commit(messages, { due, links })
  const queued = await db.rows('select account_id, due_at, reason from due_queue where id = any($1)', [
    messages.map(({ id }) => id),
  ])
  assert.deepEqual(
    queued.map((row) => [row.account_id, Number(row.due_at), row.reason]),
    [[rich.id, 1_000, 1]],
  )
  const linked = await db.rows('select account_id, message_id from short_links where code = any($1)', [
    links.map(({ code }) => code),
  ])
  assert.deepEqual(
    linked.map((row) => [row.account_id, Number(row.message_id)]),
    [[rich.id, messages[1]?.id]],
  )
})

test('the journal names the commit and the range of its ids', async () => {
  const account = await db.account()
  const messages = [message({ accountId: account.id }), message({ accountId: account.id, refOrdinal: 2 })]
  const id = db.nextId()
  await accept(db.sessions.accept, commitOf(id, messages, { node: 7 }))
  const row = await db.row('select node, low, high, ids from journal where id = $1', [id])
  assert.deepEqual([row.node, Number(row.low), Number(row.high), row.ids], [7, messages[0]?.id, messages[1]?.id, []])
})
