import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { fails, HOUR, paid, rowOf, settled, UNDER_CONTROL, withFirst } from '../../test/support/second-attempt.ts'
import { compileRoutes } from '../domain/route-table.ts'
import { WAITING } from '../domain/waiting.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const LONG = { kind: 'text', text: 'ж'.repeat(120) } as const

for (const [state, stat, code] of [
  ['undelivered', 'UNDELIV', 20],
  ['expired', 'EXPIRED', 3],
] as const) {
  test(`what a receipt calls ${stat} goes out once more, from the reserve sender, over the next route`, async () => {
    const scene = await withFirst(db)
    scene.first.connector.take({ id: `A-${stat}` })
    await scene.rig.settle.drained()
    await fails(scene, `A-${stat}`, state, stat)
    const waiting = await rowOf(scene)
    assert.deepEqual([waiting.state, waiting.sender, waiting.receipt, waiting.sent_at], [-1, 'RESERVE', null, '0'])
    assert.deepEqual(await db.rows('select carrier_id, reason from due_queue where account_id = $1', [scene.account.id]), [
      { carrier_id: 0, reason: WAITING.second.code },
    ])
    await settled(scene)
    const [again] = await scene.second.connector.afterSending(1)
    assert.deepEqual([again?.id, again?.from, again?.possibleDuplicate], [scene.sent.id, 'RESERVE', false])
    scene.second.connector.take({ id: `B-${stat}` })
    await scene.second.connector.receive({ carrierIds: [`B-${stat}`] })
    const row = await rowOf(scene)
    assert.deepEqual([row.state, row.sender, row.carrier_id], [1, 'RESERVE', scene.second.id])
    assert.deepEqual([row.control.first?.state, row.control.first?.sender], [code, 'Sender'])
    assert.equal(await paid(scene), 1_000_000n, 'charged once')
    assert.equal(row.cost, '800000', 'both carriers are paid')
    assert.equal(scene.rig.counts.second, 1)
  })
}

test('what every carrier refused at once goes out once more too, in the commit that would have ended it', async () => {
  const scene = await withFirst(db, { only: 'one carrier' })
  scene.first.connector.answer('rejected')
  await settled(scene)
  const [, again] = await scene.first.connector.afterSending(2)
  assert.equal(again?.from, 'RESERVE', 'nobody else is there: from the reserve sender the same carrier is asked once more')
  assert.equal(await paid(scene), 1_000_000n, 'nothing went back in between')
  scene.first.connector.take({ id: 'R1' })
  await scene.first.connector.receive({ carrierIds: ['R1'] })
  assert.equal((await rowOf(scene)).state, 1)
})

test('there is no third attempt: the second one’s end is the message’s', async () => {
  const scene = await withFirst(db)
  scene.first.connector.take({ id: 'T1' })
  await fails(scene, 'T1')
  await settled(scene)
  await scene.second.connector.afterSending(1)
  scene.second.connector.take({ id: 'T2' })
  await scene.second.connector.receive({ carrierIds: ['T2'], state: 'expired', stat: 'EXPIRED', err: '006' })
  await settled(scene)
  const row = await rowOf(scene)
  assert.deepEqual([row.state, row.err, row.receipt], [3, 6, 'EXPIRED 006'])
  assert.deepEqual([scene.first.connector.sent.length, scene.second.connector.sent.length], [1, 1])
  assert.equal(await paid(scene), 1_000_000n)
})

test('late news of the first attempt: bad decides nothing, good is the end', async () => {
  for (const [state, ends] of [
    ['undelivered', 0],
    ['delivered', 1],
  ] as const) {
    const scene = await withFirst(db)
    scene.first.connector.take({ id: `L1-${state}` })
    await fails(scene, `L1-${state}`)
    await settled(scene)
    await scene.second.connector.afterSending(1)
    scene.second.connector.take({ id: `L2-${state}` })
    await scene.rig.settle.drained()
    await scene.first.connector.receive({ carrierIds: [`L1-${state}`], state })
    await scene.rig.settle.drained()
    assert.equal((await rowOf(scene)).state, ends, state)
  }
})

