import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from '../../test/support/path.ts'
import type { Outgoing } from '../connectors/connector.ts'
import type { Route } from '../domain/route.ts'
import { compileRoutes } from '../domain/route-table.ts'
import { WAITING } from '../domain/waiting.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const MINUTE = 60_000

/** Routes that the test sets when it knows its carriers. */
function rigWithRoutes(): { rig: Rig; routes: Route[] } {
  const routes: Route[] = []
  return { rig: openRig(db, { routes: () => compileRoutes({ routes }) }), routes }
}
const route = (id: number, carrier: ScriptedCarrier, of: Partial<Route> = {}): Route => ({
  id,
  carrierId: carrier.id,
  channel: 'sms',
  priority: 100,
  ...of,
})

const rowOf = (accountId: number) =>
  db.row<{ state: number; err: number; carrier_id: number; duplicates: number; hops: number; carrier_ids: string | null }>(
    'select state, err, carrier_id, duplicates, hops, carrier_ids from messages where account_id = $1 order by id desc limit 1',
    [accountId],
  )
const dueOf = (accountId: number) =>
  db.rows<{ carrier_id: number; reason: number }>('select carrier_id, reason from due_queue where account_id = $1 order by id', [
    accountId,
  ])

test('rows of a carrier that is down stay where they are while their own routes have no other, whatever links are up', async () => {
  const { rig, routes } = rigWithRoutes()
  const [down, useless] = [await rig.carrier(), await rig.carrier()]
  routes.push(route(1, down), route(2, useless, { prefix: '7926' }))
  down.connector.link('down')
  const account = await db.account({ balance: 10_000_000_000n })
  await rig.send(
    account,
    Array.from({ length: 700 }, () => rig.draft({ candidates: [down.id], recipient: '79161234567' })),
  )
  rig.clock.aheadMs = MINUTE
  for (let sweep = 0; sweep < 3; sweep++) {
    await rig.sweeps.stranded()
    while (await rig.due.round());
    await rig.settle.drained()
  }
  const rows = await dueOf(account.id)
  assert.deepEqual(
    new Set(rows.map(({ carrier_id, reason }) => `${carrier_id} ${reason}`)),
    new Set([`${down.id} ${WAITING.link_down.code}`]),
  )
  assert.equal((await rowOf(account.id)).hops, 1, 'nothing has gone round in a circle')
  assert.equal(rig.counts.rerouted, 0)
})

test('among thousands that stay, those that have another way find it', async () => {
  const { rig, routes } = rigWithRoutes()
  const [down, other] = [await rig.carrier(), await rig.carrier()]
  routes.push(route(1, down, { priority: 200 }), route(2, other, { prefix: '7926' }))
  down.connector.link('down')
  const account = await db.account({ balance: 10_000_000_000n })
  const numbers = Array.from({ length: 1200 }, (_, at) => (at % 400 === 399 ? '79261234567' : '79161234567'))
  await rig.send(
    account,
    numbers.map((recipient) => rig.draft({ candidates: [down.id], recipient })),
  )
  rig.clock.aheadMs = MINUTE
  for (let sweep = 0; sweep < 3; sweep++) await rig.sweeps.stranded()
  while (await rig.due.round());
  const sent = await other.connector.afterSending(3)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['79261234567', '79261234567', '79261234567'],
  )
  assert.equal(rig.counts.rerouted, 3)
})

test('in memory too, only what has another way leaves a carrier that is down', async () => {
  const { rig, routes } = rigWithRoutes()
  const [down, other] = [await rig.carrier({ window: 0 }), await rig.carrier()]
  routes.push(route(1, down, { priority: 200 }), route(2, other, { prefix: '7926' }))
  const account = await db.account()
  await rig.send(account, [
    rig.draft({ candidates: [down.id], recipient: '79161234567' }),
    rig.draft({ candidates: [down.id], recipient: '79261234567' }),
  ])
  down.connector.link('down')
  rig.clock.aheadMs = MINUTE
  rig.sweeps.memory()
  await rig.settle.drained()
  while (await rig.due.round());
  assert.deepEqual(
    (await other.connector.afterSending(1)).map(({ to }) => to),
    ['79261234567'],
  )
  assert.equal(down.own.queue.size, 1)
})

