import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connector, Frame } from '../connectors/connector.ts'
import type { Capture, Taken, TraceSwitch } from '../store/captures.ts'
import { makeCaptures } from './captures.ts'

const AT = Date.UTC(2026, 10, 22)

const frame = (of: Partial<Frame> = {}): Frame => ({
  atMs: AT,
  sent: true,
  why: 'asked',
  octets: Buffer.from('....Hello'),
  length: 9,
  texts: [[4, 9]],
  accountId: 0,
  messageId: 0,
  part: 0,
  carrierIds: [],
  ...of,
})

const on = (of: Partial<TraceSwitch> = {}): TraceSwitch => ({
  id: 1,
  accountId: 0,
  carrierId: 0,
  texts: false,
  untilMs: AT + 60_000,
  left: 100,
  ...of,
})

/** Captures over a store in memory, with these switches on. */
async function rig(...switches: TraceSwitch[]) {
  const kept: Capture[] = []
  const taken: Taken[] = []
  const clock = { now: AT }
  const taps = new Map<number, boolean>()
  const accounts = new Map<number, readonly number[] | undefined>()
  const store = {
    openSwitches: async () => switches,
    keepCaptures: async (rows: readonly Capture[], counts: readonly Taken[]) => {
      kept.push(...rows)
      taken.push(...counts)
    },
    pruneCaptures: async () => undefined,
  }
  const captures = makeCaptures(store, () => clock.now)
  const owned = [7, 8].map((carrierId) => ({
    carrierId,
    connector: {
      tap: (open: boolean, only?: ReadonlySet<number>) => {
        taps.set(carrierId, open)
        accounts.set(carrierId, only && [...only])
      },
    } as Partial<Connector> as Connector,
  }))
  await captures.refresh(owned)
  return { captures, kept, taken, clock, taps, accounts, switches, refresh: () => captures.refresh(owned) }
}

const texts = (rows: readonly Capture[]) => rows.map(({ octets }) => Buffer.from(octets).toString())

test('a switch of a carrier opens its tap alone, and of an account all of them', async () => {
  assert.deepEqual(
    [...(await rig(on({ carrierId: 7 }))).taps],
    [
      [7, true],
      [8, false],
    ],
  )
  assert.deepEqual(
    [...(await rig(on({ accountId: 3 }))).taps],
    [
      [7, true],
      [8, true],
    ],
  )
  assert.deepEqual([...(await rig(on({ accountId: 3 }), on({ id: 2, carrierId: 8 }))).accounts.values()], [[3], undefined])
  const { switches, taps, refresh } = await rig(on())
  switches.length = 0
  await refresh()
  assert.deepEqual([...taps.values()], [false, false])
})

test('texts are masked unless a switch that wants the frame asked for them', async () => {
  const { captures, kept } = await rig(on({ carrierId: 7 }), on({ id: 2, accountId: 3, texts: true }))
  captures.frames(7, [frame(), frame({ accountId: 3, messageId: 5 })], 0)
  captures.frames(8, [frame({ accountId: 4, messageId: 6 })], 0)
  await captures.stored()
  assert.deepEqual(texts(kept), ['....*****', '....Hello'])
})

test('an account’s receipts are found by the id its answers had, also when they came first; others’ are not kept', async () => {
  const { captures, kept } = await rig(on({ accountId: 3 }))
  const receipt = (id: string) => frame({ sent: false, carrierIds: [id], texts: [] })
  captures.frames(7, [receipt('A2')], 0) // before its answer
  captures.frames(7, [frame({ accountId: 3, messageId: 5, part: 1 })], 0)
  captures.frames(7, [frame({ sent: false, accountId: 3, messageId: 5, part: 1, carrierIds: ['00a1'], texts: [] })], 0)
  captures.frames(7, [frame({ sent: false, accountId: 3, messageId: 6, part: 1, carrierIds: ['A2'], texts: [] })], 0)
  captures.frames(7, [receipt('A1'), receipt('B9')], 0)
  captures.frames(8, [receipt('A1')], 0) // another carrier's id
  await captures.stored()
  assert.deepEqual(
    kept.map(({ messageId, keys }) => [messageId, ...keys]),
    [[5], [5, 'A1'], [6, 'A2'], [6, 'A2'], [5, 'A1']],
  )
})

test('errors are kept without any switch, with their texts masked', async () => {
  const { captures, kept } = await rig()
  captures.frames(7, [frame(), frame({ why: 'error', messageId: 5 }), frame({ why: 'unreadable', texts: [] })], 0)
  await captures.stored()
  assert.deepEqual(
    kept.map(({ why }) => why),
    ['error', 'unreadable'],
  )
  assert.deepEqual(texts(kept), ['....*****', '....Hello'])
})

test('a switch ends by its time, by its number of rows, and counts what it could not keep', async () => {
  const { captures, kept, taken, clock } = await rig(on({ left: 3 }))
  captures.frames(
    7,
    Array.from({ length: 5 }, () => frame()),
    0,
  )
  await captures.stored()
  assert.equal(kept.length, 3)
  assert.deepEqual(taken, [{ switchId: 1, kept: 3, dropped: 0 }])

  const timed = await rig(on())
  timed.clock.now = AT + 60_001
  timed.captures.frames(7, [frame()], 0)
  await timed.captures.stored()
  assert.equal(timed.kept.length, 0)

  const flooded = await rig(on({ left: 50_000, carrierId: 7 }))
  flooded.captures.frames(
    7,
    Array.from({ length: 6_000 }, () => frame()),
    44,
  )
  await flooded.captures.stored()
  assert.deepEqual([flooded.kept.length, flooded.taken.reduce((sum, { dropped }) => sum + dropped, 0)], [5_000, 1_044])
  assert.ok(clock.now === AT)
})

test('requests are kept of an account that is traced, and a switch of a carrier does not ask for them', async () => {
  const { captures, kept } = await rig(on({ accountId: 3 }), on({ id: 2, carrierId: 7 }))
  assert.deepEqual([captures.watches(3), captures.watches(4)], [true, false])
  captures.request(3, '17', AT, 'plain', 'masked')
  captures.request(4, '18', AT, 'plain', 'masked')
  await captures.stored()
  assert.deepEqual(
    kept.map(({ ref, carrierId, octets }) => [ref, carrierId, Buffer.from(octets).toString()]),
    [['17', 0, 'masked']],
  )
})

test('a store that is away costs captures, and nothing else', async () => {
  const store = {
    openSwitches: async () => [on()],
    keepCaptures: () => Promise.reject(new Error('away')),
    pruneCaptures: async () => undefined,
  }
  const captures = makeCaptures(store, () => AT)
  await captures.refresh([])
  captures.frames(7, [frame()], 0)
  await captures.stored()
})
