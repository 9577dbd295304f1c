import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idOfTime } from './message-id.ts'
import { parseDay, parseMonth, startOfDay } from './period.ts'

test('a day is read in two spellings, and only if the calendar has it', () => {
  const day = { year: 2026, month: 11, day: 22 }
  assert.deepEqual(parseDay('2026-11-22'), day)
  assert.deepEqual(parseDay('22.11.2026'), day)
  assert.deepEqual(parseDay('29.02.2028'), { year: 2028, month: 2, day: 29 })
  for (const text of [
    '',
    '2026-11-31',
    '29.02.2026',
    '2026-1-1',
    '22/11/2026',
    '2025-12-31',
    '2100-01-01',
    'today',
    '2026-11-22T00',
  ])
    assert.equal(parseDay(text), undefined, text)
})

test('a day begins by the clock of the account', () => {
  const day = { year: 2026, month: 11, day: 22 }
  assert.equal(startOfDay(day, 180), Date.UTC(2026, 10, 21, 21))
  assert.equal(startOfDay(day, -300, 1), Date.UTC(2026, 10, 23, 5))
})

test('a month is a range of ids', () => {
  const month = parseMonth('2026-12')
  assert.deepEqual([month?.from, month?.to], [idOfTime(Date.UTC(2026, 11, 1)), idOfTime(Date.UTC(2027, 0, 1))])
  for (const text of ['2026-13', '2026-00', '2025-12', '2026', 'May']) assert.equal(parseMonth(text), undefined, text)
})
