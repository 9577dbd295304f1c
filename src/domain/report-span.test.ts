import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReportDay, spanOfDays, spanOfHistory } from './report-span.ts'

const MOSCOW = 180
/** 22.11.2026 01:30 in Moscow: the day before in Greenwich. */
const NOW = Date.UTC(2026, 10, 21, 22, 30)

const show = (span: ReturnType<typeof spanOfDays>, offset = MOSCOW): string => {
  const at = (ms: number): string => new Date(ms + offset * 60_000).toISOString().slice(0, 16).replace('T', ' ')
  return span ? `${at(span.fromMs)} – ${at(span.toMs)}` : 'none'
}
const days = (written: string) => {
  const [start = '', end = ''] = written.split('-')
  return { start: parseReportDay(start), end: parseReportDay(end) }
}

const dates: [written: string, date: string][] = [
  ['01.02.2014', '2014-2-1'],
  ['1.2.2014', '2014-2-1'],
  [' 22. 11. 2026 ', '2026-11-22'],
  ['29.02.2028', '2028-2-29'],
  ['29.02.2026', 'none'],
  ['00.01.2026', 'none'],
  ['31.04.2026', 'none'],
  ['22.13.2026', 'none'],
  ['2026-11-22', 'none'],
  ['22.11.26', 'none'],
  ['22.11.20266', 'none'],
  ['', 'none'],
]
for (const [written, expected] of dates) {
  test(`'${written}' is the day ${expected}`, () => {
    const date = parseReportDay(written)
    assert.equal(date ? `${date.year}-${date.month}-${date.day}` : 'none', expected)
  })
}

const statistics: [asked: string, span: string][] = [
  ['-', '2026-11-22 00:00 – 2026-11-23 00:00'],
  ['01.11.2026-', '2026-11-01 00:00 – 2026-11-02 00:00'],
  ['-05.11.2026', '2026-11-05 00:00 – 2026-11-06 00:00'],
  ['01.01.2014-01.02.2014', '2014-01-01 00:00 – 2014-02-02 00:00'],
  ['02.11.2026-01.11.2026', 'none'],
]
for (const [asked, span] of statistics)
  test(`statistics of ${asked} are of ${span}`, () => assert.equal(show(spanOfDays(days(asked), MOSCOW, NOW)), span))

const histories: [asked: string, kept: number, span: string][] = [
  ['-', 0, '2026-05-22 00:00 – 2026-11-23 00:00'],
  ['01.11.2026-', 0, '2026-11-01 00:00 – 2026-11-02 00:00'],
  ['-05.11.2026', 0, '2026-05-22 00:00 – 2026-11-06 00:00'],
  ['01.01.2014-05.11.2026', 0, '2026-05-22 00:00 – 2026-11-06 00:00'],
  ['01.01.2014-', 0, '2026-05-22 00:00 – 2014-01-02 00:00'],
  ['02.11.2026-01.11.2026', 0, 'none'],
  ['-', 10, '2026-11-12 00:00 – 2026-11-23 00:00'],
  ['15.11.2026-20.11.2026', 10, '2026-11-15 00:00 – 2026-11-21 00:00'],
]
for (const [asked, kept, span] of histories)
  test(`the history of ${asked}, kept for ${kept} days, is of ${span}`, () =>
    assert.equal(show(spanOfHistory(days(asked), MOSCOW, NOW, kept)), span))

test('six months before the last of August is the last of February', () => {
  assert.equal(show(spanOfHistory({}, 0, Date.UTC(2026, 7, 31, 12)), 0), '2026-02-28 00:00 – 2026-09-01 00:00')
  assert.equal(show(spanOfHistory({}, 0, Date.UTC(2027, 0, 5)), 0), '2026-07-05 00:00 – 2027-01-06 00:00')
})
