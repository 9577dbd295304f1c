import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { EPOCH_MS, idOfTime } from '../domain/message-id.ts'
import { notificationOf } from '../lifecycle/notify-request.ts'
import { makeSettleCommit } from '../lifecycle/settle-commit.ts'
import { accept } from './accept.ts'
import { claimHandlers, handlersMark, noteHandler, readHandler, readHandlers, renewHandlers, setWebhookKey } from './handlers.ts'
import { storeIncoming } from './incoming.ts'
import { joinIncoming, storeIncomingParts } from './incoming-parts.ts'
import { forgetBefore, listNotifications, readNotification, replayKept, replayWaiting, writeTry } from './notifications.ts'
import { bringForward, giveUp, notificationsOf, readDue, storeCall, storeOutcomes, type Told } from './outbox.ts'
import { QUEUE_SETTINGS } from './session-settings.ts'
import { type Change, settle } from './settle.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())
beforeEach(() => db.rows('truncate outbox, notifications, handlers, incoming, incoming_parts, numbers'))

const NOW = Date.now()

async function message(): Promise<{ accountId: number; id: number }> {
  const account = await db.account()
  const id = db.nextId()
  await accept(db.sessions.accept, commitOf(db.nextId(), [newMessage({ id, accountId: account.id })]))
  return { accountId: account.id, id }
}

const change = (of: { accountId: number; id: number }, rest: Partial<Change> = {}): Change => ({
  ...of,
  ...{ wasState: -1, wasRefunded: 0n, wasHops: 0, state: 1, err: 0, stateAtMs: NOW, sentAtMs: NOW, carrierId: 1, attempts: 1 },
  ...{ duplicates: 0, refunded: 0n, cost: 0n, partStates: null, carrierIds: null, receipt: null, trace: null, hlr: null },
  move: undefined,
  ...rest,
})
const toldOf = (of: { accountId: number; id: number }, state = 1): Told => ({
  id: db.nextId(),
  accountId: of.accountId,
  messageId: of.id,
  state,
  err: 0,
  atMs: NOW,
})
const write = (changes: Change[], told: Told[], takes: number[] = []) =>
  settle(db.sessions.settle, {
    ...{ id: db.nextId(), atMs: NOW, changes, carrierIds: [], journal: [], handed: [], matched: [], leases: [], takes, told },
  })
const waiting = () => db.rows<{ id: string; message_id: string }>('select id, message_id from outbox order by id')

for (const [how, rest] of [
  ['plain', {}],
  ['with money going back', { state: 20, refunded: 1_000_000n }],
] as const) {
  test(`what is told commits with the change it tells of, and not without it: ${how}`, async () => {
    const [one, other] = [await message(), await message()]
    const told = [toldOf(one), toldOf(other)]
    const changes = [change(one, rest), change(other, { ...rest, wasState: 5 })]
    assert.deepEqual((await write(changes, told)).missed, [other.id])
    assert.deepEqual(
      (await waiting()).map(({ message_id }) => Number(message_id)),
      [one.id],
    )
    await write(changes, told) // its answer was lost: nothing is told twice
    assert.equal((await waiting()).length, 1)
  })
}

test('a settle batch that the store refuses is halved, and every change is still told of', async () => {
  const messages = [await message(), await message(), await message()]
  const rig = openRig(db)
  const told: number[] = []
  const commit = makeSettleCommit({
    store: rig.store,
    takeId: () => rig.ids.next(),
    epochOf: () => undefined,
    next: { now: rig.now, putBack: () => undefined, nextCandidate: () => false, unknownSetting: () => 'auto', costOf: () => 0n },
    lost: () => undefined,
    observed: () => undefined,
    freed: () => undefined,
    told: {
      of: (changes) => changes.map((each) => toldOf(each, each.state)),
      written: (rows) => told.push(...rows.map(({ messageId }) => messageId)),
    },
  })
  const bad = messages[1] as { accountId: number; id: number }
  const written = await Promise.all(messages.map((each) => commit.write(change(each, each === bad ? { receipt: 'a\0b' } : {}))))
  assert.deepEqual(written, [true, false, true])
  const good = messages.filter((each) => each !== bad).map(({ id }) => id)
  assert.deepEqual((await waiting()).map(({ message_id }) => Number(message_id)).sort(), good.sort())
  assert.ok(good.every((id) => told.includes(id)))
})

