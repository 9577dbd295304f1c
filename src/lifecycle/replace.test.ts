import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { FLAG } from '../domain/message.ts'
import { replacementOf } from '../domain/message-state.ts'
import { countParts } from '../domain/text/segments.ts'
import { concatUdh } from '../domain/text/udh.ts'
import { createAudit } from '../operator/audit.ts'
import { glancing } from '../store/pool-session.ts'
import { POSTING, post } from '../store/postings.ts'
import { summarise } from '../store/summarise.ts'
import { makeOrders } from './orders.ts'
import type { NewContent } from './replace.ts'
import type { EstimateRequest } from './request.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const HOUR = 3_600_000
const PLAIN: NewContent = { text: 'Better', comment: '', dueAtMs: undefined, validityMs: undefined, wanted: 0 }

/** One rouble a part. */
const estimate: EstimateRequest = async ({ lines: [line] }) => {
  const parts = countParts(line?.text ?? '')
  return { parts, price: BigInt(parts) * 1_000_000n, recipients: [], refusal: undefined }
}

async function scene(of: { window?: number; money?: bigint } = {}) {
  const rig = openRig(db)
  const carrier = await rig.carrier({ window: of.window ?? 0 })
  const account: Account = await db.account({ balance: 0n })
  const topUp = { accountId: account.id, purse: 1, id: rig.ids.next(), kind: POSTING.topUp, note: '' } as const
  await post(db.store.session, { ...topUp, amount: of.money ?? 10_000_000n })
  const catalogue = () => ({ version: 2 })
  const orders = makeOrders({ ...rig, estimate, catalogue, takeIds: rig.ids.take, profile: 'russia' })
  return {
    ...rig,
    ...carrier,
    account,
    orders,
    replace: (ref: number | string, content: Partial<NewContent> = {}, source = '') =>
      orders.replace({ account, ref: Number(ref), source }, () => ({ ...PLAIN, ...content })),
    balance: () => db.balanceOf(account.id),
    audit: () => createAudit({ glance: glancing(db.store.pool), summarise: () => summarise(db.store.session) })(),
    shown: async (ref: number | string) =>
      (await rig.store.findMessages(account.id, [{ ref: Number(ref), phone: '79161234567' }]))[0],
    row: () =>
      db.row<{ due: string; expires: string; flags: number; route: number }>(
        'select due_at::text as due, expires_at::text as expires, flags, route_version as route from messages where account_id = $1 and flags & 8 = 0',
        [account.id],
      ),
  }
}
type Scene = Awaited<ReturnType<typeof scene>>

/** Whatever waits goes out; answers the texts that the carrier has. */
async function texts({ clock, due, connector, own, settle }: Scene, count: number): Promise<string[]> {
  clock.aheadMs = 2 * HOUR
  connector.window = 100
  await due.round()
  own.pump()
  await connector.afterSending(count)
  await settle.drained()
  return connector.sent.map(({ content }) => (content.kind === 'text' ? content.text : content.kind))
}

for (const [where, of] of [
  ['in memory', {}],
  ['in the due queue', { dueAtMs: Date.now() + HOUR }],
] as const) {
  test(`a text that waits ${where} is replaced: the new one is sent, once, under the same number`, async () => {
    const here = await scene()
    const { ref } = await here.send(here.account, [here.draft(of)])
    assert.equal(await here.replace(ref), true)
    assert.equal((await here.shown(ref))?.body, 'Better')
    assert.equal(await here.balance(), 9_000_000n)
    assert.deepEqual(await texts(here, 1), ['Better'])
    assert.equal((await here.orders.query(here.account.id, Number(ref), false))?.state.stat, 'ENROUTE')
  })
}

