/** Neat columns for people, at most this wide. */
export const WIDTH_MAX = 100

const GAP = 2
const COLUMN_MIN = 6

export type Cell = string | number | boolean | null | undefined

const shown = (cell: Cell): string => {
  if (cell === null || cell === undefined || cell === '') return '-'
  return cell === true ? 'yes' : cell === false ? 'no' : harmless(String(cell).replace(/\s+/g, ' '))
}

/**
 * What strangers wrote may hold commands for the terminal, or turn a line around: such characters are shown by their numbers, as JSON
 * writes them, so that JSON stays what it is.
 */
export const harmless = (text: string): string =>
  text.replace(COMMANDING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const COMMANDING = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu

/**
 * Rows under their headings; a long text is cut with an ellipsis. `nothing` stands for no rows at all. Columns of numbers, and those
 * whose headings are among `amounts`, stand to the right.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  nothing: string,
  amounts: readonly string[] = [],
): string {
  if (rows.length === 0) return nothing
  const cells = [headings, ...rows].map((row) => row.map(shown))
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  for (let over = total(widths) - WIDTH_MAX; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= COLUMN_MIN) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  const numeric = headings.map(
    (heading, column) => amounts.includes(heading) || rows.every((row) => typeof row[column] === 'number'),
  )
  return cells
    .map((row) =>
      row
        .map((cell, column) => fit(cell, widths[column] ?? 0, numeric[column] ?? false))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .join('\n')
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + GAP, -GAP)

function fit(text: string, width: number, right: boolean): string {
  const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text
  return right ? cut.padStart(width) : cut.padEnd(width)
}

/** Names with their values beneath each other; long values are wrapped. */
export function fields(pairs: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length)) + GAP
  return pairs
    .flatMap(([name, value]) =>
      wrap(shown(value), WIDTH_MAX - width).map((line, at) => `${(at === 0 ? name : '').padEnd(width)}${line}`.trimEnd()),
    )
    .join('\n')
}

/** Lines of at most `width`, broken at spaces; a word that is too long has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
