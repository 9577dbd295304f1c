import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCsv, writeCsv } from './csv-table.ts'
import { encode } from './text/charset.ts'

const LIMITS = { rowsMax: 5 }
const utf8 = (text: string) => Buffer.from(text)

const WANTED = [
  ['country', 'price'],
  ['Россия', '3,50'],
]
const TABLE = 'country;price\nРоссия;3,50\n'
const WRITTEN: [how: string, bytes: Uint8Array][] = [
  ['UTF-8', utf8(TABLE)],
  ['UTF-8 with a byte order mark', utf8(`\ufeff${TABLE}`)],
  ['windows-1251', encode(TABLE, 'windows-1251')],
  ['UTF-16, as a spreadsheet’s "Unicode text"', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TABLE, 'utf16le')])],
  ['UTF-16 the other way round', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(TABLE, 'utf16le').swap16()])],
  ['line ends of Windows', utf8(TABLE.replaceAll('\n', '\r\n'))],
  ['line ends of old', utf8(TABLE.replaceAll('\n', '\r'))],
  ['tabs', utf8(TABLE.replaceAll(';', '\t'))],
  ['commas and quotes', utf8('country,price\n"Россия","3,50"\n')],
  ['blanks, empty lines and no last line end', utf8('country ; price\n\n;\n Россия ;  3,50')],
]
for (const [how, bytes] of WRITTEN) {
  test(`a table is read: ${how}`, () => {
    const read = readCsv(bytes, LIMITS)
    assert.ok('rows' in read, JSON.stringify(read))
    assert.deepEqual([read.header, ...read.rows.map(({ cells }) => cells)], WANTED)
  })
}

test('lines keep their numbers, empty ones and line breaks within cells counted', () => {
  const read = readCsv(utf8('a,b\n\n"x\ny",1\nz,"say ""hi"""\n'), LIMITS)
  assert.deepEqual('rows' in read && read.rows, [
    { line: 3, cells: ['x\ny', '1'] },
    { line: 5, cells: ['z', 'say "hi"'] },
  ])
})

const REFUSED: [what: string, bytes: Uint8Array, line: number, problem: RegExp][] = [
  ['nothing', utf8(''), 0, /empty/],
  ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 0, /workbook/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), 0, /no text file/],
  ['too many rows', utf8(`a\n${'1\n'.repeat(6)}`), 0, /more than 5 rows/],
  ['an open quotation mark', utf8('a,b\n1,2\n"3,4\n'), 3, /never closed/],
  ['text behind a quotation mark', utf8('a,b\n"1"2,3\n'), 2, /two of them/],
  ['a cell without end', utf8(`a\n${'x'.repeat(201)}\n`), 2, /201 characters/],
  ['columns without end', utf8(`${'a,'.repeat(60)}\n`), 1, /more than 50 columns/],
]
for (const [what, bytes, line, problem] of REFUSED) {
  test(`${what} is refused with its line`, () => {
    const read = readCsv(bytes, LIMITS)
    assert.ok('problem' in read)
    assert.equal(read.line, line)
    assert.match(read.problem, problem)
  })
}

test('what is written is read again, and no spreadsheet runs it', () => {
  const written = writeCsv([
    ['name', 'price'],
    ['=cmd|calc', '1.50'],
    ['a "b", c', '-1'],
  ])
  assert.equal(written, `name,price\n'=cmd|calc,1.50\n"a ""b"", c",'-1\n`)
  assert.ok('rows' in readCsv(utf8(written), LIMITS))
})
