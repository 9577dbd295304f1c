import { decode } from './text/charset.ts'

/** A table as people save it from a spreadsheet. */
export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly CsvRow[]
}

export interface CsvRow {
  readonly line: number // of the file, from 1; of its first line, where a cell has line breaks
  readonly cells: readonly string[]
}

export interface CsvProblem {
  readonly line: number // 0: the file as a whole
  readonly problem: string // a sentence
}

export interface CsvLimits {
  readonly rowsMax: number
  readonly columnsMax?: number
  readonly cellMax?: number // characters
}

/**
 * Reads a file with a header line. Its charset is told by its octets (UTF-8 with or without a byte order mark, UTF-16 with one,
 * else windows-1251), what stands between its cells (`;`, `,` or a tab) by its first line. Cells are trimmed; empty lines are left out.
 */
export function readCsv(bytes: Uint8Array, limits: CsvLimits): CsvTable | CsvProblem {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4)
    return { line: 0, problem: 'This is a workbook (xlsx or ods): save its sheet as CSV first.' }
  const text = textOf(bytes)
  if (text.includes('\0')) return { line: 0, problem: 'This is no text file: it has zero octets in it.' }
  const separator = separatorOf(text)
  const rows: CsvRow[] = []
  const problem = walk(text, separator, limits, (row) => {
    if (row.cells.some((cell) => cell !== '')) rows.push(row)
    return rows.length <= limits.rowsMax + 1
  })
  if (problem) return problem
  if (rows.length > limits.rowsMax + 1) {
    const most = limits.rowsMax.toLocaleString('en')
    return {
      line: 0,
      problem: `The file has more than ${most} rows, the most that is taken at once: split it, or leave out what is not sold.`,
    }
  }
  const [header, ...others] = rows
  if (!header) return { line: 0, problem: 'The file is empty.' }
  return { header: header.cells, rows: others }
}

/** Without its byte order mark. What is not UTF-8 is taken for windows-1251, in which spreadsheets of Russian systems save. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return buffer.toString('utf16le', 2)
  if (buffer[0] === 0xfe && buffer[1] === 0xff)
    return Buffer.from(buffer.subarray(2, 2 + ((buffer.length - 2) & ~1)))
      .swap16()
      .toString('utf16le')
  const text = decode(bytes, 'utf-8')
  return text.includes('\ufffd') && !buffer.includes('\ufffd') ? decode(bytes, 'windows-1251') : text
}

/** The one that the first line has most of. */
function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/)
  const first = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '')
  const count = (separator: string): number => first.split(separator).length
  return [';', ',', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
}

/** Cells by RFC 4180: quotes around what holds separators or line breaks, and two of them for one. Calls `row` until it says false. */
function walk(
  text: string,
  separator: string,
  { columnsMax = 50, cellMax = 200 }: CsvLimits,
  row: (row: CsvRow) => boolean,
): CsvProblem | undefined {
  let line = 1
  let at = 0
  while (at < text.length) {
    const began = line
    const cells: string[] = []
    for (;;) {
      let cell: string
      while (text[at] === ' ') at += 1
      if (text[at] === '"') {
        let closing = at
        do closing = text.indexOf('"', closing + 1)
        while (closing >= 0 && text[closing + 1] === '"' && ++closing)
        if (closing < 0) return { line: began, problem: 'A quotation mark is opened and never closed.' }
        cell = text.slice(at + 1, closing).replaceAll('""', '"')
        line += cell.split('\n').length - 1
        at = closing + 1
        while (text[at] === ' ') at += 1
        if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r')
          return { line: began, problem: 'Something follows a closing quotation mark: write two of them for one within a cell.' }
      } else {
        let end = at
        while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1
        cell = text.slice(at, end)
        at = end
      }
      if (cell.length > cellMax)
        return { line: began, problem: `A cell has ${cell.length} characters; at most ${cellMax} are read.` }
      if (cells.push(cell.trim()) > columnsMax) return { line: began, problem: `There are more than ${columnsMax} columns.` }
      if (text[at] !== separator) break
      at += 1
    }
    if (text[at] === '\r') at += 1
    if (text[at] === '\n') at += 1
    line += 1
    if (!row({ line: began, cells })) return undefined
  }
  return undefined
}

/** A cell that a spreadsheet would take for a formula, and run. */
export const isFormula = (cell: string): boolean => FORMULA.includes(cell.charAt(0)) && cell !== ''

const FORMULA = '=+-@\t\r'

/** Writes a table: cells that a spreadsheet would run get an apostrophe in front. */
export function writeCsv(lines: readonly (readonly string[])[], separator: ',' | ';' = ','): string {
  const quoted = new RegExp(`["\\r\\n${separator}]`)
  const shown = (cell: string): string => {
    const safe = isFormula(cell) ? `'${cell}` : cell
    return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return lines.map((cells) => `${cells.map(shown).join(separator)}\n`).join('')
}
