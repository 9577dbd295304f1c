import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type ScriptedCarrier } from '../../test/support/path.ts'
import { shapingScene } from '../../test/support/shaping-scene.ts'
import { WAITING } from '../domain/waiting.ts'
import { liftPause, releasePaused } from '../store/shaping.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const { scene, dueOf, stateOf, stored } = shapingScene(() => db)

const HOUR_MS = 3_600_000
const SPAM = 0x45

test('when a sender is paused its messages make room in memory and wait in the due queue; others are sent', async () => {
  const { rig, id, connector } = await scene([{ status: SPAM, action: 'pause-sender', seconds: 3600 }], { window: 1 })
  const [bad, good] = [await db.account(), await db.account()]
  await rig.send(
    bad,
    [1, 2, 3].map(() => rig.draft({ sender: 'Casino' })),
  )
  await rig.send(good, [rig.draft({ sender: 'Shop' })])
  await connector.afterSending(1)
  connector.answer('rejected', { status: SPAM })
  const [, second] = await connector.afterSending(2)
  assert.equal(second?.from, 'Shop')
  const [pause] = await stored(id)
  await eventually(async () => {
    const due = await dueOf(bad.id)
    assert.deepEqual(
      due,
      [1, 2].map(() => ({ carrier_id: 0, reason: WAITING.paused.code, due_at: pause?.until_at })),
    )
  })
  // What comes now waits from the beginning, without a way through memory.
  await rig.send(bad, [rig.draft({ sender: 'Casino' })])
  assert.equal((await dueOf(bad.id)).length, 3)
  connector.take({ of: second })

  // Nothing asks for them before their time; then they go.
  assert.equal(await rig.due.round(), false)
  rig.clock.aheadMs = HOUR_MS + 1
  await rig.due.round()
  await connector.afterSending(3)
})

test('what was lifted is heard of by every node, and its messages go on', async () => {
  const { rig, id, connector } = await scene([{ status: SPAM, action: 'pause-destination', seconds: 3600 }])
  const other = openRig(db, { shaping: true })
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  const [first] = await connector.afterSending(1)
  connector.answer('rejected', { of: first, status: SPAM })
  const [pause] = await stored(id)
  await other.shaping.refresh()
  assert.ok(other.shaping.holdOf(id, '25001', 'anybody'), 'the other node knows')
  assert.equal(other.shaping.holdOf(id, '25002', 'anybody'), undefined)
  await rig.send(account, [rig.draft()])
  assert.equal((await dueOf(account.id)).length, 1)

  await liftPause(db.sessions.general, pause?.id ?? 0, rig.now())
  assert.equal(await releasePaused(db.sessions.general, rig.now(), Number(pause?.until_at), 10), 1)
  await Promise.all([rig.shaping.refresh(), other.shaping.refresh()])
  assert.equal(other.shaping.holdOf(id, '25001', 'anybody'), undefined)
  await rig.due.round()
  await connector.afterSending(2)
})

test('a pause that could not be stored holds all the same, and is stored later', async () => {
  let away = true
  const plain = openRig(db).store
  const store = {
    addPause: (...args: Parameters<typeof plain.addPause>) =>
      away ? Promise.reject(new Error('away')) : plain.addPause(...args),
  }
  const { rig, id, connector } = await scene([{ status: SPAM, action: 'pause-link', seconds: 60 }], { store })
  await rig.send(await db.account(), [rig.draft()])
  await connector.afterSending(1)
  connector.answer('rejected', { status: SPAM })
  assert.equal(rig.shaping.allowed(id, connector.stats()), 0)
  await rig.shaping.refresh()
  assert.equal(rig.shaping.allowed(id, connector.stats()), 0, 'the store knows nothing of it, and it stands')
  away = false
  await rig.shaping.refresh()
  assert.equal((await stored(id)).length, 1)
  await rig.shaping.refresh()
  assert.equal(rig.shaping.pauses().filter(({ carrierId }) => carrierId === id).length, 1)
})

test('so many within an hour set it off, counted for each sender; what is in force is not begun again', async () => {
  const { rig, id, connector } = await scene([{ status: SPAM, action: 'pause-sender', seconds: 600, after: 2 }])
  const account = await db.account()
  for (const [at, sender] of ['A', 'B', 'A', 'C'].entries()) {
    await rig.send(account, [rig.draft({ sender })])
    const sent = await connector.afterSending(at + 1)
    connector.answer('rejected', { of: sent[at], status: SPAM })
  }
  const pauses = await stored(id)
  assert.deepEqual(
    pauses.map(({ key }) => key),
    ['A'],
  )
  assert.match(pauses[0]?.reason ?? '', /2 times within an hour/)
})

