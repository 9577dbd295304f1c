import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookUp } from './plan.ts'
import { RUSSIAN_BLOCKS, RUSSIAN_OPERATORS, RUSSIAN_REGIONS } from './plan-table.ts'

const MOSCOW = 'Москва и Московская область'

// biome-ignore format: a table reads better in columns
const cases: [number: string, country: string, countryEn: string, operator: string, region: string, mcc: string, mnc: string, utcMinutes: number | undefined][] = [
  ['79161234567',    'Россия',         'Russia',         'МТС',       MOSCOW,                  '250', '01', 180],
  ['79261234567',    'Россия',         'Russia',         'МегаФон',   MOSCOW,                  '250', '02', 180],
  ['79031234567',    'Россия',         'Russia',         'Билайн',    MOSCOW,                  '250', '99', 180],
  ['79771234567',    'Россия',         'Russia',         'Tele2',     MOSCOW,                  '250', '20', 180],
  ['79996661234',    'Россия',         'Russia',         'Yota',      MOSCOW,                  '250', '11', 180],
  ['79000065000',    'Россия',         'Russia',         'Tele2',     '',                      '250', '20', undefined],
  ['79142001234',    'Россия',         'Russia',         'МТС',       'Хабаровский край',      '250', '01', 600],
  ['74951234567',    'Россия',         'Russia',         '',          '',                      '250', '',   undefined],
  ['78001234567',    'Россия',         'Russia',         '',          '',                      '250', '',   undefined],
  ['79071234567',    'Россия',         'Russia',         '',          '',                      '250', '',   undefined],
  ['79401234567',    'Абхазия',        'Abkhazia',       '',          '',                      '289', '',   180],
  ['77011234567',    'Казахстан',      'Kazakhstan',     "K'cell",    '',                      '401', '02', 300],
  ['77051234567',    'Казахстан',      'Kazakhstan',     'Beeline',   '',                      '401', '01', 300],
  ['77471234567',    'Казахстан',      'Kazakhstan',     'Tele2',     '',                      '401', '77', 300],
  ['77271234567',    'Казахстан',      'Kazakhstan',     '',          '',                      '401', '',   300],
  ['380501234567',   'Украина',        'Ukraine',        'Vodafone',  '',                      '255', '01', 120],
  ['380671234567',   'Украина',        'Ukraine',        'Kyivstar',  '',                      '255', '03', 120],
  ['375291234567',   'Беларусь',       'Belarus',        'A1',        '',                      '257', '01', 180],
  ['375297654321',   'Беларусь',       'Belarus',        'МТС',       '',                      '257', '02', 180],
  ['375251234567',   'Беларусь',       'Belarus',        'life:)',    '',                      '257', '04', 180],
  ['996550123456',   'Киргизия',       'Kyrgyzstan',     'MegaCom',   '',                      '437', '05', 360],
  ['491701234567',   'Германия',       'Germany',        '',          '',                      '262', '',   60],
  ['12125551234',    'США',            'USA',            '',          '',                      '310', '',   undefined],
  ['14165551234',    'Канада',         'Canada',         '',          '',                      '302', '',   undefined],
  ['919812345678',   'Индия',          'India',          '',          '',                      '404', '',   330],
  ['7916',           'Россия',         'Russia',         '',          '',                      '250', '',   undefined],
  ['7123',           '',               '',               '',          '',                      '',    '',   undefined],
  ['99912345678',    '',               '',               '',          '',                      '',    '',   undefined],
  ['ann@example.com', '',              '',               '',          '',                      '',    '',   undefined],
  ['@ann',           '',               '',               '',          '',                      '',    '',   undefined],
  ['79x00000000',    'Россия',         'Russia',         '',          '',                      '250', '',   undefined],
  ['',               '',               '',               '',          '',                      '',    '',   undefined],
]

for (const [number, country, countryEn, operator, region, mcc, mnc, utcOffsetMinutes] of cases) {
  test(`${number || 'nothing'} is ${operator || country || 'unknown'}`, () => {
    assert.deepEqual(lookUp(number), { country, countryEn, operator, region, mcc, mnc, utcOffsetMinutes })
  })
}

test('the table has a thousand blocks for each of its hundred codes, with names for all of them', () => {
  assert.equal(RUSSIAN_BLOCKS.length, 100)
  for (const line of RUSSIAN_BLOCKS) {
    let blocks = 0
    for (const [, count, operator = '', region] of line.matchAll(/([0-9a-z]*)([A-Z])(\d\d)/g)) {
      blocks += count ? Number.parseInt(count, 36) : 1
      assert.ok(RUSSIAN_OPERATORS[operator.charCodeAt(0) - 65])
      assert.ok(RUSSIAN_REGIONS[Number(region)])
    }
    assert.equal(blocks, 1000)
    assert.match(line, /^([0-9a-z]*[A-Z]\d\d)+$/)
  }
})
