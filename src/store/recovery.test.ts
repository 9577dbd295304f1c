import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { idOfTime } from '../domain/message-id.ts'
import { accept, type NewMessage } from './accept.ts'
import { claimDue } from './due-queue.ts'
import { renewLeases } from './leases.ts'
import { deadNodes, recoverClaim, recoverNode } from './recovery.ts'
import { settle } from './settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const OWN = 9
const DEAD = 2
const PER_NODE = 256
let ms = 0

/** Ids as a node makes them: each call begins a new millisecond. */
function idsOf(node: number, count: number): number[] {
  ms += 1
  const first = idOfTime(Date.now() + ms * 10) + node * PER_NODE
  return Array.from({ length: count }, (_, at) => first + at)
}

beforeEach(async () => {
  await db.rows('delete from journal')
  await db.rows('delete from nodes')
})

const nodeRow = (node: number, until: string, idsUntil = idOfTime(Date.now() + 86_400_000)) =>
  db.rows(`insert into nodes (node, instance, until, ids_until) values ($1, $2, now() + $3::interval, $4)`, [
    node,
    `program ${node}`,
    until,
    idsUntil,
  ])

/** A commit of a node whose rows it kept in memory. */
async function kept(rows: readonly Partial<NewMessage>[], node = DEAD): Promise<number[]> {
  const account = await db.account()
  const [commitId = 0, ...ids] = idsOf(node, rows.length + 1)
  const messages = rows.map((row, at) => newMessage({ id: ids[at] ?? 0, accountId: account.id, refOrdinal: 0, ref: 1, ...row }))
  await accept(db.sessions.accept, commitOf(commitId, messages, { node }))
  return ids
}

const NOW = 7_777
const recover = async (session = db.sessions.general) => {
  const total = { messages: 0, unknown: 0 }
  for (const { node, beforeId } of await deadNodes(session, OWN, 0)) {
    const found = await recoverNode(session, node, beforeId, NOW)
    total.messages += found.messages
    total.unknown += found.unknown
  }
  return total
}
const dueOf = async (id: number | undefined) => {
  const [row] = await db.rows('select carrier_id, due_at, reason from due_queue where id = $1', [id])
  return row && [row.carrier_id, Number(row.due_at), row.reason]
}
const duplicatesOf = async (id: number | undefined) =>
  (await db.row('select duplicates from messages where id = $1', [id])).duplicates

const HANDED = 1
const [URGENT, NORMAL, BULK] = [0, 1, 2]
const [HELD, AGAIN, RECOVERED] = [6, 7, 8]

// the carrier's setting, the message, why it waits then, copies of it that are marked
const FATES: readonly [name: string, unknown: string, of: Partial<NewMessage>, reason: number, marked: number][] = [
  ['what only queued is sent, unmarked', 'auto', { lane: NORMAL }, RECOVERED, 0],
  ['and so is bulk', 'hold', { lane: BULK }, RECOVERED, 0],
  ['a code that was handed over is sent once more, marked', 'auto', { lane: URGENT, flags: HANDED }, AGAIN, 1],
  ['bulk that was handed over is held', 'auto', { lane: BULK, flags: HANDED }, HELD, 0],
  ['a carrier may want everything held', 'hold', { lane: NORMAL, flags: HANDED }, HELD, 0],
  ['or everything sent once more', 'resend', { lane: BULK, flags: HANDED }, AGAIN, 1],
]

for (const [name, unknown, of, reason, marked] of FATES) {
  test(`after a crash: ${name}`, async () => {
    const carrierId = await db.carrier({ unknown })
    const expiresAtMs = 9_999_999
    const [id] = await kept([{ carrierId, expiresAtMs, ...of }])
    assert.deepEqual(await recover(), { messages: 1, unknown: reason === RECOVERED ? 0 : 1 })
    assert.deepEqual(await dueOf(id), [carrierId, reason === HELD ? expiresAtMs : NOW, reason])
    assert.equal(await duplicatesOf(id), marked)
  })
}

test('what was sent a second time and is unknown again is held: nothing is sent three times', async () => {
  const carrierId = await db.carrier({ unknown: 'resend' })
  const [id] = await kept([{ carrierId, flags: HANDED }])
  await db.rows('update messages set duplicates = 1 where id = $1', [id])
  await recover()
  assert.equal((await dueOf(id))?.[2], HELD)
  assert.equal(await duplicatesOf(id), 1)
})

test('a hand-over row makes a queued message unknown, at the carrier it names; an older one of the same message does not', async () => {
  const [carrierId, other] = [await db.carrier(), await db.carrier()]
  const [named, notNamed, movedSince] = await kept([{ carrierId }, { carrierId }, { carrierId }])
  const [handedId = 0] = idsOf(DEAD, 1)
  await db.rows('insert into handed values ($1, $2, 1, $3, $4)', [handedId, other, [named, movedSince], [0, 5]])
  assert.deepEqual(await recover(), { messages: 3, unknown: 1 })
  assert.deepEqual(
    [await dueOf(named), await dueOf(notNamed), await dueOf(movedSince)].map((due) => due?.[2]),
    [AGAIN, RECOVERED, RECOVERED],
  )
  assert.equal((await dueOf(named))?.[0], other)
  assert.equal((await db.rows('select from handed where id = $1', [handedId])).length, 0)
})

test('what was settled, refused or moved since is left alone', async () => {
  const ids = await kept([{ state: 0 }, { state: 24 }, { hops: 1 }, {}])
  assert.deepEqual(await recover(), { messages: 1, unknown: 0 })
  assert.deepEqual(
    (await Promise.all(ids.map(dueOf))).map((due) => due !== undefined),
    [false, false, false, true],
  )
  assert.deepEqual(await recover(), { messages: 0, unknown: 0 })
})

