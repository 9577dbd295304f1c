import { type CsvRow, isFormula, readCsv } from '../domain/csv-table.ts'
import { rowKey } from '../domain/price-change.ts'
import type { ListRow } from '../domain/price-list.ts'
import { countryNamed, type Zone, zoneOf } from '../domain/zone.ts'
import { type Destination, PRICED_CHANNELS, parseMoment, parsePrice, readZone } from './price-place.ts'
import { ROWS_MAX } from './price-versions.ts'
import { zoneNameProblem } from './zones.ts'

export interface FileProblem {
  readonly line: number // 0: the file as a whole
  readonly problem: string // a sentence
}

/** A file of prices or costs, read: either problems, or rows that may become a list. */
export interface PriceFile {
  readonly rows: readonly ListRow[]
  readonly newZones: readonly Zone[]
  readonly repeated: number // lines that say what another has said
  readonly problems: readonly FileProblem[] // the first PROBLEMS_MAX
}

/** The columns of a file, and what else they may be called. */
const COLUMNS = {
  channel: ['channel'],
  prefix: ['prefix'],
  mccmnc: ['mccmnc', 'mcc_mnc', 'plmn'],
  country: ['country'],
  from: ['from', 'valid_from', 'date'],
  zone: ['zone'],
  zone_name: ['zone_name', 'name'],
  zone_name_en: ['zone_name_en', 'name_en'],
  price: ['price', 'api', 'cost'],
  mass: ['mass'],
} as const

export type Column = keyof typeof COLUMNS
export const FILE_COLUMNS = Object.keys(COLUMNS) as Column[]
const PROBLEMS_MAX = 1_000
const NOBODY: PriceFile = { rows: [], newZones: [], repeated: 0, problems: [] }

type Cells = (column: Column) => string

