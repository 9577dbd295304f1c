import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import type { HandlerAnswer, HandlerRequest } from '../domain/handler-call.ts'
import type { HandlerRow, HandlerState } from '../store/handlers.ts'
import type { Outcome, Waiting } from '../store/outbox.ts'
import { type HandlerQueue, makeHandlerQueue } from './handler-queue.ts'
import { makeOutcomes, makeSlots } from './notify-outcomes.ts'

const MINUTE = 60_000
const HANDLER: HandlerRow = {
  accountId: 1,
  url: 'http://handler.example/',
  statuses: true,
  passed: false,
  incoming: true,
  utcOffsetMinutes: 0,
  webhookKey: '',
  stoppedUrl: '',
}
const answered = (code: number, of: Partial<HandlerAnswer> = {}): HandlerAnswer => ({
  code,
  reason: code === 0 ? 'Nobody listens.' : '',
  ms: 1,
  text: '',
  location: '',
  retryAfterMs: undefined,
  ...of,
})

/** A queue over rows in memory, a handler that does as the test says, and a clock that the test moves. */
function scene(of: { rows: number; messages?: number; state?: Partial<HandlerState>; slots?: number }) {
  const clock = { ms: 1_000_000 }
  const state: HandlerState = { accountId: 1, nextAtMs: 0, probes: 0, downSinceMs: 0, reason: '', stoppedUrl: '', ...of.state }
  const rows = new Map<number, Waiting>()
  for (let id = 1; id <= of.rows; id++) rows.set(id, row(id, of.messages === undefined ? id : 1 + ((id - 1) % of.messages)))
  const calls: { id: number; answer: (answer: HandlerAnswer) => void }[] = []
  const notes: HandlerState[] = []
  const gone: string[] = []
  const hurry = new AbortController()
  let most = 0
  let read = 0
  let automatic: ((id: number) => HandlerAnswer) | undefined
  const outcomes: Outcome[] = []

  async function call(request: HandlerRequest, signal?: AbortSignal): Promise<HandlerAnswer> {
    const id = Number(new URLSearchParams(Buffer.from(request.body).toString()).get('cnt'))
    if (automatic) return automatic(id)
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve(answered(0)))
      calls.push({ id, answer: resolve })
      most = Math.max(most, calls.length)
    })
  }

  const queue: HandlerQueue = makeHandlerQueue({
    state,
    handler: () => HANDLER,
    store: {
      async readDue(_, nowMs, limit) {
        read = Math.max(read, limit)
        const due = [...rows.values()].filter(({ dueAtMs }) => dueAtMs <= nowMs)
        return due.sort((a, b) => a.dueAtMs - b.dueAtMs || a.id - b.id).slice(0, limit)
      },
      noteHandler: async (next) => void notes.push(next),
      async bringForward() {
        for (const each of rows.values()) if (each.attempts > 0) rows.set(each.id, { ...each, dueAtMs: each.id })
      },
      async giveUpUntried(_, beforeMs) {
        for (const each of rows.values()) if (each.attempts === 0 && each.dueAtMs < beforeMs) rows.delete(each.id)
      },
    },
    call,
    outcomes: makeOutcomes(async (batch) => {
      for (const outcome of batch) {
        outcomes.push(outcome)
        const known = rows.get(outcome.id)
        if (typeof outcome.end === 'string' || !known) rows.delete(outcome.id)
        else rows.set(outcome.id, { ...known, ...outcome.end, dueAtMs: outcome.end.nextAtMs })
      }
    }),
    slots: makeSlots(of.slots ?? 256),
    counters: { delivered: 0, failed: 0, givenUp: 0, stopped: 0 },
    gone: (url) => gone.push(url),
    now: () => clock.ms,
    chance: () => 0,
    hurry: hurry.signal,
  })
  return {
    ...{ clock, rows, calls, notes, gone, outcomes, queue, hurry },
    most: () => most,
    read: () => read,
    /** From now on every call is answered at once; answers the ids in the order of their calls. */
    answersAll(how: (id: number) => HandlerAnswer): number[] {
      const order: number[] = []
      automatic = (id) => {
        order.push(id)
        return how(id)
      }
      for (const { id, answer } of calls.splice(0)) answer(automatic(id))
      return order
    },
    /** Answers the call of a row. */
    answer(id: number, answer: HandlerAnswer): void {
      const at = calls.findIndex((one) => one.id === id)
      const [one] = calls.splice(at, 1)
      assert.ok(at >= 0 && one, `${id} is not being told`)
      one.answer(answer)
    },
  }
}

