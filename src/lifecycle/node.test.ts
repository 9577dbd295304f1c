import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { idOfTime, nodeOfId } from '../domain/message-id.ts'
import { leaveNode, renewLeases, takeNode } from '../store/leases.ts'
import { joinNodes, LeaseLost, type NodeStore } from './node.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())
beforeEach(() => db.rows('truncate nodes, carriers cascade'))

const store = (): NodeStore => ({
  takeNode: (instance, nowId) => takeNode(db.sessions.general, instance, nowId),
  renewLeases: (renewal) => renewLeases(db.sessions.general, renewal),
  leaveNode: (node, instance, idsUntil) => leaveNode(db.sessions.general, node, instance, idsUntil),
})
const join = (instance: string, now = Date.now) => joinNodes(store(), instance, now)
const die = (node: number) => db.rows(`update nodes set until = now() - interval '1 ms' where node = $1`, [node])
const NONE: [] = []

test('every program has a number of its own, and so its ids', async () => {
  const nodes = [await join('one'), await join('two'), await join('three')]
  for (const node of nodes) await node.renew(NONE)
  assert.equal(new Set(nodes.map(({ number }) => number)).size, 3)
  assert.deepEqual(
    nodes.map(({ ids }) => nodeOfId(ids.next())),
    nodes.map(({ number }) => number),
  )
})

test('before its first renewal a node makes no id and writes to no carrier', async () => {
  const node = await join('one')
  assert.equal(node.mayWrite(), false)
  assert.throws(() => node.ids.next(), /lease/)
  await node.renew(NONE)
  assert.equal(node.mayWrite(), true)
  assert.ok(node.ids.next() >= node.firstId)
})

test('a quick restart waits for nobody, and repeats no id', async () => {
  const first = await join('one')
  await first.renew(NONE)
  const made = new Set(first.ids.take(1000))
  const second = await join('one')
  await second.renew(NONE)
  for (const id of second.ids.take(1000)) assert.equal(made.has(id), false)
})

test('the next holder of a number begins above every id the last one could have made', async () => {
  const first = await join('one')
  await first.renew(NONE)
  const last = first.ids.take(2000).at(-1) ?? 0
  await db.rows(`insert into nodes select g, 'other', now() + interval '1 h', 0 from generate_series(0, 31) g where g <> $1`, [
    first.number,
  ])
  await die(first.number)
  const second = await join('two')
  await second.renew(NONE)
  assert.equal(second.number, first.number)
  assert.ok(second.firstId > last)
  assert.ok(second.ids.next() > last)
})

test('a clock that goes back repeats no id', async () => {
  let now = Date.now()
  const node = await joinNodes(store(), 'one', () => now)
  await node.renew(NONE)
  const before = node.ids.take(300)
  now -= 2_000
  const later = node.ids.take(300)
  assert.ok((later[0] ?? 0) > (before.at(-1) ?? 0))
})

test('ids end with the lease on them, however fast the clock or the load', async () => {
  let now = Date.now()
  const node = await joinNodes(store(), 'one', () => now)
  await node.renew(NONE)
  const { ids_until } = await db.row('select ids_until from nodes')
  now += 60_000
  assert.throws(() => node.ids.next(), /run out/)
  now -= 60_000
  assert.throws(() => node.ids.take(256 * 11_000), /lease|more ids/)
  assert.ok(Number(ids_until) <= idOfTime(now + 11_000))
})

test('when all 32 numbers are in use, a start says so', async () => {
  await db.rows(`insert into nodes select g, 'other ' || g, now() + interval '1 h', 0 from generate_series(0, 31) g`)
  await assert.rejects(join('one'), /all 32 node numbers/)
  await die(17)
  assert.equal((await join('one')).number, 17)
})

for (const apart of [-6_000, 6_000]) {
  test(`a machine whose clock is ${apart / 1000} s off does not start, and says why`, async () => {
    await assert.rejects(
      join('one', () => Date.now() + apart),
      /clock/,
    )
  })
}

test('a node that lost its number to another program ends', async () => {
  const node = await join('one')
  await node.renew(NONE)
  await die(node.number)
  await db.rows(`update nodes set instance = 'two', until = now() + interval '1 h' where node = $1`, [node.number])
  await assert.rejects(node.renew(NONE), LeaseLost)
})

test('a carrier is one node’s at a time; a dead node’s goes to the next, under another epoch', async () => {
  const carrierId = await db.carrier()
  await db.rows('delete from carrier_leases')
  const [one, two] = [await join('one'), await join('two')]
  const [first] = await one.renew(NONE)
  assert.deepEqual([first?.carrierId, await two.renew(NONE)], [carrierId, []])
  const links = [{ carrierId, epoch: first?.epoch ?? 0, link: 'up', reason: '' }]
  assert.deepEqual(await one.renew(links), [first])
  await db.rows(`update carrier_leases set until = now() - interval '1 ms'`)
  const [taken] = await two.renew(NONE)
  assert.deepEqual([taken?.carrierId, taken?.epoch], [carrierId, (first?.epoch ?? 0) + 1])
  assert.deepEqual(await one.renew(links), [], 'it is told that it holds nothing any more')
})

test('a restart of the same installation takes its carriers back at once, under another epoch', async () => {
  await db.carrier()
  await db.rows('delete from carrier_leases')
  const [held] = await (await join('one')).renew(NONE)
  const again = await join('one')
  const [back] = await again.renew(NONE)
  assert.deepEqual([back?.carrierId, back?.epoch], [held?.carrierId, (held?.epoch ?? 0) + 1])
})

test('an orderly stop gives number and carriers back at once', async () => {
  await db.carrier()
  await db.rows('delete from carrier_leases')
  const one = await join('one')
  await one.renew(NONE)
  await one.leave()
  const two = await join('two')
  assert.equal((await two.renew(NONE)).length, 1)
  assert.ok(two.ids.next() > 0)
})