test('what was sent and never answered goes to no other carrier: not when its own is down, not when it refuses', async () => {
  const { rig, routes } = rigWithRoutes()
  const [first, second] = [await rig.carrier({ unknown: 'resend' }), await rig.carrier()]
  routes.push(route(1, first, { priority: 200 }), route(2, second))
  const account = await db.account()
  const recipient = '79990000001'
  await rig.send(account, [rig.draft({ candidates: [first.id, second.id], recipient })])
  await first.connector.afterSending(1)
  first.connector.answer('unknown')
  first.connector.link('down')
  await rig.settle.drained()
  rig.clock.aheadMs = MINUTE
  for (let sweep = 0; sweep < 2; sweep++) {
    await rig.sweeps.stranded()
    while (await rig.due.round());
  }
  assert.deepEqual(await dueOf(account.id), [{ carrier_id: first.id, reason: WAITING.again.code }])
  await db.rows('update due_queue set carrier_id = 0 where account_id = $1', [account.id])
  while (await rig.due.round());
  await rig.settle.drained()
  assert.deepEqual(
    await dueOf(account.id),
    [{ carrier_id: first.id, reason: WAITING.again.code }],
    'whoever sends it to be routed anew',
  )
  first.connector.link('up')
  while (await rig.due.round());
  const toThem = ({ to }: Outgoing) => to === recipient
  await eventually(() => assert.equal(first.connector.sent.filter(toThem).length, 2))
  first.connector.answer('rejected', { of: first.connector.sent.findLast(toThem) })
  await rig.settle.drained()
  assert.equal((await rowOf(account.id)).state, 20)
  assert.deepEqual(second.connector.sent.filter(toThem), []) // rows of other tests may come by
})

/** A message that the first carrier took, without a receipt so far. */
async function takenByFirst(of: Partial<Outgoing> = {}, more: Partial<Route> = {}) {
  const { rig, routes } = rigWithRoutes()
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  routes.push(route(1, first, { priority: 200, noReceiptMinutes: 10, ...more }), route(2, second))
  const account = await db.account()
  await rig.sweeps.withoutReceipt() // from here on
  await rig.send(account, [rig.draft({ candidates: [first.id, second.id], ...(of.content && { content: of.content }) })])
  const [message] = await first.connector.afterSending(1)
  return { rig, routes, first, second, account, message }
}

async function minutesLater(rig: Rig, minutes: number): Promise<void> {
  rig.clock.aheadMs = minutes * MINUTE
  await rig.sweeps.withoutReceipt()
  await rig.settle.drained()
  while (await rig.due.round());
}

test('without a receipt in time the message is sent anew over the next carrier: marked, counted, paid once', async () => {
  const { rig, first, second, account } = await takenByFirst()
  first.connector.take({ id: 'A1' })
  await rig.settle.drained()
  await minutesLater(rig, 9)
  assert.equal(second.connector.sent.length, 0)
  await minutesLater(rig, 11)
  const [again] = await second.connector.afterSending(1)
  assert.deepEqual([again?.possibleDuplicate, again?.parts], [true, undefined])
  second.connector.take({ id: 'B1' })
  await rig.settle.drained()
  const row = await rowOf(account.id)
  assert.deepEqual([row.state, row.carrier_id, row.duplicates, row.carrier_ids], [0, second.id, 1, 'B1'])
  assert.equal(rig.counts.anew, 1)
  await second.connector.receive({ carrierIds: ['B1'] })
  assert.equal((await rowOf(account.id)).state, 1)
  assert.equal(await db.balanceOf(account.id), 999_000_000n)
  await minutesLater(rig, 60)
  assert.equal(first.connector.sent.length + second.connector.sent.length, 2)
})

