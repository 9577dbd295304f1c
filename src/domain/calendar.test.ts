import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateOf, daysOf, formatDate, isDate } from './calendar.ts'

test('every day of four centuries is counted as the calendar counts it', () => {
  for (let days = daysOf({ year: 1899, month: 12, day: 31 }); days < daysOf({ year: 2301, month: 1, day: 1 }); days++) {
    const date = new Date(days * 86_400_000)
    const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    if (daysOf(civil) !== days) assert.fail(`${date.toISOString()} became day ${daysOf(civil)}`)
    const back = dateOf(days)
    if (back.year !== civil.year || back.month !== civil.month || back.day !== civil.day) assert.fail(date.toISOString())
    if (!isDate(civil)) assert.fail(`${date.toISOString()} is no date`)
  }
})

const dates: [ms: number, offsetMinutes: number, text: string][] = [
  [1476794052_000, 180, '18.10.2016 15:34:12'], // recorded in 2016, Moscow
  [1518438861_000, 360, '12.02.2018 18:34:21'], // recorded in 2018, an account at UTC+6
  [1679060876_000, 180, '17.03.2023 16:47:56'], // recorded in 2023
  [1518438861_999, 330, '12.02.2018 18:04:21'],
  [0, 0, '01.01.1970 00:00:00'],
  [0, -300, '31.12.1969 19:00:00'],
  [1709208000_000, 0, '29.02.2024 12:00:00'],
  [4102444799_000, 0, '31.12.2099 23:59:59'],
]

test('a moment is printed on the clock of its offset', () => {
  for (const [ms, offsetMinutes, text] of dates) assert.equal(formatDate(ms, offsetMinutes), text)
})

test('days the calendar lacks are no dates', () => {
  for (const [day, month, year] of [
    [31, 2, 2024],
    [29, 2, 2023],
    [29, 2, 2100],
    [31, 4, 2024],
    [0, 1, 2024],
    [1, 0, 2024],
    [1, 13, 2024],
    [32, 1, 2024],
  ] as const) {
    assert.equal(isDate({ year, month, day }), false, `${day}.${month}.${year}`)
  }
  assert.ok(isDate({ year: 2024, month: 2, day: 29 }))
  assert.ok(isDate({ year: 2000, month: 2, day: 29 }))
})
