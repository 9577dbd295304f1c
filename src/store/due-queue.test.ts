import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { accept, type NewMessage } from './accept.ts'
import { claimDue, handOver, heldOver, lanesDue, moveStranded } from './due-queue.ts'
import { unroute, walkDue } from './due-reroute.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const LANE = 1
interface Due {
  readonly carrierId: number
  readonly accountId: number
  readonly dueAtMs?: number
  readonly reason?: number
  readonly lane?: number
  readonly of?: Partial<NewMessage>
}

/** Messages that wait, a row each; answers their ids. */
async function wait(rows: readonly Due[]): Promise<number[]> {
  const messages = rows.map(({ accountId, carrierId, of }) =>
    newMessage({ id: db.nextId(), accountId, carrierId, hops: 1, refOrdinal: 0, ref: 1, ...of }),
  )
  const due = rows.map(({ carrierId, accountId, dueAtMs = 1, reason = 4, lane = LANE }, at) => ({
    carrierId,
    lane,
    accountId,
    dueAtMs,
    id: messages[at]?.id ?? 0,
    reason,
  }))
  await accept(db.sessions.accept, commitOf(db.nextId(), messages, { due }))
  return messages.map(({ id }) => id)
}

let carriers = 1000
const newCarrier = () => ++carriers
const claim = (carrierId: number, of: Partial<Parameters<typeof claimDue>[1]> = {}) =>
  claimDue(db.sessions.due, {
    carrierId,
    lane: LANE,
    afterAccount: 0,
    nowMs: 10,
    perAccount: 100,
    limit: 1000,
    journalId: db.nextId(),
    node: 3,
    ...of,
  })
const times = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at))

test('a claim takes what is due, oldest first, and leaves a journal row that names it', async () => {
  const [carrierId, account] = [newCarrier(), await db.account()]
  const [late, early, future] = await wait([
    { carrierId, accountId: account.id, dueAtMs: 5 },
    { carrierId, accountId: account.id, dueAtMs: 2 },
    { carrierId, accountId: account.id, dueAtMs: 11 },
  ])
  const journalId = db.nextId()
  const found = await claim(carrierId, { journalId, perAccount: 1 })
  assert.deepEqual(
    found.rows.map(({ message, dueAtMs, reason }) => [message.id, dueAtMs, reason, message.body]),
    [[early, 2, 4, 'Hello']],
  )
  const [journal] = await db.rows('select node, ids, accounts, hops from journal where id = $1', [journalId])
  assert.deepEqual(journal, { node: 3, ids: [early], accounts: [account.id], hops: [1] })
  assert.deepEqual(
    (await claim(carrierId)).rows.map(({ message }) => message.id),
    [late],
  )
  assert.deepEqual((await claim(carrierId)).rows, [])
  assert.equal((await db.rows('select from due_queue where id = $1', [future])).length, 1)
})

test('a claim that finds nothing leaves no journal row', async () => {
  const journalId = db.nextId()
  await claim(newCarrier(), { journalId })
  assert.equal((await db.rows('select from journal where id = $1', [journalId])).length, 0)
})

test('an account with many rows gives its share and no more; the next account is not kept waiting', async () => {
  const carrierId = newCarrier()
  const [many, few] = [await db.account(), await db.account()]
  await wait(times(300, () => ({ carrierId, accountId: many.id })))
  await wait([{ carrierId, accountId: few.id }])
  const { rows, nextAccount } = await claim(carrierId)
  assert.equal(rows.filter(({ message }) => message.accountId === many.id).length, 100)
  assert.equal(rows.filter(({ message }) => message.accountId === few.id).length, 1)
  assert.equal(nextAccount, 0)
})

test('accounts are visited in turn, however many have only rows that are not due yet', async () => {
  const carrierId = newCarrier()
  const sleepers = await Promise.all(times(220, () => db.account()))
  const last = await db.account()
  await wait(sleepers.map(({ id }) => ({ carrierId, accountId: id, dueAtMs: 1_000_000 })))
  const [id] = await wait([{ carrierId, accountId: last.id }])
  const first = await claim(carrierId)
  assert.deepEqual([first.rows.length, first.nextAccount > 0], [0, true])
  const second = await claim(carrierId, { afterAccount: first.nextAccount })
  assert.deepEqual([second.rows.map(({ message }) => message.id), second.nextAccount], [[id], 0])
})

test('a claim cut short by its limit goes on behind the account it cut, and names it', async () => {
  const carrierId = newCarrier()
  const accounts = await Promise.all(times(3, () => db.account()))
  for (const { id } of accounts) await wait(times(4, () => ({ carrierId, accountId: id })))
  const [one, two, three] = accounts.map(({ id }) => id).sort((a, b) => a - b)
  const first = await claim(carrierId, { limit: 6 })
  assert.deepEqual([first.rows.length, first.nextAccount, first.cutAccount], [6, two, two])
  const second = await claim(carrierId, { limit: 6, afterAccount: first.nextAccount })
  assert.deepEqual(
    second.rows.map(({ message }) => message.accountId),
    times(4, () => three),
  )
  assert.deepEqual([second.nextAccount, second.cutAccount], [0, 0])
  const third = await claim(carrierId)
  assert.deepEqual(new Set(third.rows.map(({ message }) => message.accountId)), new Set([two]))
  assert.ok(one)
})