test('ids of another node in the range of a commit are not its messages', async () => {
  const [low = 0] = await kept([{}])
  const [theirs = 0] = await kept([{}], OWN)
  await db.rows('delete from journal where node = $1', [OWN])
  await db.rows('update journal set high = $1', [theirs + 1])
  assert.ok(low < theirs)
  assert.equal((await recover()).messages, 1)
  assert.equal(await dueOf(theirs), undefined)
})

test('a claim of a dead node is put back by its list, unless the message moved on', async () => {
  const carrierId = await db.carrier()
  const account = await db.account()
  const messages = [1, 2].map(() => newMessage({ id: db.nextId(), accountId: account.id, carrierId, hops: 1 }))
  const due = messages.map(({ id }) => ({ carrierId, lane: 1, accountId: account.id, dueAtMs: 1, id, reason: 2 }))
  await accept(db.sessions.accept, commitOf(idsOf(OWN, 1)[0] ?? 0, messages, { due, node: OWN }))
  await db.rows('delete from journal')
  const asked = {
    carrierId,
    lane: 1,
    afterAccount: 0,
    nowMs: 10,
    perAccount: 9,
    limit: 9,
    journalId: idsOf(DEAD, 1)[0] ?? 0,
    node: DEAD,
  }
  assert.equal((await claimDue(db.sessions.due, asked)).rows.length, 2)
  const [stays, moves] = messages.map(({ id }) => id)
  await db.rows('update messages set hops = 2 where id = $1', [moves])
  assert.deepEqual(await recover(), { messages: 1, unknown: 0 })
  assert.deepEqual([(await dueOf(stays))?.[2], await dueOf(moves)], [RECOVERED, undefined])
})

test('recovered by two nodes at once, a message waits once, and has hopped once', async () => {
  const ids = await kept(Array.from({ length: 200 }, () => ({ flags: HANDED, carrierId: 1 })))
  const other = await db.another()
  const found = await Promise.all([recover(), recover(other), recover()])
  assert.equal(
    found.reduce((sum, { messages }) => sum + messages, 0),
    200,
  )
  const [row] = await db.rows(
    'select count(*)::int as rows, max(m.hops) as hops, max(m.duplicates) as duplicates from due_queue d join messages m on m.id = d.id where d.id = any($1)',
    [ids],
  )
  assert.deepEqual(row, { rows: 200, hops: 1, duplicates: 1 })
})

test('a message that is settled while it is recovered is not sent again', async () => {
  const [id = 0] = await kept([{}])
  const client = await db.store.pool.connect()
  await client.query('begin')
  await client.query('update messages set state = 0 where id = $1', [id])
  const recovering = recover()
  await db.somebodyWaits()
  await client.query('commit')
  client.release()
  await recovering
  assert.equal(await dueOf(id), undefined)
})

test("a living node's messages are its own; a silent one loses its number and its carriers before its messages are taken", async () => {
  await nodeRow(DEAD, '10 s')
  const carrierId = await db.carrier({ node: DEAD, epoch: 3 })
  const [id = 0] = await kept([{ carrierId }])
  assert.equal((await recover()).messages, 0)

  await db.rows(`update nodes set until = now() - interval '1 ms' where node = $1`, [DEAD])
  assert.equal((await recover()).messages, 1)
  const links = [{ carrierId, epoch: 3, link: 'up', reason: '' }]
  const renewal = { node: DEAD, instance: `program ${DEAD}`, idsUntil: 1, links }
  assert.deepEqual(await renewLeases(db.sessions.general, renewal), { alive: false, held: [] })
  const empty = { id: db.nextId(), atMs: 1, changes: [], carrierIds: [], journal: [], handed: [], matched: [], takes: [] }
  const late = await settle(db.sessions.settle, { ...empty, leases: [{ carrierId, epoch: 3 }], journal: [id] })
  assert.equal(late.stale, true)
})

test('a node takes over what an earlier holder of its number left, and nothing of its own', async () => {
  await nodeRow(OWN, '10 s')
  const [old] = await kept([{}], OWN)
  const [firstId = 0] = idsOf(OWN, 1)
  const [own] = await kept([{}], OWN)
  for (const { node, beforeId } of await deadNodes(db.sessions.general, OWN, firstId))
    await recoverNode(db.sessions.general, node, beforeId, NOW)
  assert.deepEqual([(await dueOf(old))?.[2], await dueOf(own)], [RECOVERED, undefined])
})

async function claimable() {
  const [carrierId, account] = [await db.carrier(), await db.account()]
  const message = newMessage({ id: db.nextId(), accountId: account.id, carrierId, hops: 1 })
  const due = [{ carrierId, lane: 1, accountId: account.id, dueAtMs: 1, id: message.id, reason: 2 }]
  await accept(db.sessions.accept, commitOf(db.nextId(), [message], { due, node: OWN }))
  return {
    id: message.id,
    claim: { carrierId, lane: 1, afterAccount: 0, nowMs: 10, perAccount: 9, limit: 9, journalId: db.nextId(), node: OWN },
  }
}

test('a claim whose answer was lost is put back', async () => {
  const { id, claim } = await claimable()
  await claimDue(db.sessions.due, claim)
  await recoverClaim(db.sessions.general, claim.journalId, OWN, NOW)
  assert.equal((await dueOf(id))?.[2], RECOVERED)
})

test('a claim that never reached the database cannot happen any more', async () => {
  const { id, claim } = await claimable()
  await recoverClaim(db.sessions.general, claim.journalId, OWN, NOW)
  await assert.rejects(claimDue(db.sessions.due, claim), { code: '23505' })
  assert.equal((await dueOf(id))?.[2], 2)
})
