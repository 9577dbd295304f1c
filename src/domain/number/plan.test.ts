import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COUNTRIES, countryOf } from './countries.ts'
import { compilePlan, lookUp } from './plan.ts'
import { REGISTER, REGISTER_DATE } from './register-table.ts'
import { isKnownOperator, operatorOf } from './russian-operators.ts'
import { regionOf } from './russian-regions.ts'

const MOSCOW = 'Москва и Московская область'
const PETERSBURG = 'Санкт-Петербург и Ленинградская область'

// biome-ignore format: a table reads better in columns
const cases: [number: string, country: string, countryEn: string, operator: string, region: string, mcc: string, mnc: string, utcMinutes: number | undefined][] = [
  ['79161234567',    'Россия',         'Russia',         'МТС',         MOSCOW,                '250', '01', 180],
  ['79261234567',    'Россия',         'Russia',         'МегаФон',     MOSCOW,                '250', '02', 180],
  ['79031234567',    'Россия',         'Russia',         'Билайн',      MOSCOW,                '250', '99', 180],
  ['79771234567',    'Россия',         'Russia',         'Tele2',       MOSCOW,                '250', '20', 180],
  ['79996661234',    'Россия',         'Russia',         'Yota',        MOSCOW,                '250', '11', 180],
  ['79500000000',    'Россия',         'Russia',         'Tele2',       PETERSBURG,            '250', '20', 180],
  ['79000061999',    'Россия',         'Russia',         'Tele2',       'Краснодарский край',  '250', '20', 180],
  ['79000062000',    'Россия',         'Russia',         'Tele2',       'Ростовская область',  '250', '20', 180],
  ['79000062999',    'Россия',         'Russia',         'Tele2',       'Ростовская область',  '250', '20', 180],
  ['79000063000',    'Россия',         'Russia',         'Tele2',       'Краснодарский край',  '250', '20', 180],
  ['79000399999',    'Россия',         'Russia',         'Мотив',       'Свердловская область', '250', '35', 300],
  ['79142001234',    'Россия',         'Russia',         'МТС',         'Хабаровский край',    '250', '01', 600],
  ['74951234567',    'Россия',         'Russia',         '',            'Москва',              '250', '',   180],
  ['73431234567',    'Россия',         'Russia',         '',            'Свердловская область', '250', '',  300],
  ['78001234567',    'Россия',         'Russia',         '',            '',                    '250', '',   undefined],
  ['79071234567',    'Россия',         'Russia',         '',            '',                    '250', '',   undefined],
  ['79401234567',    'Абхазия',        'Abkhazia',       '',            '',                    '289', '',   180],
  ['77011234567',    'Казахстан',      'Kazakhstan',     "K'cell",      '',                    '401', '02', 300],
  ['77051234567',    'Казахстан',      'Kazakhstan',     'Beeline',     '',                    '401', '01', 300],
  ['77471234567',    'Казахстан',      'Kazakhstan',     'Tele2',       '',                    '401', '77', 300],
  ['380501234567',   'Украина',        'Ukraine',        'Vodafone',    '',                    '255', '01', 120],
  ['380671234567',   'Украина',        'Ukraine',        'Kyivstar',    '',                    '255', '03', 120],
  ['375291234567',   'Беларусь',       'Belarus',        'A1',          '',                    '257', '01', 180],
  ['375297654321',   'Беларусь',       'Belarus',        'МТС',         '',                    '257', '02', 180],
  ['375251234567',   'Беларусь',       'Belarus',        'life:)',      '',                    '257', '04', 180],
  ['996550123456',   'Киргизия',       'Kyrgyzstan',     'MegaCom',     '',                    '437', '05', 360],
  ['491701234567',   'Германия',       'Germany',        'T-Mobile',    '',                    '262', '01', 60],
  ['4916212345678',  'Германия',       'Germany',        'Vodafone',    '',                    '262', '02', 60],
  ['33612345678',    'Франция',        'France',         'SFR',         '',                    '208', '10', 60],
  ['48601234567',    'Польша',         'Poland',         'Plus',        '',                    '260', '01', 60],
  ['8613812345678',  'Китай',          'China',          'China Mobile', '',                   '460', '00', 480],
  ['12125551234',    'США',            'USA',            '',            'New York NY',         '310', '',   -300],
  ['14165551234',    'Канада',         'Canada',         '',            'Ontario',             '302', '',   -300],
  ['17095551234',    'Канада',         'Canada',         '',            'Newfoundland and Labrador', '302', '', undefined],
  ['7123',           '',               '',               '',            '',                    '',    '',   undefined],
  ['99912345678',    '',               '',               '',            '',                    '',    '',   undefined],
  ['1234567890123456', '',             '',               '',            '',                    '',    '',   undefined],
  ['ann@example.com', '',              '',               '',            '',                    '',    '',   undefined],
  ['@ann',           '',               '',               '',            '',                    '',    '',   undefined],
  ['79x00000000',    '',               '',               '',            '',                    '',    '',   undefined],
  ['',               '',               '',               '',            '',                    '',    '',   undefined],
]

