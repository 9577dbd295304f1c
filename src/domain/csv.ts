/** A number is written as it is; a text so that no table takes it for anything else. */
export type Cell = number | string

/** Between cells: what tables open by themselves where commas stand in numbers, as in Russia. */
const SEPARATOR = ';'

/** What tables take for the beginning of a formula, in either width; a tab or a line break before it is skipped by some. */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/
const QUOTED = /[";,\r\n\t']|^\s|\s$/

/**
 * A line of a table (RFC 4180, with semicolons). A text that a table would take for a formula begins with an apostrophe, which it
 * shows or hides: nobody's message is calculated in anybody's table.
 */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(SEPARATOR)}\r\n`

function csvCell(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
