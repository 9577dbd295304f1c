import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from '../../test/support/path.ts'
import type { Outgoing } from '../connectors/connector.ts'
import type { Account } from '../domain/account.ts'
import type { Control } from '../domain/delivery-control.ts'
import { FLAG } from '../domain/message.ts'
import type { Route } from '../domain/route.ts'
import { compileRoutes } from '../domain/route-table.ts'
import { WAITING } from '../domain/waiting.ts'
import { isUntouchedRow } from './withdraw.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const HOUR = 3_600_000
const UNDER_CONTROL: Control = { on: 'failure', sender: 'RESERVE', validityMs: HOUR }
const LONG = { kind: 'text', text: 'ж'.repeat(120) } as const
const REFUNDING = FLAG.refundUndelivered

interface Scene {
  readonly rig: Rig
  readonly first: ScriptedCarrier
  readonly second: ScriptedCarrier
  readonly account: Account
  readonly sent: Outgoing
}

/** A message under control, with the first of two carriers. */
async function withFirst(
  wish: {
    control?: Control
    content?: Outgoing['content']
    flags?: number
    only?: 'one carrier'
    routes?: (first: number, second: number) => readonly Partial<Route>[]
    aheadMs?: number
  } = {},
): Promise<Scene> {
  const table: Route[] = []
  const rig = openRig(db, { routes: () => compileRoutes({ routes: table }), cost: 400_000n })
  rig.clock.aheadMs = wish.aheadMs ?? 0
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  const plain: Omit<Route, 'carrierId'> = { id: 1, channel: 'sms', priority: 200 }
  table.push({ ...plain, carrierId: first.id }, { ...plain, id: 2, priority: 100, carrierId: second.id })
  if (wish.only) table.pop()
  const account = await db.account()
  const { control = UNDER_CONTROL, flags = 0, content } = wish
  const draft = rig.draft({ candidates: [first.id], control, flags, validityMs: HOUR, ...(content && { content }) })
  await rig.send(account, [draft])
  const [sent] = await first.connector.afterSending(1)
  assert.ok(sent)
  return { rig, first, second, account, sent }
}

/** What is due goes out, and whatever was answered is written. */
async function settled({ rig }: Scene): Promise<void> {
  await rig.settle.drained()
  while (await rig.due.round());
  await rig.settle.drained()
}

interface Row {
  readonly state: number
  readonly err: number
  readonly sender: string
  readonly carrier_id: number
  readonly refunded: string
  readonly cost: string
  readonly control: Control
  readonly receipt: string | null
  readonly sent_at: string
  readonly expires_at: string
}
const rowOf = ({ account }: Scene) =>
  db.row<Row>(
    `select state, err, sender, carrier_id, refunded::text, cost::text, control, receipt, sent_at::text, expires_at::text
     from messages where account_id = $1`,
    [account.id],
  )
const paid = async ({ account }: Scene) => 1_000_000_000n - (await db.balanceOf(account.id))
const fails = (scene: Scene, id: string, state: 'undelivered' | 'expired' = 'undelivered', stat = 'UNDELIV') =>
  scene.first.connector.receive({ carrierIds: [id], state, stat, err: '001' })