test('incoming messages are told to the account whose number they came to, whole or joined', async () => {
  const [listening, deaf] = [await db.account(), await db.account()]
  await db.rows(`insert into numbers values ('1', $1, false), ('2', $2, false)`, [listening.id, deaf.id])
  const row = (recipient: string, id = db.nextId()) => ({
    id,
    carrierId: 1,
    sender: '7',
    recipient,
    body: 'a',
    complete: true,
    atMs: NOW,
  })
  const rows = [row('1'), row('2'), row('3')]
  const told = { told: [listening.id], owed: [] }
  assert.deepEqual(await storeIncoming(db.sessions.general, rows, [listening.id], NOW), { ...told, tasks: 2 })
  assert.deepEqual(await storeIncoming(db.sessions.general, rows, [listening.id], NOW), { told: [], owed: [], tasks: 0 })
  const part = { carrierId: 1, sender: '7', recipient: '1', reference: 1, total: 1, number: 1, body: 'b', atMs: NOW }
  await storeIncomingParts(db.sessions.general, [part])
  const joined = await joinIncoming(db.sessions.general, 0, [db.nextId()], [listening.id], NOW)
  assert.deepEqual(joined, { joined: 1, ...told, tasks: 1 })
  const due = await readDue(db.sessions.due, listening.id, NOW, 10)
  assert.deepEqual(
    due.map(({ incoming }) => incoming?.body),
    ['a', 'b'],
  )
})

test('a call of a handler ends its row, or moves it, with a line for each', async () => {
  const of = await message()
  const told = toldOf(of)
  await write([change(of)], [told])
  const [row] = await readDue(db.sessions.due, of.accountId, NOW, 10)
  assert.deepEqual([row?.message?.ref, row?.message?.recipient, row?.state], [1, '79161234567', 1])
  const tried = (code: number): string => writeTry({ atMs: NOW, ms: 5, code, reason: code === 200 ? '' : 'It\nanswered, 500.' })
  const key = { accountId: of.accountId, id: told.id }
  const end = { nextAtMs: NOW + 60_000, firstAtMs: NOW, attempts: 1 }
  await storeOutcomes(db.sessions.due, [{ ...key, dueAtMs: NOW, tried: tried(500), end }], NOW)
  assert.deepEqual(await readDue(db.sessions.due, of.accountId, NOW, 10), [])
  const [again] = await readDue(db.sessions.due, of.accountId, NOW + 60_000, 10)
  assert.deepEqual([again?.attempts, again?.firstAtMs], [1, NOW])
  const done = [{ ...key, dueAtMs: NOW + 60_000, tried: tried(200), end: 'delivered' as const }]
  await storeOutcomes(db.sessions.due, done, NOW + 1)
  await storeOutcomes(db.sessions.due, done, NOW + 2)
  const [kept, ...others] = await notificationsOf(db.sessions.general, of.accountId, of.id)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [kept?.result, kept?.doneAtMs, kept?.ref, kept?.phone, kept?.tries],
    [
      'delivered',
      NOW + 1,
      '1',
      '79161234567',
      [
        { atMs: NOW, ms: 5, code: 500, reason: 'It answered, 500.' },
        { atMs: NOW, ms: 5, code: 200, reason: '' },
      ],
    ],
  )
  assert.deepEqual(await readNotification(db.sessions.general, told.id), kept)
})

test('what is over may be told again, one or a range, and is dropped some day', async () => {
  const of = await message()
  const told = [toldOf(of), toldOf(of), toldOf(of)]
  await write([change(of)], told)
  const [first, second, third] = told.map(({ id }) => id) as [number, number, number]
  const over = (id: number, end: 'delivered' | 'given up') => ({ accountId: of.accountId, id, dueAtMs: NOW, tried: '', end })
  await storeOutcomes(db.sessions.due, [over(first, 'delivered'), over(second, 'given up'), over(third, 'delivered')], NOW)
  const range = { accountId: of.accountId, fromId: first, toId: third, limit: 10, nowMs: NOW }
  assert.equal(await replayKept(db.sessions.general, { ...range, failed: true }), 1)
  const { length } = await listNotifications(db.sessions.general, { ...range, beforeId: Number.MAX_SAFE_INTEGER, failed: false })
  assert.equal(length, 3)
  assert.equal(await replayKept(db.sessions.general, { ...range, failed: false }), 1)
  assert.deepEqual(
    (await readDue(db.sessions.due, of.accountId, NOW, 10)).map(({ id }) => id),
    [first, second],
  )
  await db.rows('update outbox set due_at = $1', [NOW + 1_000_000])
  assert.equal(await replayWaiting(db.sessions.general, range), 2)
  assert.equal(await forgetBefore(db.sessions.general, third + 1, 10), 1)
})

