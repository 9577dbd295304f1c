import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { GUARD_DEFAULTS, type GuardMode } from '../domain/guard.ts'
import { lookUp } from '../domain/number/plan.ts'
import type { StoredGuard, Trusted } from '../store/guard.ts'
import type { GuardCase } from '../store/guard-cases.ts'
import type { Draft } from './draft.ts'
import { type GuardStore, makeGuard } from './guard.ts'

let db: MessageStore
let rig: ReturnType<typeof openRig>
before(async () => {
  db = await openMessageStore()
  rig = openRig(db)
})
after(() => db.close())

const ACCOUNT = { id: 1, login: 'alex' } as Account

/** A guard whose store says what the test says, and remembers what it was given. */
function scene(config: Partial<StoredGuard> = {}, trusted: Trusted[] = []) {
  const kept: GuardCase[] = []
  const stored = { ...GUARD_DEFAULTS, version: 1, ...config }
  const broken = { now: false }
  const store: GuardStore = {
    readGuard: async () => stored,
    readTrusted: async () => trusted,
    readVolumes: async () => [],
    addVolumes: async (volumes) => [...volumes],
    readConfirmations: async () => [],
    writeCases: async (cases) => {
      if (broken.now) throw new Error('the store is away')
      kept.push(...cases)
    },
    forgetOld: async () => {},
  }
  const clock = { ms: Date.UTC(2026, 10, 22) }
  return { guard: makeGuard({ store, node: 3, lookUp, now: () => clock.ms }), stored, kept, clock, broken }
}

const draftsTo = (numbers: readonly string[], of: Partial<Draft> = {}): Draft[] =>
  numbers.map((recipient) => rig.draft({ recipient, ...of }))
const inARow = (count: number, prefix = '7916555'): string[] =>
  Array.from({ length: count }, (_, nth) => `${prefix}${String(1000 + nth)}`)
const act: Partial<StoredGuard> = { mode: 'act' }

test('before its settings are read, and switched off, nothing is looked at', async () => {
  for (const mode of ['off', 'monitor'] as const) {
    const { guard } = scene({ mode })
    if (mode === 'off') await guard.tick()
    guard.check(ACCOUNT, draftsTo(inARow(30)))
    assert.equal(guard.counters.watched, 0)
  }
})

test('it notes in mode monitor, and does what is set in mode act', async () => {
  const cases: [mode: GuardMode, action: 'note' | 'alert' | 'hold' | 'refuse', held: number, refused: number][] = [
    ['monitor', 'refuse', 0, 0],
    ['act', 'note', 0, 0],
    ['act', 'alert', 0, 0],
    ['act', 'hold', 3, 0],
    ['act', 'refuse', 0, 3],
  ]
  for (const [mode, action, held, refused] of cases) {
    const { guard, kept } = scene({ mode, actions: { ...GUARD_DEFAULTS.actions, sequence: action } })
    await guard.tick()
    const drafts = draftsTo(inARow(10))
    guard.check(ACCOUNT, drafts)
    await guard.tick()
    assert.equal(drafts.filter((draft) => draft.held).length, held, `${mode} ${action}`)
    assert.equal(drafts.filter((draft) => draft.state === 23 && draft.err === 253 && draft.price === 0n).length, refused)
    assert.deepEqual(
      kept.map(({ node, rule, subject, messages }) => [node, rule, subject, messages]),
      [[3, 'sequence', '7916555', 3]],
    )
  }
})

test('an account may have a mode of its own, and whoever is trusted passes', async () => {
  const numbers = inARow(12)
  const trusting = scene(act, [{ what: 'number', value: '7916555', note: '' }])
  const own = scene({ ...act, accounts: { alex: 'monitor' } })
  const trusted = scene(act, [{ what: 'account', value: 'alex', note: '' }])
  for (const { guard } of [trusting, own, trusted]) {
    await guard.tick()
    const drafts = draftsTo(numbers)
    guard.check(ACCOUNT, drafts)
    assert.ok(drafts.every((draft) => !draft.held))
  }
  assert.deepEqual(
    [trusting, own, trusted].map(({ guard }) => guard.counters.suspicious),
    [0, 5, 0],
  )
})

test('lists, look-ups, addresses and what is refused already are no messages to a prefix', async () => {
  const { guard } = scene(act)
  await guard.tick()
  guard.check(ACCOUNT, draftsTo(inARow(30), { lane: 2 }))
  guard.check(ACCOUNT, draftsTo(inARow(30), { content: { kind: 'none' } }))
  guard.check(ACCOUNT, draftsTo(inARow(30), { state: 25 }))
  guard.check(ACCOUNT, draftsTo(Array(30).fill('alex@example.org')))
  guard.check(ACCOUNT, draftsTo(Array(30).fill('@alex')))
  assert.deepEqual([guard.counters.watched, guard.counters.suspicious], [30, 0], 'a list counts for its country')
})

test('more cases than there is room for are acted on all the same, and memory stays bounded', async () => {
  const { guard, kept, clock } = scene({ ...act, actions: { ...GUARD_DEFAULTS.actions, sequence: 'refuse' } })
  await guard.tick()
  for (let block = 0; block < 1200; block++) guard.check(ACCOUNT, draftsTo(inARow(8, `79${String(block).padStart(5, '0')}`)))
  await guard.tick()
  assert.equal(guard.counters.refused, 1200)
  assert.equal(kept.length, 1000)
  clock.ms += 61_000
  await guard.tick()
  guard.check(ACCOUNT, draftsTo(inARow(9, '7999999')))
  await guard.tick()
  assert.equal(kept.length, 1001, 'what is quiet made room')
})

test('cases that could not be kept are kept later', async () => {
  const { guard, kept, broken } = scene(act)
  await guard.tick()
  guard.check(ACCOUNT, draftsTo(inARow(8)))
  broken.now = true
  await assert.rejects(guard.tick())
  broken.now = false
  await guard.tick()
  assert.equal(kept.length, 1)
})

test('a held message that nobody decides on expires, and everything comes back', async () => {
  const { connector } = await rig.carrier()
  const account = await db.account()
  await rig.send(account, [rig.draft({ held: true, validityMs: 3_600_000 })])
  const due = await db.rows('select carrier_id, reason from due_queue where account_id = $1', [account.id])
  assert.deepEqual(due, [{ carrier_id: 0, reason: 10 }])
  rig.clock.aheadMs = 3_500_000
  await rig.due.round()
  assert.equal(connector.sent.length, 0)
  rig.clock.aheadMs = 3_601_000
  await rig.due.round()
  await rig.settle.drained()
  const row = await db.row('select state, refunded::int8 as refunded from messages where account_id = $1', [account.id])
  assert.deepEqual(row, { state: 3, refunded: 1_000_000 })
  assert.equal(await db.balanceOf(account.id), 1_000_000_000n)
})
