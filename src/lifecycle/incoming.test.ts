import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { Incoming } from '../connectors/connector.ts'
import { nodeOfId } from '../domain/message-id.ts'
import { ConnectionLost } from '../store/session.ts'
import { type IncomingStore, makeIncoming } from './incoming.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())
beforeEach(() => db.rows('truncate incoming, incoming_parts, numbers'))

const CARRIER = 3
const NODE = 5
const MINUTE = 60_000

function scene(store: Partial<IncomingStore> = {}, node = NODE) {
  const rig = openRig(db, { node })
  const clock = { aheadMs: 0 }
  const incoming = makeIncoming({
    ...{ store: { ...rig.store, ...store }, takeIds: rig.ids.take, now: () => Date.now() + clock.aheadMs, profile: 'russia' },
  })
  return {
    incoming,
    clock,
    ids: rig.ids,
    receive: (...messages: Partial<Incoming>[]): Promise<void> =>
      new Promise((resolve) => {
        const plain = { from: '79161234567', to: '4321', text: 'hi', part: undefined, atMs: Date.now() }
        incoming.receive(
          CARRIER,
          messages.map((message) => ({ ...plain, ...message })),
          resolve,
        )
      }),
  }
}

const part = (number: number, of: number, text: string, reference = 7): Partial<Incoming> => ({
  text,
  part: { reference, number, of },
})
const stored = () =>
  db.rows<{ body: string; complete: boolean; account_id: number }>('select body, complete, account_id from incoming order by id')
const partsLeft = async () => (await db.rows('select from incoming_parts where not joined')).length

test('a message from a handset is stored before the carrier is told that we have it', async () => {
  await scene().receive({ text: 'STOP' })
  assert.deepEqual(await stored(), [{ body: 'STOP', complete: true, account_id: 0 }])
})

test('a later id is not seen before an earlier one: who asks for what came after an id misses nothing', async () => {
  const rig = openRig(db, { node: NODE })
  const begun: string[] = []
  let goOn = (): void => {}
  const first = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const { receive } = scene({
    async storeIncoming(rows, tell) {
      begun.push(...rows.map(({ body }) => body))
      if (begun.length === 1) await first
      return rig.store.storeIncoming(rows, tell)
    },
  })
  const both = [receive({ text: 'one' }), receive({ text: 'two' })]
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(begun, ['one'])
  goOn()
  await Promise.all(both)
  assert.deepEqual(
    (await stored()).map(({ body }) => body),
    ['one', 'two'],
  )
})

test("a dedicated number's messages are its account's; a shared number's are nobody's yet", async () => {
  const account = await db.account()
  await db.rows(`insert into numbers values ('4321', $1, false), ('5555', $1, true)`, [account.id])
  const { receive, incoming } = scene()
  await receive({ text: 'mine' }, { text: 'whose', to: '5555' }, part(1, 1, 'joined'))
  await incoming.sweep()
  assert.deepEqual(
    (await stored()).map(({ body, account_id }) => [body, account_id]),
    [
      ['mine', account.id],
      ['whose', 0],
      ['joined', account.id],
    ],
  )
})

test('numbers are stored in one way, however carriers write them: a dedicated number’s messages find its account', async () => {
  const account = await db.account()
  await db.rows(`insert into numbers values ('79990000011', $1, false)`, [account.id])
  const { receive } = scene()
  for (const to of ['79990000011', '+79990000011', '89990000011']) await receive({ from: '+79161234567', to })
  await receive({ from: '8916123-45-67', to: '+4321' })
  assert.deepEqual(await db.rows('select sender, recipient, account_id from incoming order by id'), [
    ...Array.from({ length: 3 }, () => ({ sender: '79161234567', recipient: '79990000011', account_id: account.id })),
    { sender: '8916123-45-67', recipient: '4321', account_id: 0 },
  ])
})

for (const order of [
  [1, 2, 3],
  [3, 1, 2],
  [2, 2, 3, 1, 1],
]) {
  test(`parts that come as ${order.join(', ')} are one message`, async () => {
    const { receive, incoming } = scene()
    const texts = ['', 'one ', 'two ', 'three']
    for (const number of order) await receive(part(number, 3, texts[number] ?? ''))
    await incoming.sweep()
    assert.deepEqual(
      (await stored()).map(({ body, complete }) => [body, complete]),
      [['one two three', true]],
    )
    assert.equal(await partsLeft(), 0)
  })
}