for (const [number, country, countryEn, operator, region, mcc, mnc, utcOffsetMinutes] of cases) {
  test(`${number || 'nothing'} is ${operator || country || 'unknown'}`, () => {
    const { regionEn: _, ...plan } = lookUp(number)
    assert.deepEqual(plan, { country, countryEn, operator, region, mcc, mnc, utcOffsetMinutes })
  })
}

test('the table of the world and countries.ts agree on whose every number is', () => {
  for (const [code] of COUNTRIES) {
    for (const rest of ['000', '555', '999']) {
      const number = `${code}${rest}`.padEnd(12, '1')
      const { country, countryEn } = lookUp(number)
      const own = countryOf(number)
      assert.deepEqual([country, countryEn], [own?.name, own?.nameEn], number)
    }
  }
})

test('a Russian region has an English name too', () => {
  assert.equal(lookUp('79161234567').regionEn, 'Moscow and Moscow Oblast')
  assert.equal(lookUp('79142001234').regionEn, 'Khabarovsk Krai')
})

test('a number that is not whole says what all that begin so have in common, and else its country', () => {
  assert.equal(lookUp('7916').operator, 'МТС')
  assert.equal(lookUp('79').operator, '')
  assert.equal(lookUp('790').country, 'Россия')
  assert.equal(lookUp('7').country, '')
})

test('prefixes of an operator lie over the plan, the longer over the shorter, and leave what they do not speak of', () => {
  const own = compilePlan(REGISTER, [
    ['7916', { operator: 'Ours', mcc: '250', mnc: '98' }],
    ['791612', { operator: 'Ours Two' }],
    ['49', { region: 'Europe', regionEn: 'Europe' }],
  ])
  const { operator, mnc, region, country } = own('79169999999')
  assert.deepEqual({ operator, mnc, region, country }, { operator: 'Ours', mnc: '98', region: MOSCOW, country: 'Россия' })
  assert.equal(own('79161234567').operator, 'Ours Two')
  assert.equal(own('79161234567').mnc, '01')
  assert.equal(own('4916212345678').operator, 'Vodafone')
  assert.equal(own('4916212345678').region, 'Europe')
  assert.equal(own('79261234567'), own('79261234567'))
})

test('ten thousand numbers drawn from the register are looked up as the register has them', () => {
  const { date, numbers } = readSample()
  assert.equal(date, REGISTER_DATE)
  assert.equal(numbers.length, 10_000)
  for (const { number, taxpayer, name, place } of numbers) {
    const { country, mcc, operator, region, utcOffsetMinutes } = lookUp(number)
    const own = operatorOf(taxpayer, name)[0]
    if (isKnownOperator(taxpayer)) assert.equal(operator, own, number)
    else assert.equal(operator.toLowerCase(), own.toLowerCase(), number) // spelled in capitals and otherwise
    const expected = regionOf(place)
    assert.equal(region, expected?.name, number)
    assert.equal(utcOffsetMinutes, expected?.utcOffsetMinutes, number)
    assert.equal(`${country} ${mcc}`, 'Россия 250', number)
  }
})

/** Numbers with the taxpayer number, legal name and place that the register has for them; tools/draw-sample.ts says how they are written. */
function readSample() {
  const file = new URL('../../../test/support/register-sample.json', import.meta.url)
  const sample = JSON.parse(readFileSync(file, 'utf8')) as Record<'operators' | 'places' | 'numbers', string[]> & { date: string }
  let number = 0
  const numbers = sample.numbers
    .join(' ')
    .split(' ')
    .map((entry) => {
      const [distance = '', indices = ''] = entry.split('.')
      number += Number.parseInt(distance, 36)
      const [, taxpayer = '', name = ''] =
        /^(\d+) (.*)$/.exec(sample.operators[Number.parseInt(indices.slice(0, 2), 36)] ?? '') ?? []
      return { number: String(number), taxpayer, name, place: sample.places[Number.parseInt(indices.slice(2), 36)] ?? '?' }
    })
  return { date: sample.date, numbers }
}