/** `parts` carries the row's id into the request. */
const row = (id: number, messageId: number): Waiting => ({
  id,
  dueAtMs: id,
  kind: 1,
  messageId,
  state: 1,
  err: 0,
  atMs: id,
  firstAtMs: 0,
  attempts: 0,
  detail: null,
  message: {
    ref: messageId,
    refText: null,
    recipient: '79161234567',
    price: 0n,
    refunded: 0n,
    parts: id,
    flags: 0,
    channel: 0,
    sender: '',
    mccmnc: '',
    hlr: null,
  },
  incoming: undefined,
})

test('all that waits is told, some at once, a few hundred rows in memory at most', async () => {
  const { queue, calls, rows, most, read, answersAll } = scene({ rows: 1_000 })
  queue.poke()
  await eventually(() => assert.equal(calls.length, 8))
  answersAll(() => answered(200))
  await eventually(() => assert.equal(rows.size, 0))
  assert.equal(most(), 8)
  assert.ok(read() < 500, `${read()} rows were asked for`)
})

test('what is told of one message is told in its order, one after the other', async () => {
  const { queue, calls, answer } = scene({ rows: 4, messages: 2 }) // 1 and 3, 2 and 4
  queue.poke()
  await eventually(() =>
    assert.deepEqual(
      calls.map(({ id }) => id),
      [1, 2],
    ),
  )
  answer(2, answered(200))
  await eventually(() =>
    assert.deepEqual(
      calls.map(({ id }) => id),
      [1, 4],
    ),
  )
  answer(1, answered(500))
  await eventually(() =>
    assert.deepEqual(
      calls.map(({ id }) => id),
      [4, 3],
    ),
  )
})

test('a handler that fails is called less at once, and one that is down not at all until its pause is over', async () => {
  const { queue, calls, rows, notes, clock, answersAll } = scene({ rows: 20_000 })
  queue.poke()
  await eventually(() => assert.equal(calls.length, 8))
  let told = answersAll(() => answered(0))
  await eventually(() => assert.equal(notes.length, 1))
  assert.ok(told.length < 12, `${told.length} calls`)
  assert.deepEqual([notes[0]?.probes, notes[0]?.nextAtMs], [1, clock.ms + MINUTE])
  queue.poke()
  for (const [probe, minutes] of [2, 4, 8, 15, 15].entries()) {
    clock.ms = notes.at(-1)?.nextAtMs ?? 0
    told = answersAll(() => answered(0))
    queue.poke()
    await eventually(() => assert.equal(notes.length, probe + 2))
    await eventually(() => assert.equal(queue.busy, false))
    assert.equal(told.length, 1, 'one call a pause')
    assert.equal(notes.at(-1)?.nextAtMs, clock.ms + minutes * MINUTE)
  }
  assert.equal(rows.size, 20_000)
})

