import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { FLAG } from '../domain/message.ts'
import { idOfTime } from '../domain/message-id.ts'
import { deliveryStore } from '../lifecycle/delivery-store.ts'
import { accept } from './accept.ts'
import { claimDeliveries, type Delivery, freeDeliveries, releaseDeliveries, removeDeliveries, silentNodes } from './deliveries.ts'
import { countDeliveries } from './deliveries-kept.ts'
import { storeIncoming } from './incoming.ts'
import { joinIncoming, storeIncomingParts } from './incoming-parts.ts'
import { QUEUE_SETTINGS } from './session-settings.ts'
import { type Change, settle } from './settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())
beforeEach(() => db.rows('truncate deliveries, outbox, incoming, incoming_parts, numbers'))

const NOW = Date.now()
interface Message {
  readonly accountId: number
  readonly id: number
}

async function message(accountId?: number): Promise<Message> {
  const account = accountId ?? (await db.account()).id
  const id = db.nextId()
  await accept(db.sessions.accept, commitOf(db.nextId(), [newMessage({ id, accountId: account, flags: FLAG.receipt, parts: 2 })]))
  return { accountId: account, id }
}

const owedFor = (of: Message, rest: Partial<Delivery> = {}): Delivery => ({
  ...{ accountId: of.accountId, lane: 1, id: db.nextId(), messageId: of.id, atMs: NOW, kind: 1, state: 1, err: 0, node: -1 },
  ...{ attempts: 0, ref: 1, recipient: '79161234567', sender: 'Sender', charged: 1_000_000n, parts: 2, arrived: 2 },
  ...{ mccmnc: '25001', channel: 0, flags: FLAG.receipt, hlr: null, body: null },
  ...rest,
})
const change = (of: Message, rest: Partial<Change> = {}): Change => ({
  ...{ accountId: of.accountId, id: of.id, wasState: -1, wasRefunded: 0n, wasHops: 0, state: 1, err: 0, stateAtMs: NOW },
  ...{ sentAtMs: NOW, carrierId: 1, attempts: 1, duplicates: 0, refunded: 0n, cost: 0n, partStates: null, carrierIds: null },
  ...{ receipt: null, trace: null, hlr: null, move: undefined },
  ...rest,
})
const nothing = { carrierIds: [], journal: [], handed: [], matched: [], leases: [], takes: [] }
const write = (changes: Change[], owed: Delivery[], told = false) =>
  settle(db.sessions.settle, {
    ...{ ...nothing, id: db.nextId(), atMs: NOW, changes, owed },
    told: told
      ? owed.map(({ accountId, messageId }) => ({ id: db.nextId(), accountId, messageId, state: 1, err: 0, atMs: NOW }))
      : [],
  })
const rows = () =>
  db.rows<{ id: string; node: number; attempts: number }>('select id, node, attempts from deliveries order by id')
const want = (accountId: number, room = 100, afterId = 0, lane = 1) => ({ accountId, lane, afterId, room })
const idsOf = (owed: readonly Delivery[]): number[] => owed.map(({ id }) => id)

for (const [how, rest, told] of [
  ['plain', {}, false],
  ['with money going back', { state: 20, refunded: 1_000_000n }, false],
  ['beside what a handler is told', {}, true],
  ['beside what a handler is told, with money', { state: 20, refunded: 1_000_000n }, true],
] as const) {
  test(`what is owed commits with the change it tells of, and not without it: ${how}`, async () => {
    const [one, other] = [await message(), await message()]
    const owed = [owedFor(one), owedFor(other)]
    const changes = [change(one, rest), change(other, { ...rest, wasState: 5 })]
    assert.deepEqual((await write(changes, owed, told)).missed, [other.id])
    assert.deepEqual(
      (await rows()).map(({ id }) => Number(id)),
      [owed[0]?.id],
    )
    const { count } = await db.row<{ count: string }>('select count(*) from outbox')
    assert.equal(Number(count), told ? 1 : 0)
    await write(changes, owed, told) // its answer was lost: nothing is owed twice
    assert.equal((await rows()).length, 1)
  })
}

test('a message in test mode owes its receipt as it is stored, unless its account could not be charged', async () => {
  const [rich, poor] = [await db.account(), await db.account({ balance: 0n })]
  const virtual = { flags: FLAG.receipt | FLAG.virtual, state: 1 }
  const messages = [rich, poor].map(({ id: accountId }) => newMessage({ id: db.nextId(), accountId, ...virtual }))
  const owed = messages.map((each) => owedFor(each))
  await accept(db.sessions.accept, commitOf(db.nextId(), messages, { owed }))
  assert.deepEqual(idsOf(await claimDeliveries(db.sessions.due, 3, [want(rich.id), want(poor.id)])), [owed[0]?.id])
})

test('a claim brings what the deliver_sm says, each lane in order, behind where it is told to begin', async () => {
  const of = await message()
  const owed = [owedFor(of), owedFor(of, { state: 20, err: 1 }), owedFor(of, { kind: 2, state: 0 })]
  await write([change(of, { state: 20, err: 1, refunded: 250_000n, partStates: Uint8Array.of(3, 0, 6, 1) })], owed)
  const [first, second, third] = owed.map(({ id }) => id) as [number, number, number]
  const [failed, ...others] = await claimDeliveries(db.sessions.due, 3, [want(of.accountId, 1, first)])
  assert.deepEqual(others, [])
  assert.deepEqual({ ...failed }, { ...owedFor(of, { state: 20, err: 1, charged: 750_000n, arrived: 1 }), id: second, node: 3 })
  assert.deepEqual(idsOf(await claimDeliveries(db.sessions.due, 3, [want(of.accountId)])), [first, third])
})

