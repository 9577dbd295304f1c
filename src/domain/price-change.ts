import { type ListRow, placeKey } from './price-list.ts'

/** What tells rows of a list apart: the destination, and from when it holds. */
export const rowKey = (row: ListRow): string => `${placeKey(row)} ${row.validFromMs}`

const sameRow = (one: ListRow, other: ListRow): boolean =>
  one.price === other.price && one.mass === other.mass && one.zone === other.zone

/** What has to be written so that a list has the wanted rows: rows that stay as they are are not touched. */
export function diffRows<Row extends ListRow>(
  present: readonly Row[],
  wanted: readonly ListRow[],
): { added: ListRow[]; removed: Row[] } {
  const open = new Map(present.map((row) => [rowKey(row), row]))
  const added: ListRow[] = []
  const removed: Row[] = []
  for (const row of wanted) {
    const key = rowKey(row)
    const known = open.get(key)
    open.delete(key)
    if (known && sameRow(known, row)) continue
    if (known) removed.push(known)
    added.push(row)
  }
  removed.push(...open.values())
  return { added, removed }
}

/**
 * The rows with others put in: those of the same destination and moment are replaced. A row that has begun replaces all of its
 * destination that have begun before it was written; those entered for later stay.
 */
export function withRows(present: readonly ListRow[], put: readonly ListRow[], nowMs: number): ListRow[] {
  const keys = new Set(put.map(rowKey))
  const begun = new Set(put.filter((row) => row.validFromMs <= nowMs).map(placeKey))
  const stays = (row: ListRow): boolean => !keys.has(rowKey(row)) && !(row.validFromMs <= nowMs && begun.has(placeKey(row)))
  return [...present.filter(stays), ...put]
}