test('a message of two parts is sent anew whole', async () => {
  const { rig, first, second, account } = await takenByFirst({ content: { kind: 'text', text: 'ж'.repeat(120) } })
  first.connector.take({ part: 1, parts: 2, id: 'A1' })
  first.connector.take({ part: 2, parts: 2, id: 'A2' })
  await rig.settle.drained()
  await minutesLater(rig, 11)
  const [again] = await second.connector.afterSending(1)
  assert.equal(again?.parts, undefined, 'all of them')
  second.connector.take({ part: 1, parts: 2, id: 'B1' })
  second.connector.take({ part: 2, parts: 2, id: 'B2' })
  await first.connector.receive({ carrierIds: ['A1'], state: 'undelivered' })
  await second.connector.receive({ carrierIds: ['B1'] })
  await second.connector.receive({ carrierIds: ['B2'] })
  await rig.settle.drained()
  assert.equal((await rowOf(account.id)).state, 1)
})

test('a part that arrived keeps the rest where it is', async () => {
  const { rig, first, second } = await takenByFirst({ content: { kind: 'text', text: 'ж'.repeat(120) } })
  first.connector.take({ part: 1, parts: 2, id: 'A1' })
  first.connector.take({ part: 2, parts: 2, id: 'A2' })
  await first.connector.receive({ carrierIds: ['A1'] })
  await rig.settle.drained()
  await minutesLater(rig, 11)
  assert.equal(second.connector.sent.length, 0)
})

test('a late receipt of the first carrier counts when it is good, and decides nothing when it is bad', async () => {
  for (const [state, ends] of [
    ['undelivered', 0],
    ['delivered', 1],
  ] as const) {
    const { rig, first, second, account } = await takenByFirst()
    first.connector.take({ id: `L-${state}` })
    await rig.settle.drained()
    await minutesLater(rig, 11)
    await second.connector.afterSending(1)
    second.connector.take({ id: `M-${state}` })
    await rig.settle.drained()
    await first.connector.receive({ carrierIds: [`L-${state}`], state })
    await rig.settle.drained()
    assert.equal((await rowOf(account.id)).state, ends, state)
  }
})

test('good news that comes while the second carrier is at it is kept until that one is done', async () => {
  const { rig, first, second, account } = await takenByFirst()
  first.connector.take({ id: 'G1' })
  await rig.settle.drained()
  await minutesLater(rig, 11)
  await second.connector.afterSending(1)
  await first.connector.receive({ carrierIds: ['G1'] })
  second.connector.answer('rejected')
  await rig.settle.drained()
  assert.equal((await rowOf(account.id)).state, 20)
  await rig.sweeps.parked()
  await rig.settle.drained()
  assert.equal((await rowOf(account.id)).state, 1)
  assert.equal(await db.balanceOf(account.id), 999_000_000n, 'what went back for the refusal is charged again')
})

const STAY: readonly [why: string, more: Partial<Route>, prepare: (routes: Route[]) => void][] = [
  ['its route does not say so', { noReceiptMinutes: 0 }, () => undefined],
  ['its route gives it longer', { noReceiptMinutes: 30 }, () => undefined],
  ['nobody else takes it', {}, (routes) => void routes.pop()],
]
for (const [why, more, prepare] of STAY) {
  test(`a message stays with its carrier when ${why}`, async () => {
    const { rig, routes, first, second, account } = await takenByFirst({}, more)
    prepare(routes)
    first.connector.take({ id: 'S1' })
    await rig.settle.drained()
    await minutesLater(rig, 11)
    assert.deepEqual([(await rowOf(account.id)).state, second.connector.sent.length], [0, 0])
  })
}

test('what was sent before a route said so is not sent anew', async () => {
  const { rig, routes } = rigWithRoutes()
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  routes.push(route(1, first, { priority: 200 }), route(2, second))
  const account = await db.account()
  await rig.send(account, [rig.draft({ candidates: [first.id, second.id] })])
  await first.connector.afterSending(1)
  first.connector.take({ id: 'O1' })
  await rig.settle.drained()
  rig.clock.aheadMs = 30 * MINUTE
  routes[0] = route(1, first, { priority: 200, noReceiptMinutes: 10 })
  await minutesLater(rig, 30)
  assert.equal(second.connector.sent.length, 0)
})