test('two nodes never claim the same row, not even at the same moment', async () => {
  const of = await message()
  await write(
    [change(of)],
    Array.from({ length: 300 }, () => owedFor(of)),
  )
  const other = await db.another(QUEUE_SETTINGS)
  const claims: Promise<Delivery[]>[] = []
  for (let at = 0; at < 20; at++) {
    claims.push(claimDeliveries(db.sessions.due, 1, [want(of.accountId, 20)]))
    claims.push(claimDeliveries(other, 2, [want(of.accountId, 20)]))
  }
  const claimed = (await Promise.all(claims)).flat()
  assert.equal(claimed.length, 300)
  assert.equal(new Set(idsOf(claimed)).size, 300)
})

test('what was acknowledged is deleted, what was given back waits with its tries, and nobody gives back another’s', async () => {
  const of = await message()
  const owed = [owedFor(of, { node: 3 }), owedFor(of, { node: 3 }), owedFor(of, { node: 4 })]
  await write([change(of)], owed)
  const [first, second, third] = owed as [Delivery, Delivery, Delivery]
  await removeDeliveries(db.sessions.due, [first])
  await releaseDeliveries(db.sessions.due, 3, [{ ...second, attempts: 2 }, third])
  assert.deepEqual(
    (await rows()).map(({ node, attempts }) => [node, attempts]),
    [
      [-1, 2],
      [4, 0],
    ],
  )
})

test('what a node had in memory when it died is anybody’s again', async () => {
  const of = await message()
  await write([change(of)], [owedFor(of, { node: 3 }), owedFor(of, { node: 4 })])
  await db.rows(
    `insert into nodes (node, instance, until, ids_until) values (3, 'a', now() - interval '1 s', 0), (4, 'b', now() + interval '1 h', 0)`,
  )
  const silent = new Map((await silentNodes(db.sessions.general, 5)).map(({ node, sinceMs }) => [node, sinceMs]))
  assert.deepEqual([silent.has(4), silent.has(5), silent.get(6)], [false, false, 0])
  assert.ok((silent.get(3) ?? 0) > NOW - 3_600_000)
  assert.equal(await freeDeliveries(db.sessions.general, [3]), 1)
  assert.deepEqual(
    (await rows()).map(({ node }) => node),
    [-1, 4],
  )
})

test('what waits longer than it is kept is dropped, and of too many the oldest, whatever their lane', async () => {
  const [few, many] = [await message(), await message()]
  const store = deliveryStore(db.sessions.due, db.sessions.general, 0)
  const old = idOfTime(NOW - 2 * 86_400_000)
  const lanes = [0, 2, 1, 0, 2].map((lane) => owedFor(many, { lane }))
  await write(
    [change(few), change(many)],
    [...lanes, owedFor(few), owedFor(few, { id: old }), owedFor(few, { id: old + 1, node: 3 })],
  )
  assert.deepEqual(await store.prune(NOW - 86_400_000, 3), { expired: 1, surplus: 2 })
  const left = (await rows()).map(({ id }) => Number(id))
  assert.ok(left.includes(old + 1), 'a node has it in memory')
  assert.deepEqual(
    lanes.map(({ id }) => left.includes(id)),
    [false, false, true, true, true],
  )
  const counts = await countDeliveries(db.sessions.general, 2)
  assert.deepEqual(
    counts.map(({ accountId, count, firstId }) => [accountId, count, firstId]),
    [
      [few.accountId, 1, left.find((id) => id > old + 1 && !lanes.some((each) => each.id === id))],
      [many.accountId, 2, lanes[2]?.id],
    ],
  )
})

test('incoming messages are owed to an account that wants them over SMPP, whole or joined, and told to its handler too', async () => {
  const [wants, deaf] = [await db.account(), await db.account()]
  await db.rows(`update accounts set settings = '{"fl[1]": 1}' where id = $1`, [wants.id])
  await db.rows(`update accounts set settings = '{"fl[1]": 0}' where id = $1`, [deaf.id])
  await db.rows(`insert into numbers values ('1', $1, false), ('2', $2, false)`, [wants.id, deaf.id])
  const row = (recipient: string) => ({
    id: db.nextId(),
    carrierId: 1,
    sender: '7',
    recipient,
    body: 'a',
    complete: true,
    atMs: NOW,
  })
  const whole = [row('1'), row('2'), row('3')]
  const both = { told: [wants.id], owed: [wants.id], tasks: 2 }
  assert.deepEqual(await storeIncoming(db.sessions.general, whole, [wants.id], NOW), both)
  assert.deepEqual(await storeIncoming(db.sessions.general, whole, [wants.id], NOW), { told: [], owed: [], tasks: 0 })
  await storeIncomingParts(db.sessions.general, [
    { carrierId: 1, sender: '7', recipient: '1', reference: 1, total: 1, number: 1, body: 'b', atMs: NOW },
  ])
  assert.deepEqual(await joinIncoming(db.sessions.general, 0, [db.nextId()], [], NOW), {
    joined: 1,
    told: [],
    owed: [wants.id],
    tasks: 1,
  })
  const claimed = await claimDeliveries(db.sessions.due, 0, [want(wants.id, 10, 0, 0)])
  assert.deepEqual(
    claimed.map(({ kind, sender, recipient, body }) => [kind, sender, recipient, body]),
    [
      [3, '7', '1', 'a'],
      [3, '7', '1', 'b'],
    ],
  )
})
