import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DOWN_AFTER, nextCallAt, probePauseMs } from './notify-schedule.ts'

const MINUTE = 60_000

/** Minutes of all calls, from the first on. */
function calls(chance: number): number[] {
  const at = [0]
  for (let next: number | undefined = 0; next !== undefined; ) {
    next = nextCallAt({ firstAtMs: 0, atMs: (at.at(-1) ?? 0) * MINUTE, attempts: at.length, chance })
    if (next !== undefined) at.push(next / MINUTE)
  }
  return at
}

test('pauses grow, and the last call is a day after the first', () => {
  assert.deepEqual(calls(0), [0, 1, 6, 21, 81, 261, 621, 1440])
  const late = calls(1)
  assert.equal(late.length, 8)
  assert.equal(late.at(-1), 1440)
  assert.ok((late[1] ?? 0) > 1 && (late[1] ?? 0) <= 1.1)
})

test('a handler may ask for a longer pause, never for a shorter one, nor for one beyond the last call', () => {
  const call = { firstAtMs: 0, atMs: 0, attempts: 1, chance: 0 }
  assert.equal(nextCallAt({ ...call, retryAfterMs: 10 * MINUTE }), 10 * MINUTE)
  assert.equal(nextCallAt({ ...call, retryAfterMs: 5 }), MINUTE)
  assert.equal(nextCallAt({ ...call, retryAfterMs: 1e12 }), 360 * MINUTE)
  assert.equal(nextCallAt({ ...call, atMs: 1439 * MINUTE, retryAfterMs: 1e12 }), 1440 * MINUTE)
})

test('a handler that is down is tried ever more rarely, and at least every quarter of an hour or so', () => {
  assert.ok(DOWN_AFTER > 1)
  assert.deepEqual(
    [0, 1, 2, 3, 4, 50].map((probes) => probePauseMs(probes, 0) / MINUTE),
    [1, 2, 4, 8, 15, 15],
  )
  assert.ok(probePauseMs(50, 1) < 17 * MINUTE)
})
