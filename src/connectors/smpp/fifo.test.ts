import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFifo } from './fifo.ts'

test('what goes in first comes out first, however the two are mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -900, max: 1_000 }), { maxLength: 30 }), (moves) => {
      const fifo = createFifo<number>()
      let put = 0
      let got = 0
      for (const move of moves) {
        for (let count = 0; count < move; count++) fifo.push(put++)
        for (let count = 0; count < -move && got < put; count++) assert.equal(fifo.shift(), got++)
        assert.equal(fifo.size(), put - got)
      }
      assert.deepEqual(
        fifo.takeAll(),
        Array.from({ length: put - got }, (_, index) => got + index),
      )
      assert.equal(fifo.shift(), undefined)
    }),
    { numRuns: 50 },
  )
})
