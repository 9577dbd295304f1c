import { isFormula, separatorOf, splitCsvLine } from '../csv-line.ts'
import { type Holder, INDEX_MAX, NUMBERS_OF_CODE, type Register, type RegisterRange } from './register.ts'
import { regionOf } from './russian-regions.ts'

/** What is wrong with one line of a file; `line` counts from 1, the heading included. */
export interface LineProblem {
  readonly line: number
  readonly reason: string
}

/** The register, or everything that is wrong with the file: `problems` are the first of `problemCount`. */
export type ReadRegister =
  | { readonly register: Register }
  | { readonly problems: readonly LineProblem[]; readonly problemCount: number }

/** The real register has 16,629 lines. */
const LINES_MAX = 200_000
const PROBLEMS_KEPT = 50
const NAME_MAX = 300

/** The columns by what their headings begin with, letters alone: `АВС/ DEF`, `От`, `Территория ГАР` … */
const HEADINGS = {
  code: /^(?:авс|abc|def)/,
  first: /^от$/,
  last: /^до$/,
  capacity: /^емкость/,
  operator: /^оператор/,
  region: /^регион/,
  territory: /^территория/,
  taxpayer: /^инн$/,
} as const
type Column = keyof typeof HEADINGS
const REQUIRED: readonly Column[] = ['code', 'first', 'last', 'capacity', 'operator', 'region', 'taxpayer']
const EXPECTED = 'АВС/ DEF; От; До; Емкость; Оператор; Регион; Территория ГАР; ИНН'

/** A line of the register, with its place in the file. */
interface Row {
  readonly line: number
  readonly start: number
  readonly count: number
  readonly holder: number
  readonly place: number
}

/**
 * Reads the register of Russian mobile numbers as it is published (DEF-9xx.csv): a line for each range. All lines are looked at
 * before anything is said, so one reading names everything that is wrong: columns, numbers, ranges that are upside down, given
 * twice or overlapping, and formulas.
 */
export function readRegisterCsv(text: string): ReadRegister {
  const problems = collect()
  const lines = text.split(/\r\n|\n|\r/)
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop()
  if (lines.length === 0) return problems.alone(1, 'the file is empty')
  if (lines.length > LINES_MAX)
    return problems.alone(LINES_MAX + 1, `the file has ${lines.length} lines, ${LINES_MAX} are the most`)
  const separator = separatorOf(lines[0] ?? '')
  const headings = splitCsvLine(lines[0] ?? '', separator).map((cell) =>
    cell
      .toLowerCase()
      .replaceAll('ё', 'е')
      .replace(/[^a-zа-я]/g, ''),
  )
  const columns = columnsOf(headings)
  if (typeof columns === 'string') return problems.alone(1, columns)

  const holders = new Map<string, { readonly index: number; readonly holder: Holder }>()
  const places = new Map<string, number>()
  const rows: Row[] = []
  for (const [at, line] of lines.entries()) {
    if (at === 0 || line.trim() === '') continue
    const cells = splitCsvLine(line, separator)
    const cell = (column: Column): string => cells[columns[column] ?? -1] ?? ''
    const reason = cells.length === headings.length ? faultOf(cell) : `${cells.length} cells instead of ${headings.length}`
    if (reason !== undefined) {
      problems.add(at + 1, reason)
      continue
    }
    const taxpayer = cell('taxpayer')
    const known = holders.get(taxpayer) ?? { index: holders.size, holder: { taxpayer, name: cell('operator') } }
    holders.set(taxpayer, known)
    const place = placeOf(cell('territory'), cell('region'))
    if (!places.has(place)) places.set(place, places.size)
    const start = Number(cell('code')) * NUMBERS_OF_CODE + Number(cell('first'))
    rows.push({
      line: at + 1,
      start,
      count: Number(cell('last')) - Number(cell('first')) + 1,
      holder: known.index,
      place: places.get(place) ?? 0,
    })
  }
  if (holders.size > INDEX_MAX) problems.add(1, `${holders.size} operators, ${INDEX_MAX} are the most`)
  if (places.size > INDEX_MAX) problems.add(1, `${places.size} different places, ${INDEX_MAX} are the most`)
  if (rows.length === 0 && problems.count() === 0) problems.add(1, 'there is nothing below the heading')

  rows.sort((a, b) => a.start - b.start || a.line - b.line)
  findOverlaps(rows, problems.add)
  if (problems.count() > 0) return problems.all()
  return {
    register: { holders: [...holders.values()].map(({ holder }) => holder), places: [...places.keys()], ranges: joined(rows) },
  }
}

