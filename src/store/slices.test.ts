import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EPOCH_MS, idOfTime } from '../domain/message-id.ts'
import { type Slice, walkBack } from './slices.ts'

const fromMs = EPOCH_MS + 1_000_000
const toMs = fromMs + 3 * 86_400_000

test('slices lie side by side from the newest to the oldest, none twice and none left out', async () => {
  const slices: Slice[] = []
  const reached = await walkBack({ fromMs, toMs }, async (slice) => slices.push(slice) > 0)
  assert.equal(reached, fromMs)
  assert.equal(slices[0]?.toId, idOfTime(toMs))
  assert.equal(slices.at(-1)?.fromId, idOfTime(fromMs))
  for (const [at, slice] of slices.entries()) if (at > 0) assert.equal(slice.toId, slices[at - 1]?.fromId)
  assert.ok(slices.length < 100, 'quick statements read longer spans')
})

test('a walk that is told to stop says how far it came', async () => {
  let steps = 0
  const reached = await walkBack({ fromMs, toMs }, async () => ++steps < 2)
  assert.equal(steps, 2)
  assert.ok(reached > fromMs && reached < toMs)
})

test('a walk jumps over what is empty, and never forward', async () => {
  const slices: Slice[] = []
  const quietMs = fromMs + 86_400_000
  const reached = await walkBack({ fromMs, toMs }, async (slice) => {
    slices.push(slice)
    return slices.length === 1 ? quietMs : slices.length === 2 ? toMs : true
  })
  assert.equal(reached, fromMs)
  assert.equal(slices[1]?.toId, idOfTime(quietMs))
  assert.equal(slices[2]?.toId, slices[1]?.fromId)
})