test('late news by one and the same carrier are told apart by its ids', async () => {
  for (const when of ['while the second is at the carrier', 'after it was taken']) {
    const scene = await withFirst(db, { only: 'one carrier' })
    const { connector } = scene.first
    connector.take({ id: `S1 ${when}` })
    await fails(scene, `S1 ${when}`)
    await settled(scene)
    const [, again] = await connector.afterSending(2)
    assert.equal(again?.from, 'RESERVE')
    if (when === 'after it was taken') {
      connector.take({ id: `S2 ${when}` })
      await scene.rig.settle.drained()
    }
    await fails(scene, `S1 ${when}`)
    await fails(scene, `S1 ${when}`, 'expired', 'EXPIRED')
    assert.ok((await rowOf(scene)).state <= 0, when)
    if (when !== 'after it was taken') connector.take({ id: `S2 ${when}` })
    await connector.receive({ carrierIds: [`S2 ${when}`] })
    await scene.rig.settle.drained()
    assert.equal((await rowOf(scene)).state, 1, when)
    assert.equal(connector.sent.length, 2)
  }
})

test('good news of the first that come while the message waits are the end: nothing more is sent', async () => {
  const scene = await withFirst(db)
  scene.first.connector.take({ id: 'W1' })
  await fails(scene, 'W1')
  await scene.rig.settle.drained()
  await scene.first.connector.receive({ carrierIds: ['W1'] })
  await settled(scene)
  assert.equal((await rowOf(scene)).state, 1)
  assert.equal(scene.second.connector.sent.length, 0)
})

test('a message of two parts goes out whole, though one part had arrived', async () => {
  const scene = await withFirst(db, { content: LONG })
  for (const part of [1, 2]) scene.first.connector.take({ part, parts: 2, id: `P${part}` })
  await scene.first.connector.receive({ carrierIds: ['P1'] })
  await fails(scene, 'P2')
  await settled(scene)
  const [again] = await scene.second.connector.afterSending(1)
  assert.equal(again?.parts, undefined, 'all of it')
  for (const part of [1, 2]) scene.second.connector.take({ part, parts: 2, id: `Q${part}` })
  await scene.first.connector.receive({ carrierIds: ['P1'] })
  for (const part of [1, 2]) await scene.second.connector.receive({ carrierIds: [`Q${part}`] })
  await scene.rig.settle.drained()
  assert.equal((await rowOf(scene)).state, 1)
})

test('the second attempt has as long to live as the first had', async () => {
  const scene = await withFirst(db)
  scene.first.connector.take({ id: 'V1' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 2 * HOUR // its validity is over, which is why it expired
  await fails(scene, 'V1', 'expired', 'EXPIRED')
  await settled(scene)
  const [again] = await scene.second.connector.afterSending(1)
  assert.ok(again && again.expiresAtMs > scene.rig.now())
})

test('another node, or the next start, sends the second attempt: it stands in the store', async () => {
  const scene = await withFirst(db)
  scene.first.connector.take({ id: 'N1' })
  await fails(scene, 'N1')
  await scene.rig.settle.drained()
  const restarted = openRig(db, {
    routes: () => compileRoutes({ routes: [{ id: 2, channel: 'sms', priority: 100, carrierId: scene.second.id }] }),
  })
  const carrier = await restarted.carrier({ id: scene.second.id })
  while (await restarted.due.round());
  const [again] = await carrier.connector.afterSending(1)
  assert.deepEqual([again?.id, again?.from], [scene.sent.id, 'RESERVE'])
  carrier.connector.take({ id: 'N2' })
  await carrier.connector.receive({ carrierIds: ['N2'], state: 'undelivered', stat: 'UNDELIV' })
  while (await restarted.due.round());
  await restarted.settle.drained()
  assert.deepEqual([(await rowOf(scene)).state, carrier.connector.sent.length], [20, 1])
})

test('outside the sending hours of its recipient the second attempt waits for them, and lives from then on', async () => {
  const hour = new Date().getUTCHours()
  const hours = { fromHour: (hour + 3) % 24, toHour: (hour + 4) % 24, offsetMinutes: 0 }
  const scene = await withFirst(db, { control: { ...UNDER_CONTROL, hours } })
  scene.first.connector.take({ id: 'H1' })
  await fails(scene, 'H1')
  await settled(scene)
  assert.equal(scene.second.connector.sent.length, 0)
  const [row] = await db.rows<{ due: string; expires: string; reason: number }>(
    `select d.due_at::text as due, m.expires_at::text as expires, d.reason from due_queue d join messages m on m.id = d.id
     where d.account_id = $1`,
    [scene.account.id],
  )
  assert.equal(new Date(Number(row?.due)).getUTCHours(), hours.fromHour)
  assert.deepEqual([row?.reason, Number(row?.expires) - Number(row?.due)], [WAITING.second.code, HOUR])
})
