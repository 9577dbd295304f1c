import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CarrierReceipt, Connector, LinkStats, Outgoing, PartResult } from '../connectors/connector.ts'
import { basicPlan, type CheckPlan } from '../domain/carrier-check.ts'
import type { StrayReceipt } from '../store/carrier-checks.ts'
import { makeCheckNotes } from './check-notes.ts'
import { CHECK_LIMITS, CheckEnded, type CheckReport, runCheck } from './check-run.ts'

const TO = '79161234567'

/** A check against a connector that does as `on` says, on a clock that runs as the check waits. */
function rig(on: (message: Outgoing, far: Far) => void, of: { up?: boolean; waitMs?: number; plan?: CheckPlan<unknown> } = {}) {
  const { up = true, waitMs = 60_000, plan = basicPlan } = of
  const far: Far = {
    up,
    free: 1,
    comeUp: () => {
      far.up = true
    },
    clock: 0,
    strays: [],
    later: [],
    submits: [],
    settle: (message, result = {}) =>
      notes.settled({
        id: message.id,
        part: 1,
        of: 1,
        outcome: 'taken',
        carrierId: `c${message.id}`,
        status: 0,
        reason: '',
        atMs: far.clock,
        ...result,
      }),
    receipt: (message, receipt = {}) => notes.receipt(receiptOf(message, far.clock, receipt)),
  }
  const notes = makeCheckNotes(TO)
  const connector = {
    free: () => (far.up ? far.free : 0),
    submit(batch: readonly Outgoing[]) {
      for (const message of batch) {
        far.submits.push(message)
        far.later.push({ atMs: far.clock + 100, act: () => on(message, far) })
      }
    },
    stats: () => ({ state: far.up ? 'up' : 'down', reason: far.up ? 'bound' : 'connection refused' }) as LinkStats,
  } as unknown as Connector
  let id = 100
  const reports: CheckReport[] = []
  const taken: { id: number; probe: number }[] = []
  const run = runCheck({
    ask: { to: TO, from: '' },
    waitMs,
    limits: CHECK_LIMITS,
    plan,
    settings: {},
    notes,
    connector: () => {
      if (far.gone) throw new CheckEnded('gone')
      return connector
    },
    takeId: () => ++id,
    keep: async () => {},
    strays: async () => far.strays,
    takeStrays: async (some) => void taken.push(...some),
    save: async (report) => void reports.push(structuredClone(report)),
    now: () => far.clock,
    monotonic: () => far.clock,
    sleep: async (ms) => {
      far.clock += ms
      for (const due of far.later.splice(0)) {
        if (due.atMs <= far.clock) due.act()
        else far.later.push(due)
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  })
  return { run, far, reports, taken }
}

interface Far {
  up: boolean
  free: number
  readonly comeUp: () => void
  clock: number
  gone?: boolean
  readonly strays: StrayReceipt[]
  readonly later: { atMs: number; act: () => void }[]
  readonly submits: Outgoing[]
  readonly settle: (message: Outgoing, result?: Partial<PartResult>) => void
  readonly receipt: (message: Outgoing, receipt?: Partial<CarrierReceipt>) => boolean
}

const receiptOf = (message: Outgoing, atMs: number, of: Partial<CarrierReceipt>): CarrierReceipt => ({
  carrierIds: [`c${message.id}`],
  state: 'delivered',
  stat: 'DELIVRD',
  err: '000',
  to: TO,
  from: '',
  atMs,
  doneAtMs: undefined,
  queried: false,
  ...of,
})

test('a good carrier: all is sent, answered and delivered, and the check ends soon after the last receipt', async () => {
  const { run, far, reports } = rig((message, carrier) => {
    carrier.settle(message)
    carrier.later.push({ atMs: carrier.clock + 500, act: () => carrier.receipt(message) })
  })
  const report = await run
  assert.equal(report.phase, 'done')
  assert.deepEqual(
    report.probes.map(({ receipts }) => receipts.length),
    [1, 1, 1],
  )
  assert.ok(far.clock < 10_000, `${far.clock} ms`)
  assert.deepEqual([...new Set(reports.map(({ phase }) => phase))], ['link', 'sending', 'receipts'])
  assert.ok(
    reports.some(({ probes }) => probes.length === 1),
    'what happens is shown while it happens',
  )
})

const bound = CHECK_LIMITS.linkMs + CHECK_LIMITS.sendingMs + 1_000

test('a carrier that never answers gets two messages, and the check ends', async () => {
  const { run, far } = rig(() => {})
  const report = await run
  assert.deepEqual(
    report.probes.map(({ note }) => note),
    ['no answer within 15 s', 'no answer within 15 s'],
  )
  assert.ok(far.clock < bound)
})

test('a carrier that never sends receipts is waited for as long as was asked, and no longer', async () => {
  const { run, far } = rig((message, carrier) => carrier.settle(message), { waitMs: 45_000 })
  const report = await run
  assert.match(report.conclusions?.findings[0]?.says ?? '', /No receipt came/)
  assert.ok(far.clock >= 45_000 && far.clock < 50_000, `${far.clock} ms`)
})

test('a carrier that pushes everything back is tried four times with each message', async () => {
  const { run, far } = rig((message, carrier) =>
    carrier.settle(message, { outcome: 'busy', carrierId: '', reason: 'ESME_RTHROTTLED' }),
  )
  const report = await run
  assert.deepEqual(
    report.probes.map(({ pushedBack, note }) => [pushedBack, note]),
    Array(3).fill([4, 'pushed back 4 times']),
  )
  assert.ok(far.clock < bound)
  assert.ok(far.submits.filter(({ possibleDuplicate }) => possibleDuplicate).length === 9)
})

test('beside customers who leave no room in the window, messages of a check stand in line', async () => {
  const { run, far } = rig((message, carrier) => {
    carrier.settle(message)
    carrier.receipt(message)
    carrier.free = 0
  })
  const report = await run
  assert.deepEqual(
    report.probes.map(({ parts }) => parts[0]?.outcome),
    ['taken', 'taken', 'taken'],
  )
  assert.ok(far.clock < bound)
})

test('a link that goes down for good leaves messages unsent, with the reason', async () => {
  const { run, far } = rig((message, carrier) => {
    carrier.settle(message)
    carrier.up = false
  })
  const report = await run
  assert.equal(report.probes.at(-1)?.note, 'not sent: the link is down: connection refused')
  assert.ok(far.clock < bound + 60_000)
})

test('a link that drops in the middle is waited for', async () => {
  const { run } = rig((message, carrier) => {
    if (carrier.submits.length === 2) {
      carrier.settle(message, { outcome: 'unknown', carrierId: '', reason: 'sent, and then the carrier closed the connection' })
      carrier.up = false
      carrier.later.push({ atMs: carrier.clock + 5_000, act: () => carrier.comeUp() })
    } else {
      carrier.settle(message)
      carrier.receipt(message)
    }
  })
  const report = await run
  assert.deepEqual(
    report.probes.map(({ parts }) => parts[0]?.outcome),
    ['taken', 'unknown', 'taken'],
  )
})

test('a link that never comes up ends the check with the reason', async () => {
  const { run, far } = rig(() => {}, { up: false })
  await assert.rejects(run, /did not come up within 30 s: it is down: connection refused/)
  assert.ok(far.clock < bound)
})

test('a carrier that leaves this node ends the check', async () => {
  const { run } = rig((_, carrier) => {
    carrier.gone = true
  })
  await assert.rejects(run, CheckEnded)
})

test('a receipt in another notation or from the parking place finds its message; a strange one goes by number and age', async () => {
  const { run, taken } = rig(
    (message, carrier) => {
      const nth = carrier.submits.length
      carrier.settle(message, { carrierId: nth === 1 ? 'a99f1' : `7700${nth}` })
      if (nth === 1) carrier.receipt(message, { carrierIds: [String(0xa99f1)] })
      const stray = { id: nth, state: 'delivered', stat: 'DELIVRD', err: '', to: TO, from: '', atMs: carrier.clock, doneAtMs: 0 }
      if (nth === 2) carrier.strays.push({ ...stray, ids: ['77002.1'] })
      if (nth === 3) carrier.strays.push({ ...stray, ids: ['zzz'] }, { ...stray, id: 4, ids: ['zzz'], to: '79990000000' })
    },
    { waitMs: 20_000 },
  )
  const { probes } = await run
  assert.deepEqual(
    probes.map(({ receipts }) => receipts.map(({ by }) => by)),
    [['id'], ['id'], ['number']],
  )
  assert.deepEqual(
    taken.map(({ id }) => id),
    [2, 3],
    'they are no orphans; another number’s receipt is none of ours',
  )
})