test('a part that comes again after its message was joined is a repetition; another text under its reference is a new message', async () => {
  const { receive, incoming, clock } = scene()
  await receive(part(1, 2, 'one '), part(2, 2, 'two'))
  await incoming.sweep()
  await receive(part(2, 2, 'two'))
  await receive(part(1, 2, 'three '), part(2, 2, 'four'))
  clock.aheadMs = 11 * MINUTE
  await incoming.sweep()
  assert.deepEqual(
    (await stored()).map(({ body, complete }) => [body, complete]),
    [
      ['one two', true],
      ['three four', true],
    ],
  )
  await incoming.sweep()
  assert.deepEqual(await db.rows('select from incoming_parts'), [])
})

for (const [claim, texts, whole] of [
  ['a character that was cut in two is whole again', ['a\ud83d', '\ude00b\ud83d', '\ude03'], 'a😀b😃'],
  ['half a character without its other half is none', ['\ude00a', 'b\ude00\ud83d', '!\ud83d'], '\ufffdab\ufffd\ufffd!\ufffd'],
  ['parts of nothing but halves', ['\ud83d', '\ude00'], '😀'],
] as const) {
  test(`${claim}, in whatever order the parts come`, async () => {
    const { receive, incoming } = scene()
    for (const [at, text] of [...texts.entries()].reverse()) await receive(part(at + 1, texts.length, text))
    await incoming.sweep()
    assert.deepEqual(
      (await stored()).map(({ body }) => body),
      [whole],
    )
  })
}

test('parts of different messages are kept apart: by sender, recipient, reference and number of parts', async () => {
  const { receive, incoming } = scene()
  await receive(part(1, 2, 'a'), part(2, 2, 'b', 8), { ...part(2, 2, 'c'), from: '79160000000' }, part(2, 3, 'd'))
  await incoming.sweep()
  assert.deepEqual([await stored(), await partsLeft()], [[], 4])
})

test('a message that is not complete after ten minutes is shown incomplete', async () => {
  const { receive, incoming, clock } = scene()
  await receive(part(2, 3, 'two '), part(3, 3, 'three'))
  clock.aheadMs = 9 * MINUTE
  await incoming.sweep()
  assert.deepEqual(await stored(), [])
  clock.aheadMs = 11 * MINUTE
  await incoming.sweep()
  assert.deepEqual(
    (await stored()).map(({ body, complete }) => [body, complete]),
    [['two three', false]],
  )
})

test('two nodes that complete a message at once make one of it', async () => {
  const { receive, incoming } = scene()
  const other = scene({}, NODE + 1)
  await receive(...Array.from({ length: 80 }, (_, reference) => part(1, 2, 'x', reference)))
  await db.rows(
    `insert into incoming_parts select carrier_id, sender, recipient, reference, total, 2, 'y', at from incoming_parts`,
  )
  await Promise.all([incoming.sweep(), other.incoming.sweep(), incoming.sweep(), other.incoming.sweep()])
  assert.deepEqual(
    (await stored()).map(({ body }) => body),
    Array.from({ length: 80 }, () => 'xy'),
  )
})

test('however many messages are joined at once, their ids are of this node', async () => {
  const { receive, incoming, ids } = scene()
  ids.take(200) // a counter that would run over into the next node's ids
  await receive(...Array.from({ length: 120 }, (_, reference) => part(1, 1, 'x', reference)))
  await incoming.sweep()
  const rows = await db.rows<{ id: number }>('select id from incoming')
  assert.equal(rows.length, 120)
  assert.deepEqual(new Set(rows.map(({ id }) => nodeOfId(Number(id)))), new Set([NODE]))
})

test('what was stored while its answer was lost is stored once', async () => {
  let lost = 0
  const { store } = openRig(db)
  const { receive } = scene({
    async storeIncoming(rows, tell) {
      const told = await store.storeIncoming(rows, tell)
      if (lost++ === 0) throw new ConnectionLost('unknown')
      return told
    },
  })
  await receive({ text: 'once' })
  assert.deepEqual(
    (await stored()).map(({ body }) => body),
    ['once'],
  )
})

test('octets that the store does not take are left out, and the message is kept', async () => {
  await scene().receive({ text: 'a\0b\ud800', from: '7\0', to: '4\u0000321' })
  assert.deepEqual(await db.rows('select sender, recipient, body from incoming'), [
    { sender: '7', recipient: '4321', body: 'ab' },
  ])
})