/** Reads a file. Nothing of it counts as long as there are problems; each names its line. `costs`: of a carrier, which takes one price. */
export function readPriceFile(bytes: Uint8Array, zoneNamed: (number: number) => Zone | undefined, costs = false): PriceFile {
  const steps = readInSteps(bytes, zoneNamed, costs)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

const LINES_A_STEP = 2_000

/** The same in steps, between which others may work. */
export function* readInSteps(
  bytes: Uint8Array,
  zoneNamed: (number: number) => Zone | undefined,
  costs: boolean,
): Generator<void, PriceFile> {
  const table = readCsv(bytes, { rowsMax: ROWS_MAX })
  if ('problem' in table) return { ...NOBODY, problems: [table] }
  const columns = costs ? FILE_COLUMNS.filter((column) => column !== 'mass') : FILE_COLUMNS
  const places = placeColumns(table.header, columns)
  if (typeof places === 'string') return { ...NOBODY, problems: [{ line: 1, problem: places }] }

  const problems: FileProblem[] = []
  const zones = new Map<number, Zone & { line: number }>()
  const seen = new Map<string, { row: ListRow; line: number }>()
  let repeated = 0
  const complain = (line: number, problem: string) => void (problems.length < PROBLEMS_MAX && problems.push({ line, problem }))

  for (const [at, csv] of table.rows.entries()) {
    if (at % LINES_A_STEP === LINES_A_STEP - 1) yield
    const cells: Cells = (column) => bare(csv.cells[places.get(column) ?? -1] ?? '')
    const row = widthProblem(csv, table.header.length) ?? formulaProblem(csv, cells) ?? readRow(cells)
    if (typeof row === 'string') {
      complain(csv.line, row)
      continue
    }
    const zone = readZoneName(cells, row.zone, zoneNamed, zones, csv.line)
    if (zone !== undefined) complain(csv.line, zone)
    const key = rowKey(row)
    const before = seen.get(key)
    if (!before) seen.set(key, { row, line: csv.line })
    else if (before.row.price === row.price && before.row.mass === row.mass && before.row.zone === row.zone) repeated += 1
    else complain(csv.line, `This contradicts line ${before.line}: the same destination and date, with another price or zone.`)
  }
  if (table.rows.length === 0) complain(0, 'The file has a first line with the names of its columns, and no rows below it.')
  if (problems.length > 0) return { ...NOBODY, problems }
  const newZones = [...zones.values()].map(({ number, name, nameEn }) => ({ number, name, nameEn }))
  return { rows: Array.from(seen.values(), ({ row }) => row), newZones, repeated, problems }
}

/** Which column stands where; or what is wrong with the first line. */
function placeColumns(header: readonly string[], columns: readonly Column[]): Map<Column, number> | string {
  const places = new Map<Column, number>()
  const known = columns.join(', ')
  for (const [at, written] of header.entries()) {
    const name = bare(written).toLowerCase().replace(/[ -]/g, '_')
    const column = columns.find((each) => (COLUMNS[each] as readonly string[]).includes(name))
    if (!column && name === '' && at === header.length - 1) continue // a separator at the end of each line
    if (!column) return `There is no column '${written.slice(0, 30)}'. The first line names the columns, any of: ${known}.`
    if (places.has(column)) return `The column ${column} is there twice.`
    places.set(column, at)
  }
  if (!places.has('price')) return `There is no column 'price'. The first line names the columns, any of: ${known}.`
  if (!(['prefix', 'mccmnc', 'country'] as const).some((column) => places.has(column)))
    return `There is no column that says where a price holds: prefix, mccmnc or country. Known are: ${known}.`
  return places
}

/** What an export made safe for spreadsheets is taken as it was. */
const bare = (cell: string): string => (cell.startsWith("'") && isFormula(cell.slice(1)) ? cell.slice(1) : cell)

function widthProblem({ cells }: CsvRow, width: number): string | undefined {
  if (cells.slice(width).every((cell) => cell === '')) return undefined
  return `This line has ${cells.length} cells, the first line has ${width}. Is there a decimal comma between commas? Put the price in quotation marks, or ; between the cells.`
}

function formulaProblem(csv: CsvRow, cells: Cells): string | undefined {
  if (!csv.cells.some((cell) => isFormula(cell) || cell.startsWith("'"))) return undefined
  for (const column of FILE_COLUMNS) {
    const cell = cells(column)
    const isNumber = (column === 'prefix' && /^\+\d+$/.test(cell)) || /^-[\d.,]+$/.test(cell)
    if (isFormula(cell) && !isNumber)
      return `The ${column} '${cell.slice(0, 30)}' begins like a formula of a spreadsheet: write the value itself.`
  }
  return undefined
}

function readRow(cells: Cells): ListRow | string {
  const channel = (cells('channel') || 'sms').toLowerCase()
  if (!PRICED_CHANNELS.includes(channel))
    return `There is no channel '${channel.slice(0, 30)}'. There are: ${PRICED_CHANNELS.join(', ')}.`
  const place = readPlace(cells)
  if (typeof place === 'string') return place
  const price = readAmount('price', cells('price'))
  if (typeof price === 'string') return price
  const mass = cells('mass') === '' ? undefined : readAmount('mass', cells('mass'))
  if (typeof mass === 'string') return mass
  const validFromMs = cells('from') === '' ? 0 : parseMoment(cells('from'))
  if (validFromMs === undefined)
    return `'${cells('from').slice(0, 30)}' is no date: write 2026-12-01 or 01.12.2026, with a time behind it if need be.`
  const zone =
    cells('zone') === '' ? zoneOf(place) : /^\d{1,5}$/.test(cells('zone')) ? readZone(Number(cells('zone'))) : undefined
  if (zone === undefined) return `'${cells('zone').slice(0, 30)}' is no zone: a zone has a number from 0 to 99999.`
  return { ...place, channel, price, mass: mass === price ? undefined : mass, validFromMs, zone }
}

function readPlace(cells: Cells): Destination | string {
  const [prefix, mccmnc, country] = [
    cells('prefix').replace(/^\+/, ''),
    cells('mccmnc').replace(/^(\d{3})[ -](\d{2,3})$/, '$1$2'),
    cells('country'),
  ]
  const given = [prefix, mccmnc, country].filter((cell) => cell !== '')
  if (given.length === 0)
    return 'This line says of no destination what it costs: a prefix, an mccmnc or a country, or * as its country for everywhere else.'
  if (given.length > 1) return 'A line names a prefix, or an mccmnc, or a country: the others stay empty.'
  if (given[0] === '*') return { prefix: '', mccmnc: '', country: '' }
  if (/^\d[.,]?\d*e\+?\d+$/i.test(given[0] ?? ''))
    return `'${given[0]}' was rounded by a spreadsheet: format the column as text and enter it again.`
  if (prefix !== '' && !/^\d{1,15}$/.test(prefix))
    return `'${prefix.slice(0, 30)}' is no prefix: write a beginning of numbers in international form, like 7916.`
  if (mccmnc !== '' && !/^\d{3}(\d{2,3})?$/.test(mccmnc))
    return `'${mccmnc.slice(0, 30)}' is no mccmnc: write a country (250) or a network (25001).`
  const named = country === '' ? undefined : countryNamed(country)
  if (country !== '' && !named)
    return `There is no country '${country.slice(0, 40)}' in the numbering plan: write its name in English or Russian, or its MCC as mccmnc.`
  return { prefix, mccmnc, country: named?.nameEn ?? '' }
}

function readAmount(column: Column, written: string): bigint | string {
  if (written === '') return `The ${column} is missing.`
  if (/^-/.test(written)) return `The ${column} ${written.slice(0, 20)} is negative: a price is 0 or more.`
  const amount = parsePrice(written.replace(/[ \u00a0](?=\d{3})/g, '').replace(',', '.'))
  return amount ?? `'${written.slice(0, 30)}' is no ${column}: write an amount from 0 to 1000000 with at most 4 decimals.`
}

/** Notes a zone that has no name yet; answers what is wrong with the name it is given. */
function readZoneName(
  cells: Cells,
  number: number,
  zoneNamed: (number: number) => Zone | undefined,
  zones: Map<number, Zone & { line: number }>,
  line: number,
): string | undefined {
  const name = cells('zone_name')
  const nameEn = cells('zone_name_en') || name
  const known = zoneNamed(number)
  if (name === '')
    return cells('zone') === '' || known || zones.has(number)
      ? undefined
      : `Zone ${number} has no name yet: give it one in the column zone_name.`
  const problem = zoneNameProblem(name) ?? zoneNameProblem(nameEn)
  if (problem) return `${problem[0]?.toUpperCase()}${problem.slice(1)}.`
  const other = zones.get(number)
  if (other && (other.name !== name || other.nameEn !== nameEn))
    return `Zone ${number} is called '${other.name}' in line ${other.line}.`
  if (known && (known.name !== name || (cells('zone_name_en') !== '' && known.nameEn !== nameEn)))
    return `Zone ${number} is called '${known.name}' (${known.nameEn}) here; to rename it: heliogram zone set ${number}.`
  if (!known && !other) zones.set(number, { number, name, nameEn, line })
  return undefined
}
