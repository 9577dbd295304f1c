import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDate } from './calendar.ts'
import { nextOpening, parseTime } from './schedule.ts'

/** 10.05.2024 12:30:15 in Moscow. */
const NOW = 1_715_333_415_000
const at = (time: string, tzHours?: number, accountOffsetMinutes = 180, nowMs = NOW): string => {
  const parsed = parseTime(time, { tzHours, accountOffsetMinutes, nowMs })
  if (parsed === 'now') return 'now'
  return 'problem' in parsed ? parsed.problem : formatDate(parsed.atMs, 180)
}

test('the moment of these tests', () => assert.equal(formatDate(NOW, 180), '10.05.2024 12:30:15'))

// biome-ignore format: a table reads better in columns
const cases: [time: string, moscow: string, tzHours?: number | undefined, accountOffsetMinutes?: number][] = [
  ['',                    'now'],
  ['0',                   'now'],
  [' 0 ',                 'now'],
  ['1105241000',          '11.05.2024 10:00:00'],
  ['0101251000',          '01.01.2025 10:00:00'],       // ten digits are a date, even with a leading 0
  ['0101121000',          'now'],                       // it has passed
  ['1005241230',          'now'],
  ['1005241231',          '10.05.2024 12:31:00'],
  ['11.05.24 10:00',      '11.05.2024 10:00:00'],
  ['11.05.24 10:00',      '11.05.2024 08:00:00', 2],
  ['11.05.24 10:00',      '11.05.2024 11:00:00', -1],
  ['11.05.24 10:00',      '11.05.2024 10:00:00', 0, 360], // tz=0 is Moscow, whatever the account's zone
  ['11.05.24 10:00',      '11.05.2024 07:00:00', undefined, 360],
  ['11.05.24 10:00',      '11.05.2024 07:30:00', undefined, 330],
  ['29.02.28 00:00',      '29.02.2028 00:00:00'],
  ['31.12.99 23:59',      '31.12.2099 23:59:00'],
  ['01715433953',         '11.05.2024 16:25:53'],
  ['01715433953',         '11.05.2024 16:25:53', 5],      // Unix time has no zone
  ['01515433953',         'now'],                         // the sample of the API, long passed
  ['+60',                 '10.05.2024 13:30:15'],
  [' 60',                 '10.05.2024 13:30:15'],         // an unescaped + is a space
  ['+0',                  'now'],
  ['+1440',               '11.05.2024 12:30:15'],
  ['9-21',                '10.05.2024 12:30:15'],
  ['0-24',                '10.05.2024 12:30:15'],
  ['13-21',               '10.05.2024 13:00:00'],
  ['9-12',                '11.05.2024 09:00:00'],
  ['22-8',                '10.05.2024 22:00:00'],
  ['22-13',               '10.05.2024 12:30:15'],
  ['13-9',                '10.05.2024 13:00:00'],
  ['12-12',               '10.05.2024 12:30:15'],
  ['24-0',                '10.05.2024 12:30:15'],
  ['0-9',                 '11.05.2024 00:00:00'],
  ['22-24',               '10.05.2024 22:00:00'],
  ['09-21',               '10.05.2024 16:00:00', -7],     // 05:30 there
  ['9-21',                '10.05.2024 12:30:15', undefined, 600],
  ['9-19',                '11.05.2024 02:00:00', undefined, 600], // 19:30 there, already closed
]

for (const [time, moscow, tzHours, accountOffsetMinutes] of cases) {
  test(`"${time}" tz ${tzHours ?? '-'} at ${accountOffsetMinutes ?? 180}: ${moscow}`, () => {
    assert.equal(at(time, tzHours, accountOffsetMinutes), moscow)
  })
}

const bad = [
  'tomorrow',
  '1',
  '60',
  '3102241000', // 31.02
  '2902251000', // 29.02 of a common year
  '0013241000',
  '1105242400',
  '1105241060',
  '1515433953', // Unix time without its 0 is a date, and there is no month 15
  '0000000000',
  '31.02.24 10:00',
  '11.05.2024 10:00',
  '11.05.24',
  '11.05.24 10:00:00',
  '25-3',
  '9-25',
  '9-',
  '-9',
  '+',
  '+1.5',
  '+999999999',
  '-60',
  '015154339',
  '09999999999999',
  '11.05.24 10:00; drop',
]

test('anything else is refused', () => {
  for (const time of bad) assert.equal(at(time), 'bad_time', time)
})

test('a window is given back with its next opening', () => {
  assert.deepEqual(parseTime('9-21', { tzHours: undefined, accountOffsetMinutes: 180, nowMs: NOW }), {
    window: { fromHour: 9, toHour: 21 },
    atMs: NOW,
  })
})

test('the last millisecond of a window is inside, the next is not', () => {
  const nine = 1_715_320_800_000 // 09:00 in Moscow
  const window = { fromHour: 8, toHour: 9 }
  assert.equal(nextOpening(nine - 1, window, 180), nine - 1)
  assert.equal(nextOpening(nine, window, 180), nine + 23 * 3_600_000)
  assert.equal(nextOpening(nine, { fromHour: 9, toHour: 10 }, 180), nine)
})
