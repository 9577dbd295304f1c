import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, dateOf, daysOf, formatDate, isDate, MINUTE_MS } from './calendar.ts'
import { nextStart, type Repeat } from './repeats.ts'

const MOSCOW = 180
const at = (written: string, offset = MOSCOW): number => {
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = written.split(/[. :]/).map(Number)
  return daysOf({ year, month, day }) * DAY_MS + (hour * 60 + minute - offset) * MINUTE_MS
}
const told = (ms: number | undefined, offset = MOSCOW): string =>
  ms === undefined ? 'never' : formatDate(ms, offset).slice(0, -3)

// 22.11.2026 is a Sunday.
const TABLE: readonly [repeat: Repeat, first: string, after: string, next: string][] = [
  [0, '22.11.2026 10:00', '22.11.2026 10:00', 'never'],
  [1, '22.11.2026 10:20', '22.11.2026 10:20', '22.11.2026 11:20'],
  [1, '22.11.2026 10:20', '23.11.2026 03:45', '23.11.2026 04:20'],
  [2, '22.11.2026 10:00', '22.11.2026 10:00', '23.11.2026 10:00'],
  [2, '22.11.2026 10:00', '25.11.2026 09:59', '25.11.2026 10:00'],
  [3, '20.11.2026 10:00', '20.11.2026 10:00', '23.11.2026 10:00'],
  [3, '22.11.2026 10:00', '22.11.2026 10:00', '23.11.2026 10:00'],
  [3, '23.11.2026 10:00', '23.11.2026 10:00', '24.11.2026 10:00'],
  [3, '20.11.2026 00:30', '20.11.2026 00:30', '23.11.2026 00:30'],
  [4, '22.11.2026 10:00', '22.11.2026 10:00', '28.11.2026 10:00'],
  [4, '28.11.2026 10:00', '28.11.2026 10:00', '29.11.2026 10:00'],
  [5, '22.11.2026 10:00', '22.11.2026 10:00', '29.11.2026 10:00'],
  [5, '22.11.2026 10:00', '29.11.2026 10:00', '06.12.2026 10:00'],
  [6, '22.11.2026 10:00', '22.11.2026 10:00', '22.12.2026 10:00'],
  [6, '31.01.2027 10:00', '31.01.2027 10:00', '28.02.2027 10:00'],
  [6, '31.01.2027 10:00', '28.02.2027 10:00', '31.03.2027 10:00'],
  [6, '31.01.2028 10:00', '31.01.2028 10:00', '29.02.2028 10:00'],
  [6, '30.12.2026 23:59', '31.12.2026 00:00', '30.01.2027 23:59'],
  [7, '22.11.2026 10:00', '22.11.2026 10:00', '22.11.2027 10:00'],
  [7, '29.02.2028 10:00', '29.02.2028 10:00', '28.02.2029 10:00'],
  [7, '29.02.2028 10:00', '01.03.2031 00:00', '29.02.2032 10:00'],
  [6, '22.11.2026 10:00', '01.11.2026 10:00', '22.11.2026 10:00'],
]

for (const [repeat, first, after, next] of TABLE) {
  test(`rpt ${repeat}, first at ${first}: after ${after} it starts at ${next}`, () => {
    assert.equal(told(nextStart(repeat, at(first), at(after), MOSCOW)), next)
  })
}

test('working days are those of the zone: a start at 00:30 in Vladivostok is on the day before in Greenwich', () => {
  const first = at('20.11.2026 00:30', 600) // a Friday there, a Thursday in UTC
  assert.equal(told(nextStart(3, first, first, 600), 600), '23.11.2026 00:30')
})

const instant = fc.integer({ min: at('01.01.2026 00:00'), max: at('31.12.2040 23:59') })
const repeats = fc.constantFrom<Repeat>(1, 2, 3, 4, 5, 6, 7)
const zones = fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15)
const MOST_DAYS: Readonly<Record<number, number>> = { 1: 1 / 24, 2: 1, 3: 3, 4: 6, 5: 7, 6: 31, 7: 366 }

test('a next start is later, at the same time of day, on a day of its kind, and never further than its period', () => {
  fc.assert(
    fc.property(repeats, instant, instant, zones, (repeat, one, other, offset) => {
      const [first, after] = [Math.min(one, other), Math.max(one, other)]
      const next = nextStart(repeat, first, after, offset) ?? 0
      assert.ok(next > after && next - after <= (MOST_DAYS[repeat] ?? 0) * DAY_MS)
      const local = (ms: number) => ms + offset * MINUTE_MS
      if (repeat > 1) assert.equal(local(next) % DAY_MS, local(first) % DAY_MS)
      const date = dateOf(Math.floor(local(next) / DAY_MS))
      const weekday = new Date(local(next)).getUTCDay()
      if (repeat === 3) assert.ok(weekday >= 1 && weekday <= 5)
      if (repeat === 4) assert.ok(weekday === 0 || weekday === 6)
      if (repeat === 5) assert.equal((next - first) % (7 * DAY_MS), 0)
      if (repeat >= 6) {
        const { day } = dateOf(Math.floor(local(first) / DAY_MS))
        assert.ok(date.day === day || (date.day < day && !isDate({ ...date, day: date.day + 1 })))
      }
    }),
  )
})