for (const [state, stat, code] of [
  ['undelivered', 'UNDELIV', 20],
  ['expired', 'EXPIRED', 3],
] as const) {
  test(`what a receipt calls ${stat} goes out once more, from the reserve sender, over the next route`, async () => {
    const scene = await withFirst()
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
  const scene = await withFirst({ only: 'one carrier' })
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
  const scene = await withFirst()
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

// Price 1.00. What goes back at the end, by what the two attempts alone would have given back.
const MONEY: readonly [what: string, first: 'taken' | 'refused', second: 'taken' | 'refused', flags: number, paid: bigint][] = [
  ['taken twice, charged for what is sent', 'taken', 'taken', 0, 1_000_000n],
  ['taken, then refused: the first was sent', 'taken', 'refused', 0, 1_000_000n],
  ['refused, then taken: the second was sent', 'refused', 'taken', 0, 1_000_000n],
  ['refused twice', 'refused', 'refused', 0, 0n],
  ['taken twice, charged for what is delivered', 'taken', 'taken', REFUNDING, 0n],
]
for (const [what, one, two, flags, expected] of MONEY) {
  test(`who has nothing delivered pays at most once: ${what}`, async () => {
    const scene = await withFirst({ flags })
    const { first, second } = scene
    const id = `${one}-${two}-${flags}`
    if (one === 'refused') {
      first.connector.answer('rejected')
      // The next route has it within the first attempt: it refuses as well, and the first carrier is asked by the reserve sender.
      await second.connector.afterSending(1)
      second.connector.answer('rejected')
    } else {
      first.connector.take({ id: `1-${id}` })
      await fails(scene, `1-${id}`)
    }
    await settled(scene)
    const next = one === 'refused' ? first : second
    const [again] = (await next.connector.afterSending(one === 'refused' ? 2 : 1)).slice(-1)
    assert.equal(again?.from, 'RESERVE')
    if (two === 'refused') {
      next.connector.answer('rejected')
      await settled(scene)
      const other = next === first ? second : first
      if (other.connector.sent.at(-1)?.from === 'RESERVE') other.connector.answer('rejected')
    } else {
      next.connector.take({ id: `2-${id}` })
      await next.connector.receive({ carrierIds: [`2-${id}`], state: 'undelivered', stat: 'UNDELIV' })
    }
    await settled(scene)
    const row = await rowOf(scene)
    assert.equal(row.state, 20)
    assert.equal(await paid(scene), expected)
    assert.equal(await db.postedTo(scene.account.id), -expected, 'the postings say the same')
  })
}

test('late news of the first attempt: bad decides nothing, good is the end', async () => {
  for (const [state, ends] of [
    ['undelivered', 0],
    ['delivered', 1],
  ] as const) {
    const scene = await withFirst()
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
    const scene = await withFirst({ only: 'one carrier' })
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
  const scene = await withFirst()
  scene.first.connector.take({ id: 'W1' })
  await fails(scene, 'W1')
  await scene.rig.settle.drained()
  await scene.first.connector.receive({ carrierIds: ['W1'] })
  await settled(scene)
  assert.equal((await rowOf(scene)).state, 1)
  assert.equal(scene.second.connector.sent.length, 0)
})

test('a message of two parts goes out whole, though one part had arrived', async () => {
  const scene = await withFirst({ content: LONG })
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
  const scene = await withFirst()
  scene.first.connector.take({ id: 'V1' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 2 * HOUR // its validity is over, which is why it expired
  await fails(scene, 'V1', 'expired', 'EXPIRED')
  await settled(scene)
  const [again] = await scene.second.connector.afterSending(1)
  assert.ok(again && again.expiresAtMs > scene.rig.now())
})

test('another node, or the next start, sends the second attempt: it stands in the store', async () => {
  const scene = await withFirst()
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

test('where the second attempt finds no route any more, what came of the first stands', async () => {
  const table: Route[] = []
  const rig = openRig(db, { routes: () => compileRoutes({ routes: table }) })
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  table.push(
    { id: 1, channel: 'sms', priority: 200, carrierId: first.id },
    { id: 2, channel: 'sms', priority: 100, carrierId: second.id },
  )
  const account = await db.account()
  await rig.send(account, [rig.draft({ candidates: [first.id], control: { ...UNDER_CONTROL, sender: 'Sender' } })])
  await first.connector.afterSending(1)
  first.connector.take({ id: 'G1' })
  await first.connector.receive({ carrierIds: ['G1'], state: 'undelivered', stat: 'UNDELIV', err: '013' })
  table.pop()
  while (await rig.due.round());
  await rig.settle.drained()
  const row = await rowOf({ account } as Scene)
  assert.deepEqual([row.state, row.err, row.receipt, row.refunded], [20, 13, 'UNDELIV 013', '0'])
})

const STAY: readonly [why: string, control: Control | undefined, state: 'undelivered' | 'expired', ends: number][] = [
  ['nobody else is there, and the sender would be the same', { ...UNDER_CONTROL, sender: 'Sender' }, 'undelivered', 20],
  ['it expired, and only what is undeliverable is repeated', { ...UNDER_CONTROL, on: 'undeliverable' }, 'expired', 3],
]
for (const [why, control, state, ends] of STAY) {
  test(`a message ends with its first attempt when ${why}`, async () => {
    const scene = await withFirst({ only: 'one carrier', ...(control && { control }) })
    scene.first.connector.take({ id: `K-${ends}` })
    await fails(scene, `K-${ends}`, state)
    await settled(scene)
    assert.deepEqual([(await rowOf(scene)).state, scene.first.connector.sent.length], [ends, 1])
  })
}

test('what nobody knows of, or what never was at a carrier, is not repeated', async () => {
  const scene = await withFirst()
  scene.first.connector.take({ id: 'U1' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 2 * HOUR // beyond the receipt limit
  await scene.rig.sweeps.withoutReceipt()
  await settled(scene)
  const row = await rowOf(scene)
  assert.deepEqual([row.state, row.err, scene.second.connector.sent.length], [20, 245, 0])
})

test('the second attempt is not given up by the clock of the first', async () => {
  const scene = await withFirst({ only: 'one carrier' })
  const { connector } = scene.first
  connector.take({ id: 'C1' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 50 * 60_000
  await fails(scene, 'C1')
  await settled(scene)
  await connector.afterSending(2)
  connector.take({ id: 'C2' })
  await scene.rig.settle.drained()
  scene.rig.clock.aheadMs = 70 * 60_000 // the first one's limit of an hour is over, the second has 40 minutes left
  await scene.rig.sweeps.withoutReceipt()
  await scene.rig.settle.drained()
  assert.equal((await rowOf(scene)).state, 0)
  scene.rig.clock.aheadMs = 120 * 60_000
  await scene.rig.sweeps.withoutReceipt()
  await scene.rig.settle.drained()
  assert.deepEqual([(await rowOf(scene)).state, (await rowOf(scene)).err], [20, 245])
})

test('a message that waits for its second attempt is not its sender’s to take back: a carrier had it', async () => {
  const scene = await withFirst()
  scene.first.connector.take({ id: 'D1' })
  await fails(scene, 'D1')
  await scene.rig.settle.drained()
  const target = await scene.rig.store.readTarget({ accountId: scene.account.id, id: scene.sent.id })
  assert.ok(target && !isUntouchedRow(target))
  await settled(scene) // leaves nothing in the queue for the next test
})

test('dearer routes: after 20 the message goes to one behind all that had it, whatever is before', async () => {
  const table: Route[] = []
  const rig = openRig(db, { routes: () => compileRoutes({ routes: table }) })
  const [cheap, middle, dear] = [await rig.carrier(), await rig.carrier(), await rig.carrier()]
  for (const [at, { id }] of [cheap, middle, dear].entries())
    table.push({ id: at + 1, channel: 'sms', priority: 300 - at, carrierId: id })
  const account = await db.account()
  cheap.connector.link('down')
  await rig.send(account, [
    rig.draft({
      candidates: [cheap.id, middle.id, dear.id],
      control: { on: 'undeliverable', sender: 'Sender', validityMs: HOUR },
    }),
  ])
  await middle.connector.afterSending(1)
  middle.connector.take({ id: 'M1' })
  cheap.connector.link('up')
  await middle.connector.receive({ carrierIds: ['M1'], state: 'undelivered', stat: 'UNDELIV' })
  while (await rig.due.round());
  const [again] = await dear.connector.afterSending(1)
  assert.equal(again?.from, 'Sender')
  assert.equal(cheap.connector.sent.length, 0)
})
