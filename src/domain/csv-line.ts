/** What separates the cells of a table: whichever of `;` `,` and tab its first line has most of. */
export function separatorOf(firstLine: string): string {
  const counts = [';', ',', '\t'].map((each) => [each, firstLine.split(each).length] as const)
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}

/**
 * The cells of one line of a CSV table (RFC 4180, but a line break ends a line even between quotes), without the blanks around
 * them. A quote means something only as the first character of a cell, so `ООО "Т2 МОБАЙЛ"` stays as it is.
 */
export function splitCsvLine(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim())
  const cells: string[] = []
  for (let at = 0; at <= line.length; ) {
    const start = at + (/^ */.exec(line.slice(at, at + 20))?.[0].length ?? 0)
    const quoted = line[start] === '"' ? endOfQuoted(line, start, separator) : undefined
    if (quoted !== undefined) {
      cells.push(
        line
          .slice(start + 1, quoted)
          .replaceAll('""', '"')
          .trim(),
      )
      const next = line.indexOf(separator, quoted)
      at = next < 0 ? line.length + 1 : next + 1
      continue
    }
    const end = line.indexOf(separator, at)
    cells.push(line.slice(at, end < 0 ? undefined : end).trim())
    at = end < 0 ? line.length + 1 : end + 1
  }
  return cells
}

/** Where the closing quote is; undefined: there is none with a separator or the line's end behind it, so the quote is a character. */
function endOfQuoted(line: string, start: number, separator: string): number | undefined {
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] !== '"') continue
    if (line[at + 1] === '"') {
      at += 1
      continue
    }
    const rest = /^ */.exec(line.slice(at + 1, at + 20))?.[0].length ?? 0
    const behind = line[at + 1 + rest]
    return behind === undefined || behind === separator ? at : undefined
  }
  return undefined
}

/** A spreadsheet would calculate what begins like this: nothing that is meant as a name or a number does. A lone dash is a dash. */
export const isFormula = (cell: string): boolean => /^[=@+-]/.test(cell) && cell.length > 1
