import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newItem } from '../../test/support/item.ts'
import { scriptedConnector } from '../../test/support/scripted-connector.ts'
import { type HandOver, makeCarrierQueue, QUEUE_LIMITS } from './carrier-queue.ts'
import { type Item, leaveWindow } from './item.ts'

type Row = Parameters<HandOver>[0]

/** A queue whose hand-over rows are written when the test says so. */
function scene(window = 10) {
  const rows: Row[] = []
  const answers: { resolve: (ours: boolean) => void; reject: (error: Error) => void }[] = []
  const request = { isStored: false }
  const seen = { homeless: [] as number[], expired: [] as number[], lost: 0 }
  const connector = scriptedConnector(window)
  let nowMs = 1_000
  const ids = (items: readonly { readonly id: number }[]) => items.map(({ id }) => id)
  const own = makeCarrierQueue({
    carrierId: 1,
    epoch: 7,
    connector,
    handOver: (row) =>
      new Promise((resolve, reject) => {
        rows.push(row)
        answers.push({ resolve, reject })
      }),
    takeId: () => 42,
    storingBulk: () => request.isStored,
    now: () => nowMs,
    submitted: () => {},
    expired: (items) => void seen.expired.push(...ids(items)),
    homeless: (items) => void seen.homeless.push(...ids(items)),
    lost: () => {
      seen.lost += 1
    },
  })
  connector.start({
    settled: () => {},
    receipts: () => {},
    incoming: () => {},
    link: () => {},
    ready: () => own.pump(),
    mayWrite: () => true,
  })
  return {
    own,
    request,
    connector,
    rows,
    seen,
    sent: () => ids(connector.sent),
    queue: (...items: Item[]) => {
      for (const item of items) own.push(item)
      own.pump()
    },
    /** Answers the oldest hand-over that waits. */
    async answer(how: boolean | Error): Promise<void> {
      const waiting = answers.shift()
      assert.ok(waiting, 'nothing is being handed over')
      if (how instanceof Error) waiting.reject(how)
      else waiting.resolve(how)
      await new Promise(setImmediate)
    },
    later(ms: number) {
      nowMs += ms
    },
  }
}

test('queued messages leave only after a row says so, under our epoch, with their hops', async () => {
  const { queue, rows, sent, answer } = scene()
  const [one, two] = [newItem(), newItem({ hops: 3 })]
  queue(one, two)
  assert.deepEqual(rows, [{ id: 42, carrierId: 1, epoch: 7, ids: [one.id, two.id], hops: [0, 3] }])
  assert.deepEqual(sent(), [])
  await answer(true)
  assert.deepEqual(sent(), [one.id, two.id])
  assert.equal(one.handed, two.handed)
  assert.equal(one.handed?.left, 2)
})

test('no more leaves than the window has room for; an answer makes room for the next when it is durable', async () => {
  const { queue, rows, sent, answer, connector, own } = scene(2)
  const items = [1, 2, 3, 4, 5].map(() => newItem())
  queue(...items)
  await answer(true)
  assert.equal(sent().length, 2)
  assert.equal(rows.length, 1)
  connector.take({ of: items[0] })
  own.pump()
  assert.equal(rows.length, 1, 'a crash now would make three unknown where the window is two')
  assert.equal(own.awaitsSettling(), true)
  leaveWindow(items[0] as Item)
  own.pump()
  await answer(true)
  assert.equal(sent().length, 3)
})

test('room that is promised to a commit under way is not given away', async () => {
  const { queue, rows, own } = scene(3)
  own.reserve(2)
  queue(newItem(), newItem(), newItem())
  assert.deepEqual(
    rows.map(({ ids }) => ids.length),
    [1],
  )
  assert.equal(own.room(), 0)
})

test('what was pushed back goes again without another row, and first', async () => {
  const { queue, rows, sent, answer } = scene(1)
  const [back, next] = [newItem({ marked: true, id: 1 }), newItem()]
  queue(next)
  queue(back)
  await answer(true)
  assert.deepEqual(sent(), [next.id])
  assert.equal(rows.length, 1)
})

test('messages with a hand-over of their own do not overtake those whose row is being written', async () => {
  const { queue, own, sent, answer } = scene()
  const [queued, handed] = [newItem(), newItem({ marked: true })]
  queue(queued)
  own.submit([handed])
  assert.equal(own.room(), 8)
  await answer(true)
  assert.deepEqual(sent(), [queued.id, handed.id])
  assert.equal(own.room(), 8)
})

