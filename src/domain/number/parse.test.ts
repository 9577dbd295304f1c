import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NUMBER_PROFILES, type NumberProfile, parseNumber } from './parse.ts'

// biome-ignore format: a table reads better in columns
const good: [profile: NumberProfile, raw: string, number: string][] = [
  ['russia',     '79161234567',          '79161234567'],
  ['russia',     '+79161234567',         '79161234567'],
  ['russia',     ' 79161234567',         '79161234567'], // an unescaped + arrives as a space
  ['russia',     '8 (916) 123-45-67',    '79161234567'],
  ['russia',     '89161234567',          '79161234567'],
  ['russia',     '9161234567',           '79161234567'],
  ['russia',     '+7 (916) 123-45-67',   '79161234567'],
  ['russia',     'тел. 8-916-1234567',   '79161234567'],
  ['russia',     '810380501234567',      '380501234567'],
  ['russia',     '8~10 375 29 1234567',  '375291234567'],
  ['russia',     '00491701234567',       '491701234567'],
  ['russia',     '88001234567',          '78001234567'],
  ['russia',     '84951234567',          '74951234567'],
  ['russia',     '77011234567',          '77011234567'],
  ['russia',     '375291234567',         '375291234567'],
  ['russia',     '12125551234',          '12125551234'],
  ['russia',     '+84912345678',         '84912345678'], // Vietnam, since the + says so
  ['russia',     '84912345678',          '74912345678'], // and Russia without it
  ['russia',     '8613812345678',        '8613812345678'],
  ['kazakhstan', '8 701 123 45 67',      '77011234567'],
  ['kazakhstan', '7011234567',           '77011234567'],
  ['kazakhstan', '77011234567',          '77011234567'],
  ['kazakhstan', '89161234567',          '79161234567'],
  ['ukraine',    '0501234567',           '380501234567'],
  ['ukraine',    '80501234567',          '380501234567'],
  ['ukraine',    '501234567',            '380501234567'],
  ['ukraine',    '380501234567',         '380501234567'],
  ['ukraine',    '+38 (050) 123-45-67',  '380501234567'],
  ['ukraine',    '0079161234567',        '79161234567'],
  ['ukraine',    '79161234567',          '79161234567'],
  ['belarus',    '80 29 123 45 67',      '375291234567'],
  ['belarus',    '8 (029) 123-45-67',    '375291234567'],
  ['belarus',    '0291234567',           '375291234567'],
  ['belarus',    '291234567',            '375291234567'],
  ['belarus',    '375 44 123 45 67',     '375441234567'],
]

for (const [profile, raw, number] of good) {
  test(`${profile}: ${raw} is ${number}`, () => assert.deepEqual(parseNumber(raw, profile), { number }))
}

// biome-ignore format: a table reads better in columns
const bad: [profile: NumberProfile, raw: string, digits: string][] = [
  ['russia',     '7123',                  '7123'],
  ['russia',     '',                      ''],
  ['russia',     'hello',                 ''],
  ['russia',     '+89161234567',          '89161234567'], // a + forbids the correction, and no country has this code
  ['russia',     '+9161234567',           '9161234567'],
  ['russia',     '791612345678',          '791612345678'],
  ['russia',     '7916123456',            '7916123456'],
  ['russia',     '70001234567',           '70001234567'],
  ['russia',     '37529123456',           '37529123456'],
  ['russia',     '38050123456',           '38050123456'],
  ['russia',     '0161234567',            '0161234567'],
  ['russia',     '99912345678',           '99912345678'],
  ['russia',     '1'.repeat(50),          '1'.repeat(20)],
  ['ukraine',    '050123456',             '050123456'],
  ['belarus',    '80171234567',           '80171234567'], // a land line of Minsk by the code's length, not a mobile code
  ['kazakhstan', '701123456',             '701123456'],
]

for (const [profile, raw, digits] of bad) {
  test(`${profile}: "${raw.slice(0, 20)}" is no number`, () => {
    assert.deepEqual(parseNumber(raw, profile), { problem: 'bad_number', digits })
  })
}

test('whatever comes out as a number goes in as itself, in every profile', () => {
  for (const [, , number] of good) {
    for (const profile of NUMBER_PROFILES) assert.deepEqual(parseNumber(`+${number}`, profile), { number })
  }
})
