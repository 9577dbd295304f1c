import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { monotonic } from '../../clock.ts'
import { createHeap, startTimerHeap } from './timer-heap.ts'

// pushed as time+name, taken at a time, what comes out
const cases: [name: string, pushed: string, atMs: number, due: string, left: number][] = [
  ['nothing is due in an empty heap', '', 100, '', 0],
  ['what is due later stays', '5a 9b', 5, 'a', 1],
  ['the earliest comes first whatever the order of pushing', '9a 3b 7c 1d', 10, 'd b c a', 0],
  ['of one instant the first pushed comes first', '5a 5b 5c 5d 5e 1z', 5, 'z a b c d e', 0],
]

for (const [name, pushed, atMs, expected, left] of cases) {
  test(name, () => {
    const heap = createHeap<string>()
    for (const word of pushed.split(' ').filter(Boolean)) heap.push(Number.parseInt(word, 10), word.slice(-1))
    assert.equal(heap.takeDue(atMs).join(' '), expected)
    assert.equal(heap.size, left)
  })
}

test('a heap gives back what a stable sort would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), fc.nat(20), (times, nowMs) => {
      const heap = createHeap<number>()
      times.forEach((atMs, index) => {
        heap.push(atMs, index)
      })
      const sorted = times.map((atMs, index) => ({ atMs, index })).sort((a, b) => a.atMs - b.atMs || a.index - b.index)
      const due = sorted.filter(({ atMs }) => atMs <= nowMs)
      assert.deepEqual(
        heap.takeDue(nowMs),
        due.map(({ index }) => index),
      )
      assert.equal(heap.nextMs(), sorted[due.length]?.atMs ?? Number.POSITIVE_INFINITY)
    }),
  )
})

test('tasks come in their order, never early, and those of one turn together', async () => {
  const fired: string[] = []
  let batches = 0
  const startMs = monotonic()
  await new Promise<void>((resolve) => {
    const timers = startTimerHeap<{ name: string; atMs: number }>((tasks) => {
      batches++
      for (const { name, atMs } of tasks) {
        assert.ok(monotonic() >= atMs, `${name} came early`)
        fired.push(name)
      }
      if (timers.size === 0) resolve()
    })
    const push = (name: string, atMs: number) => timers.push(atMs, { name, atMs })
    push('late', startMs + 40)
    push('early', startMs + 10) // earlier than what the timer was armed for
    for (let i = 0; i < 100; i++) push('now', startMs)
  })
  assert.deepEqual(fired, [...Array(100).fill('now'), 'early', 'late'])
  assert.ok(batches <= 3, `${batches} batches`)
})

test('a cleared heap fires nothing, and works again afterwards', async () => {
  const fired: string[] = []
  await new Promise<void>((resolve) => {
    const timers = startTimerHeap<string>((tasks) => {
      fired.push(...tasks)
      resolve()
    })
    timers.push(monotonic(), 'forgotten')
    timers.clear()
    timers.push(monotonic() + 5, 'kept')
  })
  assert.deepEqual(fired, ['kept'])
})
