import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Answer, noteAnswer, packTrace, readTrace, unpackTrace } from './attempts.ts'
import { idOfTime, timeOfId } from './message-id.ts'

const AT = Date.UTC(2026, 10, 22)
const ID = idOfTime(AT) + 257

const taken: Answer = { outcome: 'taken', status: 0, part: 1, atMs: AT + 130, sequence: 4711, sentAtMs: AT + 100 }

describe('the answers of carriers in a message’s row', () => {
  test('a message that was taken at once needs no more octets than ten', () => {
    const trace: number[] = []
    noteAnswer(trace, 3, taken)
    const packed = packTrace(ID, trace)
    assert.ok(packed.length <= 10, `${packed.length} octets`)
    assert.deepEqual(unpackTrace(packed), [
      { afterMs: 130, carrierId: 3, outcome: 'taken', status: 0, sequence: 4711, flightMs: 30, part: 1, times: 1 },
    ])
  })

  test('a carrier that pushes back again and again is one entry with the latest time', () => {
    const trace: number[] = []
    for (const after of [10, 20, 30]) noteAnswer(trace, 3, { outcome: 'busy', status: 0x58, part: 1, atMs: AT + after })
    noteAnswer(trace, 3, { outcome: 'busy', status: 0, part: 1, atMs: AT + 40 }) // never written to the wire
    noteAnswer(trace, 3, { outcome: 'busy', status: 0x14, part: 1, atMs: AT + 50 })
    noteAnswer(trace, 3, taken)
    assert.deepEqual(
      unpackTrace(packTrace(ID, trace)).map(({ outcome, status, afterMs, times }) => [outcome, status, afterMs, times]),
      [
        ['busy', 0x58, 30, 3],
        ['busy', 0x14, 50, 1],
        ['taken', 0, 130, 1],
      ],
    )
  })

  test('a message in memory again goes on where its row stopped', () => {
    const trace: number[] = []
    noteAnswer(trace, 3, { ...taken, outcome: 'unknown' })
    const again = readTrace(ID, packTrace(ID, trace))
    noteAnswer(again, 4, { ...taken, atMs: AT + 9_000 })
    assert.deepEqual(
      unpackTrace(packTrace(ID, again)).map(({ outcome, carrierId }) => [outcome, carrierId]),
      [
        ['unknown', 3],
        ['taken', 4],
      ],
    )
  })

  test('rows of version 0.1 are still read', () => {
    const old = Buffer.from('00000064000320000058' + '00000384000310000000', 'hex')
    assert.deepEqual(
      unpackTrace(old).map(({ afterMs, carrierId, outcome, status, sequence }) => [
        afterMs,
        carrierId,
        outcome,
        status,
        sequence,
      ]),
      [
        [100, 3, 'rejected', 0x58, 0],
        [900, 3, 'taken', 0, 0],
      ],
    )
  })

  test('whatever was noted is read again, and whatever octets there are harm nobody', () => {
    const answer = fc.record(
      {
        outcome: fc.constantFrom('taken' as const, 'rejected' as const, 'unknown' as const),
        status: fc.nat(0x0fff_ffff),
        part: fc.integer({ min: 1, max: 255 }),
        atMs: fc.integer({ min: AT, max: AT + 400 * 86_400_000 }),
        sequence: fc.nat(0x7fff_ffff),
      },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 20 }), fc.nat(100_000), (answers, carrierId) => {
        const trace: number[] = []
        for (const one of answers) noteAnswer(trace, carrierId, one)
        const read = unpackTrace(packTrace(ID, trace))
        assert.deepEqual(
          read.map(({ outcome, status, part, afterMs, sequence }) => ({
            outcome,
            status,
            part,
            atMs: afterMs + timeOfId(ID),
            sequence,
          })),
          answers,
        )
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => void unpackTrace(octets)))
  })

  test('ten thousand answers are not all kept', () => {
    const trace: number[] = []
    for (let nth = 0; nth < 10_000; nth++) noteAnswer(trace, 1, { ...taken, outcome: 'rejected', status: nth + 1 })
    assert.ok(unpackTrace(packTrace(ID, trace)).length <= 300)
  })
})
