import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTokenBucket } from './token-bucket.ts'

test('a rate of 100 lets 5 go at once, then one each 10 ms', () => {
  const bucket = createTokenBucket(100, 0)
  assert.equal(bucket.available(0), 5)
  for (let count = 0; count < 5; count++) bucket.take()
  assert.deepEqual([bucket.available(0), bucket.waitMs(0)], [0, 10])
  assert.deepEqual([bucket.available(9), Math.round(bucket.waitMs(9))], [0, 1])
  assert.deepEqual([bucket.available(10), bucket.waitMs(10)], [1, 0])
  assert.equal(bucket.available(1_000_000), 5, 'what was not used is not saved')
})

test('a slow rate still lets one go', () => {
  const bucket = createTokenBucket(0.5, 0)
  assert.equal(bucket.available(0), 1)
  bucket.take()
  assert.equal(bucket.waitMs(0), 2_000)
})

test('no rate is no limit', () => {
  const bucket = createTokenBucket(0, 0)
  bucket.take()
  assert.deepEqual([bucket.available(0), bucket.waitMs(0)], [Number.POSITIVE_INFINITY, 0])
})

test('however it is asked, a second never sees more than the rate and a twentieth', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 10, maxLength: 200 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), steps, (rate, waits) => {
      const bucket = createTokenBucket(rate, 0)
      const gone: number[] = []
      let now = 0
      for (const wait of waits) {
        now += wait
        for (let left = bucket.available(now); left > 0; left--) {
          bucket.take()
          gone.push(now)
        }
      }
      for (const [index, at] of gone.entries()) {
        const within = gone.slice(index).filter((time) => time < at + 1_000).length
        assert.ok(within <= rate + Math.max(1, rate / 20) + 1)
      }
    }),
    { numRuns: 30 },
  )
})
