import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneAtATime } from './one-at-a-time.ts'

function scene() {
  const runs: { end(): void; fail(error: Error): void }[] = []
  const ask = oneAtATime(() => new Promise<void>((resolve, reject) => void runs.push({ end: resolve, fail: reject })))
  const run = (number: number) => {
    const found = runs[number]
    assert.ok(found, `there is no run ${number}`)
    return found
  }
  return { ask, run, count: () => runs.length }
}

test('who asks while it runs waits for one more run, and they share it', async () => {
  const { ask, run, count } = scene()
  const first = ask()
  const others = [ask(), ask(), ask()]
  assert.equal(count(), 1)
  run(0).end()
  await first
  await new Promise(setImmediate)
  assert.equal(count(), 2)
  run(1).end()
  await Promise.all(others)
  assert.equal(count(), 2)
})

test('a run that fails fails for those who waited for it, and the next one runs', async () => {
  const { ask, run, count } = scene()
  const first = ask()
  const second = ask()
  run(0).fail(new Error('away'))
  await assert.rejects(first, /away/)
  await new Promise(setImmediate)
  run(1).end()
  await second
  const third = ask()
  run(2).end()
  await third
  assert.equal(count(), 3)
})

test('who asks while the second run runs waits for a third', async () => {
  const { ask, run, count } = scene()
  const first = ask()
  const second = ask()
  run(0).end()
  await first
  await new Promise(setImmediate)
  const third = ask()
  run(1).end()
  await second
  await new Promise(setImmediate)
  assert.equal(count(), 3)
  run(2).end()
  await third
})