test('our own refusals set nothing off, whatever the rules say', async () => {
  const { rig, id, connector } = await scene([{ text: 'no form', action: 'pause-link', seconds: 600 }])
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  await connector.afterSending(1)
  connector.answer('rejected', { status: 0, text: 'the message has no form here' })
  await eventually(async () => assert.deepEqual(await stateOf(account.id), [20, 255]))
  assert.deepEqual(
    rig.shaping.pauses().filter(({ carrierId }) => carrierId === id),
    [],
  )
  assert.equal(rig.shaping.answers(id).size, 0)
})

test('trouble of the carrier’s own: again after growing pauses, from the third time on elsewhere too', async () => {
  const { rig, connector } = await scene([])
  const account = await db.account()
  await rig.send(account, [rig.draft({ candidates: [...rig.owned.keys()] })])
  let fallback: ScriptedCarrier | undefined
  for (let attempt = 1; attempt <= 3; attempt++) {
    const sent = await connector.afterSending(attempt)
    if (attempt === 3) fallback = await rig.carrier()
    const beforeMs = rig.now()
    connector.answer('busy', { of: sent[attempt - 1], status: 0x08 })
    if (attempt === 3) break
    const [due] = await eventually(async () => {
      const rows = await dueOf(account.id)
      assert.equal(rows.length, 1)
      return rows
    })
    assert.equal(due?.reason, WAITING.retry.code)
    assert.ok(Number(due?.due_at) - beforeMs >= 5_000 * attempt, 'the pause grows')
    rig.clock.aheadMs += 60_000
    await rig.due.round()
  }
  await fallback?.connector.afterSending(1)
})

test('a spam refusal ends a long message, no other carrier is tried, and its customer hears it', async () => {
  const { rig, connector } = await scene([{ status: SPAM }])
  const other = await rig.carrier()
  const account = await db.account()
  await rig.send(account, [rig.draft({ content: { kind: 'text', text: 'я'.repeat(100) } })])
  const [sent] = await connector.afterSending(1)
  for (const part of [1, 2]) connector.answer('rejected', { of: sent, part, parts: 2, status: SPAM })
  await eventually(async () => assert.deepEqual(await stateOf(account.id), [23, 253]))
  assert.equal(other.connector.sent.length, 0)
})

test('of a long message of which one part was refused and one met trouble, all is sent again', async () => {
  const { rig, connector } = await scene([])
  const account = await db.account()
  await rig.send(account, [rig.draft({ content: { kind: 'text', text: 'я'.repeat(100) } })])
  const [sent] = await connector.afterSending(1)
  connector.answer('rejected', { of: sent, part: 1, parts: 2, status: SPAM })
  connector.answer('busy', { of: sent, part: 2, parts: 2, status: 0x08 })
  await eventually(async () => assert.equal((await dueOf(account.id))[0]?.reason, WAITING.retry.code))
  rig.clock.aheadMs += 60_000
  await rig.due.round()
  const [, again] = await connector.afterSending(2)
  assert.equal(again?.parts, undefined)
})

test('a network that takes another route goes to the next carrier, and waits where there is none', async () => {
  const { rig, id, connector } = await scene([{ status: SPAM, class: 'rejected-here', action: 'other-route', seconds: 600 }], {
    window: 1,
  })
  const account = await db.account()
  await rig.send(
    account,
    [1, 2].map(() => rig.draft()),
  )
  await connector.afterSending(1)
  const other = await rig.carrier()
  connector.answer('rejected', { status: SPAM })
  await stored(id)
  await other.connector.afterSending(1)
  await rig.settle.drained()
  await rig.due.round() // the one that waited in memory is routed anew
  await other.connector.afterSending(2)
  other.connector.link('down')
  await rig.send(account, [rig.draft()])
  assert.deepEqual(
    (await dueOf(account.id)).map(({ carrier_id, reason }) => [carrier_id, reason]),
    [[0, WAITING.paused.code]],
  )
  await rig.send(account, [rig.draft({ mccmnc: '25002' })])
  await connector.afterSending(2)
})
