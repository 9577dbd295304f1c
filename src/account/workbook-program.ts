import writeXlsxFile, { type Cell as WorkbookCell } from 'write-excel-file/node'
import type { Cell } from '../domain/csv.ts'

/** Rows to add; `end`: that was all, write it. */
export type ToWorkbook = readonly (readonly Cell[])[] | 'end'

/** What a cell of a workbook can hold. */
const CELL_MAX = 32_767
/** What XML has no place for at all. */
const NOT_IN_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu

/*
 * A program of its own: writing takes seconds, and hundreds of megabytes of which nobody else should know.
 */
const rows: WorkbookCell[][] = []
process.on('message', (message: ToWorkbook) => {
  if (message === 'end') void write()
  else for (const row of message) rows.push(row.map(rows.length === 0 ? asHead : asCell))
})
process.on('disconnect', () => process.exit()) // nobody waits for it any more

/** A text is written as a text: what it begins with makes it no formula. */
const asCell = (cell: Cell): WorkbookCell =>
  typeof cell === 'number' ? cell : { value: cell.replace(NOT_IN_XML, '').slice(0, CELL_MAX), type: String }

const asHead = (cell: Cell): WorkbookCell => ({ value: String(cell), type: String, fontWeight: 'bold' })

async function write(): Promise<void> {
  process.send?.(new Uint8Array(await writeXlsxFile(rows, { stickyRowsCount: 1 }).toBuffer()))
}
