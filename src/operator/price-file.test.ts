import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../domain/text/charset.ts'
import { zoneByNumber } from '../domain/zone.ts'
import { readPriceFile } from './price-file.ts'
import { formatMoment, parseMoment } from './price-place.ts'

const HEADER = 'channel;prefix;mccmnc;country;from;zone;zone_name;zone_name_en;price;mass'
const zones = (number: number) => ([0, 250, 401].includes(number) ? zoneByNumber(number) : undefined)
const read = (text: string | Uint8Array, costs = false) =>
  readPriceFile(typeof text === 'string' ? Buffer.from(text) : text, zones, costs)

test('a file is read as it was meant: charset, decimal comma, names in two languages, dates', () => {
  const text = `${HEADER}\nsms;;;Казахстан;01.12.2026;;;;12,5;13\n;+7916;;;;;;;1 234,50;\nsms;;250 01;;;7;СНГ;CIS;0;0\nhlr;;;*;2026-12-01 08:00;;;;1;\n`
  for (const bytes of [Buffer.from(text), encode(text, 'windows-1251')]) {
    const { rows, newZones, problems } = read(bytes)
    assert.deepEqual(problems, [])
    assert.deepEqual(newZones, [{ number: 7, name: 'СНГ', nameEn: 'CIS' }])
    assert.deepEqual(
      rows.map((row) => [
        row.channel,
        row.prefix || row.mccmnc || row.country,
        formatMoment(row.validFromMs),
        row.zone,
        row.price,
        row.mass,
      ]),
      [
        ['sms', 'Kazakhstan', '2026-12-01', 401, 12_500_000n, 13_000_000n],
        ['sms', '7916', '', 250, 1_234_500_000n, undefined],
        ['sms', '25001', '', 7, 0n, undefined],
        ['hlr', '', '2026-12-01 08:00', 0, 1_000_000n, undefined],
      ],
    )
  }
})

const LINES: [what: string, line: string, problem: RegExp][] = [
  ['a negative price', 'sms;;250;;;;;;-1;', /negative/],
  ['no price', 'sms;;250;;;;;;;', /price is missing/],
  ['a price of five decimals', 'sms;;250;;;;;;1.00001;', /at most 4 decimals/],
  ['a price in words', 'sms;;250;;;;;;dear;', /is no price/],
  ['a price above a million', 'sms;;250;;;;;;1000001;', /from 0 to 1000000/],
  ['no destination', 'sms;;;;;;;;1;', /no destination/],
  ['two destinations', 'sms;7916;250;;;;;;1;', /the others stay empty/],
  ['a prefix with letters', 'sms;79x;;;;;;;1;', /is no prefix/],
  ['a prefix that a spreadsheet rounded', 'sms;7,916E+10;;;;;;;1;', /rounded by a spreadsheet/],
  ['a network of one digit', 'sms;;2;;;;;;1;', /is no mccmnc/],
  ['a country nobody knows', 'sms;;;Atlantis;;;;;1;', /no country 'Atlantis'/],
  ['a channel nobody knows', 'fax;;250;;;;;;1;', /no channel 'fax'/],
  ['a day that no calendar has', 'sms;;250;;31.02.2027;;;;1;', /is no date/],
  ['a zone that is no number', 'sms;;250;;;west;;;1;', /is no zone/],
  ['a new zone without a name', 'sms;;250;;;77;;;1;', /Zone 77 has no name yet/],
  ['another name for a zone', 'sms;;250;;;250;Русь;;1;', /Zone 250 is called 'Россия'/],
  ['a formula in a name', 'sms;;250;;;77;=HYPERLINK(1);;1;', /formula/],
  ['a formula in a price', 'sms;;250;;;;;;=1+1;', /formula/],
  ['a formula in a country', 'sms;;;@SUM(1);;;;;1;', /formula/],
  ['more cells than columns', 'sms;;250;;;;;;1;;;x', /12 cells/],
]
for (const [what, line, problem] of LINES) {
  test(`${what} is explained with the number of its line, and nothing of the file counts`, () => {
    const { rows, problems } = read(`${HEADER}\nsms;;;*;;;;;1;\n\n${line}\n`)
    assert.deepEqual(rows, [])
    assert.deepEqual(
      problems.map((each) => each.line),
      [4],
    )
    assert.match(problems[0]?.problem ?? '', problem)
  })
}

const FILES: [what: string, text: string, line: number, problem: RegExp][] = [
  ['nothing', '', 0, /empty/],
  ['no rows', `${HEADER}\n`, 0, /no rows below/],
  ['a column of another list', 'mccmnc;price;colour\n250;1;red\n', 1, /no column 'colour'.*channel, prefix/],
  ['no price column', 'mccmnc;country\n250;\n', 1, /no column 'price'/],
  ['no place column', 'channel;price\nsms;1\n', 1, /prefix, mccmnc or country/],
  ['a column twice', 'mccmnc;price;api\n250;1;2\n', 1, /price is there twice/],
  ['a contradiction', 'mccmnc;price\n250;1\n25001;1\n250;2\n', 4, /contradicts line 2/],
  [
    '100,001 rows',
    `prefix;price\n${Array.from({ length: 100_001 }, (_, at) => `7${at};1\n`).join('')}`,
    0,
    /more than 100,000 rows/,
  ],
]
for (const [what, text, line, problem] of FILES) {
  test(`a file with ${what} is refused`, () => {
    const { problems } = read(text)
    assert.equal(problems[0]?.line, line)
    assert.match(problems[0]?.problem ?? '', problem)
  })
}

test('a line that repeats another counts once', () => {
  const { rows, repeated, problems } = read('mccmnc;price\n250;1\n250;1.00\n')
  assert.deepEqual([rows.length, repeated, problems], [1, 1, []])
})

test('a decimal comma between commas is told apart from a cell too many', () => {
  assert.match(read('mccmnc,price\n250,3,50\n').problems[0]?.problem ?? '', /decimal comma/)
  assert.equal(read('mccmnc,price\n250,"3,50"\n').rows[0]?.price, 3_500_000n)
})

test('what an export made safe for spreadsheets is read as it was', () => {
  assert.equal(read("prefix,price\n'+7916,1\n").rows[0]?.prefix, '7916')
})

test('a carrier has no price for the personal account', () => {
  assert.match(read('mccmnc,price,mass\n250,1,2\n', true).problems[0]?.problem ?? '', /no column 'mass'/)
})

test('moments are Moscow’s unless they say otherwise', () => {
  assert.equal(parseMoment('2026-12-01'), Date.UTC(2026, 10, 30, 21))
  assert.equal(parseMoment('2026-12-01 08:00+05:00'), Date.UTC(2026, 11, 1, 3))
  assert.equal(parseMoment('2026-12-01T08:00:30Z'), Date.UTC(2026, 11, 1, 8, 0, 30))
  for (const wrong of ['2026-13-01', '1.12.2026', '2026-12-01 25:00', 'soon', '1999-01-01'])
    assert.equal(parseMoment(wrong), undefined, wrong)
})
