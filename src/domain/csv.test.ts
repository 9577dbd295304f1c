import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Cell, csvLine } from './csv.ts'

const CELLS: readonly (readonly [cell: Cell, written: string])[] = [
  ['Hello', 'Hello'],
  ['Привет', 'Привет'],
  ['', ''],
  [-1, '-1'],
  [20, '20'],
  ['79161234567', '79161234567'],
  ['1.40', '1.40'],
  ['a;b', '"a;b"'],
  ['a,b', '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ['two\nlines', '"two\nlines"'],
  ['two\r\nlines', '"two\r\nlines"'],
  [' spaces ', '" spaces "'],
  ["it's", '"it\'s"'],
  ['=1+1', '"\'=1+1"'],
  ['+79161234567', '"\'+79161234567"'],
  ['-5 roubles', '"\'-5 roubles"'],
  ['@SUM(A1)', '"\'@SUM(A1)"'],
  ['  =1+1', '"\'  =1+1"'],
  ['\t=1+1', '"\'\t=1+1"'],
  ['\u00a0=1', '"\'\u00a0=1"'],
  ['\n=cmd|calc', '"\'\n=cmd|calc"'],
  ['\rx', '"\'\rx"'],
  ['＝1＋1', '"\'＝1＋1"'],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ['1=1', '1=1'],
]
for (const [cell, written] of CELLS)
  test(`${JSON.stringify(cell)} is written as ${JSON.stringify(written)}`, () => assert.equal(csvLine([cell]), `${written}\r\n`))

/** A reader of RFC 4180, as strict as can be. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (let at = 0; at < text.length; ) {
    let cell = ''
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (text[at] === '"' && text[at + 1] === '"') at += 1
        else if (text[at] === '"') break
        cell += text[at]
      }
      at += 1
    } else for (; at < text.length && text[at] !== ';' && text[at] !== '\r'; at += 1) cell += text[at]
    row.push(cell)
    if (text[at] === ';') at += 1
    else {
      assert.equal(text.slice(at, at + 2), '\r\n', `a line ends at ${at}`)
      at += 2
      rows.push(row)
      row = []
    }
  }
  return rows
}

test('whatever is in the cells, it is read as it was, but for the apostrophe', () => {
  const cells = fc.array(fc.string({ unit: fc.constantFrom('a', ';', '"', '\r', '\n', '=', '-', "'", ' ', 'ж') }), {
    minLength: 2,
    maxLength: 5,
  })
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 5 }), (rows) => {
      const read = readCsv(rows.map(csvLine).join(''))
      assert.deepEqual(
        read.map((row) => row.length),
        rows.map((row) => row.length),
      )
      for (const [at, row] of read.entries())
        for (const [nth, cell] of row.entries()) {
          const asked = rows[at]?.[nth] ?? ''
          assert.ok(cell === asked || cell === `'${asked}`)
          assert.doesNotMatch(cell, /^\s*[=+\-@]/)
        }
    }),
  )
})