test('a longer text costs the difference, a shorter one gives it back, and the books agree', async () => {
  const here = await scene()
  const { replace, balance, account, send, draft, audit, shown } = here
  const { ref } = await send(account, [draft({ dueAtMs: Date.now() + HOUR })])
  assert.equal(await replace(ref, { text: 'x'.repeat(400) }), true)
  assert.deepEqual([await balance(), (await shown(ref))?.parts], [7_000_000n, 3])
  assert.equal(await replace(ref, { text: 'short' }), true)
  assert.equal(await balance(), 9_000_000n)
  const old = await db.rows<{ state: number; receipt: string }>(
    'select state, receipt from messages where account_id = $1 and flags & 8 = 8 order by id',
    [account.id],
  )
  const current = (await shown(ref))?.id
  assert.equal(old.length, 2)
  assert.equal(old[1] && replacementOf(old[1]), current, 'the last that was replaced knows by what')
  const report = await audit()
  assert.deepEqual([report.ok, report.differences], [true, []])
  assert.deepEqual(await texts(here, 1), ['short'])
})

test('replaced and then cancelled it costs nothing', async () => {
  const { replace, orders, balance, account, send, draft, audit } = await scene()
  const { ref } = await send(account, [draft({ dueAtMs: Date.now() + HOUR })])
  assert.equal(await replace(ref, { text: 'x'.repeat(400) }), true)
  assert.equal(await orders.cancel({ account, ref: Number(ref), source: '', destination: '' }), 1)
  assert.equal(await balance(), 10_000_000n)
  assert.deepEqual((await audit()).differences, [])
})

test('what the balance does not cover is not replaced, and the old text is sent', async () => {
  for (const of of [{}, { dueAtMs: Date.now() + HOUR }]) {
    const here = await scene({ money: 2_000_000n })
    const { ref } = await here.send(here.account, [here.draft(of)])
    assert.equal(await here.replace(ref, { text: 'x'.repeat(400) }), false)
    assert.equal(await here.replace(ref, { text: 'x'.repeat(200) }), true, 'what it does cover is')
    assert.equal(await here.replace(ref, { text: 'x'.repeat(400) }), false)
    assert.equal(await here.balance(), 0n)
    assert.deepEqual(await texts(here, 1), ['x'.repeat(200)])
    assert.deepEqual((await here.audit()).differences, [])
  }
})

test('its time and its validity stay as they were, or are the new ones', async () => {
  const dueAtMs = Date.now() + HOUR
  const { replace, account, send, draft, row } = await scene()
  const { ref } = await send(account, [draft({ dueAtMs, validityMs: 5 * HOUR, flags: FLAG.receipt })])
  assert.equal(await replace(ref), true)
  const kept = await row()
  assert.deepEqual([Number(kept.due), Number(kept.expires), kept.flags & FLAG.receipt], [dueAtMs, dueAtMs + 5 * HOUR, 0])
  assert.equal(await replace(ref, { dueAtMs: dueAtMs + HOUR, validityMs: HOUR, wanted: FLAG.receipt }), true)
  const changed = await row()
  assert.deepEqual([Number(changed.due), Number(changed.expires)], [dueAtMs + HOUR, dueAtMs + 2 * HOUR])
  assert.deepEqual([changed.flags & FLAG.receipt, changed.route], [FLAG.receipt, 2])
})

test('a new schedule of now sends it now', async () => {
  const here = await scene({ window: 10 })
  const { ref } = await here.send(here.account, [here.draft({ dueAtMs: Date.now() + HOUR })])
  assert.equal(await here.replace(ref, { dueAtMs: 0 }), true)
  await here.due.round()
  assert.equal((await here.connector.afterSending(1))[0]?.content.kind, 'text')
})

test('what a carrier has, what is final, and what is no text by itself cannot be replaced', async () => {
  const later = { dueAtMs: Date.now() + HOUR }
  const udh = concatUdh(7, 1, 2)
  const cases: [string, Parameters<Scene['draft']>[0]][] = [
    ['a part with its own header', { ...later, octets: udh, content: { kind: 'text', text: 'part', udh: udh.subarray(1) } }],
    ['binary', { ...later, channel: 'bin', octets: Uint8Array.of(0, 1), content: { kind: 'binary', udh, octets: udh } }],
    ['a look-up', { ...later, channel: 'hlr', content: { kind: 'none' } }],
    ['refused', { state: 22, err: 249, price: 0n }],
  ]
  for (const [what, of] of cases) {
    const { replace, account, send, draft } = await scene()
    const { ref } = await send(account, [draft(of)])
    assert.equal(await replace(ref), false, what)
  }
  const { replace, account, send, draft, connector } = await scene({ window: 10 })
  const { ref } = await send(account, [draft()])
  await connector.afterSending(1)
  assert.equal(await replace(ref), false, 'handed over')
  assert.equal(await replace(Number(ref) + 1), false, 'not there')
})

