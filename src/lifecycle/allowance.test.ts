import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PauseRow } from '../store/shaping.ts'
import { makeAllowance } from './allowance.ts'

const IDLE = { submitted: 0, held: 0 }
const FREE = Number.POSITIVE_INFINITY

const pauseOf = (of: Partial<PauseRow>): PauseRow => ({
  ...{ id: 1, carrierId: 1, kind: 'link', key: '', rate: 0, ruleId: 1, reason: '', fromMs: 0, untilMs: 0 },
  ...of,
})

function scene() {
  const clock = { ms: 0 }
  const woken: number[] = []
  const read = () => clock.ms
  return { clock, woken, allowance: makeAllowance({ now: read, monotonic: read }, (carrierId) => woken.push(carrierId)) }
}

test('a paused link is given nothing until its end', () => {
  const { clock, allowance } = scene()
  const link = pauseOf({ untilMs: 1_000 })
  assert.equal(allowance.allowed(1, IDLE, link, undefined), 0)
  clock.ms = 1_000
  assert.equal(allowance.allowed(1, IDLE, link, undefined), FREE)
})

test('a carrier that says "not so fast" in words of its own is left alone ever longer, until it has taken something', () => {
  const { clock, allowance } = scene()
  const ends: number[] = []
  for (let round = 0; round < 7; round++) {
    allowance.backOff(1)
    allowance.backOff(1) // said of what was on its way
    const fromMs = clock.ms
    while (allowance.backsOff(1) && allowance.allowed(1, IDLE, undefined, undefined) === 0) clock.ms += 500
    ends.push(clock.ms - fromMs)
  }
  assert.deepEqual(ends, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  assert.equal(allowance.backsOff(2), false, 'the others are not meant')
  clock.ms += 60_000
  allowance.backsOff(1)
  assert.equal(allowance.backsOff(1), false, 'it has helped')
  allowance.backOff(1)
  clock.ms += 1_000
  assert.equal(allowance.allowed(1, IDLE, undefined, undefined), FREE, 'it begins anew')
})

test('a lowered rate counts what was sent and what the connector still holds', () => {
  const { clock, allowance } = scene()
  const rate = pauseOf({ kind: 'rate', rate: 100, untilMs: 60_000 })
  assert.equal(allowance.allowed(1, { submitted: 500, held: 0 }, undefined, rate), 10)
  assert.equal(allowance.allowed(1, { submitted: 506, held: 3 }, undefined, rate), 1)
  assert.equal(allowance.allowed(1, { submitted: 510, held: 0 }, undefined, rate), 0)
  clock.ms = 50
  assert.equal(allowance.allowed(1, { submitted: 510, held: 0 }, undefined, rate), 5)
  assert.equal(allowance.allowed(1, { submitted: 510, held: 0 }, undefined, { ...rate, rate: 20 }), 2, 'another rate begins anew')
})

test('a carrier that was given nothing is woken when it may be given more', async (t) => {
  const woken = await new Promise<number>((resolve) => {
    const patience = setTimeout(() => resolve(0), 30_000) // keeps the process, which the alarm itself does not
    t.after(() => clearTimeout(patience))
    const allowance = makeAllowance({ now: Date.now, monotonic: Date.now }, resolve)
    assert.equal(allowance.allowed(7, IDLE, pauseOf({ untilMs: Date.now() + 20 }), undefined), 0)
  })
  assert.equal(woken, 7)
})
