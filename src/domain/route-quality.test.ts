import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileQuality, QUALITY_SAMPLES, type Receipts } from './route-quality.ts'

const receipts = (of: Partial<Receipts>): Receipts => ({
  carrierId: 1,
  mccmnc: '25001',
  delivered: 0,
  failed: 0,
  latencyMs: 0,
  ...of,
})

test('a carrier is judged in a network by its receipts there, when there are enough', () => {
  const qualityOf = compileQuality([receipts({ delivered: 90, failed: 10, latencyMs: 90 * 5_000 })])
  assert.deepEqual(qualityOf(1, '25001'), { deliveredPercent: 90, seconds: 5, messages: 100, of: 'network', points: 89.5 })
})

test('else by those of the whole country', () => {
  const qualityOf = compileQuality([
    receipts({ delivered: 100, latencyMs: 100_000 }),
    receipts({ mccmnc: '25002', delivered: 10, failed: 30 }),
    receipts({ mccmnc: '40101', delivered: 40 }),
  ])
  assert.equal(qualityOf(1, '25002')?.of, 'country')
  assert.equal(Math.round(qualityOf(1, '25002')?.deliveredPercent ?? 0), 79)
  assert.equal(qualityOf(1, '25099')?.of, 'country', 'a network it never had')
  assert.equal(qualityOf(1, '40101'), undefined, 'too few')
  assert.equal(qualityOf(2, '25001'), undefined, 'another carrier')
})

test(`one message less than ${QUALITY_SAMPLES} says nothing`, () => {
  assert.equal(compileQuality([receipts({ failed: QUALITY_SAMPLES - 1 })])(1, '25001'), undefined)
  assert.equal(compileQuality([receipts({ failed: QUALITY_SAMPLES })])(1, '25001')?.deliveredPercent, 0)
})

test('hours and nodes are added up', () => {
  const hour = receipts({ delivered: 30, latencyMs: 30_000 })
  assert.equal(compileQuality([hour, hour])(1, '25001')?.messages, 60)
})
