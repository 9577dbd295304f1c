import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFormula, separatorOf, splitCsvLine } from './csv-line.ts'

const lines: [line: string, cells: string[]][] = [
  ['900;0000000;ООО "Т2 МОБАЙЛ";Тверская обл.', ['900', '0000000', 'ООО "Т2 МОБАЙЛ"', 'Тверская обл.']],
  ['a; b ;;c', ['a', 'b', '', 'c']],
  ['"a;b";"say ""hi""";c', ['a;b', 'say "hi"', 'c']],
  ['"never closed;b', ['"never closed', 'b']],
  ['"a"b;c', ['"a"b', 'c']],
  [' "a;b" ;c', ['a;b', 'c']],
  ['"a;b"', ['a;b']],
  ['', ['']],
  ['";"', [';']],
  ['a;', ['a', '']],
  ['"a";', ['a', '']],
]
for (const [line, cells] of lines)
  test(`${line || 'nothing'} has ${cells.length} cells`, () => assert.deepEqual(splitCsvLine(line, ';'), cells))

test('the separator is what the first line has most of', () => {
  assert.equal(separatorOf('number;mccmnc;operator, brand'), ';')
  assert.equal(separatorOf('number,mccmnc'), ',')
  assert.equal(separatorOf('number\tmccmnc'), '\t')
})

test('a formula is told from a dash and a name', () => {
  for (const cell of ['=1+1', '@SUM(A1)', '+7916', '-1', '=HYPERLINK("x")']) assert.equal(isFormula(cell), true, cell)
  for (const cell of ['-', '', 'ООО', '79']) assert.equal(isFormula(cell), false, cell)
})