test('a hand-over that fails loses nothing: the messages go back, in their order, and what came behind them goes', async () => {
  const { queue, own, sent, answer } = scene()
  const [one, two, behind] = [newItem(), newItem(), newItem({ marked: true })]
  queue(one, two)
  own.submit([behind])
  await answer(new Error('no ids'))
  assert.deepEqual(sent(), [behind.id])
  assert.deepEqual([own.queue.size, own.room()], [2, 9])
  own.pump()
  await answer(true)
  assert.deepEqual(sent(), [behind.id, one.id, two.id])
})

test('a carrier that is no longer ours gets nothing, and the program is told', async () => {
  const { queue, sent, answer, seen } = scene()
  const item = newItem()
  queue(item)
  await answer(false)
  assert.deepEqual([sent(), seen.lost, seen.homeless], [[], 1, [item.id]])
})

test('a queue that is closed gives everything back, also what was being handed over', async () => {
  const { queue, own, sent, answer, seen } = scene(2)
  const items = [1, 2, 3].map(() => newItem())
  queue(...items)
  const behind = newItem({ marked: true })
  own.submit([behind])
  assert.deepEqual(
    own.close().map(({ id }) => id),
    [items[2]?.id],
  )
  await answer(true)
  assert.deepEqual(sent(), [])
  assert.deepEqual(seen.homeless, [items[0]?.id, items[1]?.id, behind.id])
  assert.equal(own.room(), 0)
})

test('what expired while it waited is not sent', async () => {
  const { queue, sent, answer, seen, connector, own, later } = scene(1)
  const [first, short, last] = [newItem(), newItem({ expiresAtMs: 1_500 }), newItem()]
  queue(first, short, last)
  await answer(true)
  later(1_000)
  connector.window = 3
  own.pump()
  await answer(true)
  assert.deepEqual([sent(), seen.expired], [[first.id, last.id], [short.id]])
})

test('a message that comes just as the last one leaves is not forgotten', async () => {
  const { queue, own, sent, answer } = scene()
  const [first, second] = [newItem(), newItem()]
  queue(first)
  const { submit } = own.connector
  Object.assign(own.connector, {
    submit: (batch: Parameters<typeof submit>[0]) => {
      submit(batch)
      queueMicrotask(() => queue(second))
    },
  })
  await answer(true)
  Object.assign(own.connector, { submit })
  await answer(true)
  assert.deepEqual(sent(), [first.id, second.id])
})

test('an account has its share of the memory, and whoever is over it spills until it is drained', () => {
  const { own } = scene(0)
  const share = QUEUE_LIMITS.parts * 0.8
  assert.equal(own.admits(1, 1, share), true)
  own.push(newItem({ accountId: 1, weight: share }))
  assert.equal(own.admits(1, 1, 1), false, 'account 1 has what one may have')
  assert.equal(own.admits(1, 2, 1), true)
  own.spills(1, 1)
  assert.equal(own.admits(1, 1, 0), false)
  assert.equal(own.admits(0, 1, 1), true, 'another lane of it has its own line')
  own.spilled(1, 1)
  own.drained(1, 1, own.spillMark())
  assert.equal(own.isSpilling(1, 1), false)
})

test('while a request of many is being stored bulk has a turn ten times a second, and others go at once', async () => {
  const { own, request, connector, queue, answer, sent, later } = scene(4)
  request.isStored = true
  const bulk = Array.from({ length: 5 }, () => newItem({ lane: 2 }))
  queue(...bulk.slice(0, 2))
  await answer(true)
  assert.deepEqual(sent(), [bulk[0]?.id, bulk[1]?.id])
  queue(...bulk.slice(2))
  assert.deepEqual([own.room(2), own.room(1)], [0, 2])
  const single = newItem({ lane: 1 })
  queue(single)
  await answer(true)
  assert.deepEqual(sent().slice(2), [single.id])
  later(100)
  own.pump()
  await answer(true)
  assert.deepEqual(sent().slice(3), [bulk[2]?.id])
  request.isStored = false
  for (const { id } of connector.sent) assert.ok(id > 0)
  assert.equal(own.queue.size, 2)
})