test('two nodes that claim at once never get one message both', async () => {
  const [carrierId, account] = [newCarrier(), await db.account()]
  await wait(times(200, () => ({ carrierId, accountId: account.id })))
  const other = await db.another()
  const asked = { carrierId, lane: LANE, afterAccount: 0, nowMs: 10, perAccount: 100, limit: 1000, node: 1 }
  const claims = await Promise.all([
    claim(carrierId),
    claimDue(other, { ...asked, journalId: db.nextId() }),
    claim(carrierId),
    claimDue(other, { ...asked, journalId: db.nextId() }),
  ])
  const ids = claims.flatMap(({ rows }) => rows.map(({ message }) => message.id))
  assert.equal(new Set(ids).size, ids.length)
})

test('a claimed message brings the text it shares', async () => {
  const [carrierId, account] = [newCarrier(), await db.account()]
  const text = { id: db.nextId(), body: 'for all' }
  const message = newMessage({ id: db.nextId(), accountId: account.id, textId: text.id, body: null, hops: 1 })
  const due = [{ carrierId, lane: LANE, accountId: account.id, dueAtMs: 1, id: message.id, reason: 1 }]
  await accept(db.sessions.accept, commitOf(db.nextId(), [message], { texts: [text], due }))
  assert.equal((await claim(carrierId)).rows[0]?.message.body, 'for all')
})

test('held messages are never claimed; at the end of their validity they are listed', async () => {
  const [carrierId, account] = [newCarrier(), await db.account()]
  const [held] = await wait([{ carrierId, accountId: account.id, dueAtMs: 7, reason: 6 }])
  assert.deepEqual((await claim(carrierId)).rows, [])
  assert.deepEqual(await lanesDue(db.sessions.due, [carrierId], 0), [])
  assert.deepEqual(await heldOver(db.sessions.due, 6, 10), [])
  assert.deepEqual(await heldOver(db.sessions.due, 7, 10), [{ accountId: account.id, id: held }])
})

test('lanes are asked for when something can be claimed: what is to be routed later waits for its time', async () => {
  const [carrierId, account] = [newCarrier(), await db.account()]
  await wait([
    { carrierId, accountId: account.id, lane: 2 },
    { carrierId: 0, accountId: account.id, lane: 0, dueAtMs: -100 },
    { carrierId: 0, accountId: account.id, lane: 1, dueAtMs: -50 },
  ])
  const ask = (nowMs: number) => lanesDue(db.sessions.due, [carrierId], nowMs)
  assert.deepEqual(await ask(-101), [{ carrierId, lane: 2 }])
  assert.deepEqual(await ask(-100), [
    { carrierId: 0, lane: 0 },
    { carrierId, lane: 2 },
  ])
})

test('a hand-over is written under the epoch of the lease, and under no older one', async () => {
  const carrierId = await db.carrier({ epoch: 4 })
  const row = { id: db.nextId(), carrierId, ids: [1, 2], hops: [0, 1] }
  assert.equal(await handOver(db.sessions.handOver, { ...row, epoch: 3 }), false)
  assert.equal((await db.rows('select from handed where id = $1', [row.id])).length, 0)
  assert.equal(await handOver(db.sessions.handOver, { ...row, epoch: 4 }), true)
  assert.equal(await handOver(db.sessions.handOver, { ...row, epoch: 4 }), true, 'asked again after a lost answer')
  assert.deepEqual(await db.rows('select ids, hops from handed where id = $1', [row.id]), [{ ids: [1, 2], hops: [0, 1] }])
})

const carrierOf = async (id: number | undefined) =>
  (await db.row('select carrier_id from due_queue where id = $1', [id])).carrier_id

test('rows of a carrier that is down for long are routed anew; what it has a part of stays, and so does what is held', async () => {
  const [carrierId, account] = [newCarrier(), await db.account()]
  const { id: accountId } = account
  const [plain, held, partly] = await wait([
    { carrierId, accountId },
    { carrierId, accountId, reason: 6 },
    { carrierId, accountId },
  ])
  await db.rows(`update messages set carrier_ids = 'x' where id = $1`, [partly])
  const walk = await walkDue(db.sessions.due, carrierId, { lane: -1, accountId: 0, dueAtMs: 0, id: 0 }, 500)
  assert.deepEqual(
    walk.messages.map(({ id }) => id),
    [plain],
  )
  assert.equal(await unroute(db.sessions.due, carrierId, [plain ?? 0]), 1)
  assert.deepEqual(await Promise.all([plain, held, partly].map(carrierOf)), [0, carrierId, carrierId])
})

test('nobody waits for ever: rows of carriers that are gone, and those that expired at one that is down, can be claimed', async () => {
  const [up, down, gone, account] = [newCarrier(), newCarrier(), newCarrier(), await db.account()]
  const { id: accountId } = account
  const expired = { expiresAtMs: 50 }
  const ids = await wait([
    { carrierId: up, accountId, of: expired },
    { carrierId: down, accountId },
    { carrierId: down, accountId, of: expired },
    { carrierId: gone, accountId },
    { carrierId: gone, accountId, reason: 6 },
  ])
  const look = { limit: 2, nowMs: 100, up: [up], enabled: [up, down] }
  let [moved, afterId, slices] = [0, (ids[0] ?? 0) - 1, 0]
  do {
    const slice = await moveStranded(db.sessions.due, { ...look, afterId })
    moved += slice.moved
    afterId = slice.nextId
    slices += 1
  } while (afterId > 0)
  assert.deepEqual([moved, slices], [2, 3])
  assert.deepEqual(await Promise.all(ids.map(carrierOf)), [up, down, 0, 0, gone])
})
