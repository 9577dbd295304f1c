import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOverrideReader } from './override.ts'

function reader(heading = 'number;mccmnc;operator;region') {
  const opened = openOverrideReader(heading)
  assert.ok(typeof opened !== 'string', String(opened))
  return opened
}

const rows: [line: string, kind: string, digits: string, network: string][] = [
  ['79161234567;25099;Билайн;', 'number', '79161234567', '250 99 Билайн '],
  ['+79161234567;25099;;', 'number', '79161234567', '250 99  '],
  ['7916123456;25099;;', 'prefix', '7916123456', '250 99  '],
  ['79161234567*;25099;;', 'prefix', '79161234567', '250 99  '],
  ['49;;Ours;', 'prefix', '49', '  Ours '],
  ['491701234567;310410;;', 'number', '491701234567', '310 410  '],
  ['7900;;"Tele2";"Тверская область"', 'prefix', '7900', '  Tele2 Тверская область'],
]
for (const [line, kind, digits, network] of rows) {
  test(`${line} is of a ${kind}`, () => {
    const row = reader().read(line)
    assert.ok(typeof row !== 'string', String(row))
    assert.deepEqual([row.kind, row.digits, `${row.mcc} ${row.mnc} ${row.operator} ${row.region}`], [kind, digits, network])
  })
}

const faults: [line: string, reason: RegExp][] = [
  ['phone;25099;;', /is no number and no prefix/],
  ['1234567890123456;25099;;', /is no number and no prefix/],
  ['79161234567;2509;;', /five or six digits/],
  ['79161234567;;;', /it says nothing/],
  ['79161234567;25099;=A1;', /is a formula/],
  ['79161234567;25099;-A1;', /is a formula/],
  ['79161234567;25099;A', /3 cells instead of 4/],
  ['79161234567;25099;"A;B";', /characters that a name must not have/],
  [`79161234567;25099;${'a'.repeat(61)};`, /a name of 61 characters/],
  ['9991234567;25099;;', /no country has a calling code like 9991/],
]
for (const [line, reason] of faults) {
  test(`refused: ${line.slice(0, 40)}`, () => assert.match(String(reader().read(line)), reason))
}

test('columns are found by their names, in any order; MCC and MNC may stand apart', () => {
  const row = reader('Operator,MNC,MCC,note,Phone').read('Tele2,01,250,whatever,79161234567')
  assert.ok(typeof row !== 'string')
  assert.deepEqual([row.digits, row.mcc, row.mnc, row.operator], ['79161234567', '250', '01', 'Tele2'])
  assert.match(String(reader('number,mcc,mnc').read('79161234567,250,1')), /01 and not 1/)
  for (const heading of ['', 'number', 'mccmnc,operator', 'number,mcc', '79161234567;25099']) {
    assert.equal(typeof openOverrideReader(heading), 'string', heading)
  }
})
