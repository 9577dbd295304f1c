import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { absoluteTime, relativeTime, smppDate, smppTime } from './time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const at = (iso: string): number => Date.parse(iso)

const ABSOLUTE: readonly (readonly [iso: string, offsetMinutes: number, wire: string])[] = [
  ['2026-11-22T10:30:05.400Z', 0, '261122103005400+'],
  ['2026-11-22T10:30:05.400Z', 180, '261122133005412+'],
  ['2026-01-01T01:00:00Z', -210, '251231213000014-'],
  ['2026-02-28T20:00:00Z', 330, '260301013000022+'],
]
for (const [iso, offset, wire] of ABSOLUTE) {
  test(`${iso} is ${wire} in a zone of ${offset} minutes, and back`, () => {
    assert.equal(absoluteTime(at(iso), offset), wire)
    assert.equal(smppTime(wire, 0), at(iso))
  })
}

const RELATIVE: readonly (readonly [ms: number, wire: string])[] = [
  [0, '000000000001000R'],
  [59_999, '000000000059000R'],
  [HOUR, '000000010000000R'],
  [3 * DAY + 2 * HOUR + MINUTE + 1_000, '000003020101000R'],
  [29 * DAY, '000029000000000R'],
  [30 * DAY, '000100000000000R'],
  [400 * DAY, '010110000000000R'],
]
for (const [ms, wire] of RELATIVE) {
  test(`${ms} ms from now is ${wire}`, () => assert.equal(relativeTime(ms), wire))
}

test('a relative time counts months by the calendar', () => {
  assert.equal(smppTime('000100000000000R', at('2026-01-15T12:00:00.250Z')), at('2026-02-15T12:00:00.250Z'))
  assert.equal(smppTime('000001000005000R', at('2026-01-31T23:59:58Z')), at('2026-02-02T00:00:03Z'))
})

// As receipts write it, and the minutes the carrier is ahead of UTC.
const DATES: readonly (readonly [text: string, offsetMinutes: number, iso: string | undefined])[] = [
  ['2611221030', 0, '2026-11-22T10:30:00Z'],
  ['2611221030', 180, '2026-11-22T07:30:00Z'],
  ['261122103059', 0, '2026-11-22T10:30:59Z'],
  ['20261122103059', 0, '2026-11-22T10:30:59Z'],
  ['202611221030', 0, '2026-11-22T10:30:00Z'],
  ['261122103059000+', 180, '2026-11-22T10:30:59Z'],
  ['261122103059012+', 0, '2026-11-22T07:30:59Z'],
  ['0000000000', 0, undefined],
  ['00000000000000', 0, undefined],
  ['2602301030', 0, undefined],
  ['2613221030', 0, undefined],
  ['2611222430', 0, undefined],
  ['261122103', 0, undefined],
  ['26112210305', 0, undefined],
  ['2611221030590000', 0, undefined],
  ['never', 0, undefined],
  ['', 0, undefined],
]
for (const [text, offset, iso] of DATES) {
  test(`'${text}' is ${iso ?? 'no date'} when the carrier is ${offset} minutes ahead`, () => {
    assert.equal(smppDate(text, offset), iso === undefined ? undefined : at(iso))
  })
}

test('what is written as absolute time is read as the same tenth of a second', () => {
  const ms = fc.integer({ min: at('2001-01-01T00:00:00Z') / 100, max: at('2099-01-01T00:00:00Z') / 100 })
  fc.assert(
    fc.property(ms, fc.integer({ min: -48, max: 48 }), (tenths, quarters) => {
      assert.equal(smppDate(absoluteTime(tenths * 100, quarters * 15)), tenths * 100)
    }),
  )
})

test('a relative time shorter than a month comes back to the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 * 86_400 - 1 }), fc.nat(2 ** 40), (seconds, now) => {
      assert.equal(smppTime(relativeTime(seconds * 1_000), now), now + seconds * 1_000)
    }),
  )
})
