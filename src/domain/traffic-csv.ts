import { CODE } from './pumping.ts'

/** A line of a recording: who wrote to whom, and when; or that a code was entered. */
export interface TrafficLine {
  readonly atMs: number
  readonly account: string
  readonly number: string
  readonly isCode: boolean
  readonly confirmed: boolean
  readonly bulk: boolean
}

export interface TrafficCsv {
  readonly lines: TrafficLine[]
  /** What could not be read, with the line's number; at most PROBLEMS_MAX are named. */
  readonly problems: string[]
  readonly bad: number // lines
}

const PROBLEMS_MAX = 20
const COLUMNS = ['time', 'account', 'phone', 'text', 'kind'] as const
const FIELDS_MAX = 50

/**
 * Reads recorded traffic: a heading with time, account, phone and, if there are, text and kind (message, bulk, or confirmed
 * for a code that was entered), in any order; commas or semicolons between; quotes as in RFC 4180 within a line.
 */
export function readTrafficCsv(csv: string): TrafficCsv | { readonly problem: string } {
  const rows = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  const heading = rows[0] ?? ''
  const separator = heading.includes(';') ? ';' : ','
  const names = fieldsOf(heading, separator).map((name) => name.trim().toLowerCase())
  const at = Object.fromEntries(COLUMNS.map((name) => [name, names.indexOf(name)])) as Record<(typeof COLUMNS)[number], number>
  const missing = (['time', 'account', 'phone'] as const).filter((name) => at[name] < 0)
  if (missing.length > 0)
    return {
      problem: `The first line must name the columns; ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    }

  const lines: TrafficLine[] = []
  const problems: string[] = []
  let bad = 0
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row.trim() === '') continue
    const fields = fieldsOf(row, separator)
    const field = (name: (typeof COLUMNS)[number]): string => (fields[at[name]] ?? '').trim()
    const read = readLine(field)
    if (typeof read !== 'string') lines.push(read)
    else {
      bad += 1
      if (problems.length < PROBLEMS_MAX) problems.push(`Line ${index + 1}: ${read}`)
    }
  }
  lines.sort((a, b) => a.atMs - b.atMs)
  return { lines, problems, bad }
}

/** A line, or what is wrong with it. */
function readLine(field: (name: (typeof COLUMNS)[number]) => string): TrafficLine | string {
  const atMs = timeOf(field('time'))
  if (atMs === undefined) return `'${shown(field('time'))}' is no time: write 2026-11-22T10:00:00Z, or seconds since 1970.`
  const number = field('phone').replace(/[\s()+-]/g, '')
  if (!/^\d{5,20}$/.test(number)) return `'${shown(field('phone'))}' is no number.`
  const account = field('account')
  if (account === '' || account.length > 64) return 'The account is missing.'
  const kind = field('kind') || 'message'
  if (!['message', 'bulk', 'confirmed'].includes(kind)) return `'${shown(kind)}' is no kind: message, bulk or confirmed.`
  return { atMs, account, number, isCode: CODE.test(field('text')), confirmed: kind === 'confirmed', bulk: kind === 'bulk' }
}

function timeOf(written: string): number | undefined {
  const ms = /^\d{9,11}$/.test(written)
    ? Number(written) * 1000
    : /^\d{12,14}$/.test(written)
      ? Number(written)
      : Date.parse(written)
  return Number.isFinite(ms) && ms > 0 && /^[\d]/.test(written) ? ms : undefined
}

/** Never a whole number of somebody's phone. */
const shown = (text: string): string => (text.length > 16 ? `${text.slice(0, 16)}…` : text)

function fieldsOf(row: string, separator: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < row.length && fields.length < FIELDS_MAX; at++) {
    const char = row[at]
    if (quoted && char === '"' && row[at + 1] === '"') {
      field += '"'
      at += 1
    } else if (char === '"' && (quoted || field === '')) quoted = !quoted
    else if (char === separator && !quoted) {
      fields.push(field)
      field = ''
    } else field += char
  }
  return [...fields, field]
}