test('another sender, a stranger and a request of many replace nothing', async () => {
  const { replace, account, send, draft, orders } = await scene()
  const { ref } = await send(account, [draft({ dueAtMs: Date.now() + HOUR })])
  assert.equal(await replace(ref, {}, 'Another'), false)
  const stranger = await db.account({ balance: 0n })
  assert.equal(await orders.replace({ account: stranger, ref: Number(ref), source: '' }, () => PLAIN), false)
  assert.equal(await replace(ref, {}, 'Sender'), true)
  const many = await send(account, [draft({ dueAtMs: Date.now() + HOUR }), draft({ recipient: '79160000002' })])
  assert.equal(await replace(many.ref), false)
})

test('replacing while the claim takes it: the old text or the new one is sent, never both, and the books agree', async () => {
  const here = await scene({ window: 1000, money: 1_000_000_000n })
  const { account, send, draft, clock, due, connector, settle, replace, audit, balance } = here
  const refs: number[] = []
  for (let nth = 0; nth < 40; nth++) {
    const recipient = `7916000${String(nth).padStart(4, '0')}`
    refs.push(Number((await send(account, [draft({ recipient, dueAtMs: Date.now() + 60_000 })])).ref))
  }
  clock.aheadMs = 61_000
  const replacing = Promise.all(refs.map((ref) => replace(ref, { text: 'x'.repeat(200) })))
  for (let round = 0; round < 5; round++) await due.round()
  const replaced = (await replacing).filter((done) => done).length
  clock.aheadMs = 2 * HOUR
  await due.round()
  const own = () => connector.sent.filter(({ accountId }) => accountId === account.id)
  await eventually(() => assert.ok(own().length >= 40, 'all went out'))
  await settle.drained()
  const long = own().filter(({ content }) => content.kind === 'text' && content.text.length === 200).length
  assert.deepEqual([own().length, long], [40, replaced])
  assert.equal(await balance(), 1_000_000_000n - BigInt(40 + replaced) * 1_000_000n)
  assert.deepEqual((await audit()).differences, [])
})

test('several who replace one message at once leave one message, paid once', async () => {
  const here = await scene()
  const { ref } = await here.send(here.account, [here.draft({ dueAtMs: Date.now() + HOUR })])
  const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((text) => here.replace(ref, { text })))
  assert.ok(outcomes.includes(true))
  assert.equal((await texts(here, 1)).length, 1)
  assert.equal(await here.balance(), 9_000_000n)
  assert.deepEqual((await here.audit()).differences, [])
})

test('what is replaced keeps to the hours and the longest validity of its account', async () => {
  const { account, orders, send, draft, row, now } = await scene()
  const { ref } = await send(account, [draft({ dueAtMs: now() + HOUR, validityMs: 5 * HOUR })])
  const hour = new Date(now() + 180 * 60_000).getUTCHours() // in Moscow
  const settings = { tmlim: `${(hour + 3) % 24}-${(hour + 4) % 24}`, vld: 60 }
  const asked = { account: { ...account, settings }, ref: Number(ref), source: '' }
  assert.equal(await orders.replace(asked, () => ({ ...PLAIN, dueAtMs: 0 })), true)
  const { due, expires } = await row()
  assert.equal(new Date(Number(due) + 180 * 60_000).getUTCHours(), (hour + 3) % 24)
  assert.deepEqual([Number(due) % HOUR, Number(expires) - Number(due)], [0, HOUR])
})