test('when it answers again, everything goes out in its old order, what had failed first', async () => {
  const { queue, rows, notes, clock, answersAll } = scene({ rows: 50 })
  answersAll(() => answered(503))
  queue.poke()
  await eventually(() => assert.equal(notes.at(-1)?.probes, 1))
  await eventually(() => assert.equal(queue.busy, false))
  clock.ms += 70 * MINUTE
  const order = answersAll(() => answered(200))
  queue.poke()
  await eventually(() => assert.equal(rows.size, 0))
  assert.deepEqual(notes.at(-1), { accountId: 1, nextAtMs: 0, probes: 0, downSinceMs: 0, reason: '', stoppedUrl: '' })
  const [probe, ...rest] = order
  assert.ok(probe !== undefined && rest.length === 49)
  assert.deepEqual(
    rest,
    [...rest].sort((a, b) => a - b),
  )
})

test('a handler that has been down for a day: what is older and was never called for is given up', async () => {
  const DAY = 24 * 60 * MINUTE
  const { queue, rows, clock, answersAll } = scene({ rows: 10, state: { probes: 3, downSinceMs: 1 } })
  clock.ms = DAY + 2 * MINUTE
  rows.set(99, { ...row(99, 99), dueAtMs: clock.ms - MINUTE })
  answersAll(() => answered(0))
  queue.poke()
  await eventually(() => assert.deepEqual([...rows.keys()], [1, 99]))
  assert.equal(rows.get(1)?.attempts, 1, 'the one that was called for has its own pauses')
})

test('410 stops it', async () => {
  const { queue, gone, outcomes, answersAll, notes } = scene({ rows: 3 })
  answersAll(() => answered(410))
  queue.poke()
  await eventually(() => assert.equal(queue.busy, false))
  assert.equal(gone[0], HANDLER.url)
  assert.equal(notes.at(-1)?.stoppedUrl, HANDLER.url)
  assert.equal(outcomes[0]?.end, 'given up')
})

test('Retry-After pauses the whole handler, and moves the row', async () => {
  const { queue, notes, outcomes, clock, answersAll } = scene({ rows: 1 })
  answersAll(() => answered(429, { retryAfterMs: 20 * MINUTE }))
  queue.poke()
  await eventually(() => assert.equal(outcomes.length, 1))
  assert.deepEqual([notes[0]?.nextAtMs, notes[0]?.probes], [clock.ms + 20 * MINUTE, 0])
  const end = outcomes[0]?.end
  assert.equal(typeof end === 'object' && end.nextAtMs, clock.ms + 20 * MINUTE)
})

test('what a row tells of is gone: it is given up, and the handler is not blamed', async () => {
  const { queue, rows, outcomes, notes } = scene({ rows: 1 })
  rows.set(1, { ...row(1, 1), message: undefined })
  queue.poke()
  await eventually(() => assert.equal(outcomes.length, 1))
  assert.match(outcomes[0]?.tried ?? '', /no longer stored/)
  assert.equal(notes.length, 0)
})

test('a slow handler is called less at once', async () => {
  const { queue, calls, answer } = scene({ rows: 100 })
  queue.poke()
  await eventually(() => assert.equal(calls.length, 8))
  for (const { id } of [...calls].slice(0, 7)) answer(id, answered(200, { ms: 9_000 }))
  await eventually(() => assert.equal(calls.length, 2))
})

test('calls that are cut short when the centre stops were not made', async () => {
  const { queue, calls, rows, outcomes, hurry } = scene({ rows: 3 })
  queue.poke()
  await eventually(() => assert.equal(calls.length, 3))
  const stopped = queue.stop()
  hurry.abort()
  await stopped
  assert.deepEqual(outcomes, [])
  assert.deepEqual(
    [...rows.values()].map(({ attempts }) => attempts),
    [0, 0, 0],
  )
})

test('when all calls of the node are in use, queues take turns', () => {
  const slots = makeSlots(2)
  const turns: string[] = []
  const want = (name: string) => (): void => {
    if (slots.take(want(name))) turns.push(name)
  }
  for (const name of ['a', 'b', 'c', 'd']) want(name)()
  assert.deepEqual(turns, ['a', 'b'])
  slots.free()
  slots.free()
  assert.deepEqual(turns, ['a', 'b', 'c', 'd'])
})