test('what waits is given up: of an account without a handler, or what was never called for', async () => {
  const of = await message()
  await write([change(of)], [toldOf(of), toldOf(of)])
  const all = { accountId: of.accountId, beforeMs: NOW + 1, limit: 10, tried: '1,0,0,Because.', nowMs: NOW }
  await db.rows(`update accounts set settings = '{"url": "http://a/"}' where id = $1`, [of.accountId])
  assert.equal(await giveUp(db.sessions.due, { ...all, untried: false, unheard: true }), 0, 'it has a handler')
  await noteHandler(db.sessions.due, {
    accountId: of.accountId,
    nextAtMs: 0,
    probes: 0,
    downSinceMs: 0,
    reason: '',
    stoppedUrl: '',
  })
  assert.equal(await giveUp(db.sessions.due, { ...all, untried: true, unheard: false, limit: 1 }), 1)
  await db.rows('update outbox set attempts = 1, due_at = $1', [NOW + 5_000])
  assert.equal(await giveUp(db.sessions.due, { ...all, beforeMs: NOW * 2, untried: true, unheard: false }), 0)
  await bringForward(db.sessions.due, of.accountId, EPOCH_MS)
  const [row] = await db.rows<{ due_at: number; id: number }>('select due_at, id from outbox')
  assert.equal(idOfTime(Number(row?.due_at)), Math.floor(Number(row?.id) / 8192) * 8192)
  await db.rows(`update accounts set settings = '{}' where id = $1`, [of.accountId])
  assert.equal(await giveUp(db.sessions.due, { ...all, beforeMs: NOW * 2, untried: false, unheard: true }), 1)
})

test('one node calls a handler at a time, and another when that is gone or silent', async () => {
  const account = await db.account()
  await storeCall(db.sessions.general, { id: db.nextId(), accountId: account.id, phone: '7', called: '8', atMs: NOW })
  const [first, second] = [db.sessions.due, await db.another(QUEUE_SETTINGS)]
  await db.rows(`insert into nodes (node, instance, until, ids_until) values (3, 'a', now() + interval '1 h', 0)`)
  const claim = (node: number, nowMs = NOW) => ({ node, nowMs, untilMs: nowMs + 15_000, except: [], limit: 10 })
  assert.equal((await claimHandlers(first, claim(3))).length, 1)
  assert.equal((await claimHandlers(first, claim(3))).length, 1)
  assert.equal((await claimHandlers(second, claim(4))).length, 0)
  assert.equal((await claimHandlers(second, claim(4), [account.id])).length, 0)
  assert.equal((await claimHandlers(second, claim(4, NOW + 20_000))).length, 1, 'it was silent')
  assert.deepEqual(await renewHandlers(first, 3, [account.id], NOW + 90_000), [])
  await renewHandlers(second, 4, [account.id], NOW + 90_000)
  assert.equal((await claimHandlers(first, claim(3))).length, 1, 'node 4 does not live')
  await db.rows('update handlers set next_at = $1', [NOW + 50_000])
  assert.equal((await claimHandlers(first, claim(3))).length, 0, 'it is not called before')
})

test('a call that confirms a number is told as it happened', async () => {
  const { id: accountId } = await db.account()
  await storeCall(db.sessions.general, { id: db.nextId(), accountId, phone: '79161234567', called: '78001234567', atMs: NOW })
  const [row] = await readDue(db.sessions.due, accountId, NOW, 10)
  assert.ok(row)
  assert.deepEqual(notificationOf(row), { kind: 'wait-call', phone: '79161234567', called: '78001234567', atMs: NOW })
  assert.equal((await readNotification(db.sessions.general, row.id))?.phone, '79161234567')
})

test('a change of any handler is noticed', async () => {
  const account = await db.account()
  const marks = [await handlersMark(db.sessions.general)]
  const changed = async (): Promise<void> => {
    const mark = await handlersMark(db.sessions.general)
    assert.ok(!marks.includes(mark))
    marks.push(mark)
  }
  await db.rows(`update accounts set version = 2, settings = '{"url": "http://a/", "fl[10]": 1}' where id = $1`, [account.id])
  await changed()
  await setWebhookKey(db.sessions.general, account.id, 'whsec_')
  await changed()
  const [row] = (await readHandlers(db.sessions.general)).filter(({ accountId }) => accountId === account.id)
  assert.deepEqual(row, await readHandler(db.sessions.general, account.id))
  assert.deepEqual([row?.statuses, row?.incoming, row?.passed, row?.webhookKey], [true, false, false, 'whsec_'])
  await db.rows(`update accounts set settings = settings || '{"url_passed": 1}' where id = $1`, [account.id])
  assert.equal((await readHandler(db.sessions.general, account.id))?.passed, true)
})