/** Where each column stands, or what is missing. Columns nobody asked for are passed over. */
function columnsOf(headings: readonly string[]): Partial<Record<Column, number>> | string {
  const columns: Partial<Record<Column, number>> = {}
  for (const [column, pattern] of Object.entries(HEADINGS)) {
    const at = headings.findIndex((heading) => pattern.test(heading))
    if (at >= 0) columns[column as Column] = at
  }
  if (REQUIRED.every((column) => columns[column] !== undefined)) return columns
  return `these are not the columns of the register: it has ${EXPECTED}`
}

function faultOf(cell: (column: Column) => string): string | undefined {
  for (const column of ['operator', 'region', 'territory'] as const) {
    const text = cell(column)
    if (isFormula(text)) return `'${shown(text)}' is a formula, not a name`
    if (text.length > NAME_MAX) return `a name of ${text.length} characters, ${NAME_MAX} are the most`
    if (/[\p{Cc}\ufffd]/u.test(text)) return `'${shown(text)}' holds characters that no name has: is the file damaged?`
  }
  if (!/^\d{3}$/.test(cell('code'))) return `'${shown(cell('code'))}' is no code of three digits`
  if (!cell('code').startsWith('9')) return `code ${cell('code')} is not a mobile one: take the register's file DEF-9xx.csv`
  for (const column of ['first', 'last'] as const) {
    if (!/^\d{7}$/.test(cell(column))) return `'${shown(cell(column))}' is not the seven digits behind a code`
  }
  if (cell('last') < cell('first')) return `the range ends (${cell('last')}) before it begins (${cell('first')})`
  const count = Number(cell('last')) - Number(cell('first')) + 1
  if (cell('capacity') !== String(count))
    return `the capacity is '${shown(cell('capacity'))}', and from ${cell('first')} to ${cell('last')} are ${count} numbers`
  if (cell('operator') === '') return 'the operator is missing'
  if (!/^\d{10}(?:\d{2})?$/.test(cell('taxpayer')))
    return `'${shown(cell('taxpayer'))}' is no taxpayer number (ИНН): 10 or 12 digits`
  return undefined
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

/** The region's own name; a place that is not known stays as the register writes it. */
function placeOf(territory: string, region: string): string {
  const written = territory === '' || territory === '-' ? region : territory
  return regionOf(written)?.name ?? written
}

function findOverlaps(rows: readonly Row[], add: (line: number, reason: string) => void): void {
  let furthest = rows[0]
  for (const row of rows.slice(1)) {
    if (furthest && row.start < furthest.start + furthest.count) {
      const [one, other] = [row, furthest].sort((a, b) => a.line - b.line) as [Row, Row]
      const same = one.start === other.start && one.count === other.count
      add(other.line, same ? `the same range as in line ${one.line}` : `the range overlaps that of line ${one.line}`)
    }
    if (!furthest || row.start + row.count > furthest.start + furthest.count) furthest = row
  }
}

/** Neighbours of one holder and place are one range, within a code. */
function joined(rows: readonly Row[]): RegisterRange[] {
  const ranges: RegisterRange[] = []
  for (const { start, count, holder, place } of rows) {
    const last = ranges.at(-1)
    const continues = last && last.start + last.count === start && last.holder === holder && last.place === place
    if (last && continues && start % NUMBERS_OF_CODE !== 0) ranges[ranges.length - 1] = { ...last, count: last.count + count }
    else ranges.push({ start, count, holder, place })
  }
  return ranges
}

function collect() {
  const kept: LineProblem[] = []
  let count = 0
  const add = (line: number, reason: string): void => {
    count += 1
    if (kept.length < PROBLEMS_KEPT) kept.push({ line, reason })
  }
  const all = () => ({ problems: kept.sort((a, b) => a.line - b.line), problemCount: count })
  return {
    add,
    count: () => count,
    all,
    alone(line: number, reason: string) {
      add(line, reason)
      return all()
    },
  }
}
